// SPDX-License-Identifier: Apache-2.0
#include "integrations/fleet/fleet_event.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "integrations/delivery/event_json.h"
#include "storage/event_feed.h"
#include "storage/test_records.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

absl::Span<const std::byte> Bytes(const std::string& record) {
  return {reinterpret_cast<const std::byte*>(record.data()), record.size()};
}

// What the sink sends is enough for the record: as the table keeps it.
class Receiver : public FeedReceiver {
 public:
  bool Wants(EventKind, absl::string_view) override { return true; }
  void OnGap(const FedGap&) override {}
  void OnEvent(const FedEvent& fed) override {
    const DeliveredEvent event = ToDelivered(fed);
    const auto line = nlohmann::json::parse(event.json, nullptr, false);
    ASSERT_TRUE(line.is_object()) << event.json;
    std::vector<std::string> names = {"more"};
    std::vector<std::string> texts = {event.more};
    std::vector<SqlValue> values(1);
    for (const auto& [name, value] : line.items()) {
      const bool is_own = name == "kind" || name == "event_id" || name == "time_ns";
      if (!is_own && !IsFleetColumn(name)) continue;
      names.push_back(name);
      SqlValue& row = values.emplace_back();
      row.type = value.is_string() ? SqlValue::Type::kText : SqlValue::Type::kInteger;
      texts.push_back(value.is_string() ? value.get<std::string>() : "");
      if (value.is_number_unsigned()) row.integer = static_cast<int64_t>(value.get<uint64_t>());
      if (value.is_number_integer() && !value.is_number_unsigned())
        row.integer = value.get<int64_t>();
    }
    for (size_t i = 0; i < values.size(); ++i) values[i].bytes = texts[i];
    values[0].type = SqlValue::Type::kText;
    const FleetEvent again = ValueOrDie(ReadFleetEvent(names, values));
    EXPECT_TRUE(again.is_whole);
    EXPECT_EQ(again.event_id, fed.id);
    said_[fed.id] = Said(Bytes(again.record));
  }
  std::map<int64_t, std::string> said_;
};

TEST(FleetEvent, EveryKindComesBackAsTheRecordThatItWas) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  std::mt19937 random(3);
  std::vector<std::string> expected;
  {
    StoreOptions options;
    options.path = path;
    options.age_max = absl::InfiniteDuration();
    const auto store = ValueOrDie(EventStore::Open(options));
    for (int round = 0; round < 5; ++round) {
      for (const KindInfo& kind : Kinds()) {
        RecordBytes record = RandomRecord(random, kind, 1'000'000'000);
        if (round == 4 && kind.kind == WIRE_file_open) {
          record = RecordBuilder(WIRE_file_open).Set("exec_id", 1).Set("path", "/\xff\n").Build();
        }
        expected.push_back(Said(record));
        ASSERT_TRUE(store->OfferEvent(record, expected.size(), TestTime()));
      }
    }
    ASSERT_TRUE(store->Close().ok());
  }
  const auto feed = ValueOrDie(EventFeed::Open(path));
  Receiver receiver;
  EventCursor at;
  while (true) {
    const FedBatch batch = ValueOrDie(feed->Next(at, 1000, receiver));
    at = batch.next;
    if (batch.is_last) break;
  }
  ASSERT_EQ(receiver.said_.size(), expected.size());
  size_t i = 0;
  for (const auto& [id, said] : receiver.said_) EXPECT_EQ(said, expected[i++]);
}

TEST(FleetEvent, WhatIsNoEventIsSaid) {
  const std::vector<std::string> names = {"kind", "event_id", "more"};
  const auto read = [&](absl::string_view kind, int64_t id, absl::string_view more) {
    const SqlValue values[] = {{.type = SqlValue::Type::kText, .bytes = kind},
                               {.type = SqlValue::Type::kInteger, .integer = id},
                               {.type = SqlValue::Type::kText, .bytes = more}};
    return ReadFleetEvent(names, values);
  };
  EXPECT_TRUE(absl::IsDataLoss(read("nonsense", 1, "{}").status()));
  EXPECT_TRUE(absl::IsDataLoss(read("file_open", 0, "{}").status()));
  EXPECT_FALSE(ValueOrDie(read("file_open", 1, "")).is_whole);
  EXPECT_FALSE(ValueOrDie(read("file_open", 1, "[1]")).is_whole);
  const FleetEvent odd = ValueOrDie(
      read("file_open", 1, R"({"path":7,"pid":"x","path_hex":"zz","args":[],"flags":1e99})"));
  EXPECT_TRUE(EventView::Parse(Bytes(odd.record)).has_value());
}

// Without it a hunted alert would have another id than on its host.
TEST(FleetEvent, TheBootOfTheHostComesBack) {
  const std::vector<std::string> names = {"kind", "event_id", "more"};
  const auto boot_of = [&](const std::string& more) {
    const SqlValue values[] = {{.type = SqlValue::Type::kText, .bytes = "file_open"},
                               {.type = SqlValue::Type::kInteger, .integer = 1},
                               {.type = SqlValue::Type::kText, .bytes = more}};
    return ValueOrDie(ReadFleetEvent(names, values)).boot_id;
  };
  EXPECT_EQ(boot_of(R"({"boot_id":"0f-1","ino":7})"), "0f-1");
  EXPECT_EQ(boot_of(R"({"boot_id":7})"), "");
  EXPECT_EQ(boot_of(R"({"boot_id":")" + std::string(5000, 'x') + R"("})").size(), 64U);
}

}  // namespace
}  // namespace vedette
