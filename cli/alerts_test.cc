// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/display_width.h"
#include "cli/test_store.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

class AlertsTest : public StoreCommandTest {
 protected:
  void SetUp() override {
    std::vector<Alert> alerts;
    for (uint64_t i = 0; i < 3; ++i) {
      Alert alert = SampleAlert();
      alert.id = absl::StrCat(i, "d1e7c0a9b3f2846");
      alert.rule = absl::StrCat("Rule ", i);
      alert.priority = i == 0 ? Priority::kNotice : Priority::kCritical;
      alert.time += absl::Seconds(i);
      alert.event_number += i;
      alerts.push_back(std::move(alert));
    }
    MakeStore(alerts);
  }
  ExitCode Alerts(std::vector<std::string> arguments, CapturedIo& io) {
    return Ask("alerts", std::move(arguments), io);
  }
};

TEST_F(AlertsTest, ListsTheNewestLast) {
  CapturedIo io;
  ASSERT_EQ(Alerts({"list", "--limit", "2"}, io), ExitCode::kDone) << io.error();
  EXPECT_THAT(io.out(), Not(HasSubstr("Rule 0")));
  EXPECT_LT(io.out().find("Rule 1"), io.out().find("Rule 2"));
  EXPECT_THAT(io.error(), HasSubstr("--offset 2 shows the next"));
  CapturedIo beyond;
  ASSERT_EQ(Alerts({"list", "--offset", "3"}, beyond), ExitCode::kDone) << beyond.error();
  EXPECT_THAT(beyond.error(), HasSubstr("no alerts beyond the newest 3"));
}

TEST_F(AlertsTest, LinesFitATerminalOf80Columns) {
  for (const std::vector<std::string>& what :
       {std::vector<std::string>{"list"}, std::vector<std::string>{"show", "1d1e"}}) {
    CapturedIo io({.columns = 80, .utf8 = true});
    ASSERT_EQ(Alerts(what, io), ExitCode::kDone) << io.error();
    for (const absl::string_view line : absl::StrSplit(io.out(), '\n')) {
      if (!absl::StrContains(line, "vedette tree")) {
        EXPECT_LE(DisplayWidth(line), 80u) << line;
      }
    }
    if (what[0] == "list") {
      EXPECT_EQ(std::count(io.out().begin(), io.out().end(), '\n'), 4);
    }
  }
}

TEST_F(AlertsTest, ListsAsCsvOrJson) {
  CapturedIo csv, json, between;
  ASSERT_EQ(Alerts({"list", "--csv", "--limit", "1"}, csv), ExitCode::kDone);
  EXPECT_THAT(csv.out(), testing::StartsWith("id,time,priority,rule,"));
  EXPECT_THAT(csv.out(), HasSubstr("\n2d1e7c0a9b3f2846,2024-05-01T12:00:02.123Z,"));
  ASSERT_EQ(Alerts({"list", "--json", "--limit", "1", "--offset", "1"}, json), ExitCode::kDone);
  EXPECT_THAT(json.out(), HasSubstr("\"rule\":\"Rule 1\""));
  EXPECT_THAT(json.out(), Not(HasSubstr("Rule 2")));
  ASSERT_EQ(Alerts({"list", "--between", "2024-05-01T12:00:00Z..2024-05-01T12:00:01Z"}, between),
            ExitCode::kDone);
  EXPECT_THAT(between.out(), HasSubstr("Rule 0"));
  EXPECT_THAT(between.out(), Not(HasSubstr("Rule 1")));
}

TEST_F(AlertsTest, WithoutACommandTheyAreListed) {
  CapturedIo io;
  ASSERT_EQ(Alerts({"--limit", "1"}, io), ExitCode::kDone) << io.error();
  EXPECT_THAT(io.out(), HasSubstr("Rule 2"));
  EXPECT_THAT(io.out(), Not(HasSubstr("Rule 1")));
  CapturedIo before;
  ASSERT_EQ(RunCommandLine({"alerts", "--store", path_, "show", "1d1e"}, before), ExitCode::kDone);
  EXPECT_THAT(before.out(), HasSubstr("fd.name"));
  CapturedIo wrong;
  EXPECT_EQ(Alerts({"lst"}, wrong), ExitCode::kUsage);
  EXPECT_THAT(wrong.error(), HasSubstr("did you mean \"list\"?"));
}

