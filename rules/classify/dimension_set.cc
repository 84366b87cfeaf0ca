// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/dimension_set.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "base/check.h"

namespace vedette {
namespace {

constexpr std::array<uint64_t, 4> kAllBits = {~0ull, ~0ull, ~0ull, ~0ull};
constexpr std::array<uint64_t, 4> kNoBits = {};

}  // namespace

// One row a dimension; names and numbers come from the schema.
const std::array<DimensionInfo, kDimensions>& Dimensions() {
  struct Row {
    Lookup lookup;
    bool may_be_unjudged;
  };
  static constexpr Row kLookups[] = {
      {Lookup::kHash, false},    // comm
      {Lookup::kHash, false},    // user
      {Lookup::kPrefix, true},   // path
      {Lookup::kIndex, false},   // mode
      {Lookup::kHash, false},    // port
      {Lookup::kHash, true},     // name
      {Lookup::kHash, false},    // own_port
      {Lookup::kPrefix, false},  // address
      {Lookup::kPrefix, true},   // exe
      {Lookup::kHash, false},    // call
      {Lookup::kHash, true},     // scope
      {Lookup::kTraits, true},   // lineage
      {Lookup::kTraits, false},  // capability
      {Lookup::kTraits, true},   // container
      {Lookup::kPrefix, true},   // target
  };
  static_assert(std::size(kLookups) == kDimensions);
#define DIMENSION_ROW(name, number, ...) \
  DimensionInfo{CLASSIFY_##name, #name, kLookups[number].lookup, kLookups[number].may_be_unjudged},
  static constexpr std::array<DimensionInfo, kDimensions> kRows = {
      {CLASSIFY_DIMENSIONS(DIMENSION_ROW)}};
  return kRows;
}

DimensionSet::DimensionSet(Lookup lookup, bool all)
    : lookup_(lookup), otherwise_(lookup != Lookup::kIndex && all) {
  if (lookup == Lookup::kIndex && all) bits_ = kAllBits;
}

DimensionSet DimensionSet::Of(Lookup lookup, std::vector<std::string> keys) {
  DimensionSet set(lookup, false);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (std::string& key : keys) {
    if (key.empty() && lookup == Lookup::kPrefix) return All(lookup);
    set.points_.push_back({std::move(key), true});
  }
  if (lookup == Lookup::kTraits) {
    set.otherwise_ = true;
  } else {
    set.Canonicalize();
  }
  return set;
}

DimensionSet DimensionSet::OfBits(const std::array<uint64_t, 4>& bits) {
  DimensionSet set(Lookup::kIndex, false);
  set.bits_ = bits;
  return set;
}

bool DimensionSet::Contains(absl::string_view key) const {
  switch (lookup_) {
    case Lookup::kHash: {
      const auto at =
          std::lower_bound(points_.begin(), points_.end(), key,
                           [](const Point& point, absl::string_view k) { return point.key < k; });
      return at != points_.end() && at->key == key ? at->in : otherwise_;
    }
    case Lookup::kPrefix: {
      const ptrdiff_t at = LongestPrefix(points_, key);
      return at < 0 ? otherwise_ : points_[static_cast<size_t>(at)].in;
    }
    case Lookup::kIndex: {
      const auto index = key.empty() ? uint8_t{0} : static_cast<uint8_t>(key[0]);
      return (bits_[index / 64] >> (index % 64) & 1) != 0;
    }
    case Lookup::kTraits:
      break;
  }
  return true;
}

bool DimensionSet::IsAll() const {
  return lookup_ == Lookup::kIndex ? bits_ == kAllBits : otherwise_ && points_.empty();
}

bool DimensionSet::IsNone() const {
  return lookup_ == Lookup::kIndex ? bits_ == kNoBits : !otherwise_ && points_.empty();
}

bool DimensionSet::Covers(const DimensionSet& inner) const {
  if (lookup_ == Lookup::kIndex) {
    for (size_t i = 0; i < bits_.size(); ++i) {
      if ((inner.bits_[i] & ~bits_[i]) != 0) return false;
    }
    return true;
  }
  if (IsAll() || inner.IsNone()) return true;
  if (lookup_ == Lookup::kTraits) {
    return !IsNone() && std::includes(inner.points_.begin(), inner.points_.end(), points_.begin(),
                                      points_.end());
  }
  if (inner.otherwise_ && !otherwise_) return false;
  for (const Point& point : points_) {
    if (!point.in && inner.Contains(point.key)) return false;
  }
  for (const Point& point : inner.points_) {
    if (point.in && !Contains(point.key)) return false;
  }
  return true;
}

// Drops the points that say what a lookup without them would say as well.
void DimensionSet::Canonicalize() {
  std::vector<Point> kept;
  std::vector<size_t> above;  // Kept points that are prefixes of the present one, shortest first.
  for (Point& point : points_) {
    bool inherited = otherwise_;
    if (lookup_ == Lookup::kPrefix) {
      while (!above.empty() && !absl::StartsWith(point.key, kept[above.back()].key)) {
        above.pop_back();
      }
      if (!above.empty()) inherited = kept[above.back()].in;
    }
    if (point.in == inherited) continue;
    above.push_back(kept.size());
    kept.push_back(std::move(point));
  }
  points_ = std::move(kept);
}

template <typename Combine>
DimensionSet DimensionSet::Merge(const DimensionSet& a, const DimensionSet& b, Combine combine) {
  DimensionSet set(a.lookup_, false);
  if (a.lookup_ == Lookup::kIndex) {
    for (size_t i = 0; i < set.bits_.size(); ++i) set.bits_[i] = combine(a.bits_[i], b.bits_[i]);
    return set;
  }
  set.otherwise_ = combine(a.otherwise_, b.otherwise_);
  set.points_.reserve(a.points_.size() + b.points_.size());
  auto x = a.points_.begin();
  auto y = b.points_.begin();
  while (x != a.points_.end() || y != b.points_.end()) {
    const bool from_a = y == b.points_.end() || (x != a.points_.end() && x->key <= y->key);
    const std::string& key = from_a ? x->key : y->key;
    if (from_a && y != b.points_.end() && y->key == key) ++y;
    set.points_.push_back({key, combine(a.Contains(key), b.Contains(key))});
    from_a ? ++x : ++y;
  }
  set.Canonicalize();
  return set;
}

// What each asks for, unless one asks for what the other refuses.
DimensionSet DimensionSet::AndTraits(const DimensionSet& a, const DimensionSet& b) {
  if (a.IsNone() || b.IsNone()) return None(Lookup::kTraits);
  DimensionSet set = All(Lookup::kTraits);
  std::set_union(a.points_.begin(), a.points_.end(), b.points_.begin(), b.points_.end(),
                 std::back_inserter(set.points_));
  for (size_t i = 1; i < set.points_.size(); ++i) {
    if (set.points_[i - 1].key == set.points_[i].key) return None(Lookup::kTraits);
  }
  return set;
}

// What both ask for.
DimensionSet DimensionSet::OrTraits(const DimensionSet& a, const DimensionSet& b) {
  DimensionSet set = All(Lookup::kTraits);
  std::set_intersection(a.points_.begin(), a.points_.end(), b.points_.begin(), b.points_.end(),
                        std::back_inserter(set.points_));
  return set;
}

bool DimensionSet::IsJoinable(const DimensionSet& a, const DimensionSet& b) {
  if (a.lookup_ != Lookup::kTraits || a.Covers(b) || b.Covers(a)) return true;
  if (a.points_.size() != b.points_.size()) return false;
  size_t differences = 0;  // One trait that one asks for and the other refuses.
  for (size_t i = 0; i < a.points_.size(); ++i) {
    if (a.points_[i].key != b.points_[i].key) return false;
    if (a.points_[i].in != b.points_[i].in) ++differences;
  }
  return differences == 1;
}

bool DimensionSet::ForgetTraits(const std::vector<std::string>& kept) {
  const size_t before = points_.size();
  points_.erase(std::remove_if(points_.begin(), points_.end(),
                               [&](const Point& point) {
                                 return !std::binary_search(kept.begin(), kept.end(), point.key);
                               }),
                points_.end());
  return points_.size() != before;
}

DimensionSet operator&(const DimensionSet& a, const DimensionSet& b) {
  if (a.IsAll()) return b;
  if (b.IsAll()) return a;
  if (a.lookup_ == Lookup::kTraits) return DimensionSet::AndTraits(a, b);
  return DimensionSet::Merge(a, b, [](auto x, auto y) { return static_cast<decltype(x)>(x & y); });
}

DimensionSet operator|(const DimensionSet& a, const DimensionSet& b) {
  if (a.IsNone()) return b;
  if (b.IsNone()) return a;
  if (a.lookup_ == Lookup::kTraits) return DimensionSet::OrTraits(a, b);
  return DimensionSet::Merge(a, b, [](auto x, auto y) { return static_cast<decltype(x)>(x | y); });
}

DimensionSet DimensionSet::operator~() const {
  DimensionSet set = *this;
  if (lookup_ == Lookup::kIndex) {
    for (uint64_t& word : set.bits_) word = ~word;
    return set;
  }
  if (lookup_ == Lookup::kTraits && !set.points_.empty()) {
    CHECK_EQ(set.points_.size(), 1u) << "what lacks one of several traits is no set of traits";
    set.points_[0].in = !set.points_[0].in;
    return set;
  }
  set.otherwise_ = !otherwise_;
  for (Point& point : set.points_) point.in = !point.in;
  return set;
}

}  // namespace vedette
