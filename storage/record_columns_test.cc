// SPDX-License-Identifier: Apache-2.0
#include "storage/record_columns.h"

#include <gtest/gtest.h>

#include <span>

#include "sensor/decode/event_view.h"
#include "storage/queries.h"
#include "storage/test_records.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

// All that a store's table says of an event is enough for its record.
TEST(RecordColumns, EveryKindComesBackOutOfItsTable) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  std::mt19937 random(2);
  std::vector<std::string> expected;
  {
    StoreOptions options;
    options.path = path;
    options.age_max = absl::InfiniteDuration();
    const auto store = ValueOrDie(EventStore::Open(options));
    for (const KindInfo& kind : Kinds()) {
      const RecordBytes record = RandomRecord(random, kind, 1'000'000'000);
      expected.push_back(Said(record));
      ASSERT_TRUE(store->OfferEvent(record, expected.size(), TestTime()));
    }
    ASSERT_TRUE(store->Close().ok());
  }
  StoreReader reader = ValueOrDie(StoreReader::Open(path));
  size_t at = 0;
  for (const KindInfo& kind : Kinds()) {
    std::vector<std::string> names;
    std::string said;
    ASSERT_TRUE(
        reader
            .Query(
                absl::StrCat("SELECT * FROM \"", kind.name, "\""), {},
                [&](absl::Span<const std::string> all) { names.assign(all.begin(), all.end()); },
                [&](absl::Span<const SqlValue> row) {
                  RecordColumns columns(kind.kind);
                  for (size_t i = 0; i < row.size(); ++i) {
                    if (row[i].type == SqlValue::Type::kInteger) {
                      columns.SetNumber(names[i], row[i].integer);
                    } else if (row[i].type != SqlValue::Type::kNull) {
                      columns.SetText(names[i], row[i].bytes);
                    }
                  }
                  const std::string record = ValueOrDie(columns.Record());
                  said = Said(std::as_bytes(std::span(record.data(), record.size())));
                  return true;
                })
            .ok());
    EXPECT_EQ(said, expected[at++]) << kind.name;
  }
}

TEST(RecordColumns, WhatTheKindHasNotIsSaidAndPassedOver) {
  RecordColumns columns(WIRE_file_open);
  EXPECT_FALSE(columns.SetNumber("no_such", 1));
  EXPECT_FALSE(columns.SetNumber("path", 1));
  EXPECT_FALSE(columns.SetText("pid", "x"));
  EXPECT_TRUE(columns.SetText("path", std::string(100'000, 'x')));
  const std::string record = ValueOrDie(columns.Record());
  EXPECT_TRUE(EventView::Parse({reinterpret_cast<const std::byte*>(record.data()), record.size()})
                  .has_value());
}

}  // namespace
}  // namespace vedette
