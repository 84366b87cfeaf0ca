// SPDX-License-Identifier: Apache-2.0
#include "cli/suppressions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/test_store.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// Alerts of the last days: reads by cat and by rsync, of two rules about the same events.
class SuppressionsTest : public StoreCommandTest {
 protected:
  void SetUp() override {
    std::vector<Alert> alerts;
    for (uint64_t i = 0; i < 6; ++i) {
      for (const char* rule : {"Own read", "Published read"}) {
        Alert alert = SampleAlert();
        alert.id = absl::StrCat(i, rule[0] == 'O' ? "0" : "1", "1e7c0a9b3f2846");
        alert.rule = rule;
        alert.event_number = i;
        alert.time = absl::Now() - absl::Hours(i == 5 ? 24 * 20 : 12);
        alert.processes[0].exe_path = i % 2 == 0 ? "/usr/bin/cat" : "/usr/bin/rsync";
        alerts.push_back(std::move(alert));
      }
    }
    MakeStore(alerts);
  }
  ExitCode Alerts(std::vector<std::string> arguments, CapturedIo& io) {
    return Ask("alerts", std::move(arguments), io);
  }
  json Preview(std::vector<std::string> criteria) {
    criteria.insert(criteria.begin(), "suppress");
    criteria.insert(criteria.end(), {"--for", "1h", "-m", "r", "--dry-run", "--json"});
    CapturedIo io;
    EXPECT_EQ(Alerts(std::move(criteria), io), ExitCode::kDone) << io.error();
    return json::parse(io.out());
  }
};

TEST_F(SuppressionsTest, LooksBackAtAWeek) {
  const json by_program = Preview({"--program", "/usr/bin/rsync"});
  EXPECT_EQ(by_program["preview"]["alerts"], 10);
  EXPECT_EQ(by_program["preview"]["covered"], 4);
  EXPECT_EQ(by_program["preview"]["rows"].size(), 2u);
  EXPECT_TRUE(by_program["id"].is_null());
  EXPECT_EQ(Preview({"--program", "/usr/bin/rsync", "--since", "30d"})["preview"]["covered"], 6);
  EXPECT_EQ(Preview({"--rule", "Own*"})["preview"]["covered"], 5);
}

TEST_F(SuppressionsTest, FoldsWhatTwoRulesSayOfOneEvent) {
  const json folded = Preview({"--rule", "Published*", "--duplicate-of", "Own*"});
  EXPECT_EQ(folded["preview"]["covered"], 5);
  EXPECT_EQ(Preview({"--duplicate-of", "Other*"})["preview"]["covered"], 0);
  // The first of them is told in any case.
  EXPECT_EQ(Preview({"--duplicate-of", "*"})["preview"]["covered"], 5);
}

TEST_F(SuppressionsTest, TakesItsDescriptionFromAnAlert) {
  const json like = Preview({"--like", "10", "--object", "/etc/*"});
  EXPECT_EQ(like["criteria"]["rule"], "Own read");
  EXPECT_EQ(like["criteria"]["program"], "/usr/bin/rsync");
  EXPECT_EQ(like["criteria"]["ancestor"], "/usr/bin/bash");
  EXPECT_EQ(like["criteria"]["object"], "/etc/*");
  EXPECT_EQ(like["preview"]["covered"], 2);
}

