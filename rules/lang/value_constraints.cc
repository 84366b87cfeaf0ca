// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/value_constraints.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "rules/lang/operators.h"
#include "rules/lang/text_constraints.h"
#include "rules/lang/transformers.h"

namespace vedette {
namespace {

// Values that are tried, times the constants that they are compared with.
constexpr size_t kTriesMax = 50'000;

bool IsSet(const Operator& op) {
  return op.name == "=" || op.name == "in" || op.name == "intersects";
}

// What the comparisons that stand for many values at once need: `in` on a list, and `!=` on both
// ends of a connection, speak of all values.
bool SpeaksOfAll(const Predicate& predicate) {
  if (predicate.op->name == "in") return predicate.is_list();
  const FieldType type = predicate.type();
  return predicate.op->negative &&
         (type == FieldType::kAddress || type == FieldType::kNetwork || type == FieldType::kPort);
}

// Fields that may have several values for an event.
bool HasSeveralValues(const FieldRef& ref) {
  const Field& field = ref.field();
  const bool any_of_them =
      field.argument == FieldArgument::kOptionalArgument && ref.argument.empty();
  return field.is_list || any_of_them || field.name == "fd.ip" || field.name == "fd.port" ||
         field.name == "fd.net" || absl::EndsWith(field.name, "ip.name");
}

bool HasSeveralValues(const Operand& operand) {
  if (operand.is_list) return true;
  if (operand.kind == Operand::Kind::kField) return HasSeveralValues(operand.field);
  return std::any_of(operand.operands.begin(), operand.operands.end(),
                     [](const Operand& inner) { return HasSeveralValues(inner); });
}

bool HasSeveralValues(const Predicate& predicate) {
  return predicate.left != nullptr ? HasSeveralValues(*predicate.left)
                                   : HasSeveralValues(predicate.field);
}

struct Range {
  absl::string_view field;
  int64_t first, last;
};
// Ranges that are smaller than those of the types; -1 is how Falco says that there is none.
constexpr int64_t kPidMax = 4 << 20;
constexpr int64_t kIdMax = UINT32_MAX;
constexpr Range kRanges[] = {
    {"evt.num", 1, INT64_MAX},     {"fd.num", -1, INT32_MAX},   {"proc.pid", -1, kPidMax},
    {"proc.ppid", -1, kPidMax},    {"proc.vpid", -1, kPidMax},  {"proc.pvpid", -1, kPidMax},
    {"proc.apid", -1, kPidMax},    {"proc.sid", -1, kPidMax},   {"proc.pgid", -1, kPidMax},
    {"proc.vpgid", -1, kPidMax},   {"thread.tid", -1, kPidMax}, {"thread.vtid", -1, kPidMax},
    {"user.uid", 0, kIdMax},       {"group.gid", 0, kIdMax},    {"user.loginuid", -1, kIdMax},
    {"proc.nthreads", 0, kPidMax}, {"evt.cpu", 0, UINT16_MAX},
};

bool IsSigned(FieldType type) { return type == FieldType::kSigned; }

Value NumberAs(FieldType type, uint64_t number) {
  if (type == FieldType::kBool) return Value::Bool(number != 0);
  return IsSigned(type) ? Value::Signed(static_cast<int64_t>(number)) : Value::Unsigned(number);
}

// A comparison of numbers changes its mind only at its literals, so these, their neighbours and the
// ends of the range stand for all numbers.
std::vector<Value> SampleNumbers(absl::Span<const Wanted> wanted) {
  const Predicate& any = *wanted[0].predicate;
  const FieldType type = any.type();
  uint64_t first = 0;
  uint64_t last = type == FieldType::kBool ? 1 : type == FieldType::kPort ? UINT16_MAX : UINT64_MAX;
  if (IsSigned(type)) {
    first = static_cast<uint64_t>(std::numeric_limits<int64_t>::min());
    last = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  }
  if (any.left == nullptr) {
    for (const Range& range : kRanges) {
      if (range.field != any.field.field().name) continue;
      first = static_cast<uint64_t>(range.first);
      last = static_cast<uint64_t>(range.last);
    }
  }
  const auto in_range = [&](uint64_t n) {
    if (!IsSigned(type)) return n >= first && n <= last;
    const auto number = static_cast<int64_t>(n);
    return number >= static_cast<int64_t>(first) && number <= static_cast<int64_t>(last);
  };
  std::vector<uint64_t> samples = {first, last};
  for (const Wanted& one : wanted) {
    for (const Literal& literal : one.predicate->literals) {
      for (const uint64_t n : {literal.number - 1, literal.number, literal.number + 1}) {
        if (in_range(n)) samples.push_back(n);
      }
    }
  }
  std::sort(samples.begin(), samples.end());
  samples.erase(std::unique(samples.begin(), samples.end()), samples.end());
  std::vector<Value> values;
  for (const uint64_t n : samples) values.push_back(NumberAs(type, n));
  return values;
}

size_t Literals(absl::Span<const Wanted> wanted) {
  size_t count = wanted.size();
  for (const Wanted& one : wanted) {
    const bool hashed = !one.predicate->text_set.empty();
    if (!hashed) count += one.predicate->literals.size();
  }
  return count;
}

bool Fits(const Value& value, absl::Span<const Wanted> wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& one) {
    return one.predicate->op->holds(value, *one.predicate) == one.holds;
  });
}

