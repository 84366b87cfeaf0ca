// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/fold_reader.h"

#include <gtest/gtest.h>

#include <cstring>

#include "sensor/decode/event_view.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

class FoldReaderTest : public ::testing::Test {
 protected:
  FoldReaderTest() : places_(4), reader_(absl::MakeSpan(places_), 1'000) {}

  void Put(size_t place, uint64_t since_ns, uint64_t repeats) {
    const RecordBytes record =
        RecordBuilder(WIRE_file_open).Set("path", "/etc/hosts").Set("sequence", 9).Build();
    sensor_fold& fold = places_[place];
    fold.since_ns = since_ns;
    fold.last_ns = since_ns + 500;
    fold.repeats = repeats;
    fold.record_size = record.size();
    std::memcpy(fold.record, record.data(), record.size());
  }
  void Take(absl::Span<const std::byte> bytes) { taken_.emplace_back(bytes.begin(), bytes.end()); }
  void HandOutOld(uint64_t now_ns) {
    reader_.HandOutOld(now_ns, [this](auto bytes) { Take(bytes); });
  }

  std::vector<sensor_fold> places_;
  FoldReader reader_;
  std::vector<RecordBytes> taken_;
};

TEST_F(FoldReaderTest, WhatWasRepeatedIsHandedOutWhenItsTimeIsOver) {
  Put(1, 5'000, 7);
  HandOutOld(5'999);
  EXPECT_TRUE(taken_.empty());
  HandOutOld(6'000);
  ASSERT_EQ(taken_.size(), 1u);
  const auto view = EventView::Parse(taken_[0]);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->header().repeats, 7u);
  EXPECT_EQ(view->header().time_ns, 5'500u);
  EXPECT_EQ(view->header().sequence, 0u);
  EXPECT_NE(view->header().flags & WIRE_FLAG_REPEATS, 0);
  EXPECT_EQ(places_[1].record_size, 0u) << "the next one is a first one";
  EXPECT_EQ(places_[1].busy, 0u);
  HandOutOld(9'000);
  EXPECT_EQ(taken_.size(), 1u);
}

TEST_F(FoldReaderTest, AnActThatWasNotRepeatedStaysWhereItIs) {
  Put(0, 5'000, 0);
  HandOutOld(9'000);
  EXPECT_TRUE(taken_.empty());
  EXPECT_NE(places_[0].record_size, 0u);
}

TEST_F(FoldReaderTest, APlaceInUseWaits) {
  Put(2, 5'000, 3);
  places_[2].busy = 1;
  HandOutOld(9'000);
  EXPECT_TRUE(taken_.empty());
  EXPECT_EQ(places_[2].busy, 1u);
  EXPECT_EQ(places_[2].repeats, 3u);
  places_[2].busy = 0;
  HandOutOld(9'000);
  EXPECT_EQ(taken_.size(), 1u);
}

TEST_F(FoldReaderTest, AllOfThemAtTheEnd) {
  Put(0, 5'000, 1);
  Put(3, 8'999, 2);
  reader_.HandOutAll([this](auto bytes) { Take(bytes); });
  EXPECT_EQ(taken_.size(), 2u);
}

// The memory is shared with the kernel; a size that cannot be is not believed.
TEST_F(FoldReaderTest, ASizeThatCannotBeIsDropped) {
  Put(0, 5'000, 1);
  places_[0].record_size = SENSOR_FOLD_RECORD_MAX + 1;
  Put(1, 5'000, 1);
  places_[1].record_size = sizeof(wire_header) - 1;
  HandOutOld(9'000);
  EXPECT_TRUE(taken_.empty());
}

}  // namespace
}  // namespace vedette
