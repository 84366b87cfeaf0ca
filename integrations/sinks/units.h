// SPDX-License-Identifier: Apache-2.0
//
// Sizes and durations as people write them in settings. Pure, any thread.
#ifndef VEDETTE_INTEGRATIONS_SINKS_UNITS_H_
#define VEDETTE_INTEGRATIONS_SINKS_UNITS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace vedette {

// "0", "512B", "64KiB", "16MiB", "4GiB", "1TiB". kInvalidArgument says what is expected.
absl::StatusOr<uint64_t> ParseByteSize(absl::string_view text);
// The shortest form that ParseByteSize reads as the same number.
std::string FormatByteSize(uint64_t bytes);

// "0", "200ms", "90s", "1h30m", "30d": whole numbers of ns, us, ms, s, m, h, d, not negative, at
// most 100 years. kInvalidArgument says what is expected.
absl::StatusOr<absl::Duration> ParseInterval(absl::string_view text);
// The inverse, for what ParseInterval accepts.
std::string FormatInterval(absl::Duration duration);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINKS_UNITS_H_
