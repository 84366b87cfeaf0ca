// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/operators.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "rules/lang/regex.h"
#include "rules/lang/text_match.h"

namespace vedette {
namespace {

using enum FieldType;

constexpr uint32_t Bits(std::initializer_list<FieldType> types) {
  uint32_t bits = 0;
  for (const FieldType type : types) bits |= 1U << static_cast<unsigned>(type);
  return bits;
}
constexpr uint32_t kNumbers = Bits({kUnsigned, kSigned, kPort, kDouble, kWallTime, kDuration});
constexpr uint32_t kTexts = Bits({kText, kPath});
constexpr uint32_t kBuffers = Bits({kBytes});
constexpr uint32_t kAll = kNumbers | kTexts | kBuffers | Bits({kBool, kAddress, kNetwork});
constexpr uint32_t kOrdered = kNumbers | kTexts;
constexpr uint32_t kParts = kTexts | kBuffers;

// How long a pattern may be that an event brings along: an attacker may have written it, and
// matching takes time in proportion to both texts. A longer one matches nothing.
constexpr size_t kEventPatternMax = 1024;

bool InNetwork(const IpAddress& address, const Literal& network) {
  if (address.is_v6 != network.address.is_v6) return false;
  const size_t whole = network.prefix_bits / 8;
  const unsigned rest = network.prefix_bits % 8;
  if (std::memcmp(address.bytes.data(), network.address.bytes.data(), whole) != 0) return false;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff00U >> rest);
  return ((address.bytes[whole] ^ network.address.bytes[whole]) & mask) == 0;
}

bool EqualTo(const Value& value, const Literal& literal, FieldType type) {
  switch (value.kind) {
    case Value::Kind::kNone:
      return false;
    case Value::Kind::kText:
      return value.text == literal.text;
    case Value::Kind::kAddress:
      return type == kNetwork ? InNetwork(value.address, literal)
                              : value.address == literal.address;
    case Value::Kind::kUnsigned:
    case Value::Kind::kSigned:
    case Value::Kind::kBool:
      return value.number == literal.number;
    case Value::Kind::kDouble:
      return value.AsDouble() == std::bit_cast<double>(literal.number);
  }
  return false;
}

// Below zero, zero or above it.
int Order(const Value& value, const Predicate& predicate) {
  const Literal& literal = predicate.literals[0];
  if (value.kind == Value::Kind::kText) return value.text.compare(literal.text);
  if (value.kind == Value::Kind::kDouble) {
    const auto number = std::bit_cast<double>(literal.number);
    return value.AsDouble() < number ? -1 : value.AsDouble() > number;
  }
  if (predicate.type() == kSigned) {
    const auto number = static_cast<int64_t>(literal.number);
    return value.AsSigned() < number ? -1 : value.AsSigned() > number;
  }
  return value.number < literal.number ? -1 : value.number > literal.number;
}

bool Equal(const Value& value, const Predicate& predicate) {
  return EqualTo(value, predicate.literals[0], predicate.type());
}
bool NotEqual(const Value& value, const Predicate& predicate) { return !Equal(value, predicate); }
bool Less(const Value& value, const Predicate& predicate) { return Order(value, predicate) < 0; }
bool LessOrEqual(const Value& value, const Predicate& p) { return Order(value, p) <= 0; }
bool Greater(const Value& value, const Predicate& predicate) { return Order(value, predicate) > 0; }
bool GreaterOrEqual(const Value& value, const Predicate& p) { return Order(value, p) >= 0; }

bool In(const Value& value, const Predicate& predicate) {
  if (value.kind == Value::Kind::kText) return predicate.text_set.contains(value.text);
  const FieldType type = predicate.type();
  return std::any_of(predicate.literals.begin(), predicate.literals.end(),
                     [&](const Literal& literal) { return EqualTo(value, literal, type); });
}

bool PathMatch(const Value& value, const Predicate& predicate) {
  return std::any_of(
      predicate.literals.begin(), predicate.literals.end(),
      [&](const Literal& literal) { return MatchPathPrefix(literal.text, value.text); });
}

bool Contains(const Value& value, const Predicate& predicate) {
  return absl::StrContains(value.text, predicate.literals[0].text);
}
bool ContainsAnyCase(const Value& value, const Predicate& predicate) {
  return ContainsIgnoringCase(value.text, predicate.literals[0].text);
}
bool StartsWith(const Value& value, const Predicate& predicate) {
  return absl::StartsWith(value.text, predicate.literals[0].text);
}
bool EndsWith(const Value& value, const Predicate& predicate) {
  return absl::EndsWith(value.text, predicate.literals[0].text);
}
bool Glob(const Value& value, const Predicate& predicate) {
  return MatchGlob(predicate.literals[0].text, value.text);
}
bool GlobAnyCase(const Value& value, const Predicate& predicate) {
  return MatchGlob(predicate.literals[0].text, value.text, Case::kIgnored);
}
// One byte that is not UTF-8 must not hide a name from a rule.
bool Regex(const Value& value, const Predicate& predicate) {
  if (MatchRegex(*predicate.regex, value.text)) return true;
  return predicate.regex_bytes != nullptr && !IsUtf8(value.text) &&
         MatchRegex(*predicate.regex_bytes, value.text);
}
bool Exists(const Value&, const Predicate&) { return true; }

// The same for a right side that was worked out for the event: each value stands for itself.
bool IsNegative(const Value& value) {
  return value.kind == Value::Kind::kSigned && value.AsSigned() < 0;
}
int OrderOf(const Value& a, const Value& b) {
  if (a.kind == Value::Kind::kText) return a.text.compare(b.text);
  if (a.kind == Value::Kind::kDouble) {
    return a.AsDouble() < b.AsDouble() ? -1 : a.AsDouble() > b.AsDouble();
  }
  if (IsNegative(a) != IsNegative(b)) return IsNegative(a) ? -1 : 1;
  return a.number < b.number ? -1 : a.number > b.number;
}
bool EqualValues(const Value& a, const Value& b) {
  if (a.kind == Value::Kind::kAddress) return a.address == b.address;
  if (a.kind == Value::Kind::kText) return a.text == b.text;
  return OrderOf(a, b) == 0;
}
bool NotEqualValues(const Value& a, const Value& b) { return !EqualValues(a, b); }
bool LessValue(const Value& a, const Value& b) { return OrderOf(a, b) < 0; }
bool LessOrEqualValue(const Value& a, const Value& b) { return OrderOf(a, b) <= 0; }
bool GreaterValue(const Value& a, const Value& b) { return OrderOf(a, b) > 0; }
bool GreaterOrEqualValue(const Value& a, const Value& b) { return OrderOf(a, b) >= 0; }
bool ContainsValue(const Value& a, const Value& b) { return absl::StrContains(a.text, b.text); }
bool ContainsValueAnyCase(const Value& a, const Value& b) {
  return b.text.size() <= kEventPatternMax && ContainsIgnoringCase(a.text, b.text);
}
bool StartsWithValue(const Value& a, const Value& b) { return absl::StartsWith(a.text, b.text); }
bool EndsWithValue(const Value& a, const Value& b) { return absl::EndsWith(a.text, b.text); }
bool GlobValue(const Value& a, const Value& b) {
  return b.text.size() <= kEventPatternMax && MatchGlob(b.text, a.text);
}
bool GlobValueAnyCase(const Value& a, const Value& b) {
  return b.text.size() <= kEventPatternMax && MatchGlob(b.text, a.text, Case::kIgnored);
}
bool PathMatchValue(const Value& a, const Value& b) {
  return b.text.size() <= kEventPatternMax && MatchPathPrefix(b.text, a.text);
}

// name, is_word, takes_list, takes_value, negative, types, decides, holds, relates, doc
constexpr Operator kOperators[] = {
    {"=", false, false, true, false, kAll, Decides::kExact, Equal, EqualValues,
     "The field is the value."},
    {"==", false, false, true, false, kAll, Decides::kExact, Equal, EqualValues,
     "The field is the value."},
    {"!=", false, false, true, true, kAll, Decides::kNothing, NotEqual, NotEqualValues,
     "The field has a value, and another one."},
    {"<", false, false, true, false, kOrdered, Decides::kNothing, Less, LessValue,
     "The field is below the value; texts in the order of their bytes."},
    {"<=", false, false, true, false, kOrdered, Decides::kNothing, LessOrEqual, LessOrEqualValue,
     "The field is the value or below it."},
    {">", false, false, true, false, kOrdered, Decides::kNothing, Greater, GreaterValue,
     "The field is above the value."},
    {">=", false, false, true, false, kOrdered, Decides::kNothing, GreaterOrEqual,
     GreaterOrEqualValue, "The field is the value or above it."},
    {"in", true, true, true, false, kAll, Decides::kExact, In, EqualValues,
     "The field is one of the list."},
    {"intersects", true, true, true, false, kAll, Decides::kExact, In, EqualValues,
     "One of the field's values is in the list."},
    {"pmatch", true, true, true, false, kTexts, Decides::kNothing, PathMatch, PathMatchValue,
     "A path of the list, each component a glob, is the field or a directory above it."},
    {"contains", true, false, true, false, kParts, Decides::kNothing, Contains, ContainsValue,
     "The value is somewhere in the field."},
    {"icontains", true, false, true, false, kTexts, Decides::kNothing, ContainsAnyCase,
     ContainsValueAnyCase, "The same, upper and lower case being equal."},
    {"bcontains", true, false, true, false, kBuffers, Decides::kNothing, Contains, nullptr,
     "Bytes, written in hexadecimal, are somewhere in the field."},
    {"startswith", true, false, true, false, kParts, Decides::kPrefix, StartsWith, StartsWithValue,
     "The field begins with the value."},
    {"bstartswith", true, false, true, false, kBuffers, Decides::kPrefix, StartsWith, nullptr,
     "The field begins with bytes, written in hexadecimal."},
    {"endswith", true, false, true, false, kParts, Decides::kNothing, EndsWith, EndsWithValue,
     "The field ends with the value."},
    {"glob", true, false, true, false, kTexts, Decides::kNothing, Glob, GlobValue,
     "The field matches the pattern: * any text, ? any byte, [abc] one of them."},
    {"iglob", true, false, true, false, kTexts, Decides::kNothing, GlobAnyCase, GlobValueAnyCase,
     "The same, upper and lower case being equal."},
    {"regex", true, false, true, false, kTexts, Decides::kNothing, Regex, nullptr,
     "All of the field matches the regular expression (RE2)."},
    {"exists", true, false, false, false, kAll, Decides::kNothing, Exists, nullptr,
     "The field has a value."},
};

// Fields of a type that only either end of a connection has several values of.
bool IsOfEnds(FieldType type) { return type == kAddress || type == kNetwork || type == kPort; }

// `in` wants all items of a list in the set, and `!=` both ends of a connection to differ. Of
// ancestors one is enough, for `!=` too.
bool WantsAll(const Predicate& predicate) {
  const Operator& op = *predicate.op;
  if (op.negative) return IsOfEnds(predicate.type());
  return op.holds == In && op.name == "in" && predicate.is_list();
}

bool HoldsPlain(const Predicate& predicate, const Values& values) {
  const auto holds = [&](const Value& value) { return predicate.op->holds(value, predicate); };
  return WantsAll(predicate) ? std::all_of(values.begin(), values.end(), holds)
                             : std::any_of(values.begin(), values.end(), holds);
}

}  // namespace

