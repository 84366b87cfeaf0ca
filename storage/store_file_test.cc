// SPDX-License-Identifier: Apache-2.0
#include "storage/store_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "storage/tables.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using ::testing::HasSubstr;

class StoreFileTest : public ::testing::Test {
 protected:
  absl::StatusOr<StoreFile> Open() {
    StoreOptions options;
    options.path = path_;
    options.hostname = "host";
    options.boot_id = "boot";
    options.users = {{0, "root"}};
    return OpenStoreFile(options, TestTime());
  }
  // Writes over a part of the file.
  void Damage(off_t at, const std::string& bytes) {
    const OwnedFd fd = ValueOrDie(OpenFile(path_, O_WRONLY));
    ASSERT_EQ(pwrite(fd.get(), bytes.data(), bytes.size(), at), static_cast<ssize_t>(bytes.size()));
  }
  void ExpectDamaged(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
    EXPECT_THAT(std::string(status.message()), HasSubstr("move"));
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_.File("a/b/events.db");
};

TEST_F(StoreFileTest, RunsAreNumbered) {
  EXPECT_EQ(ValueOrDie(Open()).run, 1);
  const StoreFile second = ValueOrDie(Open());
  EXPECT_EQ(second.run, 2);
  EXPECT_EQ(second.blind_since_ns, absl::ToUnixNanos(TestTime()));
  EXPECT_EQ(AskText(path_, "SELECT boot_id FROM runs WHERE run = 2"), "boot");
  EXPECT_EQ(AskText(path_, "SELECT name FROM users WHERE uid = 0"), "root");
}

TEST_F(StoreFileTest, ARecordingWasPutInTwice) {
  StoreOptions options;
  options.path = path_;
  options.boot_id = "elsewhere";
  options.recording = {.name = "a", .begin = TestTime(-100)};
  EXPECT_EQ(ValueOrDie(OpenStoreFile(options, TestTime())).run, 1);
  const absl::Status again = OpenStoreFile(options, TestTime(1)).status();
  EXPECT_TRUE(absl::IsAlreadyExists(again)) << again;
  EXPECT_THAT(std::string(again.message()), HasSubstr("run 1"));
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM runs"), 1);
  options.recording->name = "b";
  EXPECT_EQ(ValueOrDie(OpenStoreFile(options, TestTime(2))).run, 2);
}

TEST_F(StoreFileTest, ARecordingOfTheTimeThatTheDaemonKeptIsRefused) {
  ValueOrDie(Open());
  StoreOptions options;
  options.path = path_;
  options.boot_id = "boot";
  options.recording = {.name = "a", .begin = TestTime() - absl::Milliseconds(300)};
  EXPECT_TRUE(absl::IsAlreadyExists(OpenStoreFile(options, TestTime(9)).status()));
  options.recording->begin = TestTime(5);  // After the daemon's last word.
  EXPECT_EQ(ValueOrDie(OpenStoreFile(options, TestTime(9))).run, 2);
}

TEST_F(StoreFileTest, AReplayIsNoTimeInWhichSomebodyWatched) {
  StoreOptions options;
  options.path = path_;
  options.recording = {.name = "a"};
  ValueOrDie(OpenStoreFile(options, TestTime()));
  EXPECT_EQ(ValueOrDie(Open()).blind_since_ns, 0);
  options.recording->name = "b";
  EXPECT_EQ(ValueOrDie(OpenStoreFile(options, TestTime(1))).blind_since_ns, 0);
}

TEST_F(StoreFileTest, LooseModesAreTightened) {
  ValueOrDie(Open());
  ASSERT_EQ(chmod(path_.c_str(), 0644), 0);
  ValueOrDie(Open());
  struct stat info;
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(StoreFileTest, SymbolicLinkIsNotFollowed) {
  ASSERT_TRUE(std::filesystem::create_directories(directory_.File("a/b")));
  const std::string victim = directory_.File("victim");
  ASSERT_TRUE(WriteFileAtomically(victim, "").ok());
  ASSERT_EQ(symlink(victim.c_str(), path_.c_str()), 0);
  EXPECT_FALSE(Open().ok());
}

TEST_F(StoreFileTest, NewerVersionIsRefused) {
  ASSERT_TRUE(Execute(ValueOrDie(Open()).db.get(), "PRAGMA user_version = 999").ok());
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("newer Vedette"));
}

TEST_F(StoreFileTest, DatabaseOfAnotherProgramIsLeftAlone) {
  ASSERT_TRUE(std::filesystem::create_directories(directory_.File("a/b")));
  {
    const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    ASSERT_TRUE(Execute(db.get(), "CREATE TABLE precious (a)").ok());
  }
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM sqlite_schema"), 1);
}

TEST_F(StoreFileTest, OlderFileGetsWhatItLacks) {
  ASSERT_TRUE(Execute(ValueOrDie(Open()).db.get(),
                      "DROP TABLE events; DROP TABLE file_open; DROP TABLE gaps;"
                      "ALTER TABLE runs DROP COLUMN recording;"
                      "CREATE VIEW file_open AS SELECT 1 AS old")
                  .ok());
  ValueOrDie(Open());
  EXPECT_EQ(Ask(path_, "SELECT count(create_mode) FROM file_open"), 0);
  EXPECT_EQ(Ask(path_, "SELECT count(recording) FROM runs"), 0);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM gaps"), 0);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM events"), 0);
}

