// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Rows of the file family.
#ifndef VEDETTE_SENSOR_SCHEMA_FILE_H_
#define VEDETTE_SENSOR_SCHEMA_FILE_H_

// Rows are read as a table.
// clang-format off
// The kinds of the family: events.h says what the columns are.
#define FILE_EVENTS(EVENT)                                                                         \
  EVENT(file_open, 10, "openat2,openat,open,creat,open_by_handle_at", "file",                      \
      "A file was opened, or failed to open")                                                      \
  EVENT(file_unlink, 11, "unlinkat,unlink,rmdir", "file", "A name is to be removed")               \
  EVENT(file_rename, 12, "renameat2,renameat,rename", "file", "A file is to be renamed")           \
  EVENT(file_link, 13, "linkat,link", "file", "A file is to get one more name")                    \
  EVENT(file_symlink, 14, "symlinkat,symlink", "file", "A symbolic link is to be made")            \
  EVENT(file_mkdir, 15, "mkdirat,mkdir", "file", "A directory is to be made")                      \
  EVENT(file_mknod, 16, "mknodat,mknod", "file", "A device, pipe or socket is to be made")         \
  EVENT(file_chmod, 17, "fchmodat,fchmod,chmod,fchmodat2", "file",                                 \
      "Permissions are to be changed")                                                             \
  EVENT(file_chown, 18, "fchownat,fchown,chown,lchown,chown32,fchown32,lchown32", "file",          \
      "An owner is to be changed")                                                                 \
  EVENT(file_xattr, 19,                                                                            \
      "setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr,setxattrat,"             \
      "removexattrat",                                                                             \
      "file", "An extended attribute is to be set or removed")                                     \
  EVENT(file_truncate, 21, "truncate,ftruncate,truncate64,ftruncate64", "file",                    \
      "A file is to be cut")                                                                       \
  EVENT(file_mount, 22, "mount,move_mount", "file", "Something is to be mounted")                  \
  EVENT(file_umount, 23, "umount2,umount", "file", "Something is to be unmounted")                 \
  EVENT(file_receive, 24, "receive_fd,pidfd_getfd", "file",                                        \
      "A descriptor came from another process")                                                    \
  EVENT(file_mmap, 25, "mmap,mmap2", "file",                                                       \
      "A file is to be mapped for execution or shared writing")                                    \
  EVENT(file_mprotect, 26, "mprotect,pkey_mprotect", "file", "Memory is to become executable")     \
  EVENT(file_access, 27,                                                                           \
      "read,write,pread,pwrite,readv,writev,preadv,pwritev,sendfile,splice,copy_file_range",       \
      "file", "A process reads or writes a file for the first time")

// Where the open failed there is no object: the numbers of the object are 0 and `path` is empty.
#define WIRE_ROWS_file_open(NUM, TEXT, BYTES)                                                      \
  NUM(__u64, ino, kSigned, "fd.ino", "file.inode", "Inode")                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "Descriptor, 0 where the hook knows success only, or -errno")                                \
  NUM(__u32, flags, kUnsigned, "evt.rawarg.flags", "", "Flags given to open(2)")                   \
  NUM(__u32, create_mode, kUnsigned, "evt.rawarg.mode", "",                                        \
      "Permission bits asked for a new file")                                                      \
  NUM(__u32, dev, kSigned, "fd.dev", "", "Device, as in stat(2)")                                  \
  NUM(__u32, generation, kUnsigned, "fd.generation", "", "Generation of the inode")                \
  NUM(__u32, mode, kUnsigned, "fd.mode", "file.mode", "Type and permission bits")                  \
  NUM(__u32, links, kUnsigned, "fd.links", "", "Hard links")                                       \
  NUM(__u32, owner, kUnsigned, "fd.owner", "file.uid", "User id of the owner")                     \
  NUM(__u32, fs_magic, kUnsigned, "fd.fs_magic", "", "Type of the file system, as in statfs(2)")   \
  NUM(__u32, created, kBool, "evt.is_open_create", "",                                             \
      "The open made the file (or asked to, where only flags tell)")                               \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the file, from the root of its mount namespace")                                    \
  TEXT(name, WIRE_TEXT_MAX, kPath, "fd.nameraw", "", "Path as the program gave it")

