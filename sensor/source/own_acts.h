// SPDX-License-Identifier: Apache-2.0
//
// Acts that the daemon does on purpose, so that a hook that is not called is noticed. The hooks
// count them and report nothing: they are the daemon's own.
#ifndef VEDETTE_SENSOR_SOURCE_OWN_ACTS_H_
#define VEDETTE_SENSOR_SOURCE_OWN_ACTS_H_

#include "sensor/schema/schema.h"

namespace vedette {

// What DoCheapActs does an act of each of, in some 10 µs; of WIRE_system_call it is personality().
inline constexpr KindSet kCheapActs =
    KindBit(WIRE_file_open) | KindBit(WIRE_network_connect) | KindBit(WIRE_system_call);
// What RunProgram does an act of each of, in about a millisecond.
inline constexpr KindSet kProgramActs =
    KindBit(WIRE_process_fork) | KindBit(WIRE_process_exec) | KindBit(WIRE_process_exit);

// Any thread.
void DoCheapActs();
// Starts /bin/true or something like it and waits for its end. False: there is no such program.
bool RunProgram();

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_OWN_ACTS_H_
