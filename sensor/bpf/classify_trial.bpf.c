// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// An object of its own, which the daemon does not load: the classifier on acts that did not take
// place. Run by hand.
#include "sensor/schema/trial.h"

extern struct classify_trial trial;
#define CAPABILITIES_OF_ACTOR(to) (*(to) = trial.capabilities)
#include "sensor/bpf/act.h"
#include "sensor/bpf/classify_target.h"

struct classify_trial trial = {};

#define TRIAL_SLOT 0

// As a walk would have left it.
static __always_inline void place_path(struct walk_buffer* walk, __u32 size, const __u8* path) {
  walk->start = WIRE_TEXT_MAX;
  walk->name = 0;
  asm volatile("" : "+r"(size));
  if (size == 0 || size > TRIAL_PATH_MAX) return;
  walk->start = WIRE_TEXT_MAX - size;
  if (trial.name_size) walk->name = WIRE_TEXT_MAX - trial.name_size;
  bpf_probe_read_kernel(&walk->bytes[walk->start & (WIRE_TEXT_MAX - 1)], size, path);
}

static __always_inline void classify_repeatedly(struct wire_header* h) {
  __u64 begin = bpf_ktime_get_ns();
  for (__u32 i = 0; i < TRIAL_REPEAT_MAX && i < trial.repeat; i++) {
    for (int word = 0; word < WIRE_SURVIVOR_WORDS; word++) h->survivors[word] = ~0ull;
    trial.answer = classify(TRIAL_SLOT, trial.input, trial.mode, trial.ports);
  }
  trial.nanoseconds = bpf_ktime_get_ns() - begin;
}

SEC("?raw_tp/sys_enter")
int classify_trial_run(void* ctx) {
  __u32 slot = TRIAL_SLOT;
  struct scratch_small* scratch = bpf_map_lookup_elem(&scratch_small, &slot);
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!scratch || !walk) return 0;
  struct wire_header* h = (void*)scratch->record;
  *h = trial.header;
  walk->target_generation = 0;
  if (trial.target_size) {
    place_path(walk, trial.target_size, trial.target);
    judge_target(TRIAL_SLOT);
  }
  place_path(walk, trial.path_size, trial.path);
  walk->family = trial.family;
  __builtin_memcpy(walk->address, trial.address, WIRE_ADDRESS_SIZE);
  switch (trial.step) {
    case TRIAL_REMEMBER:
      remember_program(walk, h->exec_id, WIRE_TEXT_MAX - walk->start + 1, trial.cgroup);
      return 0;
    case TRIAL_INHERIT:
      inherit_program(trial.creator, h->exec_id);
      lineage_copy(trial.creator, h->exec_id);
      return 0;
    case TRIAL_EXEC: {
      __u64* comm = (void*)h->comm;
      if (!lineage_exec(trial.creator, h->exec_id, comm[0], comm[1]))
        lineage_begin(h->exec_id, comm[0], comm[1], true);
      return 0;
    }
    case TRIAL_FORGET:
      forget_program(h->exec_id);
      return 0;
  }
  classify_repeatedly(h);
  trial.header = *h;
  return 0;
}
