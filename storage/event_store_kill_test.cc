// SPDX-License-Identifier: Apache-2.0
//
// The writer's process is killed in the middle of writing: everything that was committed is there,
// and readers can read it before any writer has come back.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "storage/queries.h"
#include "storage/test_store.h"

extern char** environ;

namespace vedette {
namespace {

constexpr char kPathVariable[] = "VEDETTE_STORE_KILL_TEST_PATH";
constexpr char kPipeVariable[] = "VEDETTE_STORE_KILL_TEST_PIPE";

// Runs in a process of its own: writes until it is killed, and says which alerts have been
// committed.
TEST(EventStoreKill, DISABLED_Helper) {
  int to = -1;
  ASSERT_TRUE(getenv(kPathVariable) != nullptr && absl::SimpleAtoi(getenv(kPipeVariable), &to));
  StoreOptions options;
  options.path = getenv(kPathVariable);
  options.commit_interval = absl::Milliseconds(1);
  options.on_committed = [to](std::vector<Alert> alerts) {
    for (const Alert& alert : alerts) {
      if (!WriteFd(to, alert.id + "\n", "pipe").ok()) _exit(1);
    }
  };
  auto store = ValueOrDie(EventStore::Open(options));
  const absl::Time until = absl::Now() + absl::Seconds(60);  // If nobody kills it.
  for (uint64_t number = 1; absl::Now() < until; ++number) {
    // Alerts overtake more events than WriteQueue::kEventsBesideAlerts: then the event of an alert
    // is committed later. Here there shall be none.
    const auto waiting = [&] {
      const StoreCounts counts = store->Counts();
      return counts.events_offered - counts.events_written - counts.events_dropped;
    };
    while (waiting() > 100) absl::SleepFor(absl::Milliseconds(1));
    store->OfferEvent(OpenRecord(7, absl::StrCat("/", number)), number, absl::Now());
    if (number % 7 == 0) store->OfferMark({"written", absl::StrCat(number)});
    if (number % 50 == 0) {
      store->OfferAlert(TestAlert(absl::StrCat(getpid(), "-", number), number));
      absl::SleepFor(absl::Milliseconds(1));
    }
  }
}

// Starts the helper, kills it when it has committed `alerts_min`, and returns what it had said.
std::vector<std::string> WriteAndKill(const std::string& path, int alerts_min) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  OwnedFd from(ends[0]), to(ends[1]);
  setenv(kPathVariable, path.c_str(), 1);
  setenv(kPipeVariable, absl::StrCat(to.get()).c_str(), 1);
  char program[] = "/proc/self/exe", filter[] = "--gtest_filter=EventStoreKill.DISABLED_Helper";
  char disabled[] = "--gtest_also_run_disabled_tests", brief[] = "--gtest_brief=1";
  char* arguments[] = {program, filter, disabled, brief, nullptr};
  pid_t child = -1;
  EXPECT_EQ(posix_spawn(&child, program, nullptr, nullptr, arguments, environ), 0);
  to.Reset();
  std::string said;
  int lines = 0;
  char byte;
  while (lines < alerts_min && read(from.get(), &byte, 1) == 1) {
    said.push_back(byte);
    if (byte == '\n') ++lines;
  }
  EXPECT_EQ(lines, alerts_min);
  EXPECT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  said += ValueOrDie(ReadFd(from.get(), 1 << 20, "pipe"));
  std::vector<std::string> ids;
  for (size_t begin = 0, end; (end = said.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    ids.push_back(said.substr(begin, end - begin));
  }
  return ids;
}

TEST(EventStoreKill, WhatWasCommittedIsThereForTheNextReaderAndWriter) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("events.db");
  size_t committed = 0;
  for (int round = 0; round < 8; ++round) {
    const std::vector<std::string> ids = WriteAndKill(path, 1 + round * 7);
    committed += ids.size();
    StoreReader reader = ValueOrDie(StoreReader::Open(path));
    for (const std::string& id : ids) {
      const StoredAlert alert = ValueOrDie(reader.GetAlert(id));
      EXPECT_EQ(
          Ask(path, absl::StrCat("SELECT count(*) FROM file_open WHERE id = ", alert.event_id)), 1)
          << "the event of an alert is committed with it";
    }
    // All that was offered before the mark, and at most what was offered before the next one.
    const auto mark =
        Ask(path, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'mark written'");
    const auto last = Ask(path, "SELECT max(id) % 10000000000000 FROM file_open");
    EXPECT_GE(last, mark);
    EXPECT_EQ(Ask(path, absl::StrCat("SELECT count(*) FROM file_open WHERE id BETWEEN ",
                                     "(SELECT max(run) FROM runs) * 10000000000000 + 1 AND ",
                                     "(SELECT max(run) FROM runs) * 10000000000000 + ", mark)),
              mark);
  }
  StoreOptions options;
  options.path = path;
  ASSERT_TRUE(ValueOrDie(EventStore::Open(options))->Close().ok());
  EXPECT_EQ(AskText(path, "PRAGMA integrity_check"), "ok");
  EXPECT_GE(Ask(path, "SELECT count(*) FROM alerts"), static_cast<int64_t>(committed));
  EXPECT_EQ(Ask(path, "SELECT count(DISTINCT id) - count(*) FROM alerts"), 0);
  EXPECT_EQ(Ask(path, "SELECT count(*) FROM gaps WHERE stage = 'not_running'"), 8);
}

}  // namespace
}  // namespace vedette
