// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/kinds.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/check.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

struct Way {
  const KindInfo* kind;
  absl::string_view type;
};

// Each with its bit's number.
const std::vector<Way>& WayTable() {
  static const auto* const ways = [] {
    auto* table = new std::vector<Way>;
    for (const KindInfo& kind : Kinds()) {
      if ((RuleKinds() & KindBit(kind.kind)) == 0) continue;
      for (const absl::string_view type : absl::StrSplit(kind.types, ',')) {
        table->push_back({&kind, type});
      }
    }
    CHECK_LE(table->size(), kWaysMax);
    return table;
  }();
  return *ways;
}

Ways WaysOf(KindSet kinds) {
  Ways ways;
  const std::vector<Way>& table = WayTable();
  for (size_t i = 0; i < table.size(); ++i) {
    if ((kinds & KindBit(table[i].kind->kind)) != 0) ways.set(i);
  }
  return ways;
}

// Fields whose value, or that there is none, follows from the way; nullopt for ways from which it
// does not follow.
struct KnownRow {
  absl::string_view field;
  std::optional<Value> (*value)(const Way& way);
};

std::optional<Value> FalseUnlessOpen(const Way& way) {
  if (way.kind->kind == WIRE_file_open) return std::nullopt;
  return Value::Bool(false);
}

constexpr KnownRow kKnownRows[] = {
    {"evt.type", [](const Way& way) { return std::optional(Value::Text(way.type)); }},
    {"syscall.type",
     [](const Way& way) {
       const bool is_call = (FindField("syscall.type")->kinds & KindBit(way.kind->kind)) != 0;
       return std::optional(is_call ? Value::Text(way.type) : Value::None());
     }},
    {"evt.kind", [](const Way& way) { return std::optional(Value::Text(way.kind->name)); }},
    {"evt.category", [](const Way& way) { return std::optional(Value::Text(way.kind->category)); }},
    {"evt.dir", [](const Way&) { return std::optional(Value::Text("<")); }},
    {"evt.source", [](const Way&) { return std::optional(Value::Text("syscall")); }},
    {"evt.is_open_read", FalseUnlessOpen},
    {"evt.is_open_write", FalseUnlessOpen},
    {"evt.is_open_exec", FalseUnlessOpen},
    {"evt.is_open_create", FalseUnlessOpen},
};

// Null for fields that do not follow from the way.
const KnownRow* FindKnown(const Field& field) {
  const auto* const row =
      std::find_if(std::begin(kKnownRows), std::end(kKnownRows),
                   [&](const KnownRow& known) { return known.field == field.name; });
  return row == std::end(kKnownRows) ? nullptr : row;
}

bool HoldsFor(const Predicate& predicate, const Value& value) {
  return predicate.op->holds(value, predicate);
}

struct NumberRange {
  uint64_t first, last;
};

// Null for types that are not unsigned numbers.
const NumberRange* RangeOf(const Field& field) {
  static constexpr NumberRange kEventNumbers{1, UINT64_MAX};
  static constexpr NumberRange kAny{0, UINT64_MAX};
  static constexpr NumberRange kBools{0, 1};
  static constexpr NumberRange kPorts{0, UINT16_MAX};
  if (field.name == "evt.num") return &kEventNumbers;
  switch (field.type) {
    case FieldType::kUnsigned:
    case FieldType::kWallTime:
    case FieldType::kDuration:
      return &kAny;
    case FieldType::kBool:
      return &kBools;
    case FieldType::kPort:
      return &kPorts;
    default:
      return nullptr;
  }
}

struct Outcomes {
  bool holds = false;
  bool fails = false;
};

// A comparison of numbers changes its mind only at its literals, so these, their neighbours and the
// ends of the range stand for all numbers.
Outcomes TryNumbers(const Predicate& predicate, const NumberRange& range) {
  std::vector<uint64_t> samples = {range.first, range.last};
  for (const Literal& literal : predicate.literals) {
    for (const uint64_t n : {literal.number - 1, literal.number, literal.number + 1}) {
      if (n >= range.first && n <= range.last) samples.push_back(n);
    }
    if (samples.size() > 1000) return {true, true};
  }
  Outcomes outcomes;
  for (const uint64_t n : samples) {
    (HoldsFor(predicate, Value::Unsigned(n)) ? outcomes.holds : outcomes.fails) = true;
  }
  return outcomes;
}

// Without a value for each field in it, an operand has none.
Ways WaysWithValue(const Operand& operand) {
  if (operand.kind == Operand::Kind::kField) return WaysOf(operand.field.field().kinds);
  Ways ways = AllWays();
  for (const Operand& inner : operand.operands) ways &= WaysWithValue(inner);
  return ways;
}

Possible WaysOfOther(const Predicate& predicate) {
  if (predicate.modifier != Modifier::kNone && predicate.parts.empty()) return {Ways(), AllWays()};
  Ways holds = predicate.left != nullptr ? WaysWithValue(*predicate.left)
                                         : WaysOf(predicate.field.field().kinds);
  if (predicate.right != nullptr) holds &= WaysWithValue(*predicate.right);
  return {holds, AllWays()};
}

}  // namespace

Ways AllWays() { return WaysOf(RuleKinds()); }

KindSet KindsOf(const Ways& ways) {
  KindSet kinds = 0;
  const std::vector<Way>& table = WayTable();
  for (size_t i = 0; i < table.size(); ++i) {
    if (ways[i]) kinds |= KindBit(table[i].kind->kind);
  }
  return kinds;
}

Possible PossibleWays(const Predicate& predicate) {
  if (!predicate.IsPlain()) return WaysOfOther(predicate);
  const Field& field = predicate.field.field();
  if (predicate.op->takes_value && predicate.literals.empty()) return {Ways(), AllWays()};
  Possible possible{WaysOf(field.kinds), AllWays()};
  if (const NumberRange* range = RangeOf(field)) {
    const Outcomes outcomes = TryNumbers(predicate, *range);
    if (!outcomes.holds) possible.holds.reset();
    if (!outcomes.fails && field.name == "evt.num") possible.fails.reset();  // Always has a value.
  }
  const KnownRow* const row = FindKnown(field);
  if (row == nullptr) return possible;
  const std::vector<Way>& table = WayTable();
  for (size_t i = 0; i < table.size(); ++i) {
    const std::optional<Value> value = row->value(table[i]);
    if (!value) continue;
    const bool holds = value->HasValue() && HoldsFor(predicate, *value);
    possible.holds.set(i, holds);
    possible.fails.set(i, !holds);
  }
  return possible;
}

Possible WaysByType(const Predicate& predicate, const Possible& possible) {
  const Possible open{AllWays(), AllWays()};
  if (!predicate.IsPlain()) return open;
  const Field& field = predicate.field.field();
  const bool constant = possible.holds.none() || possible.fails.none();
  const bool says_type = FindKnown(field) != nullptr;
  return says_type || (constant && field.supplied) ? possible : open;
}

}  // namespace vedette
