// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// System calls that kinds of events come from, by name and number. All of it is constant: any
// thread may read it.
#ifndef VEDETTE_SENSOR_SCHEMA_CALLS_H_
#define VEDETTE_SENSOR_SCHEMA_CALLS_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace vedette {

// Whose numbers system calls have.
enum class CallTable : uint8_t { kX86_64, kI386, kArm64, kArm };

struct Call {
  absl::string_view name;  // As evt.type has it.
  int32_t numbers[4];      // By CallTable; -1: that machine does not have it.

  int32_t Number(CallTable table) const { return numbers[static_cast<size_t>(table)]; }
};

// All numbers are below this.
inline constexpr size_t kCallNumbersMax = 1024;

// Of this build: records are in native byte order and come from the same kind of machine.
CallTable NativeCalls(bool compat);

// Sorted by name.
absl::Span<const Call> Calls();

// "openat"; empty for a call that no kind of event stands for.
absl::string_view CallName(CallTable table, int32_t number);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SCHEMA_CALLS_H_
