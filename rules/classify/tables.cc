// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/tables.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "absl/numeric/bits.h"
#include "base/check.h"
#include "rules/classify/field_map.h"
#include "rules/classify/trait_fields.h"

namespace vedette {
namespace {

bool Equal(const classify_vector& a, const classify_vector& b) {
  return std::memcmp(&a, &b, sizeof(a)) == 0;
}

void SetBit(classify_vector& vector, size_t n) { vector.words[n / 64] |= 1ull << (n % 64); }

void ClearBit(classify_vector& vector, size_t n) { vector.words[n / 64] &= ~(1ull << (n % 64)); }

// The terms whose set contains the key.
classify_vector VectorOf(const std::vector<Term>& terms, size_t dimension, const std::string& key) {
  classify_vector vector{};
  for (size_t n = 0; n < terms.size(); ++n) {
    if (terms[n].box.sets[dimension].Contains(key)) SetBit(vector, n);
  }
  return vector;
}

// The terms that a key which nobody names satisfies.
classify_vector DefaultOf(const std::vector<Term>& terms, size_t dimension) {
  classify_vector vector{};
  for (size_t n = 0; n < terms.size(); ++n) {
    if (terms[n].box.sets[dimension].otherwise()) SetBit(vector, n);
  }
  return vector;
}

// Every key at which a set of some term changes its answer.
std::set<std::string> KeysOf(const std::vector<Term>& terms, size_t dimension) {
  std::set<std::string> keys;
  for (const Term& term : terms) {
    for (const DimensionSet::Point& point : term.box.sets[dimension].points()) {
      keys.insert(point.key);
    }
  }
  return keys;
}

void AddValue(const KindTables& kind, size_t dimension, const std::string& text,
              const classify_vector& vector, ClassifierTables& tables) {
  classify_key key{};
  key.generation = tables.generation;
  key.kind = kind.kind;
  key.dimension = static_cast<uint16_t>(dimension);
  CHECK_LE(text.size(), sizeof(key.value));
  std::memcpy(key.value, text.data(), text.size());
  tables.values.emplace_back(key, vector);
}

void AddName(const KindTables& kind, const std::string& text, const classify_vector& vector,
             ClassifierTables& tables) {
  classify_name_key key{};
  key.generation = tables.generation;
  key.kind = kind.kind;
  CHECK_LE(text.size(), sizeof(key.name));
  std::memcpy(key.name, text.data(), text.size());
  tables.names.emplace_back(key, vector);
}

void AddValues(KindTables& kind, size_t dimension, ClassifierTables& tables) {
  classify_vector& otherwise = kind.vectors.defaults[dimension];
  otherwise = DefaultOf(kind.terms, dimension);
  for (const std::string& text : KeysOf(kind.terms, dimension)) {
    const classify_vector vector = VectorOf(kind.terms, dimension, text);
    if (Equal(vector, otherwise)) continue;
    if (dimension == CLASSIFY_name) {
      AddName(kind, text, vector, tables);
    } else {
      AddValue(kind, dimension, text, vector, tables);
    }
  }
}

// The bytes of a prefix, and how many bits of them count.
uint32_t PackPrefix(size_t dimension, const std::string& prefix, std::string& bytes) {
  if (dimension != CLASSIFY_address) {
    bytes = prefix;
    return static_cast<uint32_t>(8 * prefix.size());
  }
  bytes.clear();
  if (prefix.empty()) return 0;
  bytes.push_back(static_cast<char>(prefix[0] - '0'));
  for (size_t bit = 1; bit < prefix.size(); ++bit) {
    if (bit % 8 == 1) bytes.push_back('\0');
    const auto set = static_cast<unsigned>(prefix[bit] - '0') << (7 - (bit - 1) % 8);
    bytes.back() = static_cast<char>(static_cast<unsigned char>(bytes.back()) | set);
  }
  return static_cast<uint32_t>(8 + prefix.size() - 1);
}

uint32_t TrieOf(size_t dimension, EventKind kind) {
  if (dimension == CLASSIFY_exe) return CLASSIFY_TRIE(exe, kind);
  if (dimension == CLASSIFY_target) return CLASSIFY_TRIE(target, kind);
  return dimension == CLASSIFY_address ? CLASSIFY_TRIE(address, kind) : CLASSIFY_TRIE(path, kind);
}

void AddPrefix(const KindTables& kind, size_t dimension, const std::string& prefix,
               const classify_vector& vector, ClassifierTables& tables) {
  classify_path_key key{};
  std::string bytes;
  const uint32_t bits = PackPrefix(dimension, prefix, bytes);
  key.generation = tables.generation;
  key.kind = TrieOf(dimension, kind.kind);
  key.prefix_bits = static_cast<uint32_t>(8 * (sizeof(key.generation) + sizeof(key.kind))) + bits;
  CHECK_LE(bytes.size(), sizeof(key.path));
  std::memcpy(key.path, bytes.data(), bytes.size());
  tables.paths.emplace_back(key, vector);
}

// A node's vector is that of its text: the prefixes above it are part of the text, so it holds
// their closure. A node that would say what the one above it says is left out.
void AddPrefixes(KindTables& kind, size_t dimension, ClassifierTables& tables) {
  struct Node {
    std::string key;
    classify_vector vector;
  };
  classify_vector& otherwise = kind.vectors.defaults[dimension];
  otherwise = DefaultOf(kind.terms, dimension);
  std::vector<Node> nodes = {{"", otherwise}};
  for (const std::string& prefix : KeysOf(kind.terms, dimension)) {
    const classify_vector vector = VectorOf(kind.terms, dimension, prefix);
    const auto above = static_cast<size_t>(LongestPrefix(nodes, prefix));
    if (!Equal(vector, nodes[above].vector)) nodes.push_back({prefix, vector});
  }
  for (const Node& node : nodes) AddPrefix(kind, dimension, node.key, node.vector, tables);
}

bool IsUsed(const std::vector<Term>& terms, size_t dimension) {
  return std::any_of(terms.begin(), terms.end(),
                     [&](const Term& term) { return !term.box.sets[dimension].IsAll(); });
}

void AddModes(KindTables& kind, size_t dimension) {
  for (size_t mode = 0; mode < CLASSIFY_MODES; ++mode) {
    kind.vectors.modes[mode] =
        VectorOf(kind.terms, dimension, std::string(1, static_cast<char>(mode)));
  }
  // Never looked up: an index does not miss.
  for (size_t n = 0; n < kind.terms.size(); ++n) SetBit(kind.vectors.defaults[dimension], n);
}

// Which traits a name of a lineage gives: a bit for each that has it among its names.
void AddLineageNames(const KindTables& kind, const std::set<std::string>& traits,
                     ClassifierTables& tables) {
  std::map<std::string, classify_vector> names;
  size_t bit = 0;
  for (const std::string& trait : traits) {
    for (const std::string& name : NamesOfTrait(trait)) SetBit(names[name], bit);
    ++bit;
  }
  for (const auto& [name, given] : names) AddValue(kind, CLASSIFY_lineage, name, given, tables);
}

// The term does not hold where the trait is there, or where it is missing.
void Exclude(struct classify_traits& made, size_t term, size_t trait, bool there) {
  auto& group = made.holding[trait / CLASSIFY_GROUP_BITS];
  for (size_t value = 0; value < std::size(group); ++value) {
    const bool has = (value >> (trait % CLASSIFY_GROUP_BITS) & 1) != 0;
    if (has == there) ClearBit(group[value], term);
  }
}

// Whoever has one of the capabilities has the trait.
void Give(struct classify_traits& made, size_t trait, uint64_t capabilities) {
  for (auto& group : made.given) {
    for (size_t value = 0; value < std::size(group); ++value) {
      if ((capabilities & value) != 0) group[value] |= uint64_t{1} << trait;
    }
    capabilities >>= CLASSIFY_GROUP_BITS;
  }
}

// Traits are numbered by their keys. What has no members asks for a trait and refuses it.
void AddTraits(KindTables& kind, size_t dimension, ClassifierTables& tables) {
  struct classify_traits made = {};
  std::memset(&made.unjudged, 0xff, sizeof(made.unjudged));
  std::memset(&made.holding, 0xff, sizeof(made.holding));
  const std::set<std::string> keys = KeysOf(kind.terms, dimension);
  CHECK_LE(keys.size(), kTraitsMax);
  for (size_t n = 0; n < kind.terms.size(); ++n) {
    const DimensionSet& set = kind.terms[n].box.sets[dimension];
    if (set.IsNone()) {
      Exclude(made, n, 0, true);
      Exclude(made, n, 0, false);
    }
    for (const DimensionSet::Point& point : set.points()) {
      const auto trait = static_cast<size_t>(std::distance(keys.begin(), keys.find(point.key)));
      Exclude(made, n, trait, !point.in);
    }
  }
  uint16_t place = CLASSIFY_PLACE_container;
  if (dimension == CLASSIFY_lineage) {
    place = CLASSIFY_PLACE_lineage;
    AddLineageNames(kind, keys, tables);
  } else if (dimension == CLASSIFY_capability) {
    place = CLASSIFY_PLACE_capability;
    size_t trait = 0;
    for (const std::string& key : keys) Give(made, trait++, MaskOfTrait(key));
  }
  tables.traits.push_back({{kind.kind, place}, made});
}

}  // namespace

std::pair<classify_key, classify_vector> ContainerValue(uint32_t generation, EventKind kind,
                                                        uint32_t number, uint64_t traits) {
  classify_key key{};
  key.generation = generation;
  key.kind = kind;
  key.dimension = CLASSIFY_container;
  const std::string value = HashKey(number);
  std::memcpy(key.value, value.data(), value.size());
  classify_vector vector{};
  vector.words[0] = traits;
  return {key, vector};
}

void AddContainerTraits(const Program& program, EventKind kind, const std::vector<Term>& terms,
                        ClassifierTables& tables) {
  uint32_t bit = 0;
  for (const std::string& trait : TraitsOf(terms, CLASSIFY_container)) {
    const auto at = std::find_if(
        program.predicates.begin(), program.predicates.end(), [&](const Predicate& predicate) {
          return predicate.text == trait && predicate.IsPlain() && IsOfContainer(predicate);
        });
    CHECK(at != program.predicates.end()) << trait;
    const auto predicate = static_cast<uint32_t>(std::distance(program.predicates.begin(), at));
    tables.containers.push_back({kind, bit++, predicate});
  }
}

KindTables MakeKindTables(EventKind number, std::vector<Term> terms, ClassifierTables& tables) {
  KindTables kind;
  kind.kind = number;
  kind.terms = std::move(terms);
  CHECK_LE(kind.terms.size(), kTermsMax);
  for (size_t n = 0; n < kind.terms.size(); ++n) {
    if (kind.terms[n].alerting) SetBit(kind.vectors.alerting, n);
    std::vector<uint32_t>& rules = kind.rules_by_term.emplace_back();
    for (const TermOwner& owner : kind.terms[n].owners) rules.push_back(owner.rule);
  }
  for (const DimensionInfo& dimension : Dimensions()) {
    const bool used = IsUsed(kind.terms, dimension.dimension);
    if (used) kind.vectors.used |= uint64_t{1} << dimension.dimension;
    // Nobody looks into them, but for the modes; paths stay whole for those who read the tables.
    const bool is_rare =
        dimension.lookup == Lookup::kTraits ||
        (dimension.lookup == Lookup::kPrefix && dimension.dimension != CLASSIFY_path);
    if (!used && is_rare) {
      kind.vectors.defaults[dimension.dimension] = DefaultOf(kind.terms, dimension.dimension);
      continue;
    }
    switch (dimension.lookup) {
      case Lookup::kHash:
        AddValues(kind, dimension.dimension, tables);
        break;
      case Lookup::kPrefix:
        AddPrefixes(kind, dimension.dimension, tables);
        break;
      case Lookup::kIndex:
        AddModes(kind, dimension.dimension);
        break;
      case Lookup::kTraits:
        AddTraits(kind, dimension.dimension, tables);
        break;
    }
  }
  return kind;
}

bool IsNotJudged(const Survivors& survivors) {
  return std::all_of(std::begin(survivors.words), std::end(survivors.words),
                     [](uint64_t word) { return word == ~uint64_t{0}; });
}

const KindTables* ClassifierTables::Find(EventKind kind) const {
  for (const KindTables& known : kinds) {
    if (known.kind == kind) return &known;
  }
  return nullptr;
}

ClassifierTables BuildTables(const Program& program, uint32_t generation, Decider decider) {
  CHECK_NE(generation, 0u) << "0 says that no tables are in force";
  ClassifierTables tables;
  tables.generation = generation;
  for (const KindInfo& info : Kinds()) {
    if ((RuleKinds() & KindBit(info.kind)) == 0) continue;
    std::vector<Term> terms = TermsOf(program, info.kind, decider);
    AddContainerTraits(program, info.kind, terms, tables);
    KindTables kind = MakeKindTables(info.kind, std::move(terms), tables);
    if (!kind.terms.empty()) tables.wanted |= KindBit(info.kind);
    for (const Term& term : kind.terms) {
      if (term.alerting) tables.alerting |= KindBit(info.kind);
    }
    tables.kinds.push_back(std::move(kind));
  }
  return tables;
}

void AppendRules(const KindTables& tables, const Survivors& survivors,
                 std::vector<uint32_t>& rules) {
  const size_t first = rules.size();
  for (size_t word = 0; word < std::size(survivors.words); ++word) {
    for (uint64_t left = survivors.words[word]; left != 0; left &= left - 1) {
      const size_t term = word * 64 + static_cast<size_t>(absl::countr_zero(left));
      if (term >= tables.rules_by_term.size()) break;
      const std::vector<uint32_t>& more = tables.rules_by_term[term];
      rules.insert(rules.end(), more.begin(), more.end());
    }
  }
  std::sort(rules.begin() + static_cast<ptrdiff_t>(first), rules.end());
  rules.erase(std::unique(rules.begin() + static_cast<ptrdiff_t>(first), rules.end()), rules.end());
}

}  // namespace vedette