absl::Span<const Operator> Operators() { return kOperators; }

const Operator* FindOperator(absl::string_view name) {
  const auto* const found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                         [&](const Operator& op) { return op.name == name; });
  return found == std::end(kOperators) ? nullptr : found;
}

bool Holds(const Predicate& predicate, const Values& values) {
  if (values.empty()) return false;
  if (predicate.modifier == Modifier::kNone) return HoldsPlain(predicate, values);
  const auto count =
      static_cast<size_t>(std::count_if(predicate.parts.begin(), predicate.parts.end(),
                                        [&](const Predicate& p) { return HoldsPlain(p, values); }));
  switch (predicate.modifier) {
    case Modifier::kNone:
      return false;
    case Modifier::kOneOf:
      return count == 1;
    case Modifier::kAnyOf:
      return count > 0;
    case Modifier::kAllOf:
      return count > 0 && count == predicate.parts.size();
  }
  return false;
}

bool Holds(const Predicate& predicate, const Values& left, const Values& right) {
  if (left.empty() || right.empty()) return false;
  const Operator& op = *predicate.op;
  const auto holds = [&](const Value& value) {
    const auto relates = [&](const Value& other) { return op.relates(value, other); };
    return op.negative ? std::all_of(right.begin(), right.end(), relates)
                       : std::any_of(right.begin(), right.end(), relates);
  };
  return WantsAll(predicate) ? std::all_of(left.begin(), left.end(), holds)
                             : std::any_of(left.begin(), left.end(), holds);
}

}  // namespace vedette
