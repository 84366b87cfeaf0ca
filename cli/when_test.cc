// SPDX-License-Identifier: Apache-2.0
#include "cli/when.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/clock.h"

namespace vedette {
namespace {

const absl::TimeZone kZone = absl::FixedTimeZone(2 * 60 * 60);
const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);  // 2023-11-15 00:13:20 in the zone.

absl::Time At(int day, int hour, int minute, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(2023, 11, day, hour, minute, second), kZone);
}

TEST(ParseWhen, AsPeopleWriteThem) {
  const struct {
    absl::string_view text;
    absl::Time time;
  } kCases[] = {
      {"2h", kNow - absl::Hours(2)},
      {"1d12h", kNow - absl::Hours(36)},
      {"2h ago", kNow - absl::Hours(2)},
      {"3 days ago", kNow - absl::Hours(72)},
      {"1 hour 5 minutes", kNow - absl::Minutes(65)},
      {"2w", kNow - absl::Hours(14 * 24)},
      {"now", kNow},
      {"today", At(15, 0, 0)},
      {"yesterday", At(14, 0, 0)},
      {"yesterday 14:00", At(14, 14, 0)},
      {"00:05", At(15, 0, 5)},
      {"00:05:07", At(15, 0, 5, 7)},
      {"2023-11-14", At(14, 0, 0)},
      {" 2023-11-14 10:00 ", At(14, 10, 0)},
      {"2023-11-14T10:00:01", At(14, 10, 0, 1)},
      {"2023-11-14 10:00:00.5", At(14, 10, 0) + absl::Milliseconds(500)},
      {"2023-11-14T22:13:20Z", kNow},
      {"2023-11-14 22:13:20.000Z", kNow},
      {"2023-11-14 22:13Z", kNow - absl::Seconds(20)},
      {"2023-11-15T01:13:20+03:00", kNow},
      {"@1700000000", kNow},
  };
  for (const auto& [text, time] : kCases) {
    const auto read = ParseWhen(text, kNow, kZone);
    ASSERT_TRUE(read.ok()) << text << ": " << read.status();
    EXPECT_EQ(*read, time) << text;
  }
}

TEST(ParsePast, WhatIsStillToComeIsRefused) {
  const absl::Time now = absl::Now();
  EXPECT_TRUE(ParsePast("2h", now).ok());
  EXPECT_TRUE(ParsePast("now", now).ok());
  const auto future = ParsePast("2999-01-01", now);
  EXPECT_TRUE(absl::IsInvalidArgument(future.status()));
  EXPECT_TRUE(absl::StrContains(future.status().message(), "still to come")) << future.status();
}

TEST(ParseWhen, WhatIsNoTimeIsSaidWithExamples) {
  for (const absl::string_view text :
       {"", "soon", "-2h", "2x", "ago", "2024-13-01", "25:00", "@-1", "@1e300", "99999999999999d",
        "yesterday\x1b", "today tomorrow", "2024-05-01 12:00 UTC?"}) {
    EXPECT_EQ(ParseWhen(text, kNow, kZone).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_THAT(std::string(ParseWhen("yesterdax\x1b", kNow).status().message()),
              testing::HasSubstr("\"yesterdax\\x1b\" is no time: write how long ago"));
}

TEST(ShownTime, IsReadAsTheSameTime) {
  const absl::Time time = kNow + absl::Milliseconds(123);
  EXPECT_EQ(ShownTime(time, kZone), "2023-11-15 00:13:20.123");
  EXPECT_EQ(ShownTime(time, absl::UTCTimeZone()), "2023-11-14 22:13:20.123Z");
  EXPECT_EQ(ShownSecond(time, absl::UTCTimeZone()), "2023-11-14 22:13:20Z");
  EXPECT_EQ(*ParseWhen(ShownTime(time, kZone), kNow, kZone), time);
  EXPECT_EQ(*ParseWhen(ShownTime(time, absl::UTCTimeZone()), kNow, kZone), time);
}

TEST(ShownIfTime, OnlyTimesOfTheStore) {
  EXPECT_EQ(ShownIfTime("2023-11-14T22:13:20.123Z", kZone), "2023-11-15 00:13:20.123");
  EXPECT_EQ(ShownIfTime("2023-11-14T22:13:20Z", kZone), "2023-11-15 00:13:20");
  for (const absl::string_view text :
       {"2023-11-14", "2023-11-14T22:13:20.123", "2023-99-14T22:13:20.123Z", "/etc/shadow", ""}) {
    EXPECT_EQ(ShownIfTime(text, kZone), text);
  }
}

}  // namespace
}  // namespace vedette
