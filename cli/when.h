// SPDX-License-Identifier: Apache-2.0
//
// Times as people write and read them. What ends in Z is UTC, everything else is local time. Pure,
// any thread.
#ifndef VEDETTE_CLI_WHEN_H_
#define VEDETTE_CLI_WHEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace vedette {

// How long ago ("2h", "1d12h", "3 days ago"), a day or a time of it ("yesterday", "today 14:00",
// "14:00", "2024-05-01", "2024-05-01 12:00:00.5"), RFC 3339, seconds since 1970 ("@1714564800"),
// "now". kInvalidArgument says what is expected.
absl::StatusOr<absl::Time> ParseWhen(absl::string_view text, absl::Time now,
                                     absl::TimeZone zone = absl::LocalTimeZone());

// ParseWhen() for commands that look back: kInvalidArgument for a time that is still to come.
absl::StatusOr<absl::Time> ParsePast(absl::string_view text, absl::Time now);

// "2024-05-01 12:00:00.123", or in UTC "2024-05-01 12:00:00.123Z". ParseWhen() reads both.
std::string ShownTime(absl::Time time, absl::TimeZone zone);
// The same to the second, for sentences.
std::string ShownSecond(absl::Time time, absl::TimeZone zone);

// A text that is a time as the store's tables have it ("2024-05-01T12:00:00.123Z") as ShownTime()
// or ShownSecond() has it; any other as it is.
std::string ShownIfTime(absl::string_view text, absl::TimeZone zone);

}  // namespace vedette

#endif  // VEDETTE_CLI_WHEN_H_
