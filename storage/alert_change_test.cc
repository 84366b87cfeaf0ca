// SPDX-License-Identifier: Apache-2.0
#include "storage/alert_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "storage/chain.h"
#include "storage/queries.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AlertChangeTest : public ::testing::Test {
 protected:
  AlertChangeTest() {
    auto store = Open();
    for (uint64_t i = 1; i <= 3; ++i) store->OfferAlert(TestAlert(absl::StrCat("a", i), i));
    EXPECT_TRUE(store->Close().ok());
  }
  std::unique_ptr<EventStore> Open() {
    StoreOptions options;
    options.path = path_;
    options.clock = &clock_;
    return ValueOrDie(EventStore::Open(options));
  }
  AlertChange Change(int64_t alert, AlertAction action, absl::string_view value = "") {
    AlertChange change;
    change.alert = alert;
    change.alert_id = absl::StrCat("a", alert);
    change.action = action;
    change.value = std::string(value);
    change.comment = "because";
    change.login_uid = 1000;
    change.uid = 0;
    change.user = "alice";
    change.time = clock_.Now();
    change.request = absl::StrCat("r", ++requests_);
    return change;
  }
  std::string Ids(const std::string& state, const std::string& assignee = "") {
    AlertFilter filter;
    filter.state = state;
    filter.assignee = assignee;
    std::string ids;
    for (const StoredAlert& stored : ValueOrDie(Reader().ListAlerts(filter))) {
      absl::StrAppend(&ids, stored.alert.id, " ");
    }
    return ids;
  }
  StoreReader Reader() { return ValueOrDie(StoreReader::Open(path_)); }
  ChainReport Verify() { return ValueOrDie(Reader().Verify({})); }

  TemporaryDirectory directory_;
  TestClock clock_;
  const std::string path_ = directory_.File("events.db");
  int requests_ = 0;
};

TEST_F(AlertChangeTest, StateIsWhatTheLastChangesSay) {
  EXPECT_EQ(ValueOrDie(Reader().GetAlert("a1")).state.state, "open");
  ASSERT_TRUE(WriteAlertChange(path_, Change(1, AlertAction::kAck)).ok());
  ASSERT_TRUE(WriteAlertChange(path_, Change(1, AlertAction::kAssign, "bob")).ok());
  ASSERT_TRUE(WriteAlertChange(path_, Change(2, AlertAction::kClose, "benign")).ok());
  ASSERT_TRUE(WriteAlertChange(path_, Change(2, AlertAction::kComment)).ok());
  EXPECT_EQ(Ids("acknowledged"), "a1 ");
  EXPECT_EQ(Ids("closed"), "a2 ");
  EXPECT_EQ(Ids("open"), "a3 ");
  EXPECT_EQ(Ids("", "bob"), "a1 ");
  EXPECT_EQ(Ids("closed", "bob"), "");
  StoredAlert closed = ValueOrDie(Reader().GetAlert("a2"));
  EXPECT_EQ(closed.state.closed_as, "benign");
  ASSERT_EQ(closed.state.changes.size(), 2u);
  EXPECT_EQ(closed.state.changes[0].comment, "because");
  EXPECT_EQ(closed.state.changes[0].user, "alice");
  EXPECT_EQ(closed.state.changes[0].login_uid, 1000u);
  ASSERT_TRUE(WriteAlertChange(path_, Change(2, AlertAction::kReopen)).ok());
  closed = ValueOrDie(Reader().GetAlert("a2"));
  EXPECT_EQ(closed.state.state, "open");
  EXPECT_EQ(closed.state.closed_as, "");
  // The view says the same.
  EXPECT_EQ(AskText(path_,
                    "SELECT group_concat(id || ':' || state || ':' || coalesce(assignee, '-'),"
                    " ' ') FROM alert_states"),
            "a1:acknowledged:bob a2:open:- a3:open:-");
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM runs"), 1) << "nobody has watched meanwhile";
}

TEST_F(AlertChangeTest, TheWriterOfARunningDaemonTakesThemAndNobodyElseCan) {
  auto store = Open();
  EXPECT_THAT(std::string(WriteAlertChange(path_, Change(1, AlertAction::kAck)).message()),
              HasSubstr("another Vedette"));
  ASSERT_TRUE(store->OfferChange(Change(3, AlertAction::kClose, "duplicate")));
  while (Ids("closed") != "a3 ") absl::SleepFor(absl::Milliseconds(1));
  ASSERT_TRUE(store->Close().ok());
  EXPECT_FALSE(store->OfferChange(Change(3, AlertAction::kAck)));
  EXPECT_THAT(Verify().findings, IsEmpty());
  EXPECT_EQ(Verify().changes, 1);
}

