// SPDX-License-Identifier: Apache-2.0
//
// From the act to the line on standard output: the daemon as it ships, with its store, while a
// process does 10,000 acts a second that are all recorded. Taken from before the act to when the
// line was read, so the system call and the reading are in it. In turn with rounds that write and
// sync a page in the same folder, for a committed alert waits for one at least.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/file.h"
#include "tests/bench/bench.h"
#include "tests/bench/interruption.h"
#include "tests/bench/paced_acts.h"

extern char** environ;

namespace vedette {
namespace {

constexpr int kRounds = 2;
constexpr size_t kSyncs = 200;
constexpr int kPatienceSeconds = 30;  // With a daemon that is to end.
constexpr absl::Duration kSettle = absl::Seconds(1);

struct Round {
  const char* where;  // The store is in this folder.
  uint64_t alerts_per_second;
  absl::Duration time;
};

std::string RuleAbout(const std::string& folder) {
  return absl::StrCat(
      "- rule: Numbered file\n  desc: A file of the benchmark\n  condition: evt.type in (open,"
      " openat, openat2) and fd.name startswith ",
      folder, "/\n  output: \"number %fd.filename\"\n  priority: WARNING\n");
}

// `vedette run` with what it prints.
class DaemonRun {
 public:
  DaemonRun(const std::string& folder, const std::string& acts, Interruption& interruption)
      : interruption_(interruption) {
    const std::string config = absl::StrCat(folder, "/vedette.yaml");
    const std::string rules = absl::StrCat(folder, "/rules.yaml");
    CHECK(WriteFileAtomically(config, absl::StrCat("store: {path: ", folder, "/store.db}\nstatus: ",
                                                   "{socket: ", folder, "/status.sock}\n"))
              .ok());
    CHECK(WriteFileAtomically(rules, RuleAbout(acts)).ok());
    int out[2], err[2];
    CHECK(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0);
    out_ = OwnedFd(out[0]);
    err_ = OwnedFd(err[0]);
    const OwnedFd to_out(out[1]), to_err(err[1]);
    const std::vector<std::string> words = {
        VEDETTE_BINARY, "run",  "--config", config,
        "--rules",      rules,  "--mode",   "tracepoint",
        "--output",     "json", "--scope",  absl::StrCat("pid:", getpid())};
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to_out.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, to_err.get(), STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &interruption.mask_before());
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    const int failed =
        posix_spawn(&pid_, VEDETTE_BINARY, &actions, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) pid_ = -1;
    if (pid_ > 0) interruption_.Add(pid_);
    reader_ = std::thread([this] { ReadAlerts(); });
    messages_ = std::thread([this] { ReadMessages(); });
  }
  ~DaemonRun() { Stop(); }

  bool AwaitWatching() {
    const absl::Time end = absl::Now() + absl::Seconds(30);
    while (!watching_ && !ended_ && absl::Now() < end) absl::SleepFor(absl::Milliseconds(20));
    return watching_;
  }
  void Stop() {
    if (pid_ > 0) {
      interruption_.Forget(pid_);
      EndProcess(std::exchange(pid_, -1), kPatienceSeconds);
    }
    if (reader_.joinable()) reader_.join();
    if (messages_.joinable()) messages_.join();
  }
  // After Stop(): by number, when its line was read; and the last words.
  const std::map<uint64_t, int64_t>& read() const { return read_; }
  const std::string& last_line() const { return last_line_; }

 private:
  void ReadAlerts() {
    std::string text;
    std::array<char, 65536> buffer;
    while (true) {
      const ssize_t got = ::read(out_.get(), buffer.data(), buffer.size());
      if (got <= 0) return;
      const int64_t now = BootNanoseconds();
      text.append(buffer.data(), static_cast<size_t>(got));
      for (size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
        constexpr absl::string_view kBefore = R"("message":"number )";
        const size_t at = text.find(kBefore.data(), 0, kBefore.size());
        uint64_t number = 0;
        if (at == std::string::npos || at > end) continue;
        const size_t digits = at + kBefore.size();
        const size_t length = text.find('"', digits) - digits;
        if (absl::SimpleAtoi(absl::string_view(text).substr(digits, length), &number)) {
          read_.emplace(number, now);
        }
      }
    }
  }
  void ReadMessages() {
    std::string text;
    std::array<char, 4096> buffer;
    ssize_t got;
    while ((got = ::read(err_.get(), buffer.data(), buffer.size())) > 0) {
      text.append(buffer.data(), static_cast<size_t>(got));
      if (absl::StrContains(text, "vedette is watching")) watching_ = true;
    }
    if (!text.empty()) text.pop_back();
    last_line_ = text.substr(text.rfind('\n') + 1);
    ended_ = true;
  }

