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
  if (predicate.field.field().type == kSigned) {
    const auto number = static_cast<int64_t>(literal.number);
    return value.AsSigned() < number ? -1 : value.AsSigned() > number;
  }
  return value.number < literal.number ? -1 : value.number > literal.number;
}

bool Equal(const Value& value, const Predicate& predicate) {
  return EqualTo(value, predicate.literals[0], predicate.field.field().type);
}
bool NotEqual(const Value& value, const Predicate& predicate) { return !Equal(value, predicate); }
bool Less(const Value& value, const Predicate& predicate) { return Order(value, predicate) < 0; }
bool LessOrEqual(const Value& value, const Predicate& p) { return Order(value, p) <= 0; }
bool Greater(const Value& value, const Predicate& predicate) { return Order(value, predicate) > 0; }
bool GreaterOrEqual(const Value& value, const Predicate& p) { return Order(value, p) >= 0; }

bool In(const Value& value, const Predicate& predicate) {
  if (value.kind == Value::Kind::kText) return predicate.text_set.contains(value.text);
  const FieldType type = predicate.field.field().type;
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

// name, is_word, takes_list, takes_value, negative, types, decides, holds, doc
constexpr Operator kOperators[] = {
    {"=", false, false, true, false, kAll, Decides::kExact, Equal, "The field is the value."},
    {"==", false, false, true, false, kAll, Decides::kExact, Equal, "The field is the value."},
    {"!=", false, false, true, true, kAll, Decides::kNothing, NotEqual,
     "The field has a value, and another one."},
    {"<", false, false, true, false, kOrdered, Decides::kNothing, Less,
     "The field is below the value; texts in the order of their bytes."},
    {"<=", false, false, true, false, kOrdered, Decides::kNothing, LessOrEqual,
     "The field is the value or below it."},
    {">", false, false, true, false, kOrdered, Decides::kNothing, Greater,
     "The field is above the value."},
    {">=", false, false, true, false, kOrdered, Decides::kNothing, GreaterOrEqual,
     "The field is the value or above it."},
    {"in", true, true, true, false, kAll, Decides::kExact, In, "The field is one of the list."},
    {"intersects", true, true, true, false, kAll, Decides::kExact, In,
     "One of the field's values is in the list."},
    {"pmatch", true, true, true, false, kTexts, Decides::kNothing, PathMatch,
     "A path of the list, each component a glob, is the field or a directory above it."},
    {"contains", true, false, true, false, kParts, Decides::kNothing, Contains,
     "The value is somewhere in the field."},
    {"icontains", true, false, true, false, kTexts, Decides::kNothing, ContainsAnyCase,
     "The same, upper and lower case being equal."},
    {"bcontains", true, false, true, false, kBuffers, Decides::kNothing, Contains,
     "Bytes, written in hexadecimal, are somewhere in the field."},
    {"startswith", true, false, true, false, kParts, Decides::kPrefix, StartsWith,
     "The field begins with the value."},
    {"bstartswith", true, false, true, false, kBuffers, Decides::kPrefix, StartsWith,
     "The field begins with bytes, written in hexadecimal."},
    {"endswith", true, false, true, false, kParts, Decides::kNothing, EndsWith,
     "The field ends with the value."},
    {"glob", true, false, true, false, kTexts, Decides::kNothing, Glob,
     "The field matches the pattern: * any text, ? any byte, [abc] one of them."},
    {"iglob", true, false, true, false, kTexts, Decides::kNothing, GlobAnyCase,
     "The same, upper and lower case being equal."},
    {"regex", true, false, true, false, kTexts, Decides::kNothing, Regex,
     "All of the field matches the regular expression (RE2)."},
    {"exists", true, false, false, false, kAll, Decides::kNothing, Exists,
     "The field has a value."},
};

}  // namespace

absl::Span<const Operator> Operators() { return kOperators; }

const Operator* FindOperator(absl::string_view name) {
  const auto* const found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                         [&](const Operator& op) { return op.name == name; });
  return found == std::end(kOperators) ? nullptr : found;
}

bool Holds(const Predicate& predicate, const Values& values) {
  const auto holds = [&](const Value& value) { return predicate.op->holds(value, predicate); };
  if (values.empty()) return false;
  return predicate.op->negative ? std::all_of(values.begin(), values.end(), holds)
                                : std::any_of(values.begin(), values.end(), holds);
}

}  // namespace vedette
