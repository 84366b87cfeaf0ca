// SPDX-License-Identifier: Apache-2.0
//
// By which comparisons a condition can be found: a cover is a set of predicates of which at least
// one holds whenever the condition does. Of all covers, the one is wanted that seldom holds.
#ifndef VEDETTE_ENGINE_MATCH_COVER_H_
#define VEDETTE_ENGINE_MATCH_COVER_H_

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/match/likelihood.h"
#include "engine/match/plan.h"
#include "rules/lang/program.h"

namespace vedette {

struct Cover {
  std::vector<uint32_t> predicates;  // Ascending; empty: the condition never holds for the kind.
  double cost = 0;                   // How often one of them holds, and what looking for it costs.
};

// For events of one kind. Refers to its arguments.
class CoverFinder {
 public:
  CoverFinder(const Program& program, const Plan& plan, const std::vector<Guess>& guesses,
              EventKind kind);

  // Null if there is none. Valid as long as the finder.
  const Cover* Find(uint32_t node) { return Find(node, true); }

 private:
  static constexpr uint32_t kUnknown = ~uint32_t{0}, kNone = kUnknown - 1;

  const Cover* Find(uint32_t node, bool holds);
  bool Make(uint32_t node, bool holds, Cover& cover);
  bool MakeOfPredicate(uint32_t predicate, Cover& cover) const;
  bool MakeOfAny(uint32_t node, bool holds, Cover& cover);
  bool MakeOfAll(uint32_t node, bool holds, Cover& cover);
  bool NeverHolds(const Predicate& predicate) const;

  const Program& program_;
  const Plan& plan_;
  const std::vector<Guess>& guesses_;
  const EventKind kind_;
  std::vector<uint32_t> known_;  // Into covers_: of the node, and of its negation.
  std::deque<Cover> covers_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_COVER_H_
