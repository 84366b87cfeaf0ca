// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/self_report.h"

#include <gtest/gtest.h>

#include <string>

#include "sensor/decode/event_view.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

std::string TextOf(const EventView& view, absl::string_view name) {
  const Member* member = FindMember(view.info(), name);
  return member == nullptr ? "no such member" : std::string(view.Text(*member));
}

wire_lost Lost(EventKind kind, uint32_t lane, wire_loss_stage stage, uint64_t count) {
  wire_lost lost = MakeLost(1'000, 5'000, kind, stage, count);
  lost.lost_lane = lane;
  return lost;
}

TEST(SelfReport, DropsSayWhatWasLostWhere) {
  const SelfIdentity self = {42, 77};
  const wire_lost holes[] = {Lost(WIRE_file_open, WIRE_LANE_BULK, WIRE_LOST_limited, 90),
                             Lost(WIRE_network_connect, 0, WIRE_LOST_scratch_busy, 10)};
  const auto drops = MakeDrops(self, holes, 100);
  ASSERT_EQ(drops.size(), 2u);
  const auto first = EventView::Parse(drops[0]);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->kind(), WIRE_sensor_drop);
  EXPECT_EQ(first->header().pid, 42u);
  EXPECT_EQ(first->header().exec_id, 77u);
  EXPECT_EQ(first->header().time_ns, 5'000u);
  EXPECT_EQ(first->header().repeats, 1u);
  EXPECT_EQ(first->As<wire_sensor_drop>().count, 90u);
  EXPECT_EQ(first->As<wire_sensor_drop>().total, 100u);
  EXPECT_EQ(first->As<wire_sensor_drop>().duration_ns, 4'000u);
  EXPECT_EQ(TextOf(*first, "drop_kind"), "file_open");
  EXPECT_EQ(TextOf(*first, "drop_lane"), "bulk");
  EXPECT_EQ(TextOf(*first, "drop_stage"), "limited");
  const auto second = EventView::Parse(drops[1]);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(TextOf(*second, "drop_kind"), "network_connect");
  EXPECT_EQ(TextOf(*second, "drop_lane"), "") << "it was not decided yet";
}

TEST(SelfReport, BelowTheThresholdRulesHearNothing) {
  const wire_lost hole = Lost(WIRE_file_open, WIRE_LANE_BULK, WIRE_LOST_ring_full, 99);
  EXPECT_TRUE(MakeDrops({}, {&hole, 1}, 100).empty());
  EXPECT_TRUE(MakeDrops({}, {&hole, 1}, 0).empty()) << "0: never enough";
  EXPECT_EQ(MakeDrops({}, {&hole, 1}, 99).size(), 1u);
  EXPECT_TRUE(MakeDrops({}, {}, 1).empty());
}

TEST(SelfReport, OneLossOnTheCriticalLaneIsEnough) {
  const wire_lost hole = Lost(WIRE_file_open, WIRE_LANE_CRITICAL, WIRE_LOST_ring_full, 1);
  const auto drops = MakeDrops({}, {&hole, 1}, 1'000);
  ASSERT_EQ(drops.size(), 1u);
  EXPECT_EQ(TextOf(*EventView::Parse(drops[0]), "drop_lane"), "critical");
}

TEST(SelfReport, AHookSaysWhichItIsAndHowLongItWasUnseen) {
  const auto record = MakeHook({42, 77}, {.section = "lsm/file_open",
                                          .kind = "file_open",
                                          .health = HookHealth::kSilent,
                                          .cpu = 3,
                                          .last_run_ns = 100,
                                          .now_ns = 350});
  const auto view = EventView::Parse(record);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->kind(), WIRE_sensor_hook);
  EXPECT_EQ(view->As<wire_sensor_hook>().silent_ns, 250u);
  EXPECT_EQ(view->As<wire_sensor_hook>().hook_cpu, 3);
  EXPECT_EQ(TextOf(*view, "hook_state"), "silent");
  EXPECT_EQ(TextOf(*view, "hook_section"), "lsm/file_open");
  EXPECT_EQ(TextOf(*view, "hook_kind"), "file_open");
}

}  // namespace
}  // namespace vedette
