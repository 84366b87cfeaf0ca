// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Never loaded. BTF keeps the types that something mentions: one global per record, so that
// layout_test can compare what the BPF compiler made of the rows with what the C++ compiler made of
// them.
#include "sensor/bpf/kernel_types.h"  // A block of its own: clang-format would put layout.h first.

#include "sensor/schema/classify.h"
#include "sensor/schema/control.h"
#include "sensor/schema/layout.h"

#define LAYOUT_GLOBAL(kind, ...) struct wire_##kind layout_##kind;
WIRE_EVENTS(LAYOUT_GLOBAL)
struct sensor_config layout_config;
struct sensor_counters layout_counters;
struct sensor_state layout_state;
struct sensor_calls layout_calls;
struct sensor_fold layout_fold;
struct classify_kind layout_kind;
struct classify_key layout_key;
struct classify_path_key layout_path_key;
struct classify_name_key layout_name_key;
