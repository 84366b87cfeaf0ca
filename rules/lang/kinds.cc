// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/kinds.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_split.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

// Fields that always have one value, out of a few that the kind decides. Empty for all others.
std::vector<absl::string_view> ValuesFor(absl::string_view field, const KindInfo& kind) {
  if (field == "evt.type") return absl::StrSplit(kind.types, ',', absl::SkipEmpty());
  if (field == "evt.kind") return {kind.name};
  if (field == "evt.category") return {kind.category};
  if (field == "evt.dir") return {"<"};
  if (field == "evt.source") return {"syscall"};
  return {};
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

}  // namespace

Possible PossibleKinds(const Predicate& predicate) {
  const Field& field = predicate.field.field();
  if (predicate.op->takes_value && predicate.literals.empty()) return {0, RuleKinds()};
  Possible possible{field.kinds & RuleKinds(), RuleKinds()};
  if (const NumberRange* range = RangeOf(field)) {
    const Outcomes outcomes = TryNumbers(predicate, *range);
    if (!outcomes.holds) possible.holds = 0;
    if (!outcomes.fails && field.name == "evt.num") possible.fails = 0;  // Always has a value.
    return possible;
  }
  for (const KindInfo& kind : Kinds()) {
    const std::vector<absl::string_view> values = ValuesFor(field.name, kind);
    if (values.empty()) continue;
    const auto holds = [&](absl::string_view text) {
      return HoldsFor(predicate, Value::Text(text));
    };
    if (std::none_of(values.begin(), values.end(), holds)) possible.holds &= ~KindBit(kind.kind);
    if (std::all_of(values.begin(), values.end(), holds)) possible.fails &= ~KindBit(kind.kind);
  }
  return possible;
}

}  // namespace vedette
