// SPDX-License-Identifier: Apache-2.0
//
// What is asked; tests/fleet asks it.
#include "cli/fleet_alerts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(FleetAlertsTest, FiltersBecomeConditionsAndNoNameIsReadAsSql) {
  AlertFilter filter;
  filter.rule = "X') OR 1 --";
  filter.priority_min = Priority::kWarning;
  filter.since = absl::FromUnixSeconds(1'700'000'000);
  const std::string sql = FleetAlertsSql({.times = {}, .host = "web-1", .lineage = ""}, filter,
                                         {.limit = 50, .offset = 100});
  EXPECT_THAT(sql, HasSubstr("lower(rule) = unhex('782729206f722031202d2d')"));
  EXPECT_THAT(sql, HasSubstr("severity <= 4"));
  EXPECT_THAT(sql, HasSubstr("time_ns >= 1700000000000000000"));
  EXPECT_THAT(sql, HasSubstr("hostname = unhex('7765622d31')"));
  EXPECT_THAT(sql, HasSubstr(" LIMIT 50 OFFSET 100)"));
  EXPECT_THAT(sql, Not(HasSubstr("OR 1")));
}

TEST(FleetAlertsTest, WhatIsWithTheHostCannotBeAskedOfTheFleet) {
  AlertFilter filter;
  filter.state = "open";
  CapturedIo io;
  EXPECT_EQ(ListFleetAlerts({}, filter, io), ExitCode::kUsage);
  EXPECT_THAT(io.error(), HasSubstr("is with its host"));
}

}  // namespace
}  // namespace vedette
