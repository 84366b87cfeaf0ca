// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_warm_up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "cli/rules/json_request.h"
#include "cli/rules/test_rule_file.h"
#include "rules/lang/load.h"
#include "storage/event_store.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr char kRule[] =
    "- rule: it's new\n  desc: d\n  condition: evt.type = execve\n  output: o\n"
    "  priority: notice\n  first_seen: {fields: [proc.exepath, user.name], for: 30d, warm_up: "
    "1d}\n";

class WarmUpTest : public testing::Test {
 protected:
  void SetUp() override {
    const RuleSource source{"f", kRule};
    program_ = LoadRules({&source, 1}).program;
    ASSERT_NE(program_, nullptr);
  }
  // What a daemon keeps: since when the rule learns, and two combinations.
  void Keep(absl::Time since) {
    StoreOptions options;
    options.path = path_;
    auto store = EventStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    const int64_t first = absl::ToUnixNanos(since);
    const int64_t expires = absl::ToUnixNanos(absl::Now() + absl::Hours(1000));
    for (const char* combination : {"", "a", "b"}) {
      ASSERT_TRUE((*store)->OfferSeen(
          {"it's new", "proc.exepath, user.name", combination, first, first, expires, false}));
    }
    ASSERT_TRUE((*store)->OfferSeen(
        {"it's new", "proc.name", "of other fields", first, first, expires, false}));
    ASSERT_TRUE((*store)->Close().ok());
  }

  std::shared_ptr<const Program> program_;
  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("store.db");
};

TEST_F(WarmUpTest, IsReadFromTheStore) {
  const absl::Time since = absl::FromUnixSeconds(1'714'564'800);
  Keep(since);
  auto store = StoreReader::Open(path_);
  ASSERT_TRUE(store.ok()) << store.status();
  const auto warm_up = ReadWarmUp(*store, program_->rules[0]);
  ASSERT_TRUE(warm_up.ok()) << warm_up.status();
  EXPECT_EQ(warm_up->since, since);
  EXPECT_EQ(warm_up->known, 2U);
  EXPECT_EQ(WarmUpText(*warm_up, since + absl::Hours(1)),
            "learns until 2024-05-02T12:00:00Z and does not alert: 2 combinations since "
            "2024-05-01T12:00:00Z");
  EXPECT_EQ(WarmUpText(*warm_up, since + absl::Hours(25)),
            "over since 2024-05-02T12:00:00Z: knows 2 combinations");
}

TEST_F(WarmUpTest, ARuleThatNoDaemonHadHasNotBegun) {
  StoreOptions options;
  options.path = path_;
  ASSERT_TRUE((*EventStore::Open(options))->Close().ok());
  auto store = StoreReader::Open(path_);
  ASSERT_TRUE(store.ok()) << store.status();
  const auto warm_up = ReadWarmUp(*store, program_->rules[0]);
  ASSERT_TRUE(warm_up.ok()) << warm_up.status();
  EXPECT_FALSE(warm_up->since.has_value());
  EXPECT_THAT(WarmUpText(*warm_up, absl::Now()), HasSubstr("begins when the daemon first runs"));
}

TEST_F(WarmUpTest, ExplainShowsIt) {
  Keep(absl::Now());
  const std::string rules = TestRuleFile("warm_up.yaml", kRule);
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"rules", "explain", "it's new", rules, "--store", path_}, io),
            ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), HasSubstr("  first seen: (proc.exepath, user.name) for 30d, warm-up 1d\n"));
  EXPECT_THAT(io.out(), HasSubstr("  warm-up: learns until "));
  EXPECT_THAT(io.out(), HasSubstr(" and does not alert: 2 combinations since "));
  CapturedIo json;
  ASSERT_EQ(
      RunCommandLine({"rules", "explain", "--json", "it's new", rules, "--store", path_}, json),
      ExitCode::kDone);
  EXPECT_THAT(json.out(), HasSubstr("\"warm_up\":\"learns until "));
  CapturedIo wrong;
  EXPECT_EQ(RunCommandLine({"rules", "explain", "it's new", rules, "--store", path_ + "x"}, wrong),
            ExitCode::kFailed);
}

}  // namespace
}  // namespace vedette
