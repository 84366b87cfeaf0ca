// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The boundary between kernel and user space: what every record begins with. Read by BPF C and by
// C++; docs/wire-format.md explains it to people. A record is
//
//   wire_header | the kind's numbers (layout.h) | the kind's wire_text slots | the texts' bytes
//
// in native byte order, `size` bytes in all, without padding. Texts are not NUL-terminated. Nothing
// here may be read before sensor/decode has checked it.
#ifndef VEDETTE_SENSOR_SCHEMA_WIRE_H_
#define VEDETTE_SENSOR_SCHEMA_WIRE_H_

// Rows are read as a table.
// clang-format off
#include <linux/types.h>

// Raised by any change of a layout, which gets its rows in history.h: files of older versions are
// read.
#define WIRE_VERSION 2

#define WIRE_COMM_SIZE 16       // TASK_COMM_LEN: 15 bytes and a NUL.
#define WIRE_ADDRESS_SIZE 16    // IPv6; IPv4 fills the first four bytes.
#define WIRE_SURVIVOR_WORDS 4   // 256 terms per event kind.
#define WIRE_TEXT_MAX 4096      // Longest text; a longer one is cut and flagged.
#define WIRE_RECORD_MAX 28672   // Header, numbers and every text of the largest kind.

// A text inside the record. `offset` counts from the start of the record. The highest bit of
// `length` says that the kernel had more than it could carry: the text is the beginning (for
// paths: the end).
struct wire_text {
  __u16 offset;
  __u16 length;
};
#define WIRE_TEXT_TRUNCATED 0x8000u

enum wire_lane { WIRE_LANE_CRITICAL = 0, WIRE_LANE_BULK = 1, WIRE_LANES = 2 };

// wire_header.flags
enum wire_flag {
  WIRE_FLAG_IO_URING = 1,  // Submitted through io_uring, run by a worker or inside io_uring_enter.
  WIRE_FLAG_COMPAT = 2,  // A 32-bit system call (int 0x80, or a 32-bit program).
  WIRE_FLAG_USER_PATH = 4,  // A text comes from user memory, which may have changed since.
  WIRE_FLAG_ATTEMPT = 8,  // The kernel asks whether it may be done: the result is that verdict.
  // The path is not resolved from the root of the mount namespace: it is as the program gave it, or
  // begins at its file system's root.
  WIRE_FLAG_LOOSE_PATH = 16,
  // No act of its own: `repeats` acts that were counted instead of sent (control.h, sensor_fold).
  WIRE_FLAG_REPEATS = 32,
  // A rule that denies or kills held, and the kernel has decided: evt.verdict. Such a record comes
  // before the act, beside whatever an observing hook says of it; `survivors` are then terms of the
  // rules that deny and kill alone.
  WIRE_FLAG_DECIDED = 64,
  WIRE_FLAG_KILL = 128,  // With WIRE_FLAG_DECIDED: the process was killed as well.
  // With WIRE_FLAG_DECIDED, where nothing is counted: would have been, and went on.
  WIRE_FLAG_MONITORED = WIRE_FLAG_REPEATS,
};

// Rows: NUM(ctype, member, field type, rule name, ECS name, what it is)
//       TEXT(member, longest, field type, rule name, ECS name, what it is)
//       BYTES(size, member, field type, rule name, ECS name, what it is)
// An empty rule name means: rules reach it only through a context field (context.h).
#define HEADER_FIELDS(NUM, TEXT, BYTES)                                                            \
  NUM(__u64, time_ns, kBootTime, "", "", "Time of the act: nanoseconds on the boot clock")         \
  NUM(__u64, sequence, kUnsigned, "", "event.sequence",                                            \
      "Counts the records of one CPU, kind and lane")                                              \
  NUM(__u64, exec_id, kUnsigned, "proc.exec_id", "process.entity_id",                              \
      "Identity of the running program: unique per boot, never reused")                            \
  NUM(__u64, cgroup_id, kUnsigned, "proc.cgroup_id", "", "Id of the cgroup (version 2)")           \
  NUM(__u32, pid, kSigned, "proc.pid", "process.pid", "Process id, seen from the host")            \
  NUM(__u32, tid, kSigned, "thread.tid", "process.thread.id", "Thread id, seen from the host")     \
  NUM(__u32, uid, kUnsigned, "user.uid", "user.id", "Effective user id at the time of the act")    \
  NUM(__u32, gid, kUnsigned, "group.gid", "group.id",                                              \
      "Effective group id at the time of the act")                                                 \
  NUM(__u32, cpu, kSigned, "evt.cpu", "", "CPU on which it happened")                              \
  NUM(__u32, repeats, kUnsigned, "evt.repeats", "",                                                \
      "How many identical acts this record stands for")                                            \
  NUM(__s32, syscall, kSigned, "", "", "Number of the system call in progress, -1 if none")        \
  NUM(__u32, generation, kUnsigned, "", "", "Rule set by which `survivors` was decided")           \
  BYTES(WIRE_COMM_SIZE, comm, kText, "proc.name", "process.name",                                  \
      "Name of the program: the kernel's comm, 15 bytes at most")

#define WIRE_NUM(ctype, member, ...) ctype member;
#define WIRE_TEXT(member, ...) struct wire_text member;
#define WIRE_BYTES(size, member, ...) __u8 member[size];

struct wire_header {
  __u32 size;  // Of the whole record, this header included.
  __u16 kind;  // enum wire_kind
  __u8 lane;   // enum wire_lane
  __u8 flags;  // enum wire_flag
  HEADER_FIELDS(WIRE_NUM, WIRE_TEXT, WIRE_BYTES)
  __u64 survivors[WIRE_SURVIVOR_WORDS];  // Terms of this kind that may hold; all ones: not judged.
};
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_WIRE_H_
