// SPDX-License-Identifier: Apache-2.0
#include "sensor/decode/record_builder.h"

#include <gtest/gtest.h>

#include "sensor/decode/event_view.h"

namespace vedette {
namespace {

TEST(RecordBuilder, DefaultsAreUnjudgedAndCritical) {
  const auto record = RecordBuilder(WIRE_process_exit).Build();
  const auto view = EventView::Parse(record);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->header().lane, WIRE_LANE_CRITICAL);
  EXPECT_EQ(view->header().syscall, -1);
  for (const uint64_t word : view->header().survivors) EXPECT_EQ(word, ~uint64_t{0});
}

TEST(RecordBuilder, KindMembersComeBeforeHeaderMembers) {
  RecordBuilder builder(WIRE_file_open);
  builder.Set("generation", 7).header().generation = 9;
  const auto record = builder.Build();
  const auto view = EventView::Parse(record);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->As<wire_file_open>().generation, 7U);
  EXPECT_EQ(view->header().generation, 9U);
}

TEST(RecordBuilderDeathTest, UnknownNamesEndTheTest) {
  EXPECT_DEATH(RecordBuilder(WIRE_file_open).Set("no_such", 1), "no member no_such");
}

}  // namespace
}  // namespace vedette
