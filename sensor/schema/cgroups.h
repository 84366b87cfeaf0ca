// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Cgroups that are made and removed: no events, but what the daemon has to know of a cgroup before
// a program begins in it. A ring of its own.
#ifndef VEDETTE_SENSOR_SCHEMA_CGROUPS_H_
#define VEDETTE_SENSOR_SCHEMA_CGROUPS_H_

#include "sensor/schema/wire.h"

// A removed one has no path: its record ends before it. The kernel gives paths of up to 1024 bytes.
// Of the hierarchy of version 2 alone.
#define SENSOR_CGROUP_PATH_MAX 1008
struct sensor_cgroup {
  __u64 id;
  __u32 removed;
  __u32 path_size;  // With its NUL, at most SENSOR_CGROUP_PATH_MAX, which says that it was cut.
  __u8 path[SENSOR_CGROUP_PATH_MAX];
};
#define SENSOR_CGROUP_HEAD __builtin_offsetof(struct sensor_cgroup, path)

// Some 250 cgroups that the daemon has not heard of yet. When it is full they are known when their
// first program begins.
#define SENSOR_CGROUP_RING (256 * 1024)

#endif  // VEDETTE_SENSOR_SCHEMA_CGROUPS_H_
