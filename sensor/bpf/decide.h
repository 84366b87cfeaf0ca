// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// From survivors to a verdict, in the object that enforces. Part of classify.h.
#ifndef VEDETTE_SENSOR_BPF_DECIDE_H_
#define VEDETTE_SENSOR_BPF_DECIDE_H_

#include "sensor/bpf/decide_object.h"

#define SIGKILL_NUMBER 9

// Adds the terms that the path satisfies which is in the buffer. False if it cannot be judged.
static __always_inline bool terms_of_path(__u32 slot, struct walk_buffer* path, __u32 as_target) {
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) path->found.words[i] = ~0ull;
  if (!narrow_by_path(slot, as_target)) return false;
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) path->either.words[i] |= path->found.words[i];
  return true;
}

enum place_of_act {
  PLACE_SECOND = 1,     // The new name, not the old one.
  PLACE_AS_TARGET = 2,  // Terms about the target count, not those about the path.
  PLACE_IN_BUFFER = 4,  // It was walked.
  PLACE_TO_WALK = 8,
};

// Adds the terms that hold for a place (enum place_of_act) by its path or by the one under which
// the rules know the object. 1: it could be judged.
//
// Like all that follows a global function of numbers alone, as walk_path is and for the same
// reason.
__weak __attribute__((noinline)) int terms_of_place(__u32 slot, __u32 place) {
  struct wire_header* h = record_of(slot);
  struct walk_buffer* path = walk_buffer_of(slot);
  if (!h || !path) return 0;
  path->from = place & PLACE_SECOND ? path->second_from : path->first_from;
  path->mount = place & PLACE_SECOND ? path->second_mount : path->first_mount;
  bool whole = place & PLACE_IN_BUFFER, judged = false;
  if ((place & PLACE_TO_WALK) && path->mount && !(h->flags & WIRE_FLAG_LOOSE_PATH))
    whole = walk_noted_path(slot);
  if (whole) judged = terms_of_path(slot, path, place & PLACE_AS_TARGET);
  if (enforcement.aliases && walk_to_alias(slot))
    judged |= terms_of_path(slot, path, place & PLACE_AS_TARGET);
  return judged;
}

// A rule on a path holds for the path that was walked and for the one under which the rules know
// the object; a rule on a target likewise for the new name. Of two names that are exchanged each is
// both. Leaves the walked path in the buffer, for the record.
__weak __attribute__((noinline)) int narrow_by_paths(__u32 slot, __u32 has_path) {
  struct wire_header* h = record_of(slot);
  struct walk_buffer* path = walk_buffer_of(slot);
  if (!h || !path) return 0;
  const struct classify_kind* kind = kind_in(h->generation, h->kind);
  if (!kind) return 0;
  struct classify_vector* terms = &path->either;
  __builtin_memset(terms, 0, sizeof(*terms));
  path->first_from = path->from;
  path->first_mount = path->mount;
  int judged = terms_of_place(slot, has_path ? PLACE_IN_BUFFER : 0);
  if (path->exchanged) judged |= terms_of_place(slot, PLACE_TO_WALK | PLACE_SECOND);
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++)
    h->survivors[i] &= judged ? terms->words[i] : ~kind->failing_open.words[i];
  if (kind->used & (1u << CLASSIFY_target)) {
    __builtin_memset(terms, 0, sizeof(*terms));
    judged = terms_of_place(slot, PLACE_TO_WALK | PLACE_SECOND | PLACE_AS_TARGET);
    if (path->exchanged) judged |= terms_of_place(slot, PLACE_TO_WALK | PLACE_AS_TARGET);
    for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++)
      h->survivors[i] &= judged ? terms->words[i] : ~kind->failing_open_target.words[i];
  }
  path->from = path->first_from;
  path->mount = path->first_mount;
  if (path->from && path->mount) walk_noted_path(slot);
  return 1;
}

// The lowest bit's number.
static __always_inline __u32 lowest_bit(__u64 word) {
  __u32 number = 0;
  word &= -word;
  if (word & 0xffffffff00000000ull) number += 32;
  if (word & 0xffff0000ffff0000ull) number += 16;
  if (word & 0xff00ff00ff00ff00ull) number += 8;
  if (word & 0xf0f0f0f0f0f0f0f0ull) number += 4;
  if (word & 0xccccccccccccccccull) number += 2;
  if (word & 0xaaaaaaaaaaaaaaaaull) number += 1;
  return number;
}

#define EPERM_NUMBER 1

// No rule's term: survivors of none say that it is Vedette's own doing.
static __always_inline int decide_for_self(struct walk_buffer* slot, struct wire_header* h) {
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) h->survivors[i] = 0;
  h->lane = WIRE_LANE_CRITICAL;
  h->flags |= WIRE_FLAG_DECIDED;
  slot->verdict = EPERM_NUMBER;
  return 1;
}

// What the surviving terms say. 1: one holds, and the record is to be told.
__weak __attribute__((noinline)) int decide_terms(__u32 slot) {
  struct wire_header* h = record_of(slot);
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!h || !walk) return 0;
  const struct classify_kind* kind = kind_in(h->generation, h->kind);
  if (!kind) return 0;
  __u64 any = 0, kills = 0, monitored_kills = 0;
  __s32 term = -1;
// Rolled up, clang enters it in its middle, which the verifier of 6.1 takes for no bounded loop.
#pragma unroll
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) {
    __u64 held = h->survivors[i], denied = held & kind->denying.words[i];
    any |= held;
    kills |= denied & kind->killing.words[i];
    monitored_kills |= held & kind->killing.words[i];
    if (term < 0 && denied) term = 64 * i + lowest_bit(denied);
  }
  if (!any || is_spared_actor(h, walk)) return 0;
  h->lane = WIRE_LANE_CRITICAL;
  h->flags |= WIRE_FLAG_DECIDED;
  if (term < 0) {
    h->flags |= WIRE_FLAG_MONITORED | (monitored_kills ? WIRE_FLAG_KILL : 0);
    return 1;
  }
  if (kills) {
    h->flags |= WIRE_FLAG_KILL;
    bpf_send_signal(SIGKILL_NUMBER);
  }
  walk->verdict = kind->errnos[term & (CLASSIFY_TERMS - 1)];
  return 1;
}

// Decides the slot's act, whose survivors are narrowed but for the path. 1: a term holds, and the
// record is to be told.
static __always_inline int decide(__u32 slot, struct walk_buffer* walk, struct wire_header* h,
                                  const struct classify_kind* kind, bool has_path, bool of_socket) {
  if (enforcement.off) return 0;
  if (walk->against_self && !is_spared_actor(h, walk)) return decide_for_self(walk, h);
  __u64 any = h->survivors[0] | h->survivors[1] | h->survivors[2] | h->survivors[3];
  if (!any) return 0;
  if (kind->used & (1u << CLASSIFY_path | 1u << CLASSIFY_name | 1u << CLASSIFY_target)) {
    if (!of_socket) narrow_by_paths(slot, has_path);
    for (int i = 0; of_socket && i < WIRE_SURVIVOR_WORDS; i++)
      h->survivors[i] &= ~kind->failing_open.words[i];  // It has no path that could be judged.
  }
  return decide_terms(slot);
}

#endif  // VEDETTE_SENSOR_BPF_DECIDE_H_
