// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What a file says of itself: numbers of inodes and devices as stat(2) shows them.
#ifndef VEDETTE_SENSOR_BPF_OBJECT_H_
#define VEDETTE_SENSOR_BPF_OBJECT_H_

#include "sensor/bpf/kernel_types.h"

// The kernel keeps 12 bits major and 20 bits minor; user space sees the minor split around the
// major.
static __always_inline __u32 encode_dev(__u32 dev) {
  __u32 major = dev >> 20, minor = dev & 0xfffff;
  return (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}

// The numbers of an object (OBJECT_NUMBERS of sensor/schema/file.h) in a record.
#define FILL_OBJECT(e, inode)                                 \
  do {                                                        \
    (e)->ino = BPF_CORE_READ(inode, i_ino);                   \
    (e)->dev = encode_dev(BPF_CORE_READ(inode, i_sb, s_dev)); \
    (e)->generation = BPF_CORE_READ(inode, i_generation);     \
    (e)->mode = BPF_CORE_READ(inode, i_mode);                 \
    (e)->links = BPF_CORE_READ(inode, i_nlink);               \
    (e)->owner = BPF_CORE_READ(inode, i_uid.val);             \
    (e)->fs_magic = BPF_CORE_READ(inode, i_sb, s_magic);      \
  } while (0)

static __always_inline __u64 inode_ctime(struct inode* inode) {
  struct inode___v6_11* split = (void*)inode;
  struct inode___v6_6* hidden = (void*)inode;
  struct inode___pre_6_6* old = (void*)inode;
  if (bpf_core_field_exists(split->i_ctime_sec))
    return BPF_CORE_READ(split, i_ctime_sec) * 1000000000ull + BPF_CORE_READ(split, i_ctime_nsec);
  if (bpf_core_field_exists(hidden->__i_ctime))
    return BPF_CORE_READ(hidden, __i_ctime.tv_sec) * 1000000000ull +
           BPF_CORE_READ(hidden, __i_ctime.tv_nsec);
  return BPF_CORE_READ(old, i_ctime.tv_sec) * 1000000000ull + BPF_CORE_READ(old, i_ctime.tv_nsec);
}

static __always_inline __u64 inode_mtime(struct inode* inode) {
  struct inode___v6_11* split = (void*)inode;
  struct inode___v6_7* hidden = (void*)inode;
  struct inode___pre_6_7* old = (void*)inode;
  if (bpf_core_field_exists(split->i_mtime_sec))
    return BPF_CORE_READ(split, i_mtime_sec) * 1000000000ull + BPF_CORE_READ(split, i_mtime_nsec);
  if (bpf_core_field_exists(hidden->__i_mtime))
    return BPF_CORE_READ(hidden, __i_mtime.tv_sec) * 1000000000ull +
           BPF_CORE_READ(hidden, __i_mtime.tv_nsec);
  return BPF_CORE_READ(old, i_mtime.tv_sec) * 1000000000ull + BPF_CORE_READ(old, i_mtime.tv_nsec);
}

// overlayfs keeps the upper dentry right behind the inode that it shows: set means that the file
// was written in this layer, not shipped with the image.
static __always_inline bool is_upper_layer(struct inode* inode) {
  if (BPF_CORE_READ(inode, i_sb, s_magic) != OVERLAYFS_MAGIC) return false;
  void* upper = 0;
  bpf_probe_read_kernel(&upper, sizeof(upper), (void*)inode + bpf_core_type_size(struct inode));
  return upper != 0;
}

// memfd_create: a file without a name in any directory, called "memfd:...".
static __always_inline bool is_memfd(struct dentry* dentry) {
  if (BPF_CORE_READ(dentry, d_parent) != dentry) return false;
  char name[6] = {};
  bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
  return name[0] == 'm' && name[1] == 'e' && name[2] == 'm' && name[3] == 'f' && name[4] == 'd' &&
         name[5] == ':';
}

static __always_inline bool is_unlinked(struct dentry* dentry, struct inode* inode) {
  return BPF_CORE_READ(inode, i_nlink) == 0 || BPF_CORE_READ(dentry, d_hash.pprev) == 0;
}

// As the permission bits say, for the credentials of the process; root may.
static __always_inline bool may_write(struct inode* inode, const struct cred* cred) {
  __u32 uid = BPF_CORE_READ(cred, fsuid.val);
  __u32 mode = BPF_CORE_READ(inode, i_mode);
  if (uid == 0) return true;
  if (uid == BPF_CORE_READ(inode, i_uid.val)) return mode & 0200;
  if (BPF_CORE_READ(cred, fsgid.val) == BPF_CORE_READ(inode, i_gid.val)) return mode & 0020;
  return mode & 0002;
}

#endif  // VEDETTE_SENSOR_BPF_OBJECT_H_
