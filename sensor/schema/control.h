// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What the daemon tells the kernel programs, and what they count: maps' values that both sides
// read.
#ifndef VEDETTE_SENSOR_SCHEMA_CONTROL_H_
#define VEDETTE_SENSOR_SCHEMA_CONTROL_H_

#include "sensor/schema/events.h"
#include "sensor/schema/wire.h"

enum sensor_scope { SCOPE_ALL = 0, SCOPE_PROCESS_TREE = 1, SCOPE_CGROUP = 2 };

// Set before load; constant while loaded.
struct sensor_config {
  __u64 boot_seed;           // From the boot id: exec_ids of two boots differ.
  __u64 scope_cgroup;        // SCOPE_CGROUP: id of the cgroup at the root of the scope.
  __u64 bulk_per_cgroup;     // Records a second that a cgroup may put into the bulk lane; 0: any.
  __u64 fold_ns;             // For so long repeats are counted instead of sent; 0: not at all.
  __u32 scope_cgroup_level;  // Its depth.
  __u32 scope;               // enum sensor_scope
  __u32 self_pid;            // Never reported, nor its children.
  __u32 with_environment;    // Carry the environment at exec.
  __u32 stack_size;          // Of the kernel's stacks, for kernels without bpf_task_pt_regs.
  __u32 xattr_has_idmap;     // The hooks of extended attributes begin with a mount's id map (5.12).
};

// Changes while loaded.
struct sensor_state {
  __u32 generation;     // Rule set in force; 0: none yet, every record passes.
  __u32 reader_sleeps;  // Set by the reader; the next record of the critical lane wakes it.
  __u32 bulk_sleeps;    // The same, of the bulk lane: set only where it has been empty for a while.
  __u32 unfolded;       // Not 0: nothing is folded any more, for the daemon ends.
  __u32 cgroups_told;   // Counts up when another thing is known of a cgroup: what was folded with
                        // what was known before is folded anew.
};

// By `compat` and number of a system call: the kind whose handler is called at its return, 0: none.
#define SENSOR_CALLS_MAX 1024
struct sensor_calls {
  __u8 kinds[2][SENSOR_CALLS_MAX];
};

// Per CPU and kind. seen = filtered + submitted + ring_full + scratch_busy + limited + folded,
// exactly. Of repeats that could not be handed over all acts count as ring_full or limited, not as
// folded.
struct sensor_counters {
  __u64 called;    // The kernel called the program, whoever acted.
  __u64 seen;      // In scope, and not of Vedette itself.
  __u64 filtered;  // No term of any rule or recording setting can hold.
  __u64 submitted[WIRE_LANES];
  __u64 ring_full[WIRE_LANES];
  __u64 scratch_busy;
  __u64 limited;     // Bulk records beyond what their cgroup may send.
  __u64 state_full;  // A process that could not be added to the scope.
  __u64 folded;      // Acts that were counted in a sensor_fold.
};

// Repeats of an act on the bulk lane. The first one is sent at once; identical ones within fold_ns
// are counted here, and handed over as one record with WIRE_FLAG_REPEATS: by the kernel when
// another act needs the place, by the daemon when the time is over. Identical means that the
// records differ in nothing but time, thread, CPU and sequence number. The places are an array,
// SENSOR_FOLDS for each CPU, that the daemon maps into its memory. Whoever wants one adds 1 to
// `busy`, goes away (and takes his 1 along) if he is not alone, and leaves it when he is done: an
// act that cannot have its place is sent.
#define SENSOR_FOLDS 128
#define SENSOR_FOLD_STEP 32         // Records are compared in steps of so many bytes, zero-padded.
#define SENSOR_FOLD_RECORD_MAX 952  // Header and a whole number of steps; longer ones are sent.
struct sensor_fold {
  __u64 busy;
  __u64 since_ns;     // When the first one was sent.
  __u64 last_ns;      // Of the latest repeat.
  __u64 repeats;      // Not handed over yet.
  __u64 record_size;  // 0: the place is free.
  __u64 reserved[4];
  __u8 record[SENSOR_FOLD_RECORD_MAX];  // The first one, as it was sent.
};

// How often each probe program was called by an act of the process `pid` (kernel_support.h).
struct probe_calls {
  __u32 pid;
  __u32 lsm, fentry, fmod_ret, raw_tracepoint, direct_reads;
};

#endif  // VEDETTE_SENSOR_SCHEMA_CONTROL_H_
