// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Rows of the file family.
#ifndef VEDETTE_SENSOR_SCHEMA_FILE_H_
#define VEDETTE_SENSOR_SCHEMA_FILE_H_

// Rows are read as a table.
// clang-format off
// Where the open failed there is no object: the numbers of the object are 0 and `path` is empty.
#define FILE_OPEN_FIELDS(NUM, TEXT, BYTES)                                                         \
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
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_FILE_H_
