// SPDX-License-Identifier: Apache-2.0
//
// The system call of an event, as `evt.type` names it.
#ifndef VEDETTE_ENGINE_ENRICH_CALL_TYPES_H_
#define VEDETTE_ENGINE_ENRICH_CALL_TYPES_H_

#include "absl/strings/string_view.h"
#include "sensor/decode/event_view.h"
#include "sensor/schema/calls.h"

namespace vedette {

// The value of evt.type: the call in progress if the kind can come from it, else the kind's first
// type (io_uring, the open of a program by execve, ...). Empty for internal kinds.
absl::string_view EventTypeOf(const EventView& view);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_CALL_TYPES_H_