bool AnyFits(const std::vector<Value>& values, absl::Span<const Wanted> wanted) {
  if (values.size() * Literals(wanted) > kTriesMax) return true;
  return std::any_of(values.begin(), values.end(),
                     [&](const Value& value) { return Fits(value, wanted); });
}

// The wanted set with the fewest items, or null.
const Predicate* SmallestSet(absl::Span<const Wanted> wanted) {
  const Predicate* smallest = nullptr;
  for (const Wanted& one : wanted) {
    if (!one.holds || !IsSet(*one.predicate->op)) continue;
    const size_t size = one.predicate->literals.size();
    if (smallest == nullptr || size < smallest->literals.size()) smallest = one.predicate;
  }
  return smallest;
}

bool OneText(absl::Span<const Wanted> wanted) {
  const Predicate* set = SmallestSet(wanted);
  if (set == nullptr) return TextCanBe(wanted);
  std::vector<Value> values;
  for (const Literal& literal : set->literals) {
    if (CanGive(*set, literal.text)) values.push_back(Value::Text(literal.text));
  }
  return AnyFits(values, wanted);
}

bool OneAddress(absl::Span<const Wanted> wanted) {
  const Predicate* set = SmallestSet(wanted);
  if (set == nullptr) return true;
  std::vector<Value> values;
  for (const Literal& literal : set->literals) values.push_back(Value::Address(literal.address));
  return AnyFits(values, wanted);
}

// Is every address of `inner` one of `outer`?
bool Covers(const Literal& outer, const Literal& inner) {
  if (outer.address.is_v6 != inner.address.is_v6 || outer.prefix_bits > inner.prefix_bits) {
    return false;
  }
  const size_t whole = outer.prefix_bits / 8;
  const unsigned rest = outer.prefix_bits % 8;
  if (std::memcmp(outer.address.bytes.data(), inner.address.bytes.data(), whole) != 0) return false;
  const auto mask = static_cast<uint8_t>(0xff00U >> rest);
  return rest == 0 || ((outer.address.bytes[whole] ^ inner.address.bytes[whole]) & mask) == 0;
}

// Networks lie inside one another or have nothing in common.
bool OneInNetworks(absl::Span<const Wanted> wanted) {
  const Predicate* set = SmallestSet(wanted);
  if (set == nullptr) return true;
  if (set->literals.size() * Literals(wanted) > kTriesMax) return true;
  const auto possible = [&](const Literal& network) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& one) {
      const Operator& op = *one.predicate->op;
      if (!IsSet(op) && !op.negative) return true;
      const bool inside = op.negative != one.holds;  // `not !=` is `=`.
      const auto& others = one.predicate->literals;
      return std::any_of(others.begin(), others.end(), [&](const Literal& other) {
               return Covers(other, network) || (inside && Covers(network, other));
             }) == inside;
    });
  };
  return std::any_of(set->literals.begin(), set->literals.end(), possible);
}

// Can one value do it all?
bool OneValue(absl::Span<const Wanted> wanted) {
  const auto refuses_all = [](const Wanted& one) {
    return !one.holds && !one.predicate->op->takes_value;  // `not exists`
  };
  if (wanted.empty()) return true;
  if (std::any_of(wanted.begin(), wanted.end(), refuses_all)) return false;
  switch (wanted[0].predicate->type()) {
    case FieldType::kText:
    case FieldType::kPath:
    case FieldType::kArguments:
    case FieldType::kBytes:
      return OneText(wanted);
    case FieldType::kAddress:
      return OneAddress(wanted);
    case FieldType::kNetwork:
      return OneInNetworks(wanted);
    case FieldType::kDouble:
      return true;
    default:
      return AnyFits(SampleNumbers(wanted), wanted);
  }
}

}  // namespace

bool CanComeTrue(absl::Span<const Wanted> wanted) {
  const bool has_value =
      std::any_of(wanted.begin(), wanted.end(), [](const Wanted& one) { return one.holds; });
  if (!has_value) return true;
  if (!HasSeveralValues(*wanted[0].predicate)) return OneValue(wanted);
  // What every value must be: it holds for all, or must not hold for any.
  std::vector<Wanted> all;
  for (const Wanted& one : wanted) {
    if (SpeaksOfAll(*one.predicate) == one.holds) all.push_back(one);
  }
  if (!OneValue(all)) return false;
  return std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& one) {
    if (!one.holds || SpeaksOfAll(*one.predicate)) return true;
    all.push_back(one);
    const bool possible = OneValue(all);
    all.pop_back();
    return possible;
  });
}

}  // namespace vedette
