// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Numbers of the system calls that kinds of events come from: the one place where they stand. Read
// by BPF C and by C++ (calls.h).
#ifndef VEDETTE_SENSOR_SCHEMA_CALL_NUMBERS_H_
#define VEDETTE_SENSOR_SCHEMA_CALL_NUMBERS_H_

// Rows are read as a table.
// clang-format off
// CALL(name as Falco has it, x86-64, i386, arm64, 32-bit ARM); -1: that machine has no such call.
// Facts from the kernel's own headers (asm/unistd). Sorted by name.
#define CALL_ROWS(CALL)                                                                            \
  CALL(accept, 43, -1, 202, 285)                                                                   \
  CALL(accept4, 288, 364, 242, 366)                                                                \
  CALL(acct, 163, 51, 89, 51)                                                                      \
  CALL(add_key, 248, 286, 217, 309)                                                                \
  CALL(adjtimex, 159, 124, 171, 124)                                                               \
  CALL(bind, 49, 361, 200, 282)                                                                    \
  CALL(bpf, 321, 357, 280, 386)                                                                    \
  CALL(capset, 126, 185, 91, 185)                                                                  \
  CALL(chmod, 90, 15, -1, 15)                                                                      \
  CALL(chown, 92, 182, -1, 182)                                                                    \
  CALL(chown32, -1, 212, -1, 212)                                                                  \
  CALL(chroot, 161, 61, 51, 61)                                                                    \
  CALL(clock_adjtime, 305, 343, 266, 372)                                                          \
  CALL(clock_settime, 227, 264, 112, 262)                                                          \
  CALL(clock_settime64, -1, 404, -1, 404)                                                          \
  CALL(clone, 56, 120, 220, 120)                                                                   \
  CALL(clone3, 435, 435, 435, 435)                                                                 \
  CALL(close, 3, 6, 57, 6)                                                                         \
  CALL(connect, 42, 362, 203, 283)                                                                 \
  CALL(copy_file_range, 326, 377, 285, 391)                                                        \
  CALL(creat, 85, 8, -1, 8)                                                                        \
  CALL(delete_module, 176, 129, 106, 129)                                                          \
  CALL(execve, 59, 11, 221, 11)                                                                    \
  CALL(execveat, 322, 358, 281, 387)                                                               \
  CALL(fchmod, 91, 94, 52, 94)                                                                     \
  CALL(fchmodat, 268, 306, 53, 333)                                                                \
  CALL(fchmodat2, 452, 452, 452, 452)                                                              \
  CALL(fchown, 93, 95, 55, 95)                                                                     \
  CALL(fchown32, -1, 207, -1, 207)                                                                 \
  CALL(fchownat, 260, 298, 54, 325)                                                                \
  CALL(finit_module, 313, 350, 273, 379)                                                           \
  CALL(fork, 57, 2, -1, 2)                                                                         \
  CALL(fremovexattr, 199, 237, 16, 237)                                                            \
  CALL(fsconfig, 431, 431, 431, 431)                                                               \
  CALL(fsetxattr, 190, 228, 7, 228)                                                                \
  CALL(fsmount, 432, 432, 432, 432)                                                                \
  CALL(fsopen, 430, 430, 430, 430)                                                                 \
  CALL(fspick, 433, 433, 433, 433)                                                                 \
  CALL(ftruncate, 77, 93, 46, 93)                                                                  \
  CALL(ftruncate64, -1, 194, -1, 194)                                                              \
  CALL(init_module, 175, 128, 105, 128)                                                            \
  CALL(io_uring_register, 427, 427, 427, 427)                                                      \
  CALL(io_uring_setup, 425, 425, 425, 425)                                                         \
  CALL(ioperm, 173, 101, -1, -1)                                                                   \
  CALL(iopl, 172, 110, -1, -1)                                                                     \
  CALL(kexec_file_load, 320, -1, 294, 401)                                                         \
  CALL(kexec_load, 246, 283, 104, 347)                                                             \
  CALL(keyctl, 250, 288, 219, 311)                                                                 \
  CALL(kill, 62, 37, 129, 37)                                                                      \
  CALL(landlock_restrict_self, 446, 446, 446, 446)                                                 \
  CALL(lchown, 94, 16, -1, 16)                                                                     \
  CALL(lchown32, -1, 198, -1, 198)                                                                 \
  CALL(link, 86, 9, -1, 9)                                                                         \
  CALL(linkat, 265, 303, 37, 330)                                                                  \
  CALL(listen, 50, 363, 201, 284)                                                                  \
  CALL(lremovexattr, 198, 236, 15, 236)                                                            \
  CALL(lsetxattr, 189, 227, 6, 227)                                                                \
  CALL(memfd_create, 319, 356, 279, 385)                                                           \
  CALL(mkdir, 83, 39, -1, 39)                                                                      \
  CALL(mkdirat, 258, 296, 34, 323)                                                                 \
  CALL(mknod, 133, 14, -1, 14)                                                                     \
  CALL(mknodat, 259, 297, 33, 324)                                                                 \
  CALL(mmap, 9, 90, 222, -1)                                                                       \
  CALL(mmap2, -1, 192, -1, 192)                                                                    \
  CALL(mount, 165, 21, 40, 21)                                                                     \
  CALL(mount_setattr, 442, 442, 442, 442)                                                          \
  CALL(move_mount, 429, 429, 429, 429)                                                             \
  CALL(mprotect, 10, 125, 226, 125)                                                                \
  CALL(open, 2, 5, -1, 5)                                                                          \
  CALL(open_by_handle_at, 304, 342, 265, 371)                                                      \
  CALL(openat, 257, 295, 56, 322)                                                                  \
  CALL(openat2, 437, 437, 437, 437)                                                                \
  CALL(perf_event_open, 298, 336, 241, 364)                                                        \
  CALL(personality, 135, 136, 92, 136)                                                             \
  CALL(pidfd_getfd, 438, 438, 438, 438)                                                            \
  CALL(pidfd_open, 434, 434, 434, 434)                                                             \
  CALL(pidfd_send_signal, 424, 424, 424, 424)                                                      \
  CALL(pivot_root, 155, 217, 41, 218)                                                              \
  CALL(pkey_mprotect, 329, 380, 288, 394)                                                          \
  CALL(prctl, 157, 172, 167, 172)                                                                  \
  CALL(pread, 17, 180, 67, 180)                                                                    \
  CALL(preadv, 295, 333, 69, 361)                                                                  \
  CALL(process_vm_readv, 310, 347, 270, 376)                                                       \
  CALL(process_vm_writev, 311, 348, 271, 377)                                                      \
  CALL(ptrace, 101, 26, 117, 26)                                                                   \
  CALL(pwrite, 18, 181, 68, 181)                                                                   \
  CALL(pwritev, 296, 334, 70, 362)                                                                 \
  CALL(quotactl, 179, 131, 60, 131)                                                                \
  CALL(read, 0, 3, 63, 3)                                                                          \
  CALL(readv, 19, 145, 65, 145)                                                                    \
  CALL(reboot, 169, 88, 142, 88)                                                                   \
  CALL(recvfrom, 45, 371, 207, 292)                                                                \
  CALL(recvmmsg, 299, 337, 243, 365)                                                               \
  CALL(recvmsg, 47, 372, 212, 297)                                                                 \
  CALL(removexattr, 197, 235, 14, 235)                                                             \
  CALL(rename, 82, 38, -1, 38)                                                                     \
  CALL(renameat, 264, 302, 38, 329)                                                                \
  CALL(renameat2, 316, 353, 276, 382)                                                              \
  CALL(request_key, 249, 287, 218, 310)                                                            \
  CALL(rmdir, 84, 40, -1, 40)                                                                      \
  CALL(rt_sigqueueinfo, 129, 178, 138, 178)                                                        \
  CALL(rt_tgsigqueueinfo, 297, 335, 240, 363)                                                      \
  CALL(seccomp, 317, 354, 277, 383)                                                                \
  CALL(sendfile, 40, 187, 71, 187)                                                                 \
  CALL(sendmmsg, 307, 345, 269, 374)                                                               \
  CALL(sendmsg, 46, 370, 211, 296)                                                                 \
  CALL(sendto, 44, 369, 206, 290)                                                                  \
  CALL(setdomainname, 171, 121, 162, 121)                                                          \
  CALL(setfsgid, 123, 139, 152, 139)                                                               \
  CALL(setfsgid32, -1, 216, -1, 216)                                                               \
  CALL(setfsuid, 122, 138, 151, 138)                                                               \
  CALL(setfsuid32, -1, 215, -1, 215)                                                               \
  CALL(setgid, 106, 46, 144, 46)                                                                   \
  CALL(setgid32, -1, 214, -1, 214)                                                                 \
  CALL(sethostname, 170, 74, 161, 74)                                                              \
  CALL(setns, 308, 346, 268, 375)                                                                  \
  CALL(setregid, 114, 71, 143, 71)                                                                 \
  CALL(setregid32, -1, 204, -1, 204)                                                               \
  CALL(setresgid, 119, 170, 149, 170)                                                              \
  CALL(setresgid32, -1, 210, -1, 210)                                                              \
  CALL(setresuid, 117, 164, 147, 164)                                                              \
  CALL(setresuid32, -1, 208, -1, 208)                                                              \
  CALL(setreuid, 113, 70, 145, 70)                                                                 \
  CALL(setreuid32, -1, 203, -1, 203)                                                               \
  CALL(settimeofday, 164, 79, 170, 79)                                                             \
  CALL(setuid, 105, 23, 146, 23)                                                                   \
  CALL(setuid32, -1, 213, -1, 213)                                                                 \
  CALL(setxattr, 188, 226, 5, 226)                                                                 \
  CALL(socket, 41, 359, 198, 281)                                                                  \
  CALL(socketpair, 53, 360, 199, 288)                                                              \
  CALL(splice, 275, 313, 76, 340)                                                                  \
  CALL(swapoff, 168, 115, 225, 115)                                                                \
  CALL(swapon, 167, 87, 224, 87)                                                                   \
  CALL(symlink, 88, 83, -1, 83)                                                                    \
  CALL(symlinkat, 266, 304, 36, 331)                                                               \
  CALL(syslog, 103, 103, 116, 103)                                                                 \
  CALL(tgkill, 234, 270, 131, 268)                                                                 \
  CALL(tkill, 200, 238, 130, 238)                                                                  \
  CALL(truncate, 76, 92, 45, 92)                                                                   \
  CALL(truncate64, -1, 193, -1, 193)                                                               \
  CALL(umount, -1, 22, -1, -1)                                                                     \
  CALL(umount2, 166, 52, 39, 52)                                                                   \
  CALL(unlink, 87, 10, -1, 10)                                                                     \
  CALL(unlinkat, 263, 301, 35, 328)                                                                \
  CALL(unshare, 272, 310, 97, 337)                                                                 \
  CALL(userfaultfd, 323, 374, 282, 388)                                                            \
  CALL(vfork, 58, 190, -1, 190)                                                                    \
  CALL(write, 1, 4, 64, 4)                                                                         \
  CALL(writev, 20, 146, 66, 146)
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_CALL_NUMBERS_H_
