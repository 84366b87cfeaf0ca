// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// An act that did not take place, given to the kernel's classifier by hand: for tests that compare
// it with the classifier in user space, and for measuring it (sensor/source/classifier_trial.h).
#ifndef VEDETTE_SENSOR_SCHEMA_TRIAL_H_
#define VEDETTE_SENSOR_SCHEMA_TRIAL_H_

#include "sensor/schema/wire.h"

#define TRIAL_PATH_MAX 512
#define TRIAL_REPEAT_MAX 1024

enum trial_step {
  TRIAL_CLASSIFY = 0,  // The act.
  TRIAL_REMEMBER = 1,  // `path` is what the process header.exec_id runs; empty: no program.
  TRIAL_INHERIT = 2,   // header.exec_id was created by `creator`.
  TRIAL_FORGET = 3,    // It is over.
  TRIAL_EXEC = 4,      // header.exec_id runs header.comm; before it was `creator`, or 0: unknown.
};

struct classify_trial {
  struct wire_header header;  // The survivors and the lane are written back.
  __u64 creator;
  __u64 cgroup;  // Of the program, with TRIAL_REMEMBER.
  __u64 capabilities;
  __u64 nanoseconds;  // That classifying took, all of them.
  __u32 step;         // enum trial_step
  __u32 input;        // enum classify_input
  __u32 mode, ports;
  __u32 family;
  __u8 address[WIRE_ADDRESS_SIZE];
  __u32 path_size;
  __u32 name_size;    // Of the last part of the path.
  __u32 repeat;       // How often; at most TRIAL_REPEAT_MAX.
  __s32 answer;       // enum classify_answer
  __u32 target_size;  // 0: it is not judged.
  __u8 path[TRIAL_PATH_MAX];
  __u8 target[TRIAL_PATH_MAX];
};

#endif  // VEDETTE_SENSOR_SCHEMA_TRIAL_H_
