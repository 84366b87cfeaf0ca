// SPDX-License-Identifier: Apache-2.0
#include "engine/match/rule_index.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/match/cover.h"

namespace vedette {
namespace {

// A way that is taken more often than this is none: the rule is evaluated at once.
constexpr double kCostMax = 0.4;
// Getting and looking up a field costs as much as evaluating a few rules.
constexpr size_t kRulesPerFieldMin = 3;

// The rules of one kind on their way into the index.
class KindBuilder {
 public:
  KindBuilder(const Program& program, const Plan& plan, const std::vector<Guess>& guesses,
              EventKind kind)
      : plan_(plan), guesses_(guesses), finder_(program, plan, guesses, kind) {}

  void Add(uint32_t rule) {
    const Cover* cover = finder_.Find(plan_.ConditionOf(rule));
    if (cover == nullptr || cover->cost > kCostMax) {
      always_.insert(rule);
      return;
    }
    for (const uint32_t predicate : cover->predicates) {
      fields_[plan_.SlotOf(predicate)].emplace_back(rule, predicate);
    }
  }

  RuleIndex::KindIndex Build() {
    DropFieldsOfFewRules();
    RuleIndex::KindIndex index;
    for (const auto& [slot, pairs] : fields_) {
      std::vector<ValueIndex::Entry> entries;
      for (const auto& [rule, predicate] : pairs) {
        if (always_.contains(rule)) continue;
        for (const Access& access : *guesses_[predicate].accesses) {
          entries.push_back({&access, rule});
        }
      }
      if (entries.empty()) continue;
      index.fields.push_back({slot, ValueIndex(plan_.fields()[slot].field().type, entries)});
    }
    index.always.assign(always_.begin(), always_.end());
    return index;
  }

 private:
  void DropFieldsOfFewRules() {
    for (const auto& [slot, pairs] : fields_) {
      std::set<uint32_t> rules;
      for (const auto& [rule, predicate] : pairs) {
        if (!always_.contains(rule)) rules.insert(rule);
        if (rules.size() >= kRulesPerFieldMin) break;
      }
      if (rules.size() < kRulesPerFieldMin) always_.insert(rules.begin(), rules.end());
    }
  }

  const Plan& plan_;
  const std::vector<Guess>& guesses_;
  CoverFinder finder_;
  std::map<uint32_t, std::vector<std::pair<uint32_t, uint32_t>>> fields_;  // Rule, predicate.
  std::set<uint32_t> always_;
};

}  // namespace

RuleIndex::RuleIndex(const Program& program, const Plan& plan, const std::vector<Guess>& guesses) {
  for (const KindInfo& info : Kinds()) {
    KindBuilder builder(program, plan, guesses, info.kind);
    for (uint32_t rule = 0; rule < program.rules.size(); ++rule) {
      if ((program.rules[rule].kinds & KindBit(info.kind)) != 0) builder.Add(rule);
    }
    kinds_[info.kind] = builder.Build();
  }
}

}  // namespace vedette