// Numbers of an object, by the prefix of their rules' names: "fd" where the act is on a descriptor.
#define OBJECT_NUMBERS(NUM, prefix)                                                                \
  NUM(__u64, ino, kSigned, prefix ".ino", "file.inode", "Inode")                                   \
  NUM(__u32, dev, kSigned, prefix ".dev", "", "Device, as in stat(2)")                             \
  NUM(__u32, generation, kUnsigned, prefix ".generation", "", "Generation of the inode")           \
  NUM(__u32, mode, kUnsigned, prefix ".mode", "file.mode", "Type and permission bits")             \
  NUM(__u32, links, kUnsigned, prefix ".links", "", "Hard links")                                  \
  NUM(__u32, owner, kUnsigned, prefix ".owner", "file.uid", "User id of the owner")                \
  NUM(__u32, fs_magic, kUnsigned, prefix ".fs_magic", "",                                          \
      "Type of the file system, as in statfs(2)")

// A name that is to go; of a directory, too.
#define WIRE_ROWS_file_unlink(NUM, TEXT, BYTES)                                                    \
  OBJECT_NUMBERS(NUM, "fs")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")

#define WIRE_ROWS_file_rename(NUM, TEXT, BYTES)                                                    \
  NUM(__u64, replaced_ino, kUnsigned, "fs.replaced_ino", "",                                       \
      "Inode of the file that gives way, 0 if none")                                               \
  OBJECT_NUMBERS(NUM, "fs")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, rename_flags, kUnsigned, "rename.flags", "", "RENAME_* bits")                         \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")                                  \
  TEXT(new_path, WIRE_TEXT_MAX, kPath, "", "",                                                     \
      "Path of the new name, from the root of its mount namespace")

#define WIRE_ROWS_file_link(NUM, TEXT, BYTES)                                                      \
  OBJECT_NUMBERS(NUM, "fs")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, link_reserved, kUnsigned, "", "", "Zero")                                             \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")                                  \
  TEXT(new_path, WIRE_TEXT_MAX, kPath, "", "",                                                     \
      "Path of the new name, from the root of its mount namespace")

#define WIRE_ROWS_file_symlink(NUM, TEXT, BYTES)                                                   \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, symlink_reserved, kUnsigned, "", "", "Zero")                                          \
  TEXT(new_path, WIRE_TEXT_MAX, kPath, "", "",                                                     \
      "Path of the new name, from the root of its mount namespace")                                \
  TEXT(target, WIRE_TEXT_MAX, kText, "symlink.target", "", "What the link says")

#define WIRE_ROWS_file_mkdir(NUM, TEXT, BYTES)                                                     \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, new_mode, kUnsigned, "fs.new_mode", "", "Permission bits asked for")                  \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")                                  \
  NUM(__u32, mkdir_reserved, kUnsigned, "", "", "Zero")

// Devices, pipes and sockets; a plain file is a file_open that creates.
#define WIRE_ROWS_file_mknod(NUM, TEXT, BYTES)                                                     \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, new_mode, kUnsigned, "fs.new_mode", "", "Type and permission bits asked for")         \
  NUM(__u32, new_dev, kUnsigned, "mknod.dev", "", "Device that the node stands for")               \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")

#define WIRE_ROWS_file_chmod(NUM, TEXT, BYTES)                                                     \
  OBJECT_NUMBERS(NUM, "fs")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, new_mode, kUnsigned, "fs.new_mode", "", "Permission bits asked for")                  \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")                                  \
  NUM(__u32, chmod_reserved, kUnsigned, "", "", "Zero")