TEST_F(AlertChangeTest, EveryChangeIsInTheChain) {
  ASSERT_TRUE(WriteAlertChange(path_, Change(1, AlertAction::kClose, "true-positive")).ok());
  ASSERT_TRUE(WriteAlertChange(path_, Change(1, AlertAction::kReopen)).ok());
  ChainReport report = Verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.changes, 2);
  EXPECT_EQ(report.unsigned_links, 0);
  struct Case {
    const char *sql, *finding;
  };
  constexpr Case kCases[] = {
      {"UPDATE alert_changes SET value = 'benign' WHERE change = 1",
       "change 1 (link 5) was changed"},
      {"DELETE FROM alert_changes WHERE change = 2", "change 2 was removed (link 6)"},
      {"INSERT INTO alert_changes (alert, time_ns, action) VALUES (1, 1, 'close')",
       "change 3 was put in"},
  };
  for (const Case& each : kCases) {
    const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    ASSERT_TRUE(Execute(db.get(), absl::StrCat("BEGIN; ", each.sql)).ok());
    report = ValueOrDie(VerifyChain(db.get(), {}));
    ASSERT_EQ(report.findings.size(), 1u) << each.sql;
    EXPECT_EQ(report.findings[0].substr(0, strlen(each.finding)), each.finding);
    ASSERT_TRUE(Execute(db.get(), "ROLLBACK").ok());
  }
}

TEST_F(AlertChangeTest, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(WriteAlertChange(path_, Change(1, AlertAction::kClose, "maybe")).code(),
            absl::StatusCode::kInvalidArgument);
  AlertChange change = Change(1, AlertAction::kComment);
  change.comment = std::string(kChangeCommentMax + 1, 'x');
  EXPECT_EQ(WriteAlertChange(path_, change).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(WriteAlertChange(path_, Change(9, AlertAction::kAck)).code(),
            absl::StatusCode::kNotFound);
  change = Change(1, AlertAction::kAck);
  change.alert_id = "a2";  // The row of another store.
  EXPECT_EQ(WriteAlertChange(path_, change).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(WriteAlertChange(directory_.File("none.db"), Change(1, AlertAction::kAck)).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Verify().changes, 0);
}

TEST_F(AlertChangeTest, ReasonsPrehistoryAndHeadComeBack) {
  {
    auto store = Open();
    Alert alert = TestAlert("b1", 20);
    alert.matched = {{"fd.name = /etc/shadow", "/etc/shadow", true},
                     {"proc.name = x", "cat", false}};
    alert.prehistory = {18, 19};
    store->OfferEvent(OpenRecord(7, "/before"), 19, TestTime());
    store->OfferAlert(alert);
    ASSERT_TRUE(store->Close().ok());
  }
  const StoredAlert stored = ValueOrDie(Reader().GetAlert("b1"));
  ASSERT_EQ(stored.alert.matched.size(), 2u);
  EXPECT_EQ(stored.alert.matched[1].value, "cat");
  EXPECT_FALSE(stored.alert.matched[1].holds);
  EXPECT_EQ(stored.alert.prehistory, (std::vector<uint64_t>{18, 19}));
  EXPECT_EQ(Ask(path_,
                "SELECT count(*) FROM events WHERE id IN (SELECT event_id FROM"
                " alert_prehistory)"),
            1);
  ASSERT_EQ(stored.alert.chain_head.size(), 64u);
  const auto verify = [&](const std::string& head) {
    VerifyOptions options;
    options.head = head;
    return ValueOrDie(Reader().Verify(options));
  };
  EXPECT_THAT(verify(stored.alert.chain_head).findings, IsEmpty());
  EXPECT_GT(verify(stored.alert.chain_head).head_link, 4);
  ASSERT_EQ(verify(std::string(64, 'a')).findings.size(), 1u);
  EXPECT_THAT(verify(std::string(64, 'a')).findings[0], HasSubstr("does not go through aaaa"));
  // Who cuts the end off, with its checkpoint, is found by whoever has seen the head.
  const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
  ASSERT_TRUE(Execute(db.get(),
                      "DELETE FROM chain WHERE link > 4; DELETE FROM checkpoints WHERE"
                      " link > 4; DELETE FROM alerts WHERE alert > 3;"
                      "DELETE FROM gaps")
                  .ok());
  EXPECT_THAT(verify("").findings, IsEmpty());
  EXPECT_EQ(verify(stored.alert.chain_head).findings.size(), 1u);
}

}  // namespace
}  // namespace vedette
