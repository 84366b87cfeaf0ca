// SPDX-License-Identifier: Apache-2.0
//
// The disk fills at every write of a run in turn.
#include <mutex>

#include "absl/time/clock.h"
#include "storage/faulty_disk.h"
#include "tests/store/campaign.h"

namespace vedette {
namespace {

TEST(FullDiskCampaign, AtEveryWriteNothingThatWasToldIsLost) {
  FaultyDisk::Install();
  const TemporaryDirectory directory;
  const std::string path = directory.File("events.db");
  std::mutex mu;
  std::vector<std::string> told;
  size_t unstored = 0;
  const auto open = [&] {
    StoreOptions options;
    options.path = path;
    options.queue_bytes_max = 256 << 10;
    options.commit_interval = absl::Milliseconds(1);
    options.alert_patience = absl::Hours(1);
    options.on_committed = [&](std::vector<Alert> alerts) {
      const std::lock_guard lock(mu);
      for (const Alert& alert : alerts) told.push_back(alert.id);
    };
    options.on_unstored = [&](std::vector<Alert> alerts) {
      const std::lock_guard lock(mu);
      unstored += alerts.size();
    };
    return EventStore::Open(options);
  };
  ASSERT_TRUE(ValueOrDie(open())->Close().ok());
  size_t offered = 0;
  const int step = Rounds(8, 1);
  for (int position = 0; position < 240; position += step) {
    SCOPED_TRACE(position);
    auto store = ValueOrDie(open());
    FaultyDisk::FailAfter(position);
    for (uint64_t number = 1; number <= 5; ++number) {
      store->OfferEvent(OpenRecord(7, std::string(1000, 'x')), number, TestTime());
      store->OfferAlert(TestAlert(absl::StrCat(position, "-", number), number));
      ++offered;
      absl::SleepFor(absl::Milliseconds(1));
    }
    store->Close().IgnoreError();
    store.reset();
    FaultyDisk::FailAfter(1 << 30);
    ExpectSound(path, told);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_EQ(told.size() + unstored, offered);
  EXPECT_GT(told.size(), 0U);
  EXPECT_GT(unstored, 0U);
}

// The same, at writes that are spread over the packing of ended processes.
TEST(FullDiskCampaign, AtEveryWriteOfPackingProcessesStayWhole) {
  FaultyDisk::Install();
  const TemporaryDirectory directory;
  const std::string path = directory.File("events.db");
  constexpr uint64_t kProcesses = 8'500;  // A little more than are packed at once.
  StoreOptions options;
  options.path = path;
  options.queue_bytes_max = size_t{64} << 20;
  options.age_max = absl::InfiniteDuration();
  options.commit_interval = absl::Milliseconds(1);
  const int rounds = Rounds(4, 100);
  int packed_at_once = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    uint64_t number = 0;
    auto store = ValueOrDie(EventStore::Open(options));
    // All at one time: none is old enough yet.
    OfferEndedProcesses(*store, 1 + kProcesses * static_cast<uint64_t>(round), kProcesses, number,
                        TestTime(round * 3600));
    ASSERT_TRUE(store->Close().ok());
    const int64_t before = PackedSegments(path);
    store = ValueOrDie(EventStore::Open(options));
    FaultyDisk::FailAfter(30 + round * 1200 / rounds);
    store->OfferEvent(OpenRecord(7, "/x"), 1, TestTime(round * 3600 + 1800));
    absl::SleepFor(absl::Milliseconds(100));
    store->Close().IgnoreError();
    store.reset();
    FaultyDisk::FailAfter(1 << 30);
    packed_at_once += PackedSegments(path) > before ? 1 : 0;
    ExpectSound(path, {});
    EXPECT_EQ(Ask(path, "SELECT count(*) FROM processes WHERE end_ns IS NOT NULL"),
              static_cast<int64_t>(kProcesses) * (round + 1));
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(PackedSegments(path), 0);
  EXPECT_LT(packed_at_once, rounds) << "no packing met the full disk";
}

}  // namespace
}  // namespace vedette
