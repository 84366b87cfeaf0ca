// SPDX-License-Identifier: Apache-2.0
//
// Which rules hold for an event. The index over the program is made once; per event, only the rules
// of its kind are looked at, or only those that the kernel's classifier let survive. Each field is
// fetched and each predicate and shared subtree evaluated at most once per event, and only when a
// rule comes to it.
#ifndef VEDETTE_ENGINE_MATCH_MATCHER_H_
#define VEDETTE_ENGINE_MATCH_MATCHER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "engine/event.h"
#include "rules/lang/program.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread. After construction, Match() does not allocate.
class Matcher {
 public:
  struct Counts {
    uint64_t rules = 0;       // Conditions that were begun.
    uint64_t predicates = 0;  // Comparisons that were made.
  };

  explicit Matcher(std::shared_ptr<const Program> program);

  const Program& program() const { return *program_; }

  // By term of the classifier, the rules to evaluate where it survived. Taken for records of this
  // generation; all others, and those that were not judged, are met with every rule of the kind. A
  // new generation replaces what was set for another.
  void SetSurvivorRules(uint32_t generation, EventKind kind,
                        std::vector<std::vector<uint32_t>> rules_by_term);

  // Indexes into program().rules, ascending; valid until the next call.
  absl::Span<const uint32_t> Match(const Event& event);

  Counts counts() const { return counts_; }

 private:
  // A node without its own memory: children are a stretch of `children_`.
  struct FlatNode {
    Node::Kind kind;
    uint32_t first;  // kPredicate: the predicate.
    uint32_t count;
  };
  // A result and the event it is of: 2 * round + result.
  using Memo = uint64_t;

  void Flatten(const Program& program);
  void AssignFields(const Program& program);
  absl::Span<const uint32_t> Candidates(const Event& event);
  bool Evaluate(const Event& event, uint32_t node);
  bool EvaluateNode(const Event& event, const FlatNode& node);
  bool EvaluatePredicate(const Event& event, uint32_t predicate);
  const Values& Fetch(const Event& event, uint32_t slot);

  const std::shared_ptr<const Program> program_;
  std::vector<FlatNode> nodes_;
  std::vector<uint32_t> children_;
  std::vector<uint32_t> slot_of_predicate_;
  std::vector<FieldRef> fields_;  // By slot: each distinct field of the program once.
  std::array<std::vector<uint32_t>, WIRE_KIND_LIMIT> rules_by_kind_;

  uint32_t generation_ = 0;  // 0: nothing was set.
  std::array<std::vector<std::vector<uint32_t>>, WIRE_KIND_LIMIT> rules_by_term_;

  uint64_t round_ = 0;  // Counts calls of Match: what memos carry an older one are void.
  std::vector<Memo> node_memos_;
  std::vector<Memo> predicate_memos_;
  std::vector<uint64_t> value_rounds_;
  std::vector<Values> values_;
  std::vector<uint64_t> rule_rounds_;
  std::vector<uint32_t> candidates_;
  std::vector<uint32_t> matched_;
  Counts counts_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_MATCHER_H_
