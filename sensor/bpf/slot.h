// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Who may use a place in memory that others may want at the same time.
#ifndef VEDETTE_SENSOR_BPF_SLOT_H_
#define VEDETTE_SENSOR_BPF_SLOT_H_

#include "sensor/bpf/kernel_types.h"

// Who is alone in a slot may use it. Both may go away again where two came at once: nobody waits.
static __always_inline bool enter_slot(__u64* busy) {
  __sync_fetch_and_add(busy, 1);
  if (*(volatile __u64*)busy == 1) return true;
  __sync_fetch_and_add(busy, -1);
  return false;
}

static __always_inline void leave_slot(__u64* busy) { __sync_fetch_and_add(busy, -1); }

#endif  // VEDETTE_SENSOR_BPF_SLOT_H_
