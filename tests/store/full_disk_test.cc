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

}  // namespace
}  // namespace vedette
