// SPDX-License-Identifier: Apache-2.0
//
// For each kind of event, the fields whose values lead to rules, and the rules to which none does.
// A rule that no value of an event leads to, and that is not one of those, does not hold for it.
#ifndef VEDETTE_ENGINE_MATCH_RULE_INDEX_H_
#define VEDETTE_ENGINE_MATCH_RULE_INDEX_H_

#include <array>
#include <cstdint>
#include <vector>

#include "engine/match/likelihood.h"
#include "engine/match/plan.h"
#include "engine/match/value_index.h"
#include "rules/lang/program.h"

namespace vedette {

// Immutable; any thread may read it.
class RuleIndex {
 public:
  struct FieldIndex {
    uint32_t slot;  // Of the plan.
    ValueIndex values;
  };
  struct KindIndex {
    std::vector<FieldIndex> fields;
    std::vector<uint32_t> always;  // Rules to be evaluated for every event of the kind.

    bool IsEmpty() const { return fields.empty() && always.empty(); }
  };

  RuleIndex(const Program& program, const Plan& plan, const std::vector<Guess>& guesses);

  const KindIndex& ForKind(EventKind kind) const { return kinds_[kind]; }

 private:
  std::array<KindIndex, WIRE_KIND_LIMIT> kinds_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_RULE_INDEX_H_