TEST_F(StoreFileTest, RubbishIsDamage) {
  ValueOrDie(Open());
  Damage(0, std::string(4096, 'x'));
  ExpectDamaged(Open().status());
}

TEST_F(StoreFileTest, WhatNeverWasAStoreIsRefusedAndLeftAlone) {
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
  ASSERT_TRUE(WriteFileAtomically(path_, "precious text").ok());
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_EQ(ValueOrDie(ReadFile(path_, 100)), "precious text");
}

TEST_F(StoreFileTest, DamagedSchemaIsDamage) {
  ValueOrDie(Open());
  Damage(100, std::string(3000, '\xff'));
  ExpectDamaged(Open().status());
}

TEST_F(StoreFileTest, TruncatedFileIsDamage) {
  ValueOrDie(Open());
  ASSERT_EQ(truncate(path_.c_str(), 50), 0);
  ExpectDamaged(Open().status());
}

TEST_F(StoreFileTest, AFileThatNeverWasAStoreIsLeftAlone) {
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
  ASSERT_TRUE(WriteFileAtomically(path_, "my notes\n", 0644).ok());
  EXPECT_THAT(std::string(Open().status().message()), HasSubstr("is no store; choose another"));
  EXPECT_EQ(ValueOrDie(ReadFile(path_, 100)), "my notes\n");
  EXPECT_FALSE(std::filesystem::exists(path_ + ".lock"));
}

TEST_F(StoreFileTest, TheDatabaseOfAnotherProgramGotANewModeAndALock) {
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
  {
    const Database other =
        ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    ASSERT_TRUE(Execute(other.get(), "CREATE TABLE t (a)").ok());
  }
  ASSERT_EQ(chmod(path_.c_str(), 0644), 0);
  const absl::Status refused = Open().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("of another program"));
  struct stat info;
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644u);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".lock"));
}

TEST_F(StoreFileTest, SetAsideMakesRoomForANewOne) {
  ValueOrDie(Open());
  Damage(0, "rubbish");
  const std::string aside = ValueOrDie(SetAsideDamaged(path_, TestTime()));
  EXPECT_EQ(aside, path_ + ".damaged-20231114T221320.000000Z");
  EXPECT_TRUE(std::filesystem::exists(aside));
  EXPECT_EQ(ValueOrDie(Open()).run, 1);
}

TEST_F(StoreFileTest, SetAsideTakesTheLogAlong) {
  ValueOrDie(Open());
  ASSERT_TRUE(WriteFileAtomically(path_ + "-wal", "log").ok());
  const std::string aside = ValueOrDie(SetAsideDamaged(path_, TestTime()));
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
  EXPECT_TRUE(std::filesystem::exists(aside + "-wal"));
}

TEST_F(StoreFileTest, FileInUseIsNotSetAside) {
  const StoreFile file = ValueOrDie(Open());
  EXPECT_EQ(SetAsideDamaged(path_, TestTime()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace vedette
