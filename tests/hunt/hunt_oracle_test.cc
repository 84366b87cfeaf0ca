// SPDX-License-Identifier: Apache-2.0
//
// What `vedette hunt` finds in a store is what the naive evaluator finds on the events that were
// put into it: random rules, random events, any number of threads, any beginning.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "rules/lang/load.h"
#include "tests/hunt/judged_store.h"
#include "tests/oracle/naive_eval.h"
#include "tests/oracle/random_rules.h"

namespace vedette {
namespace {

constexpr char kMacros[] = R"(
- list: shell_names
  items: [sh, bash]
- macro: shells
  condition: proc.name in (shell_names) or proc.pname in (shell_names, nginx)
- macro: sensitive
  condition: (fd.name startswith /etc/ and not fd.name endswith .conf) or fd.name contains .ssh
)";
constexpr int64_t kSecondNs = 1'000'000'000;

using Found = std::set<std::pair<uint64_t, std::string>>;  // Number of the event, rule.

struct Stored {
  RecordBytes record;
  uint64_t number = 0;
};

// Rules that load on their own: a condition that can never hold is refused.
std::string RandomRuleFile(Random& random, size_t rules) {
  std::string text = kMacros;
  for (size_t i = 0; i < rules;) {
    const std::string rule = JudgedRule(i, RandomCondition(random));
    const RuleSource source = {"r.yaml", absl::StrCat(kMacros, rule)};
    if (LoadRules({&source, 1}).program == nullptr) continue;
    text += rule;
    ++i;
  }
  return text;
}

// A host on which processes begin, fork, exec and end while they act. A second lies between two
// events; forks have fresh children, and execs fresh identities.
std::vector<Stored> RandomHistory(Random& random, size_t count) {
  std::vector<Stored> history;
  uint64_t next_id = 100;
  std::vector<uint64_t> alive = {1, 2, 3, 4, 5, 6, 7, 8};
  const auto add = [&](RecordBuilder record) {
    record.Set("time_ns", (history.size() + 1) * kSecondNs).Set("sequence", history.size() + 1);
    history.push_back({record.Build(), history.size() + 1});
  };
  for (const uint64_t id : alive) {
    add(RecordBuilder(WIRE_process_exec)
            .Set("exec_id", id)
            .Set("pid", id)
            .Set("parent_exec_id", id / 2)
            .Set("parent_pid", id / 2)
            .Set("comm", id % 2 == 0 ? "sh" : "nginx")
            .Set("exe_path", "/usr/bin/cat")
            .SetArguments("args", {"sh", "-c", "a b", "/etc/shadow"})
            .SetArguments("env", {"HOME=/home/ann/.ssh"}));
  }
  while (history.size() < count) {
    RecordBuilder record = RandomEvent(random);
    const size_t who = random() % alive.size();
    const uint64_t id = alive[who];
    record.Set("exec_id", id).Set("pid", id % 1000);
    switch (record.header().kind) {
      case WIRE_process_fork:
        alive.push_back(next_id);
        record.Set("child_exec_id", next_id)
            .Set("child_pid", next_id % 1000)
            .Set("child_vpid", random() % 4)
            .Set("child_parent_exec_id", id)
            .Set("child_start_ns", (history.size() + 1) * kSecondNs);
        ++next_id;
        break;
      case WIRE_process_exec:
        record.Set("exec_id", next_id)
            .Set("previous_exec_id", id)
            .Set("parent_exec_id", alive[(who + 1) % alive.size()])
            .SetArguments("args", {"cat", "x y", "", "-c", "z"});
        alive[who] = next_id++;
        break;
      case WIRE_process_exit:
        if (alive.size() <= 4) continue;
        alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(who));
        break;
      default:
        break;
    }
    add(std::move(record));
  }
  return history;
}

void PutIntoStore(const std::string& path, const std::vector<Stored>& history) {
  const HostMetadata host = TestHost::SomeHost();
  auto store = EventStore::Open(JudgedStoreOptions(path));
  ASSERT_TRUE(store.ok()) << store.status();
  for (const Stored& each : history) {
    const EventView view = *EventView::Parse(each.record);
    const auto time_ns = static_cast<int64_t>(view.header().time_ns) + host.wall_minus_boot_ns;
    ASSERT_TRUE((*store)->OfferEvent(each.record, each.number, absl::FromUnixNanos(time_ns)));
  }
  ASSERT_TRUE((*store)->Close().ok());
}

Found FindNaively(const Program& program, const std::vector<Stored>& history, uint64_t from) {
  TestHost host;
  Found found;
  for (const Stored& each : history) {
    const EventView view = *EventView::Parse(each.record);
    host.arena.Clear();
    host.table.OnBegin(view);
    const Event event{view,
                      each.number,
                      host.host.WallTime(view.header().time_ns),
                      host.table.Find(view.header().exec_id),
                      host.table,
                      host.host,
                      host.arena};
    for (const uint32_t rule : NaiveMatch(program, event)) {
      if (each.number >= from) found.emplace(each.number, program.rules[rule].name);
    }
    host.table.OnExit(view);
  }
  return found;
}

