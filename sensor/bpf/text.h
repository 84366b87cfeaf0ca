// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Texts of a record, behind its numbers.
#ifndef VEDETTE_SENSOR_BPF_TEXT_H_
#define VEDETTE_SENSOR_BPF_TEXT_H_

#include "sensor/bpf/maps.h"

// Where a text comes from: kernel or user memory, and whether it is already known to be cut.
struct text_source {
  const void* from;
  __u32 length;
  bool truncated;
  bool user;
};

// Appends a text to the record in `base`, which has `room` bytes (a constant), and fills its slot.
// What does not fit, or cannot be read, becomes an empty text that is flagged.
static __always_inline void append_text(__u8* base, __u32 room, struct wire_text* slot,
                                        struct text_source text) {
  struct wire_header* h = (void*)base;
  __u32 at = h->size;
  __u32 length = text.length;
  if (length > WIRE_TEXT_MAX) {
    length = WIRE_TEXT_MAX;
    text.truncated = true;
  }
  slot->offset = at;
  slot->length = 0;
  asm volatile("" : "+r"(at), "+r"(length));  // Keep the checked registers for the verifier.
  if (at <= room - WIRE_TEXT_MAX && length > 0) {
    asm volatile("" : "+r"(length));  // Else one comparison, that teaches the verifier nothing.
    if (length > WIRE_TEXT_MAX) return;
    long error = text.user ? bpf_probe_read_user(base + at, length, text.from)
                           : bpf_probe_read_kernel(base + at, length, text.from);
    if (error == 0) {
      slot->length = length;
      h->size = at + length;
    } else {
      text.truncated = true;
    }
  } else if (length > 0) {
    text.truncated = true;
  }
  if (text.truncated) slot->length |= WIRE_TEXT_TRUNCATED;
}

// The same for a text of at most `limit` bytes, a constant, that ends with a NUL, which is not
// carried.
static __always_inline void append_short(__u8* base, __u32 room, struct wire_text* slot,
                                         const char* from, bool user, __u32 limit) {
  struct wire_header* h = (void*)base;
  __u32 at = h->size;
  slot->offset = at;
  slot->length = 0;
  asm volatile("" : "+r"(at));
  if (at > room - WIRE_TEXT_MAX) {
    slot->length = WIRE_TEXT_TRUNCATED;
    return;
  }
  long size = user ? bpf_probe_read_user_str(base + at, limit + 1, from)
                   : bpf_probe_read_kernel_str(base + at, limit + 1, from);
  if (size <= 0 || size > limit + 1) {
    slot->length = WIRE_TEXT_TRUNCATED;
    return;
  }
  slot->length = size - 1;
  if (size == limit + 1) slot->length |= WIRE_TEXT_TRUNCATED;
  h->size = at + size - 1;
}

static __always_inline void append_string(__u8* base, __u32 room, struct wire_text* slot,
                                          const char* from, bool user) {
  append_short(base, room, slot, from, user, WIRE_TEXT_MAX - 1);
}

static __always_inline struct text_source walked(struct walk_buffer* from, bool whole) {
  struct text_source text = {
      .from = &from->bytes[from->start & (2 * WIRE_TEXT_MAX - 1)],
      .length = WIRE_TEXT_MAX - from->start,
      .truncated = !whole,
  };
  return text;
}

#endif  // VEDETTE_SENSOR_BPF_TEXT_H_
