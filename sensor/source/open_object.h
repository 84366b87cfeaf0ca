// SPDX-License-Identifier: Apache-2.0
//
// Opens the linked object of all programs, in one of its two builds.
#ifndef VEDETTE_SENSOR_SOURCE_OPEN_OBJECT_H_
#define VEDETTE_SENSOR_SOURCE_OPEN_OBJECT_H_

#include "sensor/schema/control.h"  // Before the skeletons, which name its types.

struct sensor_object;

namespace vedette {

// The build that reads the kernel's memory by plain loads (KernelSupport::direct_reads), or the one
// that every kernel takes. Both have the same programs, maps and constants. Null: errno says why.
// The caller owns it (sensor_object__destroy).
sensor_object* OpenSensorObject(bool direct_reads);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_OPEN_OBJECT_H_
