// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/conjunction.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>

namespace vedette {
namespace {

std::vector<uint32_t> UnionOf(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  std::vector<uint32_t> all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

bool Contains(const Box& outer, const Box& inner) {
  for (size_t d = 0; d < kDimensions; ++d) {
    if (!outer.sets[d].Covers(inner.sets[d])) return false;
  }
  return true;
}

// The hull of boxes that differ in one dimension has no other acts than theirs.
bool IsHullExact(const Box& a, const Box& b) {
  for (size_t d = 0; d < kDimensions; ++d) {
    if (!DimensionSet::IsJoinable(a.sets[d], b.sets[d])) return false;
  }
  return true;
}

// One conjunction that stands for both, if nothing is lost by it.
std::optional<Conjunction> Join(const Conjunction& a, const Conjunction& b) {
  const size_t differences = CountDifferences(a.box, b.box);
  if (differences == 0 && a.exact() != b.exact()) return a.exact() ? a : b;
  if (differences <= 1 && a.exact() == b.exact() && IsHullExact(a.box, b.box)) {
    return Conjunction{Hull(a.box, b.box), UnionOf(a.widened, b.widened), a.merged || b.merged};
  }
  if ((a.exact() || !b.exact()) && Contains(a.box, b.box)) return a;
  if ((b.exact() || !a.exact()) && Contains(b.box, a.box)) return b;
  return std::nullopt;
}

struct Group {
  Box hull;
  std::vector<size_t> members;
};

// Merges the most similar neighbours, each group at most once, as long as there are more than
// `limit`.
std::vector<Group> MergeNeighbours(std::vector<Group> groups, size_t limit) {
  std::vector<size_t> order(groups.size() - 1);  // Of pairs, by their first.
  std::iota(order.begin(), order.end(), size_t{0});
  std::vector<size_t> differences;
  for (const size_t i : order) {
    differences.push_back(CountDifferences(groups[i].hull, groups[i + 1].hull));
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return differences[a] < differences[b]; });
  std::vector<bool> taken(groups.size(), false);
  std::vector<bool> gone(groups.size(), false);
  size_t left = groups.size();
  for (const size_t i : order) {
    if (left <= limit) break;
    if (taken[i] || taken[i + 1]) continue;
    taken[i] = taken[i + 1] = gone[i + 1] = true;
    groups[i].hull = Hull(groups[i].hull, groups[i + 1].hull);
    std::vector<size_t>& members = groups[i].members;
    members.insert(members.end(), groups[i + 1].members.begin(), groups[i + 1].members.end());
    --left;
  }
  std::vector<Group> merged;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!gone[i]) merged.push_back(std::move(groups[i]));
  }
  return merged;
}

}  // namespace

std::array<DimensionSet, kDimensions> Box::Everything() {
  static const auto* const everything = [] {
    const auto all = [](size_t d) { return DimensionSet::All(Dimensions()[d].lookup); };
    return new std::array<DimensionSet, kDimensions>([&]<size_t... kD>(std::index_sequence<kD...>) {
      return std::array<DimensionSet, kDimensions>{all(kD)...};
    }(std::make_index_sequence<kDimensions>()));
  }();
  return *everything;
}

bool Box::IsImpossible() const {
  for (size_t d = 0; d < kDimensions; ++d) {
    if (!Dimensions()[d].may_be_unjudged && sets[d].IsNone()) return true;
  }
  return false;
}

size_t CountDifferences(const Box& a, const Box& b) {
  size_t differences = 0;
  for (size_t d = 0; d < kDimensions; ++d) differences += a.sets[d] != b.sets[d] ? 1 : 0;
  return differences;
}

Box Hull(const Box& a, const Box& b) {
  Box hull;
  for (size_t d = 0; d < kDimensions; ++d) hull.sets[d] = a.sets[d] | b.sets[d];
  return hull;
}

Conjunction And(const Conjunction& a, const Conjunction& b) {
  Conjunction both{{}, UnionOf(a.widened, b.widened), a.merged || b.merged};
  for (size_t d = 0; d < kDimensions; ++d) both.box.sets[d] = a.box.sets[d] & b.box.sets[d];
  return both;
}

Conjunction Hull(const Conjunction& a, const Conjunction& b) {
  return {Hull(a.box, b.box), UnionOf(a.widened, b.widened), true};
}

void Simplify(std::vector<Conjunction>& conjunctions) {
  std::vector<Conjunction> kept;
  for (Conjunction& next : conjunctions) {
    if (next.box.IsImpossible()) continue;
    for (size_t i = 0; i < kept.size();) {
      std::optional<Conjunction> joined = Join(kept[i], next);
      if (!joined) {
        ++i;
        continue;
      }
      next = *std::move(joined);
      kept.erase(kept.begin() + static_cast<ptrdiff_t>(i));
      i = 0;  // What is larger now may join what was passed before.
    }
    kept.push_back(std::move(next));
  }
  conjunctions = std::move(kept);
}

std::vector<std::vector<size_t>> GroupBoxes(const std::vector<const Box*>& boxes, size_t limit) {
  std::vector<Group> groups;
  for (size_t i = 0; i < boxes.size(); ++i) groups.push_back({*boxes[i], {i}});
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.hull < b.hull; });
  while (groups.size() > limit) groups = MergeNeighbours(std::move(groups), limit);
  std::vector<std::vector<size_t>> members;
  for (Group& group : groups) members.push_back(std::move(group.members));
  return members;
}

void MergeTo(std::vector<Conjunction>& conjunctions, size_t limit) {
  if (conjunctions.size() <= limit) return;
  std::vector<const Box*> boxes;
  for (const Conjunction& c : conjunctions) boxes.push_back(&c.box);
  std::vector<Conjunction> merged;
  for (const std::vector<size_t>& group : GroupBoxes(boxes, limit)) {
    Conjunction hull = conjunctions[group[0]];
    for (size_t i = 1; i < group.size(); ++i) hull = Hull(hull, conjunctions[group[i]]);
    merged.push_back(std::move(hull));
  }
  conjunctions = std::move(merged);
}

}  // namespace vedette
