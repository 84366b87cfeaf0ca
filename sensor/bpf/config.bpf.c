// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What every program shares and one object has to define.
#include "sensor/bpf/enforce.h"
#include "sensor/bpf/maps.h"

char LICENSE[] SEC("license") = "GPL";

const volatile struct sensor_config config = {};
struct sensor_state state = {};
struct sensor_calls calls = {};
#if ENFORCING
struct enforce_state enforcement = {};
#endif
