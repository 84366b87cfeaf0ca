// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/dimension_set.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"

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
  set.Canonicalize();
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

DimensionSet operator&(const DimensionSet& a, const DimensionSet& b) {
  if (a.IsAll()) return b;
  if (b.IsAll()) return a;
  return DimensionSet::Merge(a, b, [](auto x, auto y) { return static_cast<decltype(x)>(x & y); });
}

DimensionSet operator|(const DimensionSet& a, const DimensionSet& b) {
  if (a.IsNone()) return b;
  if (b.IsNone()) return a;
  return DimensionSet::Merge(a, b, [](auto x, auto y) { return static_cast<decltype(x)>(x | y); });
}

DimensionSet DimensionSet::operator~() const {
  DimensionSet set = *this;
  if (lookup_ == Lookup::kIndex) {
    for (uint64_t& word : set.bits_) word = ~word;
    return set;
  }
  set.otherwise_ = !otherwise_;
  for (Point& point : set.points_) point.in = !point.in;
  return set;
}

}  // namespace vedette
