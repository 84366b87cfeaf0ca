// SPDX-License-Identifier: Apache-2.0
#include "storage/chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "absl/time/clock.h"
#include "base/file.h"
#include "storage/queries.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A store with five alerts (links 2 to 6, behind the beginning) and two gaps (7 and 8).
class ChainTest : public ::testing::Test {
 protected:
  ChainTest() { Write(); }

  void Write() {
    StoreOptions options;
    options.path = path_;
    options.clock = &clock_;
    auto store = ValueOrDie(EventStore::Open(options));
    const uint64_t alerts = before_ + 5;
    for (; before_ < alerts; ++before_) {
      store->OfferAlert(TestAlert(absl::StrCat("a", before_), before_ + 1));
    }
    while (store->Counts().alerts_written < 5) absl::SleepFor(absl::Milliseconds(1));
    store->OfferGap({TestTime(), TestTime(1), "file_open", "ring_full", 5});
    store->OfferGap({TestTime(), TestTime(2), "", "state_full", 0});
    ASSERT_TRUE(store->Close().ok());
  }
  ChainReport Verify(absl::string_view key = "") {
    return ValueOrDie(ValueOrDie(StoreReader::Open(path_))
                          .Verify({.key = std::string(key), .head = "", .findings_max = 10}));
  }
  // What is found after a change.
  std::string After(const std::string& sql) {
    std::filesystem::copy_file(path_, path_ + ".copy",
                               std::filesystem::copy_options::overwrite_existing);
    {
      const Database db = ValueOrDie(OpenDatabase(path_ + ".copy", SQLITE_OPEN_READWRITE));
      EXPECT_TRUE(Execute(db.get(), sql).ok()) << sql;
    }
    const ChainReport report = ValueOrDie(ValueOrDie(StoreReader::Open(path_ + ".copy"))
                                              .Verify({.key = "", .head = "", .findings_max = 10}));
    return report.findings.empty() ? "" : report.findings[0];
  }

  TemporaryDirectory directory_;
  TestClock clock_;
  const std::string path_ = directory_.File("events.db");
  uint64_t before_ = 0;
};

TEST_F(ChainTest, WhatWasWrittenVerifies) {
  ChainReport report = Verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.links, 8);
  EXPECT_EQ(report.alerts, 5);
  EXPECT_EQ(report.gaps, 2);
  EXPECT_EQ(report.unsigned_links, 0);
  EXPECT_GE(report.checkpoints, 1);
  EXPECT_EQ(report.head.size(), 64u);
  struct stat of_key;
  ASSERT_EQ(stat((path_ + ".key").c_str(), &of_key), 0);
  EXPECT_EQ(of_key.st_mode & 0777, 0600u);

  Write();  // Another run: the same key, and the chain goes on.
  report = Verify(report.key);
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.alerts, 10);
}

TEST_F(ChainTest, EveryChangeIsFoundAndNamed) {
  struct Case {
    const char *sql, *finding;
  };
  constexpr Case kCases[] = {
      {"UPDATE alerts SET message = 'nothing' WHERE alert = 2", "alert 2 (link 3) was changed"},
      {"UPDATE alert_fields SET value = 'x' WHERE alert = 3 AND position = 0",
       "alert 3 (link 4) was changed"},
      {"DELETE FROM alert_evidence WHERE alert = 1 AND position = 1",
       "alert 1 (link 2) was changed"},
      {"INSERT INTO alert_tags VALUES (4, 9, 'x')", "alert 4 (link 5) was changed"},
      {"DELETE FROM alerts WHERE alert = 5", "alert 5 was removed (link 6)"},
      {"UPDATE gaps SET count = 4 WHERE gap = 1", "gap 1 (link 7) was changed"},
      {"DELETE FROM gaps WHERE gap = 2", "gap 2 was removed (link 8)"},
      {"INSERT INTO gaps (run, start_ns, end_ns, count) VALUES (1, 1, 2, 3)", "gap 3 was put in"},
      {"DELETE FROM chain WHERE link = 4", "links 4 to 4 of the chain are missing"},
      {"DELETE FROM chain WHERE link > 5", "the chain was cut"},
      {"DELETE FROM chain", "the chain was cut"},
      {"UPDATE chain SET link = -1 WHERE link = 3; UPDATE chain SET link = 3 WHERE link = 4;"
       "UPDATE chain SET link = 4 WHERE link = -1",
       "link 3 (alert 3) does not follow"},
      {"UPDATE chain SET content = 'alerts 9 gaps 9' WHERE link = 1", "link 1 was changed"},
      {"UPDATE checkpoints SET time_ns = 1", "has a signature that is wrong"},
      {"UPDATE checkpoints SET key = zeroblob(32)", "has a signature that is wrong"},
      // Without its link, a removal by retention cannot be claimed.
      {"DELETE FROM alerts WHERE alert = 1; INSERT INTO chain VALUES (9, 'removed', 0,"
       " 'alerts 1', x'00', x'00')",
       "link 9 (removed 0) does not follow"},
  };
  for (const Case& each : kCases) EXPECT_THAT(After(each.sql), HasSubstr(each.finding)) << each.sql;
}

