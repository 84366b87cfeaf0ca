// SPDX-License-Identifier: Apache-2.0
#include "engine/waiting_events.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

WaitingEvent Of(absl::string_view container, uint64_t number, size_t bytes = 100) {
  WaitingEvent event;
  event.container = std::string(container);
  event.number = number;
  event.record.resize(bytes);
  return event;
}

TEST(WaitingEvents, ComeOutInTheirOrderAndOnlyThoseOfTheContainer) {
  WaitingEvents waiting;
  for (uint64_t i = 1; i <= 6; ++i) EXPECT_TRUE(waiting.Add(Of(i % 2 == 0 ? "a" : "b", i)));
  std::string out;
  const auto note = [&out](const WaitingEvent& event) { absl::StrAppend(&out, event.number, " "); };
  waiting.Release("a", note);
  EXPECT_EQ(out, "2 4 6 ");
  EXPECT_EQ(waiting.size(), 3u);
  waiting.Release("c", note);
  EXPECT_EQ(waiting.size(), 3u);
  waiting.ReleaseAll(note);
  EXPECT_EQ(out, "2 4 6 1 3 5 ");
  EXPECT_EQ(waiting.size(), 0u);
}

TEST(WaitingEvents, AreBoundedAndTakeAgainWhatWasGivenOut) {
  WaitingEvents waiting(10'000);
  size_t taken = 0;
  while (waiting.Add(Of("a", taken))) ++taken;
  EXPECT_GT(taken, 10u);
  EXPECT_LT(taken, 100u);
  waiting.Release("a", [](const WaitingEvent&) {});
  for (size_t i = 0; i < taken; ++i) EXPECT_TRUE(waiting.Add(Of("b", i)));
  EXPECT_FALSE(waiting.Add(Of("b", taken)));
}

}  // namespace
}  // namespace vedette
