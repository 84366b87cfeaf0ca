// SPDX-License-Identifier: Apache-2.0
#include "engine/match/value_index.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "absl/strings/ascii.h"

namespace vedette {

// Sorts the entries by what they look for; equal ones share their list of rules.
class ValueIndex::Builder {
 public:
  using RulesByText = std::map<std::string, std::vector<uint32_t>>;

  explicit Builder(ValueIndex& index) : index_(index) { index_.firsts_.push_back(0); }

  // Gives the rules a place and returns it.
  uint32_t AddRules(std::vector<uint32_t> rules) {
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    index_.rules_.insert(index_.rules_.end(), rules.begin(), rules.end());
    index_.firsts_.push_back(static_cast<uint32_t>(index_.rules_.size()));
    return static_cast<uint32_t>(index_.firsts_.size() - 2);
  }

  // One place behind the other; returns the first.
  uint32_t AddTexts(RulesByText texts, std::vector<std::string>& names) {
    const auto first = static_cast<uint32_t>(index_.firsts_.size() - 1);
    for (auto& [text, rules] : texts) {
      AddRules(std::move(rules));
      names.push_back(text);
    }
    return first;
  }

  AffixTrie MakeTrie(AffixTrie::Side side, RulesByText texts, uint32_t& first) {
    std::vector<std::string> names;
    first = AddTexts(std::move(texts), names);
    return AffixTrie(side, names);
  }

 private:
  ValueIndex& index_;
};

ValueIndex::ValueIndex(FieldType type, const std::vector<Entry>& entries) : type_(type) {
  Builder::RulesByText by_kind[6];
  for (const Entry& entry : entries) {
    const Access& access = *entry.access;
    std::string key = access.text;
    if (access.kind == Access::Kind::kValue) key = KeyOf(*access.literal, type);
    if (access.kind == Access::Kind::kPartAnyCase) key = absl::AsciiStrToLower(key);
    by_kind[static_cast<size_t>(access.kind)][std::move(key)].push_back(entry.rule);
    if (access.kind != Access::Kind::kValue || type != FieldType::kNetwork) continue;
    const Network network{access.literal->address.is_v6, access.literal->prefix_bits};
    if (std::find(networks_.begin(), networks_.end(), network) == networks_.end()) {
      networks_.push_back(network);
    }
  }
  const auto of = [&](Access::Kind kind) -> auto& { return by_kind[static_cast<size_t>(kind)]; };
  Builder builder(*this);
  for (auto& [key, rules] : of(Access::Kind::kValue)) {
    values_.emplace(key, builder.AddRules(std::move(rules)));
  }
  begins_ = builder.MakeTrie(AffixTrie::Side::kBegin, of(Access::Kind::kBegin), begins_first_);
  ends_ = builder.MakeTrie(AffixTrie::Side::kEnd, of(Access::Kind::kEnd), ends_first_);
  std::vector<std::string> exact, any_case;
  parts_first_ = builder.AddTexts(std::move(of(Access::Kind::kPart)), exact);
  builder.AddTexts(std::move(of(Access::Kind::kPartAnyCase)), any_case);
  std::vector<PartIndex::Part> parts;
  for (std::string& text : exact) parts.push_back({std::move(text), false});
  for (std::string& text : any_case) parts.push_back({std::move(text), true});
  parts_ = PartIndex(std::move(parts));
  for (auto& [text, rules] : of(Access::Kind::kNotAscii)) {
    not_ascii_ = builder.AddRules(std::move(rules));
  }
}

absl::string_view ValueIndex::KeyOf(uint64_t number, KeyBytes& bytes) {
  std::memcpy(bytes.bytes, &number, sizeof(number));
  return bytes.View(sizeof(number));
}

absl::string_view ValueIndex::KeyOf(const IpAddress& address, uint8_t bits, KeyBytes& bytes) {
  bytes.bytes[0] = address.is_v6 ? 6 : 4;
  bytes.bytes[1] = static_cast<char>(bits);
  for (size_t i = 0; i < address.bytes.size(); ++i) {
    const int rest = std::clamp(bits - 8 * static_cast<int>(i), 0, 8);
    bytes.bytes[2 + i] = static_cast<char>(address.bytes[i] & 0xff00 >> rest);
  }
  return bytes.View(2 + address.bytes.size());
}

std::string ValueIndex::KeyOf(const Literal& literal, FieldType type) {
  KeyBytes bytes;
  switch (type) {
    case FieldType::kText:
    case FieldType::kPath:
    case FieldType::kArguments:
      return literal.text;
    case FieldType::kAddress:
      return std::string(KeyOf(literal.address, literal.address.is_v6 ? 128 : 32, bytes));
    case FieldType::kNetwork:
      return std::string(KeyOf(literal.address, literal.prefix_bits, bytes));
    default:
      return std::string(KeyOf(literal.number, bytes));
  }
}

}  // namespace vedette
