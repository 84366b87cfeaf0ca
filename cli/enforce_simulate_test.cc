// SPDX-License-Identifier: Apache-2.0
#include "cli/enforce_simulate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "absl/time/clock.h"
#include "cli/test_store.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

class SimulateTest : public StoreCommandTest {
 protected:
  // Opens of these files by these programs.
  struct Opened {
    std::string comm, path;
    uint32_t flags = 0;
    uint64_t exec_id = 1;
    uint8_t record_flags = 0;
  };

  void MakeHistory(const std::vector<Opened>& opened) {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    auto store = EventStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    uint64_t number = 0;
    for (const Opened& open : opened) {
      RecordBuilder record(WIRE_file_open);
      record.Set("comm", open.comm).Set("path", open.path).Set("flags", open.flags);
      record.Set("exec_id", open.exec_id).Set("mode", 0100644);
      record.header().flags = open.record_flags;
      (*store)->OfferEvent(record.Build(), ++number, absl::Now());
    }
    ASSERT_TRUE((*store)->Close().ok());
  }
  ExitCode Simulate(const std::string& condition, CapturedIo& io) {
    const std::string rules = folder_.File("r.yaml");
    std::ofstream(rules) << "- rule: R\n  desc: d\n  condition: " << condition
                         << "\n  output: o\n  priority: INFO\n  action: deny\n";
    return Ask("enforce", {"simulate", rules, "--since", "1h"}, io);
  }
};

TEST_F(SimulateTest, WhomItWouldHaveHitByProgramAndObject) {
  MakeHistory({{"cat", "/etc/shadow"},
               {"cat", "/etc/shadow", 0, 2},
               {"vi", "/etc/shadow"},
               {"cat", "/etc/passwd"},
               {"cat", "/etc/shadow2"}});
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and fd.name = /etc/shadow", io), ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), testing::ContainsRegex("R +2 +2 +cat +file_open +/etc/shadow "));
  EXPECT_THAT(io.out(), testing::ContainsRegex("R +1 +1 +vi +file_open +/etc/shadow "));
  EXPECT_THAT(io.out(), HasSubstr("\"R\" would have denied 3 acts"));
  EXPECT_THAT(io.out(), Not(HasSubstr("passwd")));
  EXPECT_THAT(io.out(), Not(HasSubstr("shadow2")));
}

TEST_F(SimulateTest, NegationsPrefixesAndWaysOfOpening) {
  MakeHistory({{"cat", "/etc/a", 0},
               {"cat", "/etc/b", 1},
               {"sh", "/etc/c", 1},
               {"cat", "/var/d", 1},
               {"cat", "/etc/ssl/e", 1}});
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and evt.is_open_write = true and proc.name != sh and "
                     "fd.name startswith /etc/ and not fd.name startswith /etc/ssl/",
                     io),
            ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), HasSubstr("/etc/b"));
  EXPECT_THAT(io.out(), HasSubstr("would have denied 1 act\n"));
}

TEST_F(SimulateTest, WhatWasDecidedIsNotCountedTwice) {
  MakeHistory({{"cat", "/etc/a"}, {"cat", "/etc/a", 0, 1, WIRE_FLAG_DECIDED}});
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and fd.name = /etc/a", io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("would have denied 1 act\n"));
}

TEST_F(SimulateTest, NamesWithQuotesAreNames) {
  MakeHistory({{"it's", "/tmp/o'clock"}, {"cat", "/tmp/other"}});
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and fd.name = \"/tmp/o'clock\"", io), ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), HasSubstr("would have denied 1 act\n"));
}

TEST_F(SimulateTest, RulesThatDenyNothingAreToldSo) {
  MakeHistory({});
  const std::string rules = folder_.File("r.yaml");
  std::ofstream(rules) << "- rule: R\n  desc: d\n  condition: evt.kind = file_open\n  output: o\n"
                          "  priority: INFO\n";
  CapturedIo io;
  EXPECT_EQ(Ask("enforce", {"simulate", rules}, io), ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("no rule here denies or kills"));
}

}  // namespace
}  // namespace vedette
