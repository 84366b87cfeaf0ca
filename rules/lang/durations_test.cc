// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/durations.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(Durations, AreReadWithDays) {
  struct Case {
    absl::string_view text;
    absl::Duration duration;
  };
  const Case cases[] = {
      {"5m", absl::Minutes(5)},    {"90s", absl::Seconds(90)},   {"1h30m", absl::Minutes(90)},
      {"30d", absl::Hours(720)},   {"1d12h", absl::Hours(36)},   {"500ms", absl::Milliseconds(500)},
      {"0", absl::ZeroDuration()}, {"0d", absl::ZeroDuration()}, {"-5m", -absl::Minutes(5)},
      {"1.5h", absl::Minutes(90)},
  };
  for (const Case& test : cases) {
    const auto duration = ParseDurationWithDays(test.text);
    ASSERT_TRUE(duration.has_value()) << test.text;
    EXPECT_EQ(*duration, test.duration) << test.text;
  }
}

TEST(Durations, RefuseWhatIsNone) {
  for (const absl::string_view text :
       {"", "5", "d", "-1d", "1.5d", "5 minutes", "5x", "1d-1h", "1d 2h", "1w", "inf", "-inf",
        "1d1d", "100001d", "99999999999999999999d"}) {
    EXPECT_FALSE(ParseDurationWithDays(text).has_value()) << text;
  }
}

TEST(Durations, AreWrittenAsTheyAreRead) {
  for (const absl::string_view text : {"30d", "1d12h", "5m", "500ms", "0s", "1h30m"}) {
    EXPECT_EQ(DurationText(*ParseDurationWithDays(text)), text);
  }
}

}  // namespace
}  // namespace vedette
