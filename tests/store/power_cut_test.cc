// SPDX-License-Identifier: Apache-2.0
//
// The power fails at some write, and of what was not synced any part is on the disk.
#include <unistd.h>

#include <mutex>
#include <random>

#include "absl/time/clock.h"
#include "tests/store/campaign.h"
#include "tests/store/power_cut_disk.h"

namespace vedette {
namespace {

class PowerCutTest : public testing::Test {
 protected:
  PowerCutTest() { PowerCutDisk::Install(); }
  ~PowerCutTest() override { PowerCutDisk::CutAfter(1 << 30); }

  absl::StatusOr<std::unique_ptr<EventStore>> Open() {
    StoreOptions options;
    options.path = path_;
    options.commit_interval = absl::Milliseconds(1);
    options.alert_patience = absl::Hours(1);
    options.age_max = absl::InfiniteDuration();
    options.on_committed = [this](std::vector<Alert> alerts) {
      const std::lock_guard lock(mu_);
      for (const Alert& alert : alerts) told_.push_back(alert.id);
    };
    return EventStore::Open(options);
  }

  const TemporaryDirectory directory_;
  const std::string path_ = directory_.File("events.db");
  std::mutex mu_;
  std::vector<std::string> told_;
};

TEST_F(PowerCutTest, WhatWasToldIsThereAndTheFileIsWhole) {
  ASSERT_TRUE(ValueOrDie(Open())->Close().ok());
  std::mt19937 random(1);
  const int rounds = Rounds(15, 100);
  int cuts = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    PowerCutDisk::CutAfter(static_cast<int>(random() % 2400));
    auto store = Open();  // The power may fail here.
    if (store.ok()) {
      uint64_t number = 0;
      for (int i = 0; i < 60 && !PowerCutDisk::IsCut(); ++i) {
        for (int j = 0; j < 20; ++j) {
          ++number;
          (*store)->OfferEvent(OpenRecord(7, absl::StrCat("/some/path/", number)), number,
                               TestTime(round * 1000 + i));
        }
        (*store)->OfferAlert(TestAlert(absl::StrCat(round, "-", i), number));
        // Those of the rounds before are old enough to be packed.
        OfferEndedProcesses(**store, static_cast<uint64_t>(100'000 * (round + 1) + 100 * i), 60,
                            number, TestTime(round * 1000 + i));
        absl::SleepFor(absl::Milliseconds(1));
      }
      (*store)->Close().IgnoreError();
    }
    cuts += PowerCutDisk::IsCut() ? 1 : 0;
    store = absl::UnavailableError("");
    PowerCutDisk::LoseUnsynced(random);
    unlink((path_ + "-shm").c_str());  // Is memory.
    ExpectSound(path_, told_);
    if (HasFailure()) return;
  }
  EXPECT_GT(cuts, rounds / 3);
  EXPECT_GT(PackedSegments(path_), 0) << "ended processes were packed between the cuts";
  EXPECT_GT(told_.size(), static_cast<size_t>(rounds));
  ASSERT_TRUE(ValueOrDie(Open())->Close().ok());
  EXPECT_GT(Ask(path_, "SELECT count(*) FROM gaps WHERE stage = 'not_running'"), rounds / 4);
}

}  // namespace
}  // namespace vedette
