// SPDX-License-Identifier: Apache-2.0
//
// A set of values of one dimension, closed under and, or and not, with one canonical form: two sets
// with the same members compare equal. What a set looks like follows the kernel's lookup:
//   kHash    finitely many keys on one side of the line, all others on the other side;
//   kPrefix  texts that begin with given texts, but not with longer given ones, and so on: the
//   longest
//            given prefix of a text decides, as in an LPM trie. An exact text ends with a NUL;
//   kIndex   bits for the numbers 0 to 255; a key is one byte;
//   kTraits  values are sets of traits: those that have some of them and lack others. A key is a
//            trait. Closed under and alone; `|` is the smallest set around both (IsJoinable), and
//            `~` is of one trait, all or none.
// Networks end between bytes: the keys of addresses are a letter 4, 6 or 0 (none) and a letter 0 or
// 1 for each bit (field_map.h).
// Values, not references: copy freely.
#ifndef VEDETTE_RULES_CLASSIFY_DIMENSION_SET_H_
#define VEDETTE_RULES_CLASSIFY_DIMENSION_SET_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sensor/schema/classify.h"

namespace vedette {

enum class Lookup : uint8_t { kHash, kPrefix, kIndex, kTraits };

// A row of CLASSIFY_DIMENSIONS, and how the kernel looks its values up.
struct DimensionInfo {
  classify_dimension dimension;
  absl::string_view name;  // "comm"
  Lookup lookup;
  bool may_be_unjudged;  // An act can leave the dimension out of the AND.
  bool IsOfProcess() const { return (CLASSIFY_OF_PROCESS >> dimension & 1) != 0; }
};
constexpr size_t kDimensions = CLASSIFY_DIMENSION_LIMIT;
const std::array<DimensionInfo, kDimensions>& Dimensions();

class DimensionSet {
 public:
  // A key where a lookup changes its answer.
  struct Point {
    std::string key;
    bool in;
    friend auto operator<=>(const Point&, const Point&) = default;
  };

  static DimensionSet All(Lookup lookup) { return DimensionSet(lookup, true); }
  static DimensionSet None(Lookup lookup) { return DimensionSet(lookup, false); }
  // kHash: the keys. kPrefix: the texts that begin with one of the keys. kTraits: the values that
  // have all of them. Not for kIndex.
  static DimensionSet Of(Lookup lookup, std::vector<std::string> keys);
  // kIndex. `bits[n / 64]` bit `n % 64` says that n is in.
  static DimensionSet OfBits(const std::array<uint64_t, 4>& bits);

  // kPrefix: `key` is a whole text with its NUL, or the prefix whose trie node is meant. Not for
  // kTraits.
  bool Contains(absl::string_view key) const;
  bool IsAll() const;
  bool IsNone() const;
  bool Covers(const DimensionSet& inner) const;
  // `a | b` has no other members than theirs.
  static bool IsJoinable(const DimensionSet& a, const DimensionSet& b);
  // kTraits: without a word about those traits that are not among `kept`, which are sorted. True:
  // it is larger now.
  bool ForgetTraits(const std::vector<std::string>& kept);

  DimensionSet operator~() const;
  friend DimensionSet operator&(const DimensionSet& a, const DimensionSet& b);
  friend DimensionSet operator|(const DimensionSet& a, const DimensionSet& b);
  friend auto operator<=>(const DimensionSet&, const DimensionSet&) = default;

  Lookup lookup() const { return lookup_; }
  // The answer for keys that no point decides (kHash, kPrefix); of kTraits whether there are
  // members. Points are sorted by their keys; of kTraits each says that a member has it, or not.
  bool otherwise() const { return otherwise_; }
  const std::vector<Point>& points() const { return points_; }

 private:
  DimensionSet(Lookup lookup, bool all);
  template <typename Combine>
  static DimensionSet Merge(const DimensionSet& a, const DimensionSet& b, Combine combine);
  void Canonicalize();
  static DimensionSet AndTraits(const DimensionSet& a, const DimensionSet& b);
  static DimensionSet OrTraits(const DimensionSet& a, const DimensionSet& b);

  Lookup lookup_;
  bool otherwise_;
  std::array<uint64_t, 4> bits_{};
  std::vector<Point> points_;
};

// The entry with the longest key that `text` begins with, or -1. `entries` are sorted by `key`.
template <typename Entry>
ptrdiff_t LongestPrefix(const std::vector<Entry>& entries, absl::string_view text) {
  size_t end = entries.size();
  while (true) {
    // The last entry that is not behind `text`: all prefixes of `text` are prefixes of it as well.
    size_t first = 0;
    while (first < end) {
      const size_t middle = (first + end) / 2;
      if (text < absl::string_view(entries[middle].key)) {
        end = middle;
      } else {
        first = middle + 1;
      }
    }
    if (first == 0) return -1;
    const absl::string_view key = entries[first - 1].key;
    size_t common = 0;
    while (common < key.size() && common < text.size() && key[common] == text[common]) ++common;
    if (common == key.size()) return static_cast<ptrdiff_t>(first) - 1;
    text = text.substr(0, common);
  }
}

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_DIMENSION_SET_H_
