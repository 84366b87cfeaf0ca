// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// From which programs a process descends, as the kernel keeps it (sensor/bpf/lineage.h). It does
// not depend on the rules, so a new rule set knows the past, and so does the next daemon.
#ifndef VEDETTE_SENSOR_SCHEMA_LINEAGE_H_
#define VEDETTE_SENSOR_SCHEMA_LINEAGE_H_

#include "sensor/schema/wire.h"

// Different names; where there are more, the oldest are kept: whoever executes without end does not
// get rid of where he came from. engine/enrich/earlier_programs.h keeps the same.
#define LINEAGE_NAMES_MAX 32

struct lineage_facts {
  __u64 own[WIRE_COMM_SIZE / 8];  // The program that runs, by its name at the exec.
  __u32 count;                    // Of `names`.
  __u32 ready;                    // 0: it is being worked out.
  __u64 names[LINEAGE_NAMES_MAX][WIRE_COMM_SIZE / 8];  // The programs before, each name once.
};
#define LINEAGES_MAX 32768

#endif  // VEDETTE_SENSOR_SCHEMA_LINEAGE_H_
