// SPDX-License-Identifier: Apache-2.0
#include "integrations/delivery/event_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vedette {
namespace {

const FedRun kRun = {.run = 3, .hostname = "web-1", .key = "0123456789abcdef"};

SqlValue Number(int64_t number) { return {.type = SqlValue::Type::kInteger, .integer = number}; }
SqlValue Text(absl::string_view text) { return {.type = SqlValue::Type::kText, .bytes = text}; }

DeliveredEvent Make(int64_t id) {
  const std::vector<std::string> names = {"id",     "time_ns", "time", "exec_id",  "cgroup_id",
                                          "result", "path",    "comm", "truncated"};
  const std::vector<SqlValue> values = {
      Number(id),  Number(1'700'000'000'000'000'001), Text("ignored"), Number(-2), Number(-1),
      Number(-13), Text("/a\n\"\xff\x1b[2J"),         Text("cat"),     SqlValue{}};
  return ToDelivered(FedEvent{.kind = FindKindByName("file_open"),
                              .run = &kRun,
                              .id = id,
                              .time_ns = 1'700'000'000'000'000'001,
                              .object = "/a",
                              .names = names,
                              .values = values});
}

TEST(EventJsonTest, ColumnsKeepTheirNamesAndIdentitiesTheirBits) {
  const DeliveredEvent event = Make(30000000000042);
  EXPECT_EQ(event.json.find('\n'), std::string::npos);
  EXPECT_EQ(event.json.find('\x1b'), std::string::npos);
  const auto json = nlohmann::json::parse(event.json, nullptr, false);
  ASSERT_TRUE(json.is_object()) << event.json;
  EXPECT_EQ(json["id"], event.id);
  EXPECT_EQ(json["hostname"], "web-1");
  EXPECT_EQ(json["kind"], "file_open");
  EXPECT_EQ(json["time"], "2023-11-14T22:13:20.000000001Z");
  EXPECT_EQ(json["time_ns"], 1'700'000'000'000'000'001);
  EXPECT_EQ(json["event_id"], 30000000000042);
  EXPECT_EQ(json["exec_id"], "fffffffffffffffe");
  EXPECT_EQ(json["cgroup_id"], ~uint64_t{0});
  EXPECT_EQ(json["result"], -13);
  EXPECT_EQ(json["object"], "/a");
  EXPECT_FALSE(json.contains("truncated")) << "NULL";
}

TEST(EventJsonTest, TheIdIsTheSameForTheSameEventAndAnotherForAnyOther) {
  EXPECT_EQ(Make(1).id, Make(1).id);
  EXPECT_EQ(Make(1).id.size(), 32U);
  EXPECT_NE(Make(1).id, Make(2).id);
  FedGap gap{.run = &kRun, .row = 1, .start_ns = 5, .end_ns = 9, .stage = "ring_full", .count = 3};
  const DeliveredEvent of_gap = ToDelivered(gap);
  gap.is_drop = true;
  EXPECT_NE(ToDelivered(gap).id, of_gap.id);
  EXPECT_NE(of_gap.id, Make(1).id);
  const auto json = nlohmann::json::parse(of_gap.json, nullptr, false);
  EXPECT_EQ(json["kind"], "gap");
  EXPECT_EQ(json["gap_count"], 3);
  EXPECT_EQ(json["gap_stage"], "ring_full");
  EXPECT_EQ(json["gap_end_ns"], 9);
}

}  // namespace
}  // namespace vedette
