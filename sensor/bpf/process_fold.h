// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Where folded vectors are kept (process_part.h), so that nobody takes one for another's.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_FOLD_H_
#define VEDETTE_SENSOR_BPF_PROCESS_FOLD_H_

#include "sensor/bpf/maps.h"

// Folded vectors, per CPU, by a hash of what they are known by; the newest wins. `busy` and
// `version` tell who was interrupted that the place has changed hands (maps.h: `busy` of a slot).
#define FOLD_PLACES 1024
struct process_fold {
  __u64 busy, version;
  __u64 exec_id;
  __u64 comm[WIRE_COMM_SIZE / 8];
  __u64 capabilities;  // 0 where no term of the kind names any.
  __u32 generation, uid;
  __u16 kind;
  __u8 flags;  // Of the call: enum wire_flag.
  __u8 reserved;
  __s32 syscall;
  __u32 container, padding;  // As in fold_facts; 0 where no term of the kind asks about it.
  struct classify_vector vector;
};
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, FOLD_PLACES);
  __type(key, __u32);
  __type(value, struct process_fold);
} process_folds SEC(".maps") __weak;

// The compiler may not move memory accesses across it. A CPU sees its own in order.
#define FOLD_ORDER() asm volatile("" ::: "memory")

#define FOLD_FLAGS (WIRE_FLAG_IO_URING | WIRE_FLAG_COMPAT)

static __always_inline bool read_fold(const struct process_fold* from, const struct wire_header* h,
                                      const struct fold_facts* facts, struct classify_vector* to) {
  const __u64* comm = (const void*)h->comm;
  const volatile __u64* busy = &from->busy;
  const volatile __u64* version = &from->version;
  __u64 before = *version;
  FOLD_ORDER();
  if (*busy || from->exec_id != h->exec_id || from->generation != h->generation ||
      from->kind != h->kind || from->syscall != h->syscall ||
      from->flags != (h->flags & FOLD_FLAGS) || from->uid != h->uid || from->comm[0] != comm[0] ||
      from->comm[1] != comm[1] || from->capabilities != facts->capabilities ||
      from->container != facts->container)
    return false;
  *to = from->vector;
  FOLD_ORDER();
  return !*busy && *version == before;
}

static __always_inline void write_fold(struct process_fold* to, const struct wire_header* h,
                                       const struct fold_facts* facts,
                                       const struct classify_vector* vector) {
  const __u64* comm = (const void*)h->comm;
  if (!enter_slot(&to->busy)) return;
  COUNT(to->version);
  FOLD_ORDER();
  to->exec_id = h->exec_id;
  to->comm[0] = comm[0];
  to->comm[1] = comm[1];
  to->capabilities = facts->capabilities;
  to->container = facts->container;
  to->generation = h->generation;
  to->uid = h->uid;
  to->kind = h->kind;
  to->syscall = h->syscall;
  to->flags = h->flags & FOLD_FLAGS;
  to->vector = *vector;
  FOLD_ORDER();
  leave_slot(&to->busy);
}

#endif  // VEDETTE_SENSOR_BPF_PROCESS_FOLD_H_
