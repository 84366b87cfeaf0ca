// SPDX-License-Identifier: Apache-2.0
#include "storage/delivery_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

DeliveryCursor CursorAt(int64_t row) {
  return {.sink = "siem",
          .store = "1700",
          .row = row,
          .late = row + 1,
          .gap = row + 2,
          .drop = row + 3,
          .delivered = 5,
          .filtered = 2,
          .dead = 1,
          .lost = 9,
          .updated = TestTime(row)};
}

class DeliveryLogTest : public testing::Test {
 protected:
  std::unique_ptr<DeliveryLog> Open() { return ValueOrDie(DeliveryLog::Open(path_)); }
  const TemporaryDirectory folder_;
  const std::string path_ = DeliveryLogPath(folder_.File("store.db"));
};

TEST_F(DeliveryLogTest, ACursorIsThereAfterReopening) {
  {
    const auto log = Open();
    EXPECT_EQ(ValueOrDie(log->Cursor("siem")), std::nullopt);
    ASSERT_TRUE(log->Put(CursorAt(1), {}).ok());
    ASSERT_TRUE(log->Put(CursorAt(7), {}).ok());
  }
  EXPECT_EQ(ValueOrDie(Open()->Cursor("siem")), CursorAt(7));
  const auto reader = ValueOrDie(DeliveryLog::OpenForReading(path_));
  EXPECT_THAT(ValueOrDie(reader->Cursors()), ElementsAre(CursorAt(7)));
  EXPECT_FALSE(reader->Put(CursorAt(8), {}).ok());
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(DeliveryLogTest, ALogOfBeforeSinksCarriedEventsIsReadAsItIsAndThenCompleted) {
  {
    const auto log = Open();
    ASSERT_TRUE(log->Put(CursorAt(1), {}).ok());
  }
  const auto change = [&](const std::string& sql) {
    Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    ASSERT_TRUE(Execute(db.get(), sql).ok());
  };
  for (const char* column : {"late", "gap", "\"drop\""}) {
    change(absl::StrCat("ALTER TABLE cursors DROP COLUMN ", column));
  }
  DeliveryCursor bare = CursorAt(1);
  bare.late = bare.gap = bare.drop = 0;
  const auto reader = ValueOrDie(DeliveryLog::OpenForReading(path_));
  EXPECT_EQ(ValueOrDie(reader->Cursor("siem")), bare);
  EXPECT_FALSE(reader->Put(CursorAt(8), {}).ok());
  const auto log = Open();
  EXPECT_EQ(ValueOrDie(log->Cursor("siem")), bare);
  ASSERT_TRUE(log->Put(CursorAt(8), {}).ok());
  EXPECT_EQ(ValueOrDie(log->Cursor("siem")), CursorAt(8));
}

TEST_F(DeliveryLogTest, DeadLettersKeepEveryByteAndTheirSink) {
  const auto log = Open();
  const std::string hostile("no\n\xff\x1b[2J\0'); DROP TABLE cursors;--", 32);
  DeadLetter letter{.sink = "siem",
                    .alert_id = "00ff",
                    .rule = hostile,
                    .alert_row = 3,
                    .time = TestTime(),
                    .reason = hostile,
                    .alert = "{}"};
  ASSERT_TRUE(log->Put(CursorAt(3), {letter}).ok());
  letter.sink = "chat";
  DeliveryCursor chat = CursorAt(3);
  chat.sink = "chat";
  ASSERT_TRUE(log->Put(chat, {letter}).ok());
  const auto all = ValueOrDie(log->DeadLetters("", 10));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].sink, "chat");  // The newest first.
  const auto of_siem = ValueOrDie(log->DeadLetters("siem", 10));
  ASSERT_EQ(of_siem.size(), 1U);
  EXPECT_EQ(of_siem[0].reason, hostile);
  EXPECT_EQ(of_siem[0].rule, hostile);
  EXPECT_EQ(of_siem[0].time, TestTime());
  EXPECT_EQ(ValueOrDie(log->Cursors()).size(), 2U);
}

TEST_F(DeliveryLogTest, TheOldestDeadLettersGo) {
  const auto log = Open();
  std::vector<DeadLetter> many(kDeadLettersMax + 5);
  for (size_t i = 0; i < many.size(); ++i) {
    many[i].sink = "siem";
    many[i].alert_id = absl::StrCat(i);
  }
  ASSERT_TRUE(log->Put(CursorAt(3), many).ok());
  const auto kept = ValueOrDie(log->DeadLetters("siem", ~size_t{0}));
  ASSERT_EQ(kept.size(), kDeadLettersMax);
  EXPECT_EQ(kept.back().alert_id, "5");
}

TEST_F(DeliveryLogTest, WhatIsNoLogIsRefused) {
  EXPECT_TRUE(absl::IsNotFound(DeliveryLog::OpenForReading(path_).status()));
  ASSERT_TRUE(WriteFileAtomically(path_, std::string(5000, 'x')).ok());
  EXPECT_TRUE(absl::IsDataLoss(DeliveryLog::Open(path_).status()));
  ASSERT_TRUE(WriteFileAtomically(path_, "").ok());
  {
    const Database other = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    ASSERT_TRUE(Execute(other.get(), "CREATE TABLE cursors (x)").ok());
  }
  const absl::Status status = DeliveryLog::Open(path_).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("move it away"));
}

}  // namespace
}  // namespace vedette