// Without its checkpoints anybody can have written a chain.
TEST_F(ChainTest, WhatIsNotSignedIsFound) {
  EXPECT_THAT(After("DELETE FROM checkpoints"), HasSubstr("nothing is signed"));
  EXPECT_THAT(After("DELETE FROM chain WHERE link > 3; DELETE FROM alerts WHERE alert > 2;"
                    " DELETE FROM gaps; DELETE FROM checkpoints"),
              HasSubstr("nothing is signed"));
  Write();
  const std::string last = "DELETE FROM checkpoints WHERE link = (SELECT max(link) FROM chain)";
  EXPECT_THAT(After(last), HasSubstr("though a run signs all at its end"));
  EXPECT_EQ(After(last + "; UPDATE runs SET end_ns = NULL WHERE run = 2"), "")
      << "a daemon that died in the minute after its last signature";
}

TEST_F(ChainTest, WhatRetentionDeletesIsNoFinding) {
  {
    const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    Chain chain =
        ValueOrDie(Chain::Create(db.get(), ValueOrDie(SigningKey::ReadOrMake(path_ + ".key"))));
    ASSERT_TRUE(Execute(db.get(), "DELETE FROM alerts WHERE alert IN (1, 2, 3, 5)").ok());
    ASSERT_TRUE(chain.AddRemoved("alerts", {1, 2, 3, 5}).ok());
    ASSERT_TRUE(chain.AddRemoved("gaps", {}).ok());
    ASSERT_TRUE(chain.MaybeSign(TestTime(), true).ok());
  }
  const ChainReport report = Verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.removed, 4);
  EXPECT_EQ(report.alerts, 1);
  EXPECT_EQ(AskText(path_, "SELECT content FROM chain WHERE kind = 'removed'"), "alerts 1-3 5");
}

TEST_F(ChainTest, AChainThatSomebodyElseMadeHasAnotherKey) {
  const std::string key = Verify().key;
  {
    const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    ASSERT_TRUE(Execute(db.get(),
                        "DELETE FROM chain; DELETE FROM checkpoints; DELETE FROM alerts;"
                        "DELETE FROM gaps")
                    .ok());
    Chain chain =
        ValueOrDie(Chain::Create(db.get(), ValueOrDie(SigningKey::ReadOrMake(path_ + ".other"))));
    ASSERT_TRUE(chain.MaybeSign(TestTime(), true).ok());
  }
  EXPECT_THAT(Verify().findings, IsEmpty()) << "by itself it is right";
  EXPECT_THAT(Verify(key).findings[0], HasSubstr("not with the one asked for"));
}

TEST_F(ChainTest, ABadKeyIsNamed) {
  ASSERT_TRUE(WriteFileAtomically(path_ + ".key", "rubbish\n").ok());
  StoreOptions options;
  options.path = path_;
  const auto store = EventStore::Open(options);
  EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(store.status().message()), HasSubstr(path_ + ".key"));
}

}  // namespace
}  // namespace vedette
