// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The digest of the executable where the kernel has made it: by a hook of an exec, for its record.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_MEASURED_H_
#define VEDETTE_SENSOR_BPF_PROCESS_MEASURED_H_

#include "sensor/bpf/emit.h"

// What the kernel has measured of the file (IMA), by task, from the commit of its credentials to
// the end of the exec.
struct measured {
  __u32 algorithm;  // 1 + HASH_ALGO_*
  __u32 size;
  __u8 bytes[64];
};
// As many as execs can be under way; one that gives way leaves an exec without its measurement.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1024);
  __type(key, __u64);
  __type(value, struct measured);
} measurements SEC(".maps");

static __always_inline __u32 size_of_digest(long algorithm) {
  switch (algorithm) {
    case 2:  // HASH_ALGO_SHA1
      return 20;
    case 4:  // HASH_ALGO_SHA256
      return 32;
    case 5:  // HASH_ALGO_SHA384
      return 48;
    case 6:  // HASH_ALGO_SHA512
      return 64;
  }
  return 0;
}

static __always_inline void append_measured(struct wire_process_exec* e, __u32 room) {
  __u64 task = bpf_get_current_task();
  struct measured* measured = bpf_map_lookup_elem(&measurements, &task);
  if (!measured) return;
  e->exe_digest_algorithm = measured->algorithm;
  struct text_source text = {.from = measured->bytes, .length = measured->size};
  append_text((void*)e, room, &e->exe_digest, text);
  bpf_map_delete_elem(&measurements, &task);
}

#endif  // VEDETTE_SENSOR_BPF_PROCESS_MEASURED_H_
