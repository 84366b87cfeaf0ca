// SPDX-License-Identifier: Apache-2.0
//
// SIGKILL at any instant, again and again, into one store: event_store_kill_test kills after so
// many alerts, here after so many microseconds.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "tests/store/campaign.h"

extern char** environ;

namespace vedette {
namespace {

constexpr char kPathVariable[] = "VEDETTE_STORE_CAMPAIGN_PATH";
constexpr char kPipeVariable[] = "VEDETTE_STORE_CAMPAIGN_PIPE";

// Runs in a process of its own: writes until it is killed, and tells which alerts are committed.
TEST(StoreKillCampaign, DISABLED_Helper) {
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
  const absl::Time until = absl::Now() + absl::Seconds(30);  // If nobody kills it.
  uint64_t number = 0;
  // Identities that no other round has. Events are minutes apart, so that processes are old soon
  // enough to be packed.
  uint64_t next_process = absl::ToUnixMicros(absl::Now());
  for (int64_t step = 0; absl::Now() < until; ++step) {
    const absl::Time time = absl::Now() + step * absl::Minutes(1);
    for (int i = 0; i < 20; ++i) {
      ++number;
      store->OfferEvent(OpenRecord(7, absl::StrCat("/", number)), number, time);
    }
    store->OfferAlert(TestAlert(absl::StrCat(getpid(), "-", number), number));
    OfferEndedProcesses(*store, next_process, 10, number, time);
    next_process += 10;
    absl::SleepFor(absl::Microseconds(300));
  }
}

std::vector<std::string> WriteAndKill(const std::string& path, absl::Duration after) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  OwnedFd from(ends[0]), to(ends[1]);
  setenv(kPathVariable, path.c_str(), 1);
  setenv(kPipeVariable, absl::StrCat(to.get()).c_str(), 1);
  char program[] = "/proc/self/exe", filter[] = "--gtest_filter=StoreKillCampaign.DISABLED_Helper";
  char disabled[] = "--gtest_also_run_disabled_tests", brief[] = "--gtest_brief=1";
  char* arguments[] = {program, filter, disabled, brief, nullptr};
  pid_t child = -1;
  EXPECT_EQ(posix_spawn(&child, program, nullptr, nullptr, arguments, environ), 0);
  to.Reset();
  absl::SleepFor(after);
  EXPECT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  std::vector<std::string> lines =
      absl::StrSplit(ValueOrDie(ReadFd(from.get(), 1 << 20, "pipe")), '\n');
  lines.pop_back();  // What was cut off nobody has read.
  return lines;
}

TEST(StoreKillCampaign, NoAlertIsLostOrDoubledAndTheChainVerifies) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("events.db");
  StoreOptions options;
  options.path = path;
  options.queue_bytes_max = size_t{64} << 20;
  {
    // Enough that the first ones pack from their start on; what they add is for later ones.
    auto store = ValueOrDie(EventStore::Open(options));
    uint64_t number = 0;
    OfferEndedProcesses(*store, 1, 30'000, number, absl::Now() - absl::Minutes(30));
    ASSERT_TRUE(store->Close().ok());
    ASSERT_EQ(PackedSegments(path), 0);
  }
  std::mt19937 random(1);
  std::vector<std::string> told;
  const int rounds = Rounds(12, 1000);
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    const std::vector<std::string> more =
        WriteAndKill(path, absl::Milliseconds(20) + absl::Microseconds(random() % 150'000));
    told.insert(told.end(), more.begin(), more.end());
    if (round % 20 == 11 || round + 1 == rounds) ExpectSound(path, told);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(told.size(), static_cast<size_t>(rounds));
  EXPECT_GE(PackedSegments(path), std::max(2, rounds / 200))
      << "ended processes were packed between the kills";
  // Each start says that nobody was watching, but for those that died before they could.
  EXPECT_GT(Ask(path, "SELECT count(*) FROM gaps WHERE stage = 'not_running'"), rounds / 4);
}

}  // namespace
}  // namespace vedette