TEST_F(SuppressionsTest, IsRecordedListedAndEnded) {
  CapturedIo made, listed, ended, later, all, verified;
  ASSERT_EQ(Alerts({"suppress", "--rule", "Own read", "--for", "30d", "-m", "known"}, made),
            ExitCode::kDone)
      << made.error();
  EXPECT_THAT(made.out(), HasSubstr("it would have covered 5 of 10 alerts"));
  EXPECT_THAT(made.error(), HasSubstr("whatever program does it"));
  ASSERT_EQ(Alerts({"suppressions"}, listed), ExitCode::kDone);
  EXPECT_THAT(listed.out(), HasSubstr("rule = Own read"));
  EXPECT_THAT(listed.out(), HasSubstr("known"));
  const size_t at = made.out().find("unsuppress ") + 11;
  ASSERT_EQ(Alerts({"unsuppress", made.out().substr(at, 8), "-m", "no more"}, ended),
            ExitCode::kDone)
      << ended.error();
  ASSERT_EQ(Alerts({"suppressions"}, later), ExitCode::kDone);
  EXPECT_EQ(later.out(), "");
  ASSERT_EQ(Alerts({"suppressions", "--all", "--json"}, all), ExitCode::kDone);
  const json one = json::parse(all.out());
  EXPECT_EQ(one["state"], "ended");
  EXPECT_EQ(one["ended"]["reason"], "no more");
  ASSERT_EQ(Ask("verify", {}, verified), ExitCode::kDone) << verified.out();
  EXPECT_THAT(verified.out(), HasSubstr("2 acts of suppression"));
}

TEST_F(SuppressionsTest, WarnsOfWhatWasTrue) {
  CapturedIo closed, made;
  ASSERT_EQ(Alerts({"close", "00", "--verdict", "true-positive"}, closed), ExitCode::kDone)
      << closed.error();
  ASSERT_EQ(Alerts({"suppress", "--program", "*", "--rule", "Own*", "--for", "1h", "-m", "r",
                    "--dry-run"},
                   made),
            ExitCode::kDone);
  EXPECT_THAT(made.error(), HasSubstr("1 of these alerts were closed as true-positive"));
  EXPECT_THAT(made.out(), HasSubstr("nothing was recorded"));
}

TEST_F(SuppressionsTest, SaysWhatIsMissing) {
  const auto error = [&](std::vector<std::string> arguments) {
    CapturedIo io;
    EXPECT_NE(Alerts(std::move(arguments), io), ExitCode::kDone);
    return io.error();
  };
  EXPECT_THAT(error({"suppress", "--rule", "x", "-m", "r"}), HasSubstr("--for 30d"));
  EXPECT_THAT(error({"suppress", "--for", "1h", "-m", "r"}), HasSubstr("silence every alert"));
  EXPECT_THAT(error({"suppress", "--rule", "x", "--for", "1h"}), HasSubstr("say why: -m TEXT"));
  EXPECT_THAT(error({"suppress", "--rule", "x", "--for", "500d", "-m", "r"}),
              HasSubstr("366 days"));
  EXPECT_THAT(error({"unsuppress", "ff", "-m", "r"}), HasSubstr("no suppression whose id"));
}

TEST_F(SuppressionsTest, WhatWasCoveredIsShownOnDemand) {
  Alert covered = SampleAlert();
  covered.id = "aaaa7c0a9b3f2846";
  covered.suppressed_by = "00000000000000a1";
  {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    auto store = EventStore::Open(options);
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE((*store)->OfferAlert(covered));
    ASSERT_TRUE((*store)->Close().ok());
  }
  CapturedIo usual, only, show, exported;
  ASSERT_EQ(Alerts({"list"}, usual), ExitCode::kDone);
  EXPECT_THAT(usual.out(), Not(HasSubstr("aaaa7c0a")));
  ASSERT_EQ(Alerts({"list", "--suppressed"}, only), ExitCode::kDone);
  EXPECT_THAT(only.out(), HasSubstr("aaaa7c0a"));
  EXPECT_THAT(only.out(), Not(HasSubstr("Own read")));
  ASSERT_EQ(Alerts({"show", "aaaa"}, show), ExitCode::kDone);
  EXPECT_THAT(show.out(), HasSubstr("suppressed 00000000000000a1"));
  ASSERT_EQ(Alerts({"export", "--suppressed"}, exported), ExitCode::kDone);
  EXPECT_EQ(json::parse(exported.out())["suppressed_by"], "00000000000000a1");
}

}  // namespace
}  // namespace vedette
