// SPDX-License-Identifier: Apache-2.0
#include "cli/activity.h"

#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

RecordBuilder Open(uint64_t exec_id) {
  return RecordBuilder(WIRE_file_open).Set("exec_id", exec_id).Set("path", "/x");
}
RecordBuilder Exec(uint64_t exec_id, uint64_t pid) {
  return RecordBuilder(WIRE_process_exec)
      .Set("exec_id", exec_id)
      .Set("pid", pid)
      .Set("comm", pid == 7 ? "seven" : "nine");
}

TEST(ActivityTest, TheBusiestProcessComesFirst) {
  TestHost host;
  host.Give(Exec(70, 7));
  host.Give(Exec(90, 9));
  Activity activity;
  activity.OnEvent(host.MakeEvent(Open(70)));
  for (int i = 0; i < 3; ++i) activity.OnEvent(host.MakeEvent(Open(90)));
  activity.OnEvent(host.MakeEvent(Open(1234)));  // Of nobody who is known.
  const std::vector<ProcessActivity> busiest = activity.TakeProcesses();
  ASSERT_EQ(busiest.size(), 2U);
  EXPECT_EQ(busiest[0].pid, 9U);
  EXPECT_EQ(busiest[0].name, "nine");
  EXPECT_EQ(busiest[0].events, 3U);
  EXPECT_EQ(busiest[1].events, 1U);
  EXPECT_TRUE(activity.TakeProcesses().empty()) << "they begin anew";
}

TEST(ActivityTest, AlertsAreCountedByRuleAndRepeatsAreNotLate) {
  Activity activity;
  Alert alert;
  alert.rule = "r";
  alert.priority = Priority::kError;
  activity.OnAlert(alert, absl::Milliseconds(2));
  alert.repeats = 5;
  activity.OnAlert(alert, absl::Hours(1));
  EXPECT_EQ(activity.rules().at("r").alerts, 2U);
  EXPECT_EQ(activity.rules().at("r").priority, Priority::kError);
  EXPECT_EQ(activity.latency().count(), 1U);
}

}  // namespace
}  // namespace vedette
