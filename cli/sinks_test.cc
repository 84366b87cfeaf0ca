// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/test_store.h"
#include "integrations/sinks/registry.h"
#include "storage/delivery_log.h"

namespace vedette {
namespace {

TEST(Sinks, ListNamesEachWithItsOptions) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"sinks", "list"}, io), ExitCode::kDone) << io.error();
  for (const SinkType& type : SinkTypes()) {
    EXPECT_THAT(io.out(), testing::HasSubstr(absl::StrCat(type.name, ": ", type.doc)));
    for (const SinkOption& option : type.spec.options) {
      EXPECT_THAT(io.out(), testing::HasSubstr(absl::StrCat("  ", option.name, " ")));
    }
  }
}

class SinksOfAStore : public StoreCommandTest {};

TEST_F(SinksOfAStore, StatusAndDeadLettersAreShown) {
  Alert alert;
  alert.id = "00000000000000aa";
  MakeStore({alert, alert, alert});
  CapturedIo none;
  EXPECT_EQ(Ask("sinks", {"status"}, none), ExitCode::kFailed);
  EXPECT_THAT(none.error(), testing::HasSubstr("no daemon with sinks has run on this store"));
  {
    const auto log = DeliveryLog::Open(DeliveryLogPath(path_));
    ASSERT_TRUE(log.ok()) << log.status();
    const DeadLetter letter{.sink = "siem",
                            .alert_id = alert.id,
                            .rule = "R\x1b[2J",
                            .alert_row = 1,
                            .time = absl::Now(),
                            .reason = "400: no \n thanks",
                            .alert = "{\"id\":1}"};
    ASSERT_TRUE((*log)->Put({.sink = "siem", .store = "1", .row = 1, .dead = 1}, {letter}).ok());
  }
  CapturedIo status;
  ASSERT_EQ(Ask("sinks", {"status"}, status), ExitCode::kDone) << status.error();
  EXPECT_THAT(status.out(), testing::ContainsRegex("siem +0 +2 +0 +1 +0 "));
  CapturedIo dead;
  ASSERT_EQ(Ask("sinks", {"dead-letters", "--sink", "siem"}, dead), ExitCode::kDone);
  EXPECT_THAT(dead.out(), testing::HasSubstr("00000000000000aa"));
  EXPECT_THAT(dead.out(), testing::HasSubstr("R\\x1b[2J"));
  EXPECT_THAT(dead.out(), testing::HasSubstr("400: no \\x0a thanks"));
  CapturedIo json;
  ASSERT_EQ(Ask("sinks", {"dead-letters", "--output", "json"}, json), ExitCode::kDone);
  EXPECT_EQ(json.out(), "{\"id\":1}\n");
}

}  // namespace
}  // namespace vedette
