// SPDX-License-Identifier: Apache-2.0
//
// Random programs over random events: the matcher finds what the naive walk finds, with and without
// survivors, also where one matcher sees many events (nothing is remembered too long).
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "engine/match/matcher.h"
#include "engine/match/test_program.h"
#include "tests/oracle/naive_eval.h"

namespace vedette {
namespace {

using Random = std::mt19937;
using Rules = std::vector<uint32_t>;

const std::string& Pick(Random& random, const std::vector<std::string>& from) {
  return from[random() % from.size()];
}

// Few texts, so that comparisons often hold.
const std::vector<std::string> kNames = {"sh", "cat", "nginx", "nc"};
const std::vector<std::string> kPaths = {"/etc/shadow", "/etc/passwd", "/tmp/x", "/tmp/y/z"};
const std::vector<std::string> kTextFields = {
    "proc.name",    "proc.aname",   "proc.aname[1]", "proc.aname[2]", "proc.pname",
    "proc.exepath", "fd.name",      "fd.nameraw",    "fd.directory",  "evt.type",
    "proc.cmdline", "container.id", "fd.typechar"};
const std::vector<std::string> kNumberFields = {"proc.pid", "user.uid", "evt.rawres",
                                                "fd.port",  "fd.rport", "proc.apid",
                                                "fd.num",   "evt.num",  "proc.vpid"};
const std::vector<std::string> kTextOperators = {"=",          "!=",       "in",     "contains",
                                                 "startswith", "endswith", "exists", "<"};
const std::vector<std::string> kNumberOperators = {"=", "!=", "in", "<", ">=", "exists"};

uint32_t RandomPredicate(Random& random, TestProgram& program) {
  const bool text = random() % 3 != 0;
  const std::string& op = Pick(random, text ? kTextOperators : kNumberOperators);
  std::vector<std::string> literals;
  const size_t count = op == "exists" ? 0 : op == "in" ? 1 + random() % 3 : 1;
  for (size_t i = 0; i < count; ++i) {
    if (text) {
      literals.push_back(random() % 2 == 0 ? Pick(random, kNames) : Pick(random, kPaths));
    } else {
      literals.push_back(std::to_string(static_cast<int>(random() % 6) - 1));
    }
  }
  return program.Compare(Pick(random, text ? kTextFields : kNumberFields), op, literals);
}

// Later nodes take earlier ones as children, so subtrees are shared.
std::shared_ptr<const Program> RandomProgram(Random& random) {
  TestProgram program;
  std::vector<uint32_t> nodes;
  for (int i = 0; i < 12; ++i) nodes.push_back(RandomPredicate(random, program));
  nodes.push_back(program.Constant(random() % 2 == 0));
  for (int i = 0; i < 16; ++i) {
    const auto any = [&] { return nodes[random() % nodes.size()]; };
    const Node::Kind kKinds[] = {Node::Kind::kNot, Node::Kind::kAnd, Node::Kind::kOr};
    const Node::Kind kind = kKinds[random() % 3];
    std::vector<uint32_t> children = {any()};
    while (kind != Node::Kind::kNot && (children.size() < 2 || random() % 2 == 0)) {
      children.push_back(any());
    }
    nodes.push_back(program.Combine(kind, children));
  }
  for (int i = 0; i < 10; ++i) {
    const KindSet kinds = random() % 3 == 0 ? KindBit(WIRE_file_open) : RuleKinds();
    program.AddRule("r" + std::to_string(i), nodes[random() % nodes.size()], kinds);
  }
  return program.Share();
}

RecordBuilder RandomRecord(Random& random) {
  const EventKind kKinds[] = {WIRE_file_open, WIRE_network_connect, WIRE_process_exec,
                              WIRE_process_fork, WIRE_process_exit};
  const EventKind kind = kKinds[random() % 5];
  RecordBuilder record(kind);
  record.Set("exec_id", random() % 8)
      .Set("pid", random() % 5)
      .Set("uid", random() % 3)
      .Set("comm", Pick(random, kNames));
  if (kind == WIRE_file_open) {
    record.Set("name", Pick(random, kPaths)).Set("result", static_cast<int>(random() % 3) - 1);
    if (random() % 2 == 0) record.Set("path", Pick(random, kPaths)).Set("mode", 0100644);
  }
  if (kind == WIRE_network_connect) {
    record.Set("remote_address", random() % 2 == 0 ? "10.0.0.1" : "::1")
        .Set("remote_port", random() % 4)
        .Set("local_port", random() % 4);
  }
  return record;
}

void FillProcesses(Random& random, TestHost& host) {
  for (uint64_t id = 1; id < 7; ++id) {
    host.Give(RecordBuilder(WIRE_process_exec)
                  .Set("exec_id", id)
                  .Set("pid", id)
                  .Set("vpid", random() % 4)
                  .Set("parent_exec_id", random() % 7)
                  .Set("comm", Pick(random, kNames))
                  .Set("exe_path", Pick(random, kPaths))
                  .SetArguments("args", {Pick(random, kNames), Pick(random, kPaths)}));
  }
}

// Survivors as a classifier may give them: the terms of all rules that hold, and some more.
void SetSurvivors(Random& random, const Rules& matched,
                  const std::vector<std::vector<uint32_t>>& rules_by_term, wire_header& header) {
  std::fill(std::begin(header.survivors), std::end(header.survivors), 0);
  for (size_t term = 0; term < rules_by_term.size(); ++term) {
    const bool needed =
        std::any_of(rules_by_term[term].begin(), rules_by_term[term].end(), [&](uint32_t rule) {
          return std::find(matched.begin(), matched.end(), rule) != matched.end();
        });
    if (needed || random() % 4 == 0) header.survivors[term / 64] |= uint64_t{1} << term % 64;
  }
}

// Returns how many matches there were.
size_t CompareOnEvents(Random& random, std::shared_ptr<const Program> program) {
  Matcher matcher(program);
  std::vector<std::vector<uint32_t>> rules_by_term(150);
  for (auto& rules : rules_by_term) rules.push_back(static_cast<uint32_t>(random() % 10));
  for (uint32_t rule = 0; rule < 10; ++rule) rules_by_term[rule * 15].push_back(rule);
  for (const KindInfo& info : Kinds()) matcher.SetSurvivorRules(3, info.kind, rules_by_term);
  TestHost host;
  FillProcesses(random, host);
  size_t matches = 0;
  for (int i = 0; i < 40; ++i) {
    RecordBuilder record = RandomRecord(random);
    host.arena.Clear();
    const Rules expected = NaiveMatch(*program, host.MakeEvent(record));
    host.arena.Clear();
    // evt.num counts on with each event: the judge must see the same number.
    Event event = host.MakeEvent(record);
    event.number -= 1;
    const auto matched = matcher.Match(event);
    EXPECT_EQ(Rules(matched.begin(), matched.end()), expected);

    SetSurvivors(random, expected, rules_by_term, record.header());
    record.header().generation = 3;
    host.arena.Clear();
    Event judged = host.MakeEvent(record);
    judged.number -= 2;
    const auto survived = matcher.Match(judged);
    EXPECT_EQ(Rules(survived.begin(), survived.end()), expected);
    matches += expected.size();
  }
  return matches;
}

TEST(MatcherOracle, RandomProgramsOverRandomEvents) {
  size_t matches = 0;
  for (uint32_t seed = 1; seed <= 400; ++seed) {
    Random random(seed);
    SCOPED_TRACE(seed);
    matches += CompareOnEvents(random, RandomProgram(random));
    if (HasFailure()) return;
  }
  EXPECT_GT(matches, 10'000U);  // Else the programs say nothing.
}

}  // namespace
}  // namespace vedette
