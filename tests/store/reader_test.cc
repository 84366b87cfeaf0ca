// SPDX-License-Identifier: Apache-2.0
//
// Somebody holds a query for long while the daemon writes and retention deletes.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "absl/time/clock.h"
#include "tests/store/campaign.h"

namespace vedette {
namespace {

constexpr uint64_t kLogMax = 24 << 20;  // Of a store as small as this one.

// A name that does not compress.
std::string RandomName(uint64_t& state) {
  std::string name = "/";
  for (int i = 0; i < 1000; ++i) {
    state = state * 6364136223846793005 + 1442695040888963407;
    name.push_back(static_cast<char>('!' + (state >> 33) % 90));
  }
  return name;
}

// 50 rows a second.
absl::Status ReadSlowly(const std::string& path, std::atomic<bool>& reads) {
  StoreReader reader = ValueOrDie(StoreReader::Open(path));
  return reader
      .Query(
          "SELECT id FROM file_open", {}, [](absl::Span<const std::string>) {},
          [&](absl::Span<const SqlValue>) {
            reads = true;
            absl::SleepFor(absl::Milliseconds(20));
            return true;
          })
      .status();
}

TEST(LongReader, NeitherBlocksTheWriterNorLetsTheFileGrowWithoutBound) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("events.db");
  StoreOptions options;
  options.path = path;
  options.bytes_max = 16 << 20;
  options.age_max = absl::InfiniteDuration();
  options.commit_interval = absl::Milliseconds(1);
  std::atomic<size_t> committed = 0;
  options.on_committed = [&](const std::vector<Alert>& alerts) { committed += alerts.size(); };
  auto store = ValueOrDie(EventStore::Open(options));
  uint64_t number = 0, largest = 0, largest_log = 0;
  // Events that do not compress, until `enough`.
  const auto write_until = [&](const auto& enough) {
    uint64_t state = 1;
    while (!enough()) {
      ++number;
      store->OfferEvent(OpenRecord(7, RandomName(state)), number,
                        TestTime(static_cast<int64_t>(number)));
      if (number % 500 != 0) continue;
      absl::SleepFor(absl::Milliseconds(5));
      std::error_code ignored;
      const uint64_t log = std::filesystem::file_size(path + "-wal", ignored);
      largest_log = std::max(largest_log, log);
      largest = std::max(largest, std::filesystem::file_size(path, ignored) + log);
    }
  };
  write_until([&] { return number >= 3000; });
  std::atomic<bool> reads = false, ended = false;
  absl::Status end;
  std::thread reader([&] {
    end = ReadSlowly(path, reads);
    ended = true;
  });
  while (!reads) absl::SleepFor(absl::Milliseconds(1));
  const uint64_t before = store->Counts().events_written;
  const absl::Time give_up = absl::Now() + absl::Seconds(120);
  // An alert now and then, which is on disk soon and seen by who asks next, while the first one
  // still reads what was there before.
  size_t offered = 0;
  absl::Duration slowest;
  write_until([&] {
    if (number % 500 != 0) return ended.load() || absl::Now() > give_up;
    const absl::Time begin = absl::Now();
    store->OfferAlert(TestAlert(absl::StrCat("a", ++offered), number));
    while (committed < offered && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(1));
    slowest = std::max(slowest, absl::Now() - begin);
    if (!ended) {
      EXPECT_EQ(Ask(path, "SELECT count(*) FROM alerts"), static_cast<int64_t>(offered));
    }
    return ended.load() || absl::Now() > give_up;
  });
  reader.join();
  EXPECT_GT(offered, 3U) << "the reader did not hold on for long";
  EXPECT_LT(slowest, absl::Seconds(10)) << "the writer waited for the reader";
  EXPECT_EQ(end.code(), absl::StatusCode::kAborted) << end;
  EXPECT_NE(end.message().find("ask for less at a time"), absl::string_view::npos) << end;
  EXPECT_GT(store->Counts().events_written, before + 1000) << "the writer was blocked";
  EXPECT_TRUE(store->Health().ok());
  // It did grow to its limit: or else nobody held it, and this test could not fail.
  EXPECT_GT(largest_log, kLogMax - (4 << 20));
  EXPECT_LE(largest_log, kLogMax + (32 << 20));
  // Without the reader the log is emptied again, and retention keeps the file within its limit.
  const uint64_t goal = number + 20'000;
  write_until([&] { return number >= goal; });
  ASSERT_TRUE(store->Close().ok());
  EXPECT_LE(std::filesystem::file_size(path), options.bytes_max);
  EXPECT_LE(largest, options.bytes_max + kLogMax + (32 << 20));
  ExpectSound(path, {});
}

}  // namespace
}  // namespace vedette
