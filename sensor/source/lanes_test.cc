// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/lanes.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "sensor/schema/wire.h"
#include "sensor/source/test_ring.h"

namespace vedette {
namespace {

using Ring = TestRing<size_t{1} << 20>;

class LanesTest : public testing::Test {
 protected:
  static std::string RecordOf(uint64_t time) {
    wire_header header = {};
    header.time_ns = time;
    return {reinterpret_cast<const char*>(&header), sizeof(header)};
  }
  std::vector<uint64_t> Times() {
    std::vector<uint64_t> times;
    counts_ = lanes_.HandOut([&](absl::Span<const std::byte> record) {
      wire_header header;
      std::memcpy(&header, record.data(), sizeof(header));
      times.push_back(header.time_ns);
    });
    return times;
  }

  std::unique_ptr<Ring> critical_ = std::make_unique<Ring>(), bulk_ = std::make_unique<Ring>();
  Lanes lanes_{critical_->Reader(), bulk_->Reader()};
  Lanes::Counts counts_;
};

TEST_F(LanesTest, RecordsComeByTimeWhicheverTheirLane) {
  for (const uint64_t time : {3, 4, 9}) ASSERT_TRUE(critical_->Add(RecordOf(time)));
  for (const uint64_t time : {1, 5, 6, 10}) ASSERT_TRUE(bulk_->Add(RecordOf(time)));
  EXPECT_EQ(Times(), (std::vector<uint64_t>{1, 3, 4, 5, 6, 9, 10}));
  EXPECT_EQ(counts_.critical, 3U);
  EXPECT_EQ(counts_.bulk, 4U);
  EXPECT_FALSE(counts_.more());
  EXPECT_EQ(critical_->consumed, critical_->produced);
  EXPECT_EQ(bulk_->consumed, bulk_->produced);
  EXPECT_TRUE(Times().empty());
}

TEST_F(LanesTest, ACriticalRecordWaitsForNoMoreThanABatchOfBulk) {
  const std::string old = RecordOf(1);
  for (size_t i = 0; i < Lanes::kBatch + 500; ++i) ASSERT_TRUE(bulk_->Add(old));
  ASSERT_TRUE(critical_->Add(RecordOf(2)));
  const std::vector<uint64_t> first = Times();
  ASSERT_EQ(first.size(), Lanes::kBatch + 1);
  EXPECT_EQ(first.back(), 2U);
  EXPECT_TRUE(counts_.more());
  EXPECT_EQ(Times().size(), 500U);
}

TEST_F(LanesTest, BulkDoesNotPassCriticalRecordsThatAreOlder) {
  for (uint64_t i = 1; i <= Lanes::kBatch + 2; ++i) ASSERT_TRUE(critical_->Add(RecordOf(i)));
  ASSERT_TRUE(bulk_->Add(RecordOf(1'000'000)));
  const std::vector<uint64_t> first = Times();
  ASSERT_EQ(first.size(), Lanes::kBatch);
  EXPECT_TRUE(counts_.more());
  EXPECT_EQ(Times(), (std::vector<uint64_t>{first.back() + 1, first.back() + 2, 1'000'000}));
}

TEST_F(LanesTest, NobodyWaitsForARecordThatIsBeingWritten) {
  ASSERT_TRUE(bulk_->Add(RecordOf(1), BPF_RINGBUF_BUSY_BIT));
  ASSERT_TRUE(critical_->Add(RecordOf(2)));
  EXPECT_EQ(Times(), std::vector<uint64_t>{2});
  EXPECT_EQ(bulk_->consumed, 0U);
}

TEST_F(LanesTest, ARecordThatIsTooShortForATimeGoesFirst) {
  ASSERT_TRUE(critical_->Add(RecordOf(2)));
  ASSERT_TRUE(bulk_->Add("short"));
  std::vector<size_t> sizes;
  lanes_.HandOut([&](absl::Span<const std::byte> record) { sizes.push_back(record.size()); });
  EXPECT_EQ(sizes, (std::vector<size_t>{5, sizeof(wire_header)}));
}

}  // namespace
}  // namespace vedette
