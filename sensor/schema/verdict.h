// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#ifndef VEDETTE_SENSOR_SCHEMA_VERDICT_H_
#define VEDETTE_SENSOR_SCHEMA_VERDICT_H_

#include "absl/strings/string_view.h"

namespace vedette {

// What has become of an act that the kernel has decided; static text. `late`: it was not asked.
inline absl::string_view VerdictText(bool kills, bool enforces, bool late = false) {
  if (enforces && kills && late) return "killed_late";
  if (enforces) return kills ? "killed" : "denied";
  return kills ? "would_kill" : "would_deny";
}

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SCHEMA_VERDICT_H_