  Interruption& interruption_;
  OwnedFd out_, err_;
  pid_t pid_ = -1;
  std::atomic<bool> watching_ = false, ended_ = false;
  std::map<uint64_t, int64_t> read_;
  std::string last_line_;
  std::thread reader_, messages_;
};

// Several, so that no act is folded into the one before it.
std::vector<std::string> SomeFiles() {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/bin", ignored)) {
    if (files.size() == 500) break;
    files.push_back(entry.path().string());
  }
  return files;
}

struct Figures {
  std::vector<double> alerts_ms, syncs_ms;
  uint64_t acts = 0;
  std::string last_line;
};

void TimeSyncs(const std::string& folder, std::vector<double>& syncs_ms) {
  const OwnedFd file(
      open(absl::StrCat(folder, "/page").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600));
  const std::string page(4096, 'x');
  for (size_t i = 0; i < kSyncs; ++i) {
    absl::SleepFor(absl::Milliseconds(5));
    const int64_t begin = BootNanoseconds();
    CHECK(write(file.get(), page.data(), page.size()) > 0 && fdatasync(file.get()) == 0);
    syncs_ms.push_back(1e-6 * static_cast<double>(BootNanoseconds() - begin));
  }
}

// False: the daemon did not start.
bool MeasureRound(const Round& round, Figures& figures, Interruption& interruption) {
  std::string folder = absl::StrCat(round.where, "/vedette-bench.XXXXXX");
  CHECK(mkdtemp(folder.data()) != nullptr);
  interruption.AddFolder(folder);
  PacedActs acts;
  acts.others = SomeFiles();
  acts.folder = folder + "/numbered";
  acts.every = acts.per_second / round.alerts_per_second;
  acts.time = round.time;
  TimeSyncs(folder, figures.syncs_ms);
  DaemonRun daemon(folder, acts.folder, interruption);
  const bool started = daemon.AwaitWatching();
  std::vector<int64_t> begun;
  if (started) {
    absl::SleepFor(kSettle);
    begun = DoPaced(acts);
    absl::SleepFor(kSettle);
  }
  daemon.Stop();
  std::filesystem::remove_all(folder);
  interruption.ForgetFolder(folder);
  figures.last_line = daemon.last_line();
  figures.acts += begun.size();
  for (const auto& [number, at] : daemon.read()) {
    if (number == 0 || number > begun.size()) continue;
    figures.alerts_ms.push_back(1e-6 * static_cast<double>(at - begun[number - 1]));
  }
  return started;
}

double At(const std::vector<double>& sorted, double part) {
  return sorted[static_cast<size_t>(part * static_cast<double>(sorted.size() - 1))];
}

BenchRow RowOf(const Round& round, Figures figures) {
  std::sort(figures.alerts_ms.begin(), figures.alerts_ms.end());
  std::sort(figures.syncs_ms.begin(), figures.syncs_ms.end());
  BenchRow row;
  row.name =
      absl::StrCat("latency/p99, ", round.alerts_per_second, " alerts a second, ", round.where);
  row.unit = "ms";
  row.compared_with = "write and sync of a page, p99";
  row.note = absl::StrCat(figures.acts, " acts that alert, ", figures.alerts_ms.size(),
                          " lines; the daemon: ", figures.last_line);
  if (figures.alerts_ms.empty()) return row;
  row.figure = At(figures.alerts_ms, 0.99);
  row.baseline = At(figures.syncs_ms, 0.99);
  row.ratio = *row.figure / *row.baseline;
  row.goal = "< 5 ms";
  row.met = *row.figure < 5 && figures.alerts_ms.size() == figures.acts;
  row.note = absl::StrFormat("p50 %.2f, p95 %.2f, max %.2f; sync p50 %.2f; %s",
                             At(figures.alerts_ms, 0.5), At(figures.alerts_ms, 0.95),
                             figures.alerts_ms.back(), At(figures.syncs_ms, 0.5), row.note);
  return row;
}

}  // namespace

BenchRows BenchLatency() {
  if (geteuid() != 0) {
    BenchRow row;
    row.name = "latency";
    row.note = "skipped: needs root: sudo make bench";
    return {row};
  }
  BenchRows rows;
  Interruption interruption;
  // /dev/shm: what is not the disk's share, which other programs may be busy with. With two rounds
  // of each all of it takes two minutes.
  constexpr Round kAll[] = {{"/tmp", 20, absl::Seconds(12)},
                            {"/tmp", 200, absl::Seconds(6)},
                            {"/dev/shm", 20, absl::Seconds(12)},
                            {"/dev/shm", 200, absl::Seconds(6)}};
  for (const Round& round : kAll) {
    Figures figures;
    for (int i = 0; i < kRounds && MeasureRound(round, figures, interruption); ++i) {
    }
    rows.push_back(RowOf(round, std::move(figures)));
  }
  return rows;
}

}  // namespace vedette