#define WIRE_ROWS_file_chown(NUM, TEXT, BYTES)                                                     \
  OBJECT_NUMBERS(NUM, "fs")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, new_uid, kUnsigned, "chown.uid", "", "User id asked for, all ones: unchanged")        \
  NUM(__u32, new_gid, kUnsigned, "chown.gid", "", "Group id asked for, all ones: unchanged")       \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")

#define WIRE_ROWS_file_xattr(NUM, TEXT, BYTES)                                                     \
  OBJECT_NUMBERS(NUM, "fs")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, removed, kBool, "xattr.is_removed", "", "The attribute is taken away")                \
  NUM(__u32, value_size, kUnsigned, "xattr.size", "", "Bytes of the value")                        \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its file system")                                      \
  TEXT(xattr_name, 256, kText, "xattr.name", "", "Name of the attribute")                          \
  NUM(__u32, xattr_reserved, kUnsigned, "", "", "Zero")

#define WIRE_ROWS_file_truncate(NUM, TEXT, BYTES)                                                  \
  OBJECT_NUMBERS(NUM, "fs")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")

#define WIRE_ROWS_file_mount(NUM, TEXT, BYTES)                                                     \
  NUM(__u64, mount_flags, kUnsigned, "mount.flags", "", "MS_* bits")                               \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, moved, kBool, "mount.is_move", "",                                                    \
      "An existing mount is moved, or a detached one attached")                                    \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path", "Where it is mounted")                         \
  TEXT(source, WIRE_TEXT_MAX, kText, "mount.source", "",                                           \
      "What is mounted, as asked for; of a moved one its path")                                    \
  TEXT(fs_type, 64, kText, "mount.type", "", "Type of the file system, if asked for")              \
  NUM(__u32, mount_reserved, kUnsigned, "", "", "Zero")

#define WIRE_ROWS_file_umount(NUM, TEXT, BYTES)                                                    \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, umount_flags, kUnsigned, "umount.flags", "", "MNT_* and UMOUNT_* bits")               \
  NUM(__u32, fs_magic, kUnsigned, "fs.fs_magic", "", "Type of the file system, as in statfs(2)")   \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path", "Root of what is unmounted")

// A descriptor that came from another process.
#define WIRE_ROWS_file_receive(NUM, TEXT, BYTES)                                                   \
  OBJECT_NUMBERS(NUM, "fd")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the file, from the root of its mount namespace")

// Files mapped for execution, or shared for writing.
#define WIRE_ROWS_file_mmap(NUM, TEXT, BYTES)                                                      \
  OBJECT_NUMBERS(NUM, "fd")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, prot, kUnsigned, "map.prot", "", "PROT_* bits asked for: 1 read, 2 write, 4 execute") \
  NUM(__u32, map_flags, kUnsigned, "map.flags", "", "MAP_* bits")                                  \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the file, from the root of its mount namespace")

// Memory that becomes executable.
#define WIRE_ROWS_file_mprotect(NUM, TEXT, BYTES)                                                  \
  NUM(__u64, address, kUnsigned, "map.address", "", "Where the memory begins")                     \
  NUM(__u64, length, kUnsigned, "map.length", "", "Bytes of the mapping")                          \
  OBJECT_NUMBERS(NUM, "fd")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, prot, kUnsigned, "map.prot", "", "PROT_* bits asked for: 1 read, 2 write, 4 execute") \
  NUM(__u32, old_prot, kUnsigned, "map.old_prot", "", "PROT_* bits so far")                        \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the file behind the memory; empty: none")

// The first read and the first write of a process and file.
#define WIRE_ROWS_file_access(NUM, TEXT, BYTES)                                                    \
  OBJECT_NUMBERS(NUM, "fd")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, access, kUnsigned, "access.mask", "", "4 read, 2 write")                              \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the file, from the root of its mount namespace")                                    \
  NUM(__u32, access_reserved, kUnsigned, "", "", "Zero")
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_FILE_H_
