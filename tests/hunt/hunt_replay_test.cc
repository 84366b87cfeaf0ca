// SPDX-License-Identifier: Apache-2.0
//
// A recording that is put into a store whole: hunting there, and replaying what is cut out of it,
// gives the alerts that replaying the recording gives, sequences and thresholds among them. Runs in
// the root of the sources.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "sensor/decode/event_view.h"
#include "sensor/source/replay_source.h"
#include "storage/event_store.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr const char* kRecordings[] = {"tests/replay/data/sample.vdt",
                                       "tests/replay/data/recorded.vdt"};
constexpr char kTemporal[] = R"(
- rule: Opened and then run
  desc: d
  sequence:
    within: 1h
    by: proc.exec_id
    steps:
      - name: ran
        condition: evt.kind = process_exec
      - name: opened
        condition: evt.kind = file_open
  output: "%proc.name %proc.cmdline"
  priority: NOTICE
- rule: Many opens
  desc: d
  condition: evt.kind = file_open
  threshold: {count: 5, within: 10m, by: [proc.name]}
  output: "%proc.name %fd.name"
  priority: NOTICE
- rule: New program
  desc: d
  condition: evt.kind = process_exec
  suppress: {by: [proc.name], for: 1m}
  first_seen: {fields: [proc.exepath], for: 30d, warm_up: 0s}
  output: "%proc.exepath"
  priority: NOTICE
)";

// Every record with what the pipeline numbers it by, as a daemon that keeps all of it would.
void Store(const std::string& recording, const std::string& path) {
  auto source = ReplaySource::Open(recording);
  ASSERT_TRUE(source.ok()) << source.status();
  const HostMetadata& host = (*source)->host();
  StoreOptions options;
  options.path = path;
  options.age_max = absl::InfiniteDuration();
  options.hostname = host.hostname;
  options.boot_id = host.boot_id;
  options.users = host.users;
  options.groups = host.groups;
  auto store = EventStore::Open(options);
  ASSERT_TRUE(store.ok()) << store.status();
  uint64_t number = 0, seen = 9'000'000'000'000;
  absl::StatusOr<size_t> read;
  do {
    read = (*source)->Poll(absl::ZeroDuration(), [&](absl::Span<const std::byte> record) {
      const auto view = EventView::Parse(record);
      ASSERT_TRUE(view.has_value());
      if (view->kind() == WIRE_lost) return;
      const bool is_event = view->kind() != WIRE_process_seen;
      const absl::Time time = absl::FromUnixNanos(host.wall_minus_boot_ns +
                                                  static_cast<int64_t>(view->header().time_ns));
      ASSERT_TRUE((*store)->OfferEvent(record, is_event ? ++number : seen++, time));
    });
  } while (read.ok());
  ASSERT_TRUE((*store)->Close().ok());
}

// Without what says which event of which file or store it was.
std::multiset<std::string> Alerts(std::vector<std::string> arguments) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine(arguments, io), ExitCode::kDone) << io.error();
  std::multiset<std::string> alerts;
  for (const absl::string_view line : absl::StrSplit(io.out(), '\n', absl::SkipEmpty())) {
    auto alert = nlohmann::json::parse(std::string(line));
    alert.at("event").erase("number");
    for (auto& evidence : alert.at("evidence")) evidence.at("event").erase("number");
    alerts.insert(alert.dump());
  }
  return alerts;
}

class HuntReplayTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    Store(GetParam(), store_);
    ASSERT_TRUE(WriteFileAtomically(temporal_, kTemporal, 0600).ok());
  }
  const TemporaryDirectory folder_;
  const std::string store_ = folder_.File("store.db"), temporal_ = folder_.File("temporal.yaml");
};

TEST_P(HuntReplayTest, HuntingFindsWhatReplayingFinds) {
  for (const std::string& rules : {std::string("rules/packs"), temporal_}) {
    SCOPED_TRACE(rules);
    const auto expected = Alerts({"replay", GetParam(), "--rules", rules, "--output", "json"});
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(Alerts({"hunt", rules, "--store", store_, "--json"}), expected);
  }
}

TEST_P(HuntReplayTest, WhatIsCutOutReplaysTheSame) {
  const std::string file = folder_.File("cut.vdt");
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"record", "--store", store_, "-o", file}, io), ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), HasSubstr("records of run 1"));
  for (const std::string& rules : {std::string("rules/packs"), temporal_}) {
    SCOPED_TRACE(rules);
    EXPECT_EQ(Alerts({"replay", file, "--rules", rules, "--output", "json"}),
              Alerts({"hunt", rules, "--store", store_, "--json"}));
  }
  CapturedIo again;
  EXPECT_EQ(RunCommandLine({"replay", file, "--rules", temporal_}, again), ExitCode::kDone);
  EXPECT_THAT(again.error(), HasSubstr("note: cut out of a store"));
}

// A rule finds in what its condition chose what it finds in everything.
TEST_P(HuntReplayTest, WhatAConditionChoseIsWhatItHoldsFor) {
  const std::string condition = "evt.kind = file_open and fd.name startswith /etc/";
  const std::string file = folder_.File("chosen.vdt"), rules = folder_.File("rule.yaml");
  ASSERT_TRUE(WriteFileAtomically(rules,
                                  absl::StrCat("- rule: etc\n  desc: d\n  priority: NOTICE\n"
                                               "  output: x\n  condition: ",
                                               condition, "\n"),
                                  0600)
                  .ok());
  CapturedIo whole, io, wrong;
  ASSERT_EQ(RunCommandLine({"record", "--store", store_, "-o", folder_.File("whole.vdt")}, whole),
            ExitCode::kDone);
  ASSERT_EQ(RunCommandLine({"record", "--store", store_, "--where", condition, "-o", file}, io),
            ExitCode::kDone)
      << io.error();
  EXPECT_LT(ReadFile(file, 1 << 24)->size(), ReadFile(folder_.File("whole.vdt"), 1 << 24)->size());
  const auto expected = Alerts({"hunt", rules, "--store", store_, "--json"});
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(Alerts({"replay", file, "--rules", rules, "--output", "json"}), expected);
  EXPECT_EQ(
      RunCommandLine({"record", "--store", store_, "--where", "fd.nam = 1", "-o", file}, wrong),
      ExitCode::kUsage);
  EXPECT_THAT(wrong.error(), HasSubstr("fd.nam"));
}

INSTANTIATE_TEST_SUITE_P(Recordings, HuntReplayTest, testing::ValuesIn(kRecordings));

}  // namespace
}  // namespace vedette
