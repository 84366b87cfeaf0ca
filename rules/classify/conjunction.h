// SPDX-License-Identifier: Apache-2.0
//
// A box: one set per dimension, that an act is in if each of its values is in the dimension's set.
// And a conjunction: a box that a condition, or a part of one, was brought to, with what was lost
// on the way. A list of conjunctions stands for their disjunction.
#ifndef VEDETTE_RULES_CLASSIFY_CONJUNCTION_H_
#define VEDETTE_RULES_CLASSIFY_CONJUNCTION_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "rules/classify/dimension_set.h"

namespace vedette {

struct Box {
  std::array<DimensionSet, kDimensions> sets = Everything();
  friend auto operator<=>(const Box&, const Box&) = default;

  // No act can be in it. A path that the kernel does not judge may be any text or none, so an empty
  // set of paths does not count, nor does that of another dimension that may be unjudged.
  bool IsImpossible() const;
  static std::array<DimensionSet, kDimensions> Everything();
};

// In how many dimensions the boxes differ.
size_t CountDifferences(const Box& a, const Box& b);
// The smallest box around both.
Box Hull(const Box& a, const Box& b);

struct Conjunction {
  Box box;
  // Predicates that the box does not decide, sorted: where it holds, user space has to look at
  // them.
  std::vector<uint32_t> widened;
  bool merged = false;  // The box is larger because there were too many conjunctions.
  // The conjunction holds exactly for the acts in the box, of those with a judged path.
  bool exact() const { return widened.empty() && !merged; }
};

Conjunction And(const Conjunction& a, const Conjunction& b);
Conjunction Hull(const Conjunction& a, const Conjunction& b);

// Removes what is impossible, what another conjunction contains, and joins what differs in one
// dimension only: nothing is lost. An exact conjunction is never given up for one that is not.
void Simplify(std::vector<Conjunction>& conjunctions);

// Puts similar boxes into at most `limit` groups: their indexes. `limit` is at least 1.
std::vector<std::vector<size_t>> GroupBoxes(const std::vector<const Box*>& boxes, size_t limit);

// Hulls until there are at most `limit`; what was hulled is no longer exact.
void MergeTo(std::vector<Conjunction>& conjunctions, size_t limit);

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_CONJUNCTION_H_
