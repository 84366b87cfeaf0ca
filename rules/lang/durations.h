// SPDX-License-Identifier: Apache-2.0
//
// Lengths of time as rules write them: 90s, 1h30m, 500ms, and with days: 30d, 1d12h.
#ifndef VEDETTE_RULES_LANG_DURATIONS_H_
#define VEDETTE_RULES_LANG_DURATIONS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace vedette {

// Units ns, us, ms, s, m, h and d. None for anything else, and for what is not finite.
std::optional<absl::Duration> ParseDurationWithDays(absl::string_view text);
// The same way back: "1d12h", "5m", "0s".
std::string DurationText(absl::Duration duration);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_DURATIONS_H_
