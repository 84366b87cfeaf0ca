// SPDX-License-Identifier: Apache-2.0
#include "tests/classifier/soundness.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rules/classify/explain.h"
#include "rules/classify/field_map.h"
#include "tests/classifier/random_acts.h"

namespace vedette {
namespace {

bool IsExactFor(const Program& program, const ClassifierTables& tables, uint32_t rule,
                EventKind kind) {
  for (const KindExplanation& k : Explain(program, tables, rule).kinds) {
    if (k.kind == kind) return k.exact();
  }
  return true;
}

std::string TextOf(const Program& program, uint32_t index) {
  const Node& node = program.nodes[index];
  if (node.kind == Node::Kind::kPredicate) return program.predicates[node.predicate].text;
  std::vector<std::string> parts;
  for (const uint32_t child : node.children) parts.push_back(TextOf(program, child));
  const char* name = node.kind == Node::Kind::kNot   ? "not"
                     : node.kind == Node::Kind::kAnd ? "and"
                                                     : "or";
  return absl::StrCat("(", name, " ", absl::StrJoin(parts, " "), ")");
}

std::string TextOf(const EventView& view, const Act& act) {
  std::string text = absl::StrCat(view.info().name, " comm=", view.comm(),
                                  " uid=", view.header().uid, " exe=", act.exe.value_or("?"));
  for (const Member& member : view.info().members) {
    if (member.shape == MemberShape::kNumber) {
      absl::StrAppend(&text, " ", member.name, "=", view.Number(member));
    } else if (member.shape == MemberShape::kText) {
      absl::StrAppend(&text, " ", member.name, "=", view.Text(member));
    }
  }
  return text;
}

// By kind and rule.
std::vector<std::vector<bool>> ExactRules(const Program& program, const ClassifierTables& tables) {
  std::vector<std::vector<bool>> exact(WIRE_KIND_LIMIT);
  for (const KindTables& kind : tables.kinds) {
    for (uint32_t rule = 0; rule < program.rules.size(); ++rule) {
      exact[kind.kind].push_back(IsExactFor(program, tables, rule, kind.kind));
    }
  }
  return exact;
}

// No dimension that a term names was left out.
bool IsJudged(const KindTables& kind, const ClassifierInput& input) {
  const auto uses = [&](classify_dimension d) { return (kind.vectors.used >> d & 1) != 0; };
  if (uses(CLASSIFY_scope) && !input.scope) return false;
  if (uses(CLASSIFY_container) && input.container == 0) return false;
  if (uses(CLASSIFY_lineage) && input.lineage == nullptr) return false;
  if (uses(CLASSIFY_exe) && !(input.exe && IsJudgedExe(*input.exe))) return false;
  if (uses(CLASSIFY_path) && !(input.path && IsJudgedPath(*input.path))) return false;
  if (uses(CLASSIFY_target) && !(input.target && IsJudgedPath(*input.target))) return false;
  return !uses(CLASSIFY_name) || (input.path && IsJudgedName(*input.path));
}

// What the daemon tells of the cgroups.
void AddContainers(const Program& program, ClassifierTables& tables) {
  for (const KindTables& kind : tables.kinds) {
    const std::vector<std::string> traits = TraitsOf(kind.terms, CLASSIFY_container);
    for (uint32_t number = 1; number <= 4 && !traits.empty(); ++number) {
      uint64_t has = 0;
      for (const Predicate& predicate : program.predicates) {
        const auto at = std::find(traits.begin(), traits.end(), predicate.text);
        if (at == traits.end() || !HoldsForContainer(predicate, number)) continue;
        has |= uint64_t{1} << (at - traits.begin());
      }
      tables.values.push_back(ContainerValue(tables.generation, kind.kind, number, has));
    }
  }
}

}  // namespace

ClassifierInput InputOf(const EventView& view, const Act& act) {
  ClassifierInput input = InputOf(view);
  input.exe = act.exe;
  input.scope = act.scope;
  input.capabilities = act.capabilities;
  input.container = act.container;
  if (act.lineage) input.lineage = &*act.lineage;
  return input;
}

Judge JudgeInUserSpace() {
  const auto classifier = std::make_shared<std::unique_ptr<Classifier>>();
  return {
      [=](const ClassifierTables& tables) { *classifier = std::make_unique<Classifier>(tables); },
      [=](const EventView&, const ClassifierInput& input) {
        return (*classifier)->Classify(input);
      }};
}

void CheckSoundness(const TestProgram& program, const std::vector<Act>& acts, const Judge& judge,
                    SoundnessTally& tally, Decider decider) {
  static uint32_t generation = 0;
  ClassifierTables tables = BuildTables(*program, ++generation, decider);
  AddContainers(*program, tables);
  judge.begin(tables);
  const auto exact = ExactRules(*program, tables);
  std::vector<uint32_t> rules;
  for (const Act& act : acts) {
    const auto view = EventView::Parse(act.record);
    ASSERT_TRUE(view.has_value());
    const ClassifierInput input = InputOf(*view, act);
    const KindTables& kind = *tables.Find(view->kind());
    const bool judged = IsJudged(kind, input);
    rules.clear();
    AppendRules(kind, judge.survivors(*view, input), rules);
    auto next = rules.begin();
    const auto describe = [&](uint32_t rule) {
      return absl::StrCat(TextOf(*program, program->rules[rule].condition), "\n",
                          TextOf(*view, act));
    };
    for (uint32_t rule = 0; rule < program->rules.size(); ++rule) {
      const bool survived = next != rules.end() && *next == rule;
      if (survived) ++next;
      const bool holds = HoldsNaively(*program, program->rules[rule].condition, *view, act);
      ASSERT_TRUE(survived || !holds) << "lost: " << describe(rule);
      if (judged && exact[view->kind()][rule]) {
        ASSERT_EQ(survived, holds) << "inexact: " << describe(rule);
        ++tally.exact;
      }
      ++tally.pairs;
      tally.holding += holds ? 1 : 0;
      tally.surviving += survived ? 1 : 0;
    }
  }
}

SoundnessTally CheckRandomRules(const SoundnessPlan& plan, const Judge& judge) {
  SoundnessTally tally;
  const uint32_t end = plan.first_seed + plan.seeds;
  for (uint32_t seed = plan.first_seed; seed < end && !testing::Test::HasFatalFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    TestProgram program;
    for (size_t rule = 0; rule < plan.rules; ++rule) {
      program.AddRule(RandomActCondition(random, program, static_cast<int>(rule % 4)));
    }
    CheckSoundness(program, RandomActs(random, plan.acts), judge, tally, plan.decider);
  }
  return tally;
}

void PrintTally(absl::string_view name, const SoundnessTally& tally) {
  std::cout << name << ": " << tally.pairs << " pairs, " << tally.holding << " hold, "
            << tally.surviving << " survive, " << tally.exact << " exact\n";
}

}  // namespace vedette
