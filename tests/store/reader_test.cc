// SPDX-License-Identifier: Apache-2.0
//
// Somebody holds a query for long while the daemon writes and retention deletes.
#include <filesystem>
#include <thread>

#include "absl/time/clock.h"
#include "tests/store/campaign.h"

namespace vedette {
namespace {

constexpr uint64_t kLogMax = 24 << 20;  // Of a store as small as this one.

TEST(LongReader, NeitherBlocksTheWriterNorLetsTheFileGrowWithoutBound) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("events.db");
  StoreOptions options;
  options.path = path;
  options.bytes_max = 16 << 20;
  options.age_max = absl::InfiniteDuration();
  options.commit_interval = absl::Milliseconds(1);
  auto store = ValueOrDie(EventStore::Open(options));
  uint64_t number = 0, largest = 0;
  // Events that do not compress, until `enough`.
  const auto write_until = [&](const auto& enough) {
    uint64_t state = 1;
    while (!enough()) {
      std::string name;
      for (int i = 0; i < 1000; ++i) {
        state = state * 6364136223846793005 + 1442695040888963407;
        name.push_back(static_cast<char>('!' + (state >> 33) % 90));
      }
      ++number;
      store->OfferEvent(OpenRecord(7, absl::StrCat("/", name)), number,
                        TestTime(static_cast<int64_t>(number)));
      if (number % 500 != 0) continue;
      absl::SleepFor(absl::Milliseconds(5));
      std::error_code ignored;
      largest = std::max<uint64_t>(largest, std::filesystem::file_size(path, ignored) +
                                                std::filesystem::file_size(path + "-wal", ignored));
    }
  };
  write_until([&] { return number >= 3000; });
  std::atomic<bool> reads = false, ended = false;
  absl::Status end;
  std::thread reader([&] {
    StoreReader opened = ValueOrDie(StoreReader::Open(path));
    end = opened
              .Query(
                  "SELECT id FROM file_open", {}, [](absl::Span<const std::string>) {},
                  [&](absl::Span<const SqlValue>) {
                    reads = true;
                    absl::SleepFor(absl::Milliseconds(20));
                    return true;
                  })
              .status();
    ended = true;
  });
  while (!reads) absl::SleepFor(absl::Milliseconds(1));
  const uint64_t before = store->Counts().events_written;
  const absl::Time give_up = absl::Now() + absl::Seconds(120);
  write_until([&] { return ended.load() || absl::Now() > give_up; });
  reader.join();
  EXPECT_EQ(end.code(), absl::StatusCode::kAborted) << end;
  EXPECT_NE(end.message().find("ask for less at a time"), absl::string_view::npos) << end;
  EXPECT_GT(store->Counts().events_written, before + 1000) << "the writer was blocked";
  EXPECT_TRUE(store->Health().ok());
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
