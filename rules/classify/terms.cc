// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/terms.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "rules/classify/normal_form.h"

namespace vedette {
namespace {

struct RuleTerms {
  uint32_t rule;
  bool alerting;
  std::vector<Conjunction> conjunctions;
};

// Makes one owner of those that are the same rule.
void JoinOwners(std::vector<TermOwner>& owners) {
  std::stable_sort(owners.begin(), owners.end(),
                   [](const TermOwner& a, const TermOwner& b) { return a.rule < b.rule; });
  std::vector<TermOwner> joined;
  for (TermOwner& owner : owners) {
    if (joined.empty() || joined.back().rule != owner.rule) {
      joined.push_back(std::move(owner));
      continue;
    }
    TermOwner& known = joined.back();
    // One conjunction that holds exactly in the box is enough for the rule to hold.
    if (known.exact()) continue;
    if (owner.exact()) {
      known = std::move(owner);
      continue;
    }
    known.widened.insert(known.widened.end(), owner.widened.begin(), owner.widened.end());
    std::sort(known.widened.begin(), known.widened.end());
    known.widened.erase(std::unique(known.widened.begin(), known.widened.end()),
                        known.widened.end());
    known.merged |= owner.merged;
  }
  owners = std::move(joined);
}

// Equal boxes are one term, whoever's they are. In the order of their first owners.
std::vector<Term> ShareBoxes(const std::vector<RuleTerms>& rules) {
  std::vector<Term> terms;
  std::map<std::pair<bool, Box>, size_t> known;
  for (const RuleTerms& rule : rules) {
    for (const Conjunction& c : rule.conjunctions) {
      const auto [at, is_new] = known.try_emplace({rule.alerting, c.box}, terms.size());
      if (is_new) terms.push_back({c.box, {}, rule.alerting});
      terms[at->second].owners.push_back({rule.rule, c.widened, c.merged});
    }
  }
  for (Term& term : terms) JoinOwners(term.owners);
  return terms;
}

// Hulls of terms of different rules, down to `limit`.
std::vector<Term> MergeTerms(const std::vector<Term>& terms, size_t limit) {
  std::vector<const Box*> boxes;
  for (const Term& term : terms) boxes.push_back(&term.box);
  std::vector<Term> merged;
  for (const std::vector<size_t>& group : GroupBoxes(boxes, limit)) {
    Term hull = terms[group[0]];
    for (size_t i = 1; i < group.size(); ++i) {
      const Term& other = terms[group[i]];
      hull.box = Hull(hull.box, other.box);
      hull.owners.insert(hull.owners.end(), other.owners.begin(), other.owners.end());
    }
    for (TermOwner& owner : hull.owners) owner.merged |= group.size() > 1;
    JoinOwners(hull.owners);
    merged.push_back(std::move(hull));
  }
  return merged;
}

// Recording rules are few, and coarse already: they give way down to a quarter.
std::vector<Term> MergeAcrossRules(const std::vector<Term>& terms) {
  std::vector<Term> alerting;
  std::vector<Term> recording;
  for (const Term& term : terms) (term.alerting ? alerting : recording).push_back(term);
  const size_t alerting_min = std::min(alerting.size(), kTermsMax * 3 / 4);
  const size_t recording_limit = std::max<size_t>(1, kTermsMax - alerting_min);
  if (recording.size() > recording_limit) recording = MergeTerms(recording, recording_limit);
  const size_t alerting_limit = kTermsMax - recording.size();
  if (alerting.size() > alerting_limit) alerting = MergeTerms(alerting, alerting_limit);
  std::move(recording.begin(), recording.end(), std::back_inserter(alerting));
  return alerting;
}

// The first traits in their order count.
void LimitTraits(std::vector<Term>& terms, size_t dimension) {
  std::vector<std::string> kept = TraitsOf(terms, dimension);
  if (kept.size() <= kTraitsMax) return;
  kept.resize(kTraitsMax);
  for (Term& term : terms) {
    if (!term.box.sets[dimension].ForgetTraits(kept)) continue;
    for (TermOwner& owner : term.owners) owner.merged = true;
  }
}

}  // namespace

std::vector<std::string> TraitsOf(const std::vector<Term>& terms, size_t dimension) {
  std::set<std::string> traits;
  for (const Term& term : terms) {
    for (const DimensionSet::Point& point : term.box.sets[dimension].points()) {
      traits.insert(point.key);
    }
  }
  return {traits.begin(), traits.end()};
}

std::vector<Term> TermsOf(const Program& program, EventKind kind, Decider decider) {
  NormalForm normal_form(program, kind, decider);
  std::vector<RuleTerms> rules;
  for (uint32_t i = 0; i < program.rules.size(); ++i) {
    const Rule& rule = program.rules[i];
    if ((rule.kinds & KindBit(kind)) == 0) continue;
    rules.push_back({i, !rule.recording, normal_form.Of(rule.condition)});
  }
  std::vector<Term> terms = ShareBoxes(rules);
  for (size_t limit = kConjunctionsMax / 2; terms.size() > kTermsMax && limit > 0; limit /= 2) {
    for (RuleTerms& rule : rules) MergeTo(rule.conjunctions, limit);
    terms = ShareBoxes(rules);
  }
  if (terms.size() > kTermsMax) terms = MergeAcrossRules(terms);
  for (const DimensionInfo& dimension : Dimensions()) {
    if (dimension.lookup == Lookup::kTraits) LimitTraits(terms, dimension.dimension);
  }
  return terms;
}

std::vector<Term> DecidingTermsOf(const Program& program, EventKind kind,
                                  std::optional<uint32_t> only) {
  NormalForm normal_form(program, kind, Decider::kEnforcer);
  std::vector<Term> terms;
  for (uint32_t i = 0; i < program.rules.size(); ++i) {
    const Rule& rule = program.rules[i];
    if (only && *only != i) continue;
    if (rule.action == Action::kAlert || (rule.kinds & KindBit(kind)) == 0) continue;
    for (const Conjunction& c : normal_form.Of(rule.condition)) {
      terms.push_back({c.box, {{i, c.widened, c.merged}}, true});
    }
  }
  return terms;
}

}  // namespace vedette
