// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#include "sensor/schema/event_types.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_split.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

TEST(EventTypes, AreSortedAndStandOnce) {
  const auto types = EventTypes();
  EXPECT_EQ(std::adjacent_find(types.begin(), types.end(), std::greater_equal<>()), types.end());
  for (const absl::string_view type : types) EXPECT_TRUE(IsEventType(type)) << type;
  EXPECT_FALSE(IsEventType("no_such_call"));
  EXPECT_FALSE(IsEventType(""));
}

TEST(EventTypes, KnowWhatOurKindsProduceAndMore) {
  for (const KindInfo& info : Kinds()) {
    if ((RuleKinds() & KindBit(info.kind)) == 0) continue;
    EXPECT_TRUE(IsEventCategory(info.category)) << info.category;
    for (const absl::string_view type : absl::StrSplit(info.types, ',')) {
      EXPECT_TRUE(IsEventType(type)) << type;
    }
  }
  for (const absl::string_view type : {"brk", "ioctl", "useradded", "wait4"}) {
    EXPECT_TRUE(IsEventType(type)) << type;
    EXPECT_EQ(KindsOfType(type), 0u) << type;
  }
  EXPECT_FALSE(IsEventCategory("network"));
}

}  // namespace
}  // namespace vedette
