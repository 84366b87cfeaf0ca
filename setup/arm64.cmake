# SPDX-License-Identifier: Apache-2.0
#
# Building for arm64 on a PC, with the distribution's cross compiler and a tree of the
# distribution's packages for arm64 (tests/kernel/guest/sysroot.py makes it the first time).
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_C_COMPILER ${CMAKE_LIBRARY_ARCHITECTURE}-gcc)
set(CMAKE_CXX_COMPILER ${CMAKE_LIBRARY_ARCHITECTURE}-g++)

execute_process(
  COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/../tests/kernel/guest/sysroot.py arm64
  OUTPUT_VARIABLE CMAKE_SYSROOT OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE sysroot_failed)
if(sysroot_failed)
  message(FATAL_ERROR "There are no libraries for arm64 to build with (see above)")
endif()

# Programs are this machine's, all else is the tree's.
set(CMAKE_FIND_ROOT_PATH ${CMAKE_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
string(JOIN ":" pkg_config_folders
  ${CMAKE_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/pkgconfig
  ${CMAKE_SYSROOT}/usr/share/pkgconfig)
set(ENV{PKG_CONFIG_LIBDIR} ${pkg_config_folders})
