// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Names of the kernel's objects into a walk buffer.
#ifndef VEDETTE_SENSOR_BPF_WALK_COPY_H_
#define VEDETTE_SENSOR_BPF_WALK_COPY_H_

#include "sensor/bpf/maps.h"

// Copies a name to bytes[start]. Most are short, and then plain loads take a fifth of a helper's
// time: words from the end to the beginning, of which the last may begin before the name and leave
// a few bytes of the kernel's in front of what is there. The next name goes there, or nobody.
#define WALK_WORDS 5
static __always_inline void walk_copy(struct walk_buffer* to, __u32 start,
                                      const unsigned char* name, __u32 length) {
#ifdef SENSOR_DIRECT_READS
  if (start >= 8 && length <= WALK_WORDS * 8) {
    for (__u32 left = length, i = 0; i < WALK_WORDS; i++, left -= 8) {
      __u32 at = start + left - 8;
      asm volatile("" : "+r"(at));
      if (at <= WIRE_TEXT_MAX - 8) *(__u64*)&to->bytes[at] = read_word(name + left - 8);
      if (left <= 8) return;
    }
    return;
  }
#endif
  bpf_probe_read_kernel(&to->bytes[start & (WIRE_TEXT_MAX - 1)], length, name);
}

#endif  // VEDETTE_SENSOR_BPF_WALK_COPY_H_
