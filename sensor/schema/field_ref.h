// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// From the name of a field, as rules, outputs and command lines write it, to the field.
#ifndef VEDETTE_SENSOR_SCHEMA_FIELD_REF_H_
#define VEDETTE_SENSOR_SCHEMA_FIELD_REF_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sensor/schema/schema.h"

namespace vedette {

enum class FieldRefError : uint8_t {
  kNone,
  kUnknownField,
  kUnknownArgument,  // `evt.arg.x`: no call has an argument of this name.
  kNoArgument,       // The field takes none.
  kNeedsArgument,
  kNeedsNumber,
};

// `argument` is what stood in brackets, if they were there. `evt.arg[flags]` is `evt.arg.flags`,
// `thread.cgroup.cpuset` is `thread.cgroup[cpuset]`. After an error `ref` is left half-made.
FieldRefError ResolveFieldRef(absl::string_view name, absl::optional<absl::string_view> argument,
                              FieldRef& ref);

// For messages: "evt.arg needs an argument". Empty for kNone and the two unknown ones.
absl::string_view FieldRefErrorText(FieldRefError error);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SCHEMA_FIELD_REF_H_
