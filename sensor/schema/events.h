// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The list of event kinds, put together from the families' lists (process.h, file.h, ...):
// EVENT(kind, number, Falco event types, category, what it is). The rows of a kind's record are
// WIRE_ROWS_<kind>(NUM, TEXT, BYTES), in its family's header, too.
// Numbers are part of the record format: never reuse one. The event types are those that `evt.type`
// can take for the kind; the first one stands in where no system call tells (io_uring, say).
#ifndef VEDETTE_SENSOR_SCHEMA_EVENTS_H_
#define VEDETTE_SENSOR_SCHEMA_EVENTS_H_

#include "sensor/schema/file.h"
#include "sensor/schema/kernel.h"
#include "sensor/schema/network.h"
#include "sensor/schema/process.h"
#include "sensor/schema/self.h"

// Rows are read as a table.
// clang-format off
#define WIRE_EVENTS(EVENT)                                                                         \
  PROCESS_EVENTS(EVENT)                                                                            \
  FILE_EVENTS(EVENT)                                                                               \
  NETWORK_EVENTS(EVENT)                                                                            \
  KERNEL_EVENTS(EVENT)                                                                             \
  SELF_EVENTS(EVENT)

#define WIRE_KIND(kind, number, ...) WIRE_##kind = number,
enum wire_kind { WIRE_EVENTS(WIRE_KIND) };
#define WIRE_KIND_LIMIT 64  // Kinds are below this: they index arrays and bit sets.
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_EVENTS_H_
