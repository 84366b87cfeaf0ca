// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The records' structs, made from the rows. Texts' slots follow the numbers, so the kernel never
// pads: the C++ side asserts it, and layout_test compares the BTF of the compiled programs with the
// rows.
#ifndef VEDETTE_SENSOR_SCHEMA_LAYOUT_H_
#define VEDETTE_SENSOR_SCHEMA_LAYOUT_H_

// Rows are read as a table.
// clang-format off
#include "sensor/schema/wire.h"
//
#include "sensor/schema/events.h"

#define WIRE_STRUCT(kind, ...)                           \
  struct wire_##kind {                                   \
    struct wire_header header;                           \
    WIRE_ROWS_##kind(WIRE_NUM, WIRE_TEXT, WIRE_BYTES)    \
  };
WIRE_EVENTS(WIRE_STRUCT)
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_LAYOUT_H_
