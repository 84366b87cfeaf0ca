// SPDX-License-Identifier: Apache-2.0
#include "engine/match/rule_index.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/match/test_program.h"

namespace vedette {
namespace {

using Rules = std::vector<uint32_t>;

struct Indexed {
  explicit Indexed(const TestProgram& test)
      : program(test.Share()),
        guesses(MakeGuesses(*program)),
        plan(*program, guesses),
        index(*program, plan, guesses) {}

  // Fields that lead to rules, by name.
  std::set<std::string> Fields(EventKind kind) const {
    std::set<std::string> names;
    for (const RuleIndex::FieldIndex& field : index.ForKind(kind).fields) {
      names.insert(std::string(plan.fields()[field.slot].field().name));
    }
    return names;
  }

  std::shared_ptr<const Program> program;
  std::vector<Guess> guesses;
  Plan plan;
  RuleIndex index;
};

TEST(RuleIndex, LeadsToRulesByTheirRarestParts) {
  TestProgram test;
  for (int i = 0; i < 5; ++i) {
    const uint32_t path = test.Compare("fd.name", "startswith", {absl::StrCat("/opt/app/", i)});
    const uint32_t port = test.Compare("fd.rport", "=", {absl::StrCat(1024 + i)});
    const uint32_t name = test.Compare("proc.name", "=", {"nc"});
    test.AddRule("path", test.Combine(Node::Kind::kAnd, {path, name}), KindBit(WIRE_file_open));
    test.AddRule("port", test.Combine(Node::Kind::kAnd, {port, name}),
                 KindBit(WIRE_network_connect));
  }
  const Indexed indexed(test);
  EXPECT_EQ(indexed.Fields(WIRE_file_open), (std::set<std::string>{"fd.name"}));
  EXPECT_EQ(indexed.Fields(WIRE_network_connect).size(), 1U);
  EXPECT_EQ(indexed.Fields(WIRE_process_exec).size(), 0U);
  EXPECT_EQ(indexed.index.ForKind(WIRE_file_open).always, (Rules{}));
}

TEST(RuleIndex, ToWhatNothingLeadsIsAlwaysEvaluated) {
  TestProgram test;
  test.AddRule("negation", test.Compare("proc.name", "!=", {"nc"}));
  test.AddRule("common", test.Compare("evt.type", "=", {"openat"}));
  test.AddRule("few of a field", test.Compare("fd.name", "=", {"/etc/shadow"}));
  test.AddRule("never", test.Constant(false));
  const Indexed indexed(test);
  EXPECT_EQ(indexed.index.ForKind(WIRE_file_open).always, (Rules{0, 1, 2}));
  EXPECT_EQ(indexed.Fields(WIRE_file_open).size(), 0U);
}

}  // namespace
}  // namespace vedette
