// SPDX-License-Identifier: Apache-2.0
#include "integrations/sinks/units.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace vedette {
namespace {

TEST(UnitsTest, SizesAreRead) {
  struct Case {
    const char* text;
    uint64_t bytes;
  };
  constexpr Case kCases[] = {
      {"0", 0},
      {"0MiB", 0},
      {"1B", 1},
      {"64KiB", 65536},
      {"16MiB", 1 << 24},
      {"4GiB", uint64_t{4} << 30},
      {"2TiB", uint64_t{2} << 40},
  };
  for (const Case& c : kCases) {
    const auto bytes = ParseByteSize(c.text);
    ASSERT_TRUE(bytes.ok()) << c.text;
    EXPECT_EQ(*bytes, c.bytes) << c.text;
  }
}

TEST(UnitsTest, OtherSizesAreRefused) {
  for (const char* text : {"", "16", "MiB", "16 MiB", "16MB", "16M", "-1B", "+1B", "1.5GiB",
                           "99999999999999999999B", "16777216TiB", "0x10B", "1B "}) {
    EXPECT_EQ(ParseByteSize(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(UnitsTest, SizesComeBack) {
  for (const uint64_t bytes : {uint64_t{0}, uint64_t{1}, uint64_t{1023}, uint64_t{1} << 20,
                               std::numeric_limits<uint64_t>::max()}) {
    EXPECT_EQ(*ParseByteSize(FormatByteSize(bytes)), bytes);
  }
  EXPECT_EQ(FormatByteSize(uint64_t{3} << 30), "3GiB");
  EXPECT_EQ(FormatByteSize(1536), "1536B");
}

TEST(UnitsTest, DurationsAreRead) {
  EXPECT_EQ(*ParseInterval("0"), absl::ZeroDuration());
  EXPECT_EQ(*ParseInterval("200ms"), absl::Milliseconds(200));
  EXPECT_EQ(*ParseInterval("1h30m"), absl::Minutes(90));
  EXPECT_EQ(*ParseInterval("30d"), absl::Hours(24 * 30));
  EXPECT_EQ(*ParseInterval("36525d"), absl::Hours(24 * 36525));
}

TEST(UnitsTest, OtherDurationsAreRefused) {
  for (const char* text : {"", "5", "s", "-1s", "1.5s", "1y", "36526d", "36525d1ns", "1s ", "1 s",
                           "99999999999999999999s", "9223372036854775807d", "inf"}) {
    EXPECT_EQ(ParseInterval(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(UnitsTest, DurationsComeBack) {
  EXPECT_EQ(FormatInterval(absl::Hours(24 * 30)), "30d");
  EXPECT_EQ(FormatInterval(absl::Minutes(90)), "1h30m");
  for (const int64_t ns :
       {int64_t{0}, int64_t{1}, int64_t{999'999'999}, int64_t{86'400'000'000'001}}) {
    EXPECT_EQ(*ParseInterval(FormatInterval(absl::Nanoseconds(ns))), absl::Nanoseconds(ns));
  }
}

}  // namespace
}  // namespace vedette
