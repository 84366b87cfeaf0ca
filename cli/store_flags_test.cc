// SPDX-License-Identifier: Apache-2.0
#include "cli/store_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "storage/event_store.h"

namespace vedette {
namespace {

TEST(WarnOfGaps, NamesTheNewestAndCountsTheRest) {
  const TemporaryDirectory folder;
  const std::string path = folder.File("store.db");
  StoreOptions options;
  options.path = path;
  options.age_max = absl::InfiniteDuration();
  auto store = EventStore::Open(options);
  ASSERT_TRUE(store.ok()) << store.status();
  for (int i = 0; i < 7; ++i) {
    const absl::Time from = absl::FromUnixSeconds(1'700'000'000 + i * 100);
    (*store)->OfferGap({from, from + absl::Seconds(10), "file_open", "ring_full", 12});
  }
  ASSERT_TRUE((*store)->Close().ok());
  auto reader = OpenStore(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  CapturedIo io;
  WarnOfGaps(*reader, io);
  EXPECT_THAT(io.error(), testing::StartsWith("note: the history has 2 earlier gaps;"));
  EXPECT_THAT(io.error(), testing::HasSubstr("note: 12 file_open records are missing between "));
}

TEST(OpenStore, AMissingOneIsNamed) {
  EXPECT_THAT(std::string(OpenStore("/nowhere/x.db").status().message()),
              testing::HasSubstr("/nowhere/x.db"));
}

}  // namespace
}  // namespace vedette
