// SPDX-License-Identifier: Apache-2.0
//
// A million pairs of a rule and an event: what the matcher finds is what the naive walk finds, also
// where the classifier has spoken before, and where a rule set takes the place of another between
// two events. VEDETTE_ORACLE_SEED=n begins with the rule sets of another seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/match/matcher.h"
#include "rules/classify/classifier.h"
#include "rules/classify/tables.h"
#include "tests/oracle/naive_eval.h"
#include "tests/oracle/random_rules.h"

namespace vedette {
namespace {

using Rules = std::vector<uint32_t>;

constexpr size_t kRuleSets = 200, kRules = 50, kEvents = 100;
constexpr uint32_t kGeneration = 5;

uint32_t FirstSeed() {
  uint32_t seed = 1;
  const char* wanted = std::getenv("VEDETTE_ORACLE_SEED");
  EXPECT_TRUE(wanted == nullptr || absl::SimpleAtoi(wanted, &seed)) << wanted;
  return seed;
}

// One rule set, ready: it and its successor see the same events in turn.
struct Candidate {
  explicit Candidate(Random& random)
      : program(RandomRuleSet(random, kRules)),
        tables(BuildTables(*program, kGeneration)),
        classifier(tables),
        matcher(program) {
    for (const KindTables& kind : tables.kinds) {
      matcher.SetSurvivorRules(kGeneration, kind.kind, kind.rules_by_term);
    }
  }

  std::shared_ptr<const Program> program;
  ClassifierTables tables;
  Classifier classifier;
  Matcher matcher;
};

// What somebody needs who wants to know why: the first rule that differs, and what its fields are.
std::string Report(const Program& program, const Event& event, const Rules& found,
                   const Rules& expected) {
  Rules differ;
  std::set_symmetric_difference(found.begin(), found.end(), expected.begin(), expected.end(),
                                std::back_inserter(differ));
  const Rule& rule = program.rules[differ[0]];
  const bool holds = std::find(expected.begin(), expected.end(), differ[0]) != expected.end();
  std::string text =
      absl::StrCat(holds ? "not found: " : "found, but does not hold: ", rule.condition_text,
                   "\n  ", event.view.info().name);
  std::vector<uint32_t> nodes = {rule.condition};
  while (!nodes.empty()) {
    const Node& node = program.nodes[nodes.back()];
    nodes.pop_back();
    nodes.insert(nodes.end(), node.children.begin(), node.children.end());
    if (node.kind != Node::Kind::kPredicate) continue;
    const Predicate& predicate = program.predicates[node.predicate];
    absl::StrAppend(&text, "\n  ", predicate.text, ": ");
    if (predicate.IsPlain()) AppendField(event, predicate.field, text);
  }
  return text;
}

class RuleSetsOracle : public testing::Test {
 protected:
  void Compare(Candidate& candidate, const Event& event) {
    arena().Clear();
    const Rules expected = NaiveMatch(*candidate.program, event);
    arena().Clear();
    const auto matched = candidate.matcher.Match(event);
    const Rules found(matched.begin(), matched.end());
    pairs_ += candidate.program->rules.size();
    matches_ += expected.size();
    if (found != expected) {
      arena().Clear();
      ADD_FAILURE() << "seed " << seed_ << ": "
                    << Report(*candidate.program, event, found, expected);
    }
  }

  // The same record as the kernel's classifier would have sent it.
  void CompareJudged(Candidate& candidate, RecordBuilder record) {
    const RecordBytes bytes = record.Build();
    const auto view = EventView::Parse(bytes);
    // An exec tells both the kernel and the process table what is run, before it is matched.
    if (view->kind() == WIRE_process_exec) {
      if (view->header().exec_id == 0) return;  // Of no process.
      host_->Give(record);
    }
    const auto survivors = candidate.classifier.Classify(InputOf(*view));
    std::copy(std::begin(survivors.words), std::end(survivors.words), record.header().survivors);
    record.header().generation = kGeneration;
    Compare(candidate, host_->MakeEvent(record));
  }

  Arena& arena() { return host_->arena; }

  std::unique_ptr<TestHost> host_;
  uint32_t seed_ = 0;
  size_t pairs_ = 0, matches_ = 0;
};

TEST_F(RuleSetsOracle, AMillionPairs) {
  const uint32_t first = FirstSeed();
  for (seed_ = first; seed_ < first + kRuleSets && !HasFailure(); ++seed_) {
    Random random(seed_);
    host_ = std::make_unique<TestHost>();
    AddRandomProcesses(random, *host_);
    // The next rule set comes into force while the events go on.
    std::unique_ptr<Candidate> in_force = std::make_unique<Candidate>(random);
    const size_t reload_at = random() % kEvents;
    for (size_t i = 0; i < kEvents && !HasFailure(); ++i) {
      if (i == reload_at) in_force = std::make_unique<Candidate>(random);
      const RecordBuilder record = RandomEvent(random);
      Compare(*in_force, host_->MakeEvent(record));
      if (i % 4 == 0) CompareJudged(*in_force, record);
    }
  }
  if (HasFailure()) return;
  EXPECT_GE(pairs_, 1'000'000U);
  // Else the rules say nothing.
  EXPECT_GT(matches_, pairs_ / 20);
  EXPECT_LT(matches_, pairs_ / 2);
}

}  // namespace
}  // namespace vedette
