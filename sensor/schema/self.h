// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Rows of what the sensor says of itself: what it lost, and whether its hooks still run. User space
// makes these records (sensor/source/self_report.h); no hook does.
#ifndef VEDETTE_SENSOR_SCHEMA_SELF_H_
#define VEDETTE_SENSOR_SCHEMA_SELF_H_

// Rows are read as a table.
// clang-format off
// The kinds of the family: events.h says what the columns are. `lost` is for the store's gaps, the
// others are events that rules can match.
#define SELF_EVENTS(EVENT)                                                                         \
  EVENT(lost, 60, "", "internal", "Records that did not arrive, and how many")                     \
  EVENT(sensor_drop, 62, "drop", "internal", "The sensor lost more events than it may")            \
  EVENT(sensor_hook, 63, "hook", "internal", "A hook of the sensor stopped, or runs again")

// Where a hole is: at `stage` (enum wire_loss_stage), for records of kind `lost_kind` (0: unknown).
#define WIRE_ROWS_lost(NUM, TEXT, BYTES)                                                           \
  NUM(__u64, from_ns, kBootTime, "", "", "The hole begins after this time")                        \
  NUM(__u64, to_ns, kBootTime, "", "", "The hole ends before this time")                           \
  NUM(__u64, count, kUnsigned, "", "", "How many records are missing; 0: nobody knows")            \
  NUM(__u32, lost_kind, kUnsigned, "", "", "Their kind, 0 if unknown")                             \
  NUM(__u32, lost_lane, kUnsigned, "", "", "Their lane")                                           \
  NUM(__u32, stage, kUnsigned, "", "", "Where they were lost")                                     \
  NUM(__u32, lost_cpu, kUnsigned, "", "", "On which CPU, or all ones")

// The same for rules, where it was more than sensor.drop_threshold allows.
#define WIRE_ROWS_sensor_drop(NUM, TEXT, BYTES)                                                    \
  NUM(__u64, count, kUnsigned, "drop.count", "", "How many events of this kind were lost here")    \
  NUM(__u64, total, kUnsigned, "drop.total", "", "How many of all kinds were lost in that time")   \
  NUM(__u64, duration_ns, kDuration, "drop.duration", "", "In how much time, up to now")           \
  TEXT(drop_kind, 32, kText, "drop.kind", "", "Their kind, as evt.kind has it")                    \
  TEXT(drop_lane, 16, kText, "drop.lane", "",                                                      \
      "critical or bulk; empty where the lane was not decided yet")                                \
  TEXT(drop_stage, 32, kText, "drop.stage", "",                                                    \
      "Where: ring_full, scratch_busy, skipped, state_full or limited")                            \
  NUM(__u32, drop_reserved, kUnsigned, "", "", "Zero")

#define WIRE_ROWS_sensor_hook(NUM, TEXT, BYTES)                                                    \
  NUM(__u64, silent_ns, kDuration, "hook.silent", "",                                              \
      "How long ago it was seen to run for the last time, at most")                                \
  NUM(__s32, hook_cpu, kSigned, "hook.cpu", "", "On which CPU it does not run; -1: on none")       \
  TEXT(hook_state, 16, kText, "hook.state", "",                                                    \
      "detached, silent (attached, but not called), changed (its tables were), or running again")  \
  TEXT(hook_section, 64, kText, "hook.section", "", "The hook, as `vedette doctor` names it")      \
  TEXT(hook_kind, 32, kText, "hook.kind", "", "Kind of the events that it serves")

// LOSS_STAGE(name, number, what it means)
#define WIRE_LOSS_STAGES(LOSS_STAGE)                                                               \
  LOSS_STAGE(ring_full, 1, "user space did not empty the ring in time")                            \
  LOSS_STAGE(scratch_busy, 2, "too many acts were under way on the CPU")                           \
  LOSS_STAGE(state_full, 3, "a kernel map was full")                                               \
  LOSS_STAGE(malformed, 4, "the record was damaged")                                               \
  LOSS_STAGE(queue_full, 5, "the store did not keep up")                                           \
  LOSS_STAGE(store_failed, 6, "the store refused the row")                                         \
  LOSS_STAGE(limited, 7, "a cgroup sent more than its share of the bulk lane")                     \
  LOSS_STAGE(skipped, 8, "the kernel did not let a program interrupt itself")                      \
  LOSS_STAGE(hook_stopped, 9, "a hook did not run: nobody knows how many events it missed")

#define WIRE_STAGE(name, number, ...) WIRE_LOST_##name = number,
enum wire_loss_stage { WIRE_LOSS_STAGES(WIRE_STAGE) WIRE_LOSS_STAGE_LIMIT };
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_SELF_H_
