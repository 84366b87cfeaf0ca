// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The kernel's types that the kernel family reads beside those of kernel_types.h, and what its
// probes share.
#ifndef VEDETTE_SENSOR_BPF_KERNEL_FAMILY_TYPES_H_
#define VEDETTE_SENSOR_BPF_KERNEL_FAMILY_TYPES_H_

#include "sensor/bpf/kernel_types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct module {
  char name[1];  // Some 56 bytes; ended by a NUL.
  unsigned long taints;
};

struct perf_event_attr {
  __u32 type;
  __u64 config;
};
struct perf_event {
  struct perf_event* parent;
  struct perf_event_attr attr;
};

#pragma clang attribute pop

#endif  // VEDETTE_SENSOR_BPF_KERNEL_FAMILY_TYPES_H_
