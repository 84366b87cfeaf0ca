// SPDX-License-Identifier: Apache-2.0
//
// The system call of an event, as `evt.type` names it.
#ifndef VEDETTE_ENGINE_ENRICH_CALL_TYPES_H_
#define VEDETTE_ENGINE_ENRICH_CALL_TYPES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "sensor/decode/event_view.h"

namespace vedette {

// Whose numbers system calls have.
enum class CallTable : uint8_t { kX86_64, kI386, kArm64, kArm };

// Of this build: records are in native byte order and come from the same kind of machine.
CallTable NativeCalls(bool compat);

// "openat"; empty for a call that no kind of event stands for.
absl::string_view CallName(CallTable table, int32_t number);

// The value of evt.type: the call in progress if the kind can come from it, else the kind's first
// type (io_uring, the open of a program by execve, ...). Empty for internal kinds.
absl::string_view EventTypeOf(const EventView& view);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_CALL_TYPES_H_
