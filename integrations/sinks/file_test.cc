// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "integrations/format/json.h"
#include "integrations/format/sample_alert.h"
#include "integrations/sinks/registry.h"

namespace vedette {
namespace {

class FileSinkTest : public testing::Test {
 protected:
  std::unique_ptr<Sink> Make(SinkOptions options = {}) {
    options["path"] = path_;
    auto sink = MakeSink("file", options);
    EXPECT_TRUE(sink.ok()) << sink.status();
    return sink.ok() ? *std::move(sink) : nullptr;
  }
  static absl::Status Deliver(Sink& sink, const std::string& id) {
    Alert alert;
    alert.id = id;
    return sink.Deliver({alert}, absl::InfiniteFuture());
  }
  static std::string Line(const std::string& id) {
    Alert alert;
    alert.id = id;
    return absl::StrCat(FormatJson(alert), "\n");
  }
  static std::string Read(const std::string& path) {
    const auto text = ReadFile(path, 1 << 20);
    return text.ok() ? *text : "(none)";
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("alerts.json");
};

TEST_F(FileSinkTest, AppendsLinesToAFileThatOnlyItsOwnerReads) {
  ASSERT_TRUE(Deliver(*Make(), "a").ok());
  ASSERT_TRUE(Deliver(*Make(), "b").ok());
  EXPECT_EQ(Read(path_), Line("a") + Line("b"));
  struct stat now = {};
  ASSERT_EQ(stat(path_.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777U, 0600U);
}

TEST_F(FileSinkTest, RotatesBeforeTheFileGrowsTooLargeAndKeepsSome) {
  const auto sink = Make({{"size_max", absl::StrCat(Line("a").size() * 2, "B")}, {"keep", "2"}});
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) {
    ASSERT_TRUE(Deliver(*sink, id).ok());
  }
  EXPECT_EQ(Read(path_), Line("g"));
  EXPECT_EQ(Read(path_ + ".1"), Line("e") + Line("f"));
  EXPECT_EQ(Read(path_ + ".2"), Line("c") + Line("d"));
  EXPECT_EQ(Read(path_ + ".3"), "(none)");
}

TEST_F(FileSinkTest, KeepsNothingIfAskedTo) {
  const auto sink = Make({{"size_max", "1B"}, {"keep", "0"}});
  ASSERT_TRUE(Deliver(*sink, "a").ok());
  ASSERT_TRUE(Deliver(*sink, "b").ok());
  EXPECT_EQ(Read(path_), Line("b"));
  EXPECT_EQ(Read(path_ + ".1"), "(none)");
}

TEST_F(FileSinkTest, FollowsWhenSomebodyElseRotates) {
  const auto sink = Make();
  ASSERT_TRUE(Deliver(*sink, "a").ok());
  ASSERT_EQ(rename(path_.c_str(), (path_ + ".moved").c_str()), 0);
  ASSERT_TRUE(Deliver(*sink, "b").ok());
  ASSERT_EQ(unlink(path_.c_str()), 0);
  ASSERT_TRUE(Deliver(*sink, "c").ok());
  EXPECT_EQ(Read(path_ + ".moved"), Line("a"));
  EXPECT_EQ(Read(path_), Line("c"));
}

TEST_F(FileSinkTest, FullDiskLeavesWholeLinesAndIsOverWhenThereIsRoom) {
  const auto sink = Make();
  ASSERT_TRUE(Deliver(*sink, "a").ok());
  // A limit on the size of files acts like a disk with room for one line and a half.
  signal(SIGXFSZ, SIG_IGN);
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small = {.rlim_cur = Line("a").size() * 3 / 2, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status status = Deliver(*sink, "b");
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(Read(path_), Line("a"));
  EXPECT_TRUE(Deliver(*sink, "b").ok());
  EXPECT_EQ(Read(path_), Line("a") + Line("b"));
}

TEST_F(FileSinkTest, HalfALineOfAKilledDaemonIsEnded) {
  ASSERT_TRUE(WriteFileAtomically(path_, "{\"half").ok());
  const auto sink = Make();
  ASSERT_TRUE(Deliver(*sink, "a").ok());
  ASSERT_TRUE(Deliver(*sink, "b").ok());
  EXPECT_EQ(Read(path_), "{\"half\n" + Line("a") + Line("b"));
}

TEST_F(FileSinkTest, FolderThatVanishesIsUnavailableUntilItIsBack) {
  const auto sink = Make();
  std::filesystem::remove_all(folder_.path());
  EXPECT_TRUE(absl::IsUnavailable(Deliver(*sink, "a")));
  std::filesystem::create_directory(folder_.path());
  EXPECT_TRUE(Deliver(*sink, "a").ok());
  EXPECT_TRUE(sink->Flush().ok());
  EXPECT_EQ(Read(path_), Line("a"));
}

TEST_F(FileSinkTest, OnlyRegularFiles) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  const auto sink = MakeSink("file", {{"path", path_}});
  EXPECT_EQ(sink.status().code(), absl::StatusCode::kInvalidArgument) << sink.status();
  const auto missing = MakeSink("file", {{"path", "/nowhere/alerts.json"}});
  EXPECT_THAT(std::string(missing.status().message()), testing::HasSubstr("/nowhere/alerts.json"));
}

}  // namespace
}  // namespace vedette
