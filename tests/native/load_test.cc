// SPDX-License-Identifier: Apache-2.0
//
// The books under load: 100,000 programs started and 1,000,000 files opened below a daemon of its
// own. What was done here, what the kernel saw, and what is in the store or counted as lost are
// compared with each other. Natively in tracepoint mode, or as VEDETTE_TEST_MODE says.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "tests/native/daemon_process.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr uint64_t kExecs = 100'000, kOpens = 1'000'000;
constexpr uint64_t kResidentBytesMax = 60'000'000;
constexpr absl::Duration kStartMax = absl::Seconds(1);

// All that the load does is recorded, so each of its acts is a row or a counted loss.
constexpr char kConfig[] =
    "sensor: {fold: 0s}\n"  // Each act is to be a row.
    "recording:\n"
    "  opens: evt.kind = file_open and fd.name endswith /marked\n"
    "  execs: evt.kind = process_exec and proc.name = true\n";
constexpr char kRules[] =
    "- rule: Never\n  desc: d\n  condition: evt.kind = file_open and fd.name = /never\n"
    "  output: o\n  priority: NOTICE\n";

uint64_t NumberBehind(const std::string& text, const std::string& label) {
  const size_t at = text.find(label);
  if (at == std::string::npos) return ~uint64_t{0};
  const std::string rest = text.substr(at + label.size());
  uint64_t number = ~uint64_t{0};
  static_cast<void>(
      absl::SimpleAtoi(rest.substr(0, rest.find_first_not_of("0123456789")), &number));
  return number;
}

uint64_t ResidentBytes(pid_t pid) {
  const auto status = ReadFile(absl::StrCat("/proc/", pid, "/status"), 1 << 16);
  if (!status.ok()) return ~uint64_t{0};
  const size_t at = status->find("VmRSS:");
  const std::string rest = status->substr(status->find_first_of("0123456789", at));
  return NumberBehind(" " + rest, " ") * 1024;
}

class LoadTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "loading programs into the kernel takes root";
    ASSERT_TRUE(WriteFileAtomically(folder_.File("config.yaml"), kConfig).ok());
    ASSERT_TRUE(WriteFileAtomically(folder_.File("rules.yaml"), kRules).ok());
    ASSERT_TRUE(WriteFileAtomically(marked_, "").ok());
  }

  std::vector<std::string> Arguments() const {
    const char* mode = std::getenv("VEDETTE_TEST_MODE");
    return {"run",
            "--config",
            folder_.File("config.yaml"),
            "--rules",
            folder_.File("rules.yaml"),
            "--store",
            store_,
            "--mode",
            mode != nullptr ? mode : "tracepoint",
            "--scope",
            absl::StrCat("pid:", getpid())};
  }

  void OpenAll() const {
    for (uint64_t i = 0; i < kOpens; ++i) {
      const int fd = open(marked_.c_str(), O_RDONLY | O_CLOEXEC);
      ASSERT_GE(fd, 0);
      close(fd);
    }
  }
  static void ExecAll() {
    char name[] = "true";
    char* const arguments[] = {name, nullptr};
    for (uint64_t i = 0; i < kExecs; ++i) {
      pid_t pid = 0;
      ASSERT_EQ(posix_spawn(&pid, "/bin/true", nullptr, nullptr, arguments, environ), 0);
      waitpid(pid, nullptr, 0);
    }
  }

  // The rows of a question, and how many of the kind the store knows to be missing.
  void ExpectRowsAndLosses(const std::string& kind, const std::string& where, uint64_t acts) {
    const Finished query = RunVedette(
        {"query", "--store", store_, "--format", "csv",
         absl::StrCat("SELECT (SELECT count(*) FROM ", kind, " WHERE ", where,
                      "), (SELECT coalesce(sum(count), 0) FROM gaps WHERE kind = '", kind, "')")});
    const std::vector<std::string> lines = absl::StrSplit(query.output, '\n');
    ASSERT_GE(lines.size(), 2u) << query.errors;
    const std::vector<std::string> numbers = absl::StrSplit(lines[1], ',');
    uint64_t rows = 0, lost = 0;
    ASSERT_TRUE(numbers.size() == 2 && absl::SimpleAtoi(numbers[0], &rows) &&
                absl::SimpleAtoi(numbers[1], &lost))
        << lines[1];
    RecordProperty(kind + "_rows", absl::StrCat(rows));
    RecordProperty(kind + "_lost", absl::StrCat(lost));
    EXPECT_LE(rows, acts) << kind;
    // Of what was lost nobody knows whether it was ours.
    EXPECT_GE(rows + lost, acts) << kind << ": " << rows << " rows, " << lost << " lost";
    if (lost == 0) {
      EXPECT_EQ(rows, acts) << kind;
    }
  }

  const TemporaryDirectory folder_;
  const std::string store_ = folder_.File("store.db"), marked_ = folder_.File("marked");
};

TEST_F(LoadTest, WhatGoesInComesOutOrIsCountedAsLost) {
  DaemonProcess daemon(Arguments());
  ASSERT_TRUE(daemon.running()) << daemon.errors();
  OpenAll();
  ExecAll();
  // When what waited has been written, and the programs that have ended are past their grace of
  // five seconds: until then they are memory in use.
  uint64_t resident = 0;
  for (int tries = 0; tries < 150; ++tries) {
    resident = ResidentBytes(daemon.pid());
    if (resident < kResidentBytesMax) break;
    absl::SleepFor(absl::Milliseconds(100));
  }
  RecordProperty("resident_bytes", absl::StrCat(resident));
  EXPECT_LT(resident, kResidentBytesMax);
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(), 0) << daemon.errors();
  EXPECT_THAT(daemon.errors(), HasSubstr("; balanced\n"));
  const uint64_t seen = NumberBehind(daemon.errors(), "seen ");
  EXPECT_GE(seen, kOpens + 3 * kExecs) << "each program is forked, started and ended";
  EXPECT_EQ(seen, NumberBehind(daemon.errors(), "filtered ") +
                      NumberBehind(daemon.errors(), "lost ") +
                      NumberBehind(daemon.errors(), "events "))
      << daemon.errors();
  ExpectRowsAndLosses("file_open", "path LIKE '%/marked'", kOpens);
  ExpectRowsAndLosses("process_exec", "comm = 'true'", kExecs);
}

// The fastest of three: another program may hold the processor for a while.
TEST_F(LoadTest, ItWatchesWithinASecond) {
  absl::Duration fastest = absl::InfiniteDuration();
  for (int i = 0; i < 3; ++i) {
    const absl::Time begin = absl::Now();
    const DaemonProcess daemon(Arguments());
    ASSERT_TRUE(daemon.running()) << daemon.errors();
    fastest = std::min(fastest, absl::Now() - begin);
  }
  RecordProperty("start_ms", absl::StrCat(absl::ToInt64Milliseconds(fastest)));
  EXPECT_LT(fastest, kStartMax);
}

}  // namespace
}  // namespace vedette