TEST_F(AlertsTest, Filters) {
  CapturedIo io;
  ASSERT_EQ(Alerts({"list", "--priority", "critical", "--rule", "rule 2"}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("Rule 2"));
  EXPECT_THAT(io.out(), Not(HasSubstr("Rule 1")));
  CapturedIo since;
  ASSERT_EQ(Alerts({"list", "--since", "2024-05-01T12:00:02Z"}, since), ExitCode::kDone);
  EXPECT_THAT(since.out(), Not(HasSubstr("Rule 1")));
  CapturedIo wrong;
  EXPECT_EQ(Alerts({"list", "--priority", "high"}, wrong), ExitCode::kUsage);
}

TEST_F(AlertsTest, ShowsOneByTheBeginningOfItsId) {
  CapturedIo io;
  ASSERT_EQ(Alerts({"show", "1d1e"}, io), ExitCode::kDone) << io.error();
  EXPECT_THAT(io.out(), HasSubstr("Rule 1"));
  EXPECT_THAT(io.out(), HasSubstr("fd.name"));
  EXPECT_THAT(io.out(), HasSubstr(absl::StrCat("vedette tree 1d1e7c0a9b3f2846 --store ", path_)));
  CapturedIo missing;
  EXPECT_EQ(Alerts({"show", "ffff"}, missing), ExitCode::kFailed);
}

TEST_F(AlertsTest, FollowsFromATimeOn) {
  CapturedIo io;
  ASSERT_EQ(Alerts({"follow", "--since", "2020-01-01", "--count", "3", "--output", "json"}, io),
            ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), HasSubstr("\"rule\":\"Rule 0\""));
  EXPECT_THAT(io.out(), HasSubstr("\"rule\":\"Rule 2\""));
}

TEST_F(AlertsTest, StateIsChangedShownAndAskedFor) {
  CapturedIo acked, assigned, closed, list, show, json, again, wrong;
  ASSERT_EQ(Alerts({"ack", "1d1e", "-m", "mine"}, acked), ExitCode::kDone) << acked.error();
  EXPECT_THAT(acked.out(), HasSubstr("is acknowledged"));
  ASSERT_EQ(Alerts({"assign", "1d1e", "2d1e", "--to", "bob"}, assigned), ExitCode::kDone);
  ASSERT_EQ(Alerts({"close", "2d1e", "--verdict", "benign"}, closed), ExitCode::kDone);
  ASSERT_EQ(Alerts({"list", "--state", "closed"}, list), ExitCode::kDone);
  EXPECT_THAT(list.out(), HasSubstr("closed as benign, assigned to bob"));
  EXPECT_THAT(list.out(), Not(HasSubstr("Rule 1")));
  ASSERT_EQ(Alerts({"show", "1d1e"}, show), ExitCode::kDone);
  EXPECT_THAT(show.out(), HasSubstr("state      acknowledged, assigned to bob"));
  EXPECT_THAT(show.out(), HasSubstr("acknowledged: mine"));
  ASSERT_EQ(Alerts({"list", "--assignee", "bob", "--output", "json"}, json), ExitCode::kDone);
  EXPECT_THAT(json.out(), HasSubstr("\"state\":{\"state\":\"closed\",\"assignee\":\"bob\""));
  EXPECT_EQ(Alerts({"ack", "2d1e"}, again), ExitCode::kFailed);
  EXPECT_THAT(again.error(), HasSubstr("is closed already"));
  EXPECT_EQ(Alerts({"close", "1d1e", "--verdict", "fine"}, wrong), ExitCode::kFailed);
  EXPECT_THAT(wrong.error(), HasSubstr("true-positive, false-positive"));
  CapturedIo exported;
  ASSERT_EQ(Alerts({"export", "--format", "csv", "--state", "open"}, exported), ExitCode::kDone);
  EXPECT_THAT(exported.out(), HasSubstr("0d1e7c0a9b3f2846"));
  EXPECT_THAT(exported.out(), Not(HasSubstr("1d1e7c0a9b3f2846")));
}

}  // namespace
}  // namespace vedette
