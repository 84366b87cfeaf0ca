// SPDX-License-Identifier: Apache-2.0
//
// What rules look for in one field, and for each of these the rules: values by hash, beginnings and
// ends by trie, parts of texts by their rarest bytes. Immutable; any thread may read it.
#ifndef VEDETTE_ENGINE_MATCH_VALUE_INDEX_H_
#define VEDETTE_ENGINE_MATCH_VALUE_INDEX_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/match/affix_trie.h"
#include "engine/match/part_index.h"
#include "rules/lang/access.h"
#include "sensor/schema/value.h"

namespace vedette {

class ValueIndex {
 public:
  struct Entry {
    const Access* access;
    uint32_t rule;
  };
  // Of a field of this type. The entries are not needed afterwards.
  ValueIndex(FieldType type, const std::vector<Entry>& entries);

  // Calls each(rules) for what is found in the value; a rule may come more than once.
  template <typename Each>
  void ForEach(const Value& value, Each each) const;

  // Texts need more than one look into a table.
  bool IsSlow() const { return !begins_.empty() || !ends_.empty() || !parts_.empty(); }

 private:
  class Builder;
  // Number, address or network, as the bytes of a key.
  struct KeyBytes {
    char bytes[18];
    absl::string_view View(size_t size) const { return {bytes, size}; }
  };
  struct Network {
    bool is_v6;
    uint8_t bits;
    friend bool operator==(const Network&, const Network&) = default;
  };

  static absl::string_view KeyOf(uint64_t number, KeyBytes& bytes);
  static absl::string_view KeyOf(const IpAddress& address, uint8_t bits, KeyBytes& bytes);
  static std::string KeyOf(const Literal& literal, FieldType type);

  absl::Span<const uint32_t> RulesOf(uint32_t found) const {
    return absl::MakeConstSpan(rules_).subspan(firsts_[found], firsts_[found + 1] - firsts_[found]);
  }
  template <typename Each>
  void ForKey(absl::string_view key, Each each) const {
    const auto at = values_.find(key);
    if (at != values_.end()) each(RulesOf(at->second));
  }
  template <typename Each>
  void ForText(absl::string_view text, Each each) const;
  template <typename Each>
  void ForAddress(const IpAddress& address, Each each) const;

  FieldType type_;
  absl::flat_hash_map<std::string, uint32_t> values_;
  AffixTrie begins_, ends_;
  PartIndex parts_;
  uint32_t begins_first_ = 0, ends_first_ = 0, parts_first_ = 0;  // By what their places go on.
  std::optional<uint32_t> not_ascii_;
  std::vector<Network> networks_;  // The distinct sizes.
  std::vector<uint32_t> rules_;    // Of one thing that is looked for behind those of the other.
  std::vector<uint32_t> firsts_;   // And where they begin; one more at the end.
};

template <typename Each>
void ValueIndex::ForEach(const Value& value, Each each) const {
  KeyBytes bytes;
  switch (value.kind) {
    case Value::Kind::kNone:
    case Value::Kind::kDouble:  // Equal ones may differ in their bits: AccessesOf has none.
      return;
    case Value::Kind::kUnsigned:
    case Value::Kind::kSigned:
    case Value::Kind::kBool:
      return ForKey(KeyOf(value.number, bytes), each);
    case Value::Kind::kText:
      return ForText(value.text, each);
    case Value::Kind::kAddress:
      return ForAddress(value.address, each);
  }
}

template <typename Each>
void ValueIndex::ForText(absl::string_view text, Each each) const {
  if (!values_.empty()) ForKey(text, each);
  begins_.ForEach(text, [&](uint32_t place) { each(RulesOf(begins_first_ + place)); });
  ends_.ForEach(text, [&](uint32_t place) { each(RulesOf(ends_first_ + place)); });
  parts_.ForEach(text, [&](uint32_t place) { each(RulesOf(parts_first_ + place)); });
  if (!not_ascii_) return;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0x80) != 0) return each(RulesOf(*not_ascii_));
  }
}

template <typename Each>
void ValueIndex::ForAddress(const IpAddress& address, Each each) const {
  KeyBytes bytes;
  if (type_ != FieldType::kNetwork) {
    return ForKey(KeyOf(address, address.is_v6 ? 128 : 32, bytes), each);
  }
  for (const Network& network : networks_) {
    if (network.is_v6 == address.is_v6) ForKey(KeyOf(address, network.bits, bytes), each);
  }
}

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_VALUE_INDEX_H_
