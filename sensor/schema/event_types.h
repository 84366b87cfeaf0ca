// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What evt.type and evt.category can be: a rule that names another value is wrong, one that names a
// value which no event has yet only waits for it.
#ifndef VEDETTE_SENSOR_SCHEMA_EVENT_TYPES_H_
#define VEDETTE_SENSOR_SCHEMA_EVENT_TYPES_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace vedette {

// Falco's events, the system calls of Linux and the types of our own kinds, sorted.
absl::Span<const absl::string_view> EventTypes();
bool IsEventType(absl::string_view name);

// Falco's categories; those of our own kinds are among them.
absl::Span<const absl::string_view> EventCategories();
bool IsEventCategory(absl::string_view name);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SCHEMA_EVENT_TYPES_H_
