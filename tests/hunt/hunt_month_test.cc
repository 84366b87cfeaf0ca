// SPDX-License-Identifier: Apache-2.0
//
// A hundred rules over a month of a host's events: `vedette hunt` finds what the naive evaluator
// finds, which sees each event on its way into the store. VEDETTE_HUNT_EVENTS says how many; 50
// million take an hour on one CPU.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "rules/lang/load.h"
#include "tests/bench/month.h"
#include "tests/hunt/judged_store.h"
#include "tests/oracle/naive_eval.h"

namespace vedette {
namespace {

constexpr size_t kRules = 100;
constexpr uint64_t kWaitingMax = 50'000;

uint64_t EventsWanted() {
  uint64_t events = 0;
  const char* const text = getenv("VEDETTE_HUNT_EVENTS");
  if (text != nullptr && absl::SimpleAtoi(text, &events)) return events;
  return getenv("VEDETTE_TEST_ALL") != nullptr ? 2'000'000 : 200'000;
}

// What rules are made of, about things that are in a month, and rare together.
std::string RareCondition(std::mt19937& random) {
  static constexpr const char* kNames[] = {"bash",  "cc1plus",  "ld",   "make",    "git",
                                           "nginx", "postgres", "cron", "python3", "apt-get"};
  const std::string name = kNames[random() % std::size(kNames)];
  const std::string other = kNames[random() % std::size(kNames)];
  const std::string number = absl::StrCat(200 + random() % 3800);
  const std::string opened = "evt.type in (open, openat, openat2)";
  switch (random() % 8) {
    case 0:
      return absl::StrCat(opened, " and proc.name = ", name, " and fd.name endswith ", number);
    case 1:
      return absl::StrCat(
          opened, " and evt.is_open_write = true and (fd.name startswith /etc/cron.d/job or ",
          "fd.name glob /usr/*/lib", random() % 300, ".so)");
    case 2:
      return absl::StrCat("evt.type = connect and fd.rport = 5432 and proc.pname = ", name,
                          " and fd.rnet = \"10.", random() % 250, ".0.0/16\"");
    case 3:
      return absl::StrCat("evt.type in (execve, execveat) and proc.name = ", name,
                          " and proc.aname[2] = ", other, " and user.uid != 0");
    case 4:
      return absl::StrCat(opened, " and fd.name regex \".*/[a-z]+", number, "$\" and not proc.name",
                          " in (", name, ", ", other, ")");
    case 5:
      return absl::StrCat(opened, " and proc.aname in (", name, ") and fd.name contains ", number);
    case 6:
      return absl::StrCat("evt.type = accept4 and fd.lport = 443 and proc.cmdline contains ",
                          1000 + random() % 9000);
    default:
      return absl::StrCat(opened, " and fd.name in (/etc/shadow, /home/ann/.ssh/id_ed25519) and ",
                          "proc.name = ", name);
  }
}

std::vector<std::string> RareRules() {
  std::mt19937 random(7);
  std::vector<std::string> rules;
  for (size_t i = 0; i < kRules; ++i) rules.push_back(JudgedRule(i, RareCondition(random)));
  return rules;
}

// What was found, whatever its order: a sum of the pairs of event and rule, each mixed well
// (SplitMix64).
struct Findings {
  uint64_t count = 0, sum = 0;
  bool operator==(const Findings&) const = default;
  void Add(uint64_t number, const std::string& rule) {
    uint64_t x = number * 1000 + std::strtoul(rule.c_str() + 1, nullptr, 10);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    sum += x ^ (x >> 31);
    ++count;
  }
};

// Takes the alerts line by line: there may be more than fit into memory.
class FindingsIo : public CapturedIo {
 public:
  void Print(absl::string_view text) override {
    line_.append(text.data(), text.size());
    size_t begin = 0;
    for (size_t end; (end = line_.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const auto alert = nlohmann::json::parse(line_.substr(begin, end - begin));
      found.Add(alert.at("event").at("number").get<uint64_t>() % 10'000'000'000'000,
                alert.at("rule").get<std::string>());
    }
    line_.erase(0, begin);
  }
  Findings found;

 private:
  std::string line_;
};

// By rule.
std::vector<Findings> WriteAndJudge(const std::string& path, const Program& program,
                                    uint64_t events) {
  TestHost host;
  std::vector<Findings> expected(kRules);
  auto store = EventStore::Open(JudgedStoreOptions(path));
  EXPECT_TRUE(store.ok()) << store.status();
  if (!store.ok()) return expected;
  uint64_t number = 0;
  MakeMonth(events, [&](absl::Span<const std::byte> record, uint64_t time_ns) {
    ++number;
    const absl::Time time = host.host.WallTime(time_ns);
    while (!(*store)->OfferEvent(record, number, time)) absl::SleepFor(absl::Milliseconds(1));
    const EventView view = *EventView::Parse(record);
    host.arena.Clear();
    host.table.OnBegin(view);
    const Process* const process = host.table.Find(view.header().exec_id);
    const Event event{view, number, time, process, host.table, host.host, host.arena};
    for (const uint32_t rule : NaiveMatch(program, event)) {
      expected[rule].Add(number, program.rules[rule].name);
    }
    host.table.OnExit(view);
    const StoreCounts counts = (*store)->Counts();
    if (counts.events_offered - counts.events_written > kWaitingMax) {
      absl::SleepFor(absl::Milliseconds(1));
    }
  });
  EXPECT_TRUE((*store)->Close().ok());
  return expected;
}

Findings Hunt(const std::string& store, const std::string& folder, const std::string& rules) {
  const std::string file = folder + "/rules.yaml";
  FindingsIo io;
  EXPECT_TRUE(WriteFileAtomically(file, rules, 0600).ok());
  EXPECT_EQ(RunCommandLine({"hunt", file, "--store", store, "--json", "--limit", "1000000000"}, io),
            ExitCode::kDone)
      << io.error();
  return io.found;
}

TEST(HuntMonth, FindsWhatTheNaiveEvaluatorFinds) {
  const uint64_t events = EventsWanted();
  const TemporaryDirectory folder;
  const std::string path = folder.File("month.db");
  const std::vector<std::string> rules = RareRules();
  const RuleSource source = {"rules.yaml", absl::StrJoin(rules, "")};
  const LoadResult loaded = LoadRules({&source, 1});
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  ASSERT_EQ(loaded.program->rules.size(), kRules);
  const std::vector<Findings> expected = WriteAndJudge(path, *loaded.program, events);
  Findings all;
  for (const Findings& of_rule : expected) {
    all.count += of_rule.count;
    all.sum += of_rule.sum;
  }
  EXPECT_EQ(Hunt(path, folder.path(), source.text), all);
  EXPECT_GT(all.count, events / 10'000) << "the rules say next to nothing";
  // Alone a rule is rare, and only the processes that it concerns are read.
  for (size_t i = 0; i < kRules; i += 7) {
    EXPECT_EQ(Hunt(path, folder.path(), rules[i]), expected[i]) << rules[i];
  }
  std::cout << all.count << " findings among " << events << " events\n";
}

}  // namespace
}  // namespace vedette
