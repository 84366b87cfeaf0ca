// SPDX-License-Identifier: Apache-2.0
//
// Which rules hold for an event. An index over the program is made once; per event, the values of a
// few fields lead to the rules of its kind that can hold, and of these only those are evaluated
// that the kernel's classifier let survive. Each field is fetched and each predicate and shared
// subtree evaluated at most once per event, and only when a rule comes to it.
#ifndef VEDETTE_ENGINE_MATCH_MATCHER_H_
#define VEDETTE_ENGINE_MATCH_MATCHER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/event.h"
#include "engine/match/likelihood.h"
#include "engine/match/plan.h"
#include "engine/match/rule_index.h"
#include "rules/lang/program.h"

namespace vedette {

// Not thread-safe, but may be made on one thread and used on another: all of it is its own but the
// program, which does not change. After construction, Match() does not allocate.
class Matcher {
 public:
  struct Counts {
    uint64_t rules = 0;       // Conditions that were begun.
    uint64_t predicates = 0;  // Comparisons that were made.
  };

  explicit Matcher(std::shared_ptr<const Program> program);

  const Program& program() const { return *program_; }
  const std::shared_ptr<const Program>& shared_program() const { return program_; }

  // By term of the classifier, the rules to evaluate where it survived. Taken for records of this
  // generation; all others, and those that were not judged, are met with every rule of the kind. A
  // new generation replaces what was set for another.
  void SetSurvivorRules(uint32_t generation, EventKind kind,
                        std::vector<std::vector<uint32_t>> rules_by_term);

  // Indexes into program().rules, ascending; valid until the next call. `resting`, by rule and not
  // 0: left out, whether it holds or not.
  absl::Span<const uint32_t> Match(const Event& event, absl::Span<const uint8_t> resting = {});

  Counts counts() const { return counts_; }

  // What the conditions of a rule have cost since this matcher was made. Of what rules share, the
  // one that comes first bears the cost. The time is that of one event in 64, times 64.
  struct RuleCost {
    uint64_t evaluations = 0;
    absl::Duration about = absl::ZeroDuration();
  };
  RuleCost CostOf(uint32_t rule) const {
    return {rules_[rule].evaluations, kSampleEvery * costs_[rule]};
  }

 private:
  static constexpr uint64_t kSampleEvery = 64;

  // What the classifier said of the rules of one kind.
  struct Terms {
    std::vector<std::vector<uint32_t>> rules;  // By term.
    // By rule, where its terms begin; one more at the end.
    std::vector<uint32_t> firsts;
    std::vector<uint16_t> terms;
  };
  // A result and the event it is of: 2 * round + result.
  using Memo = uint64_t;

  Matcher(std::shared_ptr<const Program> program, const std::vector<Guess>& guesses);
  const Terms* JudgedTerms(const wire_header& header) const;
  bool ConsiderFewSurvivors(const Event& event, const Terms& terms);
  void ConsiderIndexed(const Event& event, const Terms* terms);
  void Consider(const Event& event, uint32_t rule);
  bool EvaluateTimed(const Event& event, uint32_t rule);
  bool Evaluate(const Event& event, uint32_t node);
  bool EvaluateNode(const Event& event, const Plan::PlanNode& node);
  bool EvaluatePredicate(const Event& event, uint32_t predicate);
  const Values& Fetch(const Event& event, uint32_t slot);

  const std::shared_ptr<const Program> program_;
  const Plan plan_;
  const RuleIndex index_;

  uint32_t generation_ = 0;  // 0: nothing was set.
  std::array<Terms, WIRE_KIND_LIMIT> terms_;

  uint64_t round_ = 0;  // Counts calls of Match: what memos carry an older one are void.
  std::vector<Memo> node_memos_;
  std::vector<Memo> predicate_memos_;
  // Where the values of a field are. The first ones that an event asks for are in the same place
  // for all events, whichever fields they are of: so what is touched fits into a near cache.
  struct Fetched {
    uint64_t round = 0;
    uint32_t place = 0;
  };
  std::vector<Fetched> fetched_;  // By slot of the plan.
  std::vector<Values> values_;    // By place.
  uint32_t places_ = 0;           // That are taken by the event at hand.
  struct RuleState {
    uint64_t round = 0, evaluations = 0;  // In one cache line.
  };
  std::vector<RuleState> rules_;
  std::vector<absl::Duration> costs_;  // By rule: of the sampled events.
  absl::Span<const uint8_t> resting_;  // Of the call at hand.
  std::vector<uint32_t> matched_;
  Counts counts_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_MATCHER_H_