Found Hunt(const std::string& store, const std::string& rules,
           const std::vector<std::string>& more) {
  CapturedIo io;
  std::vector<std::string> arguments = {"hunt",   rules,     "--store", store,
                                        "--json", "--limit", "10000000"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  EXPECT_EQ(RunCommandLine(arguments, io), ExitCode::kDone) << io.error();
  Found found;
  for (const absl::string_view line : absl::StrSplit(io.out(), '\n', absl::SkipEmpty())) {
    const auto alert = nlohmann::json::parse(std::string(line));
    found.emplace(alert.at("event").at("number").get<uint64_t>() % 10'000'000'000'000,
                  alert.at("rule").get<std::string>());
  }
  return found;
}

// Only what differs is worth reading.
void ExpectSame(const Found& found, const Found& expected) {
  std::vector<std::pair<uint64_t, std::string>> more, less;
  std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(),
                      std::back_inserter(more));
  std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(),
                      std::back_inserter(less));
  EXPECT_TRUE(more.empty()) << more.size() << ", as " << more[0].first << " " << more[0].second;
  EXPECT_TRUE(less.empty()) << less.size() << ", as " << less[0].first << " " << less[0].second;
}

TEST(HuntOracle, FindsWhatTheNaiveEvaluatorFinds) {
  size_t matches = 0;
  const uint32_t seeds = getenv("VEDETTE_TEST_ALL") != nullptr ? 12 : 2;
  for (uint32_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const TemporaryDirectory folder;
    const std::string store = folder.File("store.db"), rules = folder.File("rules.yaml");
    const std::vector<Stored> history = RandomHistory(random, 1500);
    PutIntoStore(store, history);
    const std::string text = RandomRuleFile(random, 25);
    ASSERT_TRUE(WriteFileAtomically(rules, text, 0600).ok());
    const RuleSource source = {rules, text};
    const LoadResult loaded = LoadRules({&source, 1});
    ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
    const Found expected = FindNaively(*loaded.program, history, 0);
    for (const char* jobs : {"1", "2", "5"}) {
      SCOPED_TRACE(jobs);
      ExpectSame(Hunt(store, rules, {"--jobs", jobs}), expected);
    }
    // From the middle on: processes are those of the time before.
    const uint64_t from = 2 + random() % 1400;
    const absl::Time since = absl::FromUnixNanos(TestHost::SomeHost().wall_minus_boot_ns +
                                                 static_cast<int64_t>(from) * kSecondNs);
    ExpectSame(Hunt(store, rules,
                    {"--since", absl::FormatTime(absl::RFC3339_full, since, absl::UTCTimeZone())}),
               FindNaively(*loaded.program, history, from));
    matches += expected.size();
    if (HasFailure()) return;
  }
  EXPECT_GT(matches, 1'000U);  // Else the rules say nothing.
}

// No filter of a segment has the path that such a name becomes.
TEST(HuntOracle, FindsOpensThatFailedByNamesThatAreNoPathsYet) {
  std::vector<Stored> history;
  const auto add = [&](RecordBuilder record) {
    record.Set("exec_id", 7).Set("pid", 7).Set("time_ns", (history.size() + 1) * kSecondNs);
    history.push_back({record.Build(), history.size() + 1});
  };
  add(RecordBuilder(WIRE_process_exec).Set("comm", "cat").Set("cwd", "/etc"));
  for (const char* name : {"../etc/cache", "cache", "/et/../etc/cache", "/etc//cache", "other"}) {
    add(RecordBuilder(WIRE_file_open).Set("name", name).Set("result", -2).Set("syscall", 257));
  }
  const TemporaryDirectory folder;
  const std::string store = folder.File("store.db"), rules = folder.File("rules.yaml");
  PutIntoStore(store, history);
  for (const char* condition : {"fd.name = /etc/cache", "fd.name startswith /etc/ca",
                                "fd.name in (/etc/cache, /etc/shadow)"}) {
    const std::string text = JudgedRule(0, absl::StrCat("evt.failed = true and ", condition));
    ASSERT_TRUE(WriteFileAtomically(rules, text, 0600).ok());
    const RuleSource source = {rules, text};
    const LoadResult loaded = LoadRules({&source, 1});
    ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
    const Found expected = FindNaively(*loaded.program, history, 0);
    EXPECT_EQ(expected.size(), 4U) << condition;
    ExpectSame(Hunt(store, rules, {}), expected);
  }
}

}  // namespace
}  // namespace vedette
