// SPDX-License-Identifier: Apache-2.0
// No unit test: it is the test.
#include "tests/oracle/naive_predicate.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/check.h"
#include "engine/enrich/fields.h"
#include "rules/lang/operators.h"
#include "rules/lang/transformers.h"

namespace vedette {
namespace {

using Texts = std::vector<std::string>;

bool IsText(FieldType type) { return type == FieldType::kText || type == FieldType::kPath; }

// Values with the memory that they point into.
class NaiveValues {
 public:
  std::vector<Value> values;

  void AddText(const std::string& text) {
    texts_.push_back(text);
    values.push_back(Value::Text(texts_.back()));
  }
  Texts AsTexts() const {
    Texts texts;
    for (const Value& value : values) texts.emplace_back(value.text);
    return texts;
  }

 private:
  std::deque<std::string> texts_;  // Does not move them.
};

std::string Shown(const Value& value) {
  if (value.kind == Value::Kind::kText) return std::string(value.text);
  if (value.kind == Value::Kind::kSigned) return std::to_string(value.AsSigned());
  if (value.kind == Value::Kind::kBool) return value.number != 0 ? "true" : "false";
  AddressBuffer buffer;
  if (value.kind == Value::Kind::kAddress) return std::string(AddressText(value.address, buffer));
  return std::to_string(value.number);
}

std::string WithLetters(std::string text, char first, char last, int shift) {
  for (char& c : text) {
    if (c >= first && c <= last) c = static_cast<char>(c + shift);
  }
  return text;
}

// Bit by bit.
bool NaiveBase64(std::string text, std::string& decoded) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < 2; ++i) {
    if (!text.empty() && text.back() == '=') text.pop_back();
  }
  std::string bits;
  for (const char c : text) {
    const size_t digit = digits.find(c);
    if (digit == std::string::npos) return false;
    for (int bit = 5; bit >= 0; --bit) bits += (digit >> bit & 1) != 0 ? '1' : '0';
  }
  if (text.size() % 4 == 1) return false;
  for (size_t at = 0; at + 8 <= bits.size(); at += 8) {
    decoded += static_cast<char>(std::stoi(bits.substr(at, 8), nullptr, 2));
  }
  return true;
}

// The options in the order in which they come, each with its value if it has one.
struct Option {
  std::string name;
  std::string value;
  bool has_value;
};
std::vector<Option> NaiveOptions(const Texts& words, const std::string& known) {
  std::map<char, bool> takes_value;
  for (size_t i = 0; i < known.size(); ++i) {
    if (known[i] == ':') continue;
    takes_value[known[i]] = takes_value[known[i]] || (i + 1 < known.size() && known[i + 1] == ':');
  }
  std::vector<Option> options;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--" || word.size() < 2 || word[0] != '-') break;
    if (word[1] == '-') continue;
    std::string letters = word.substr(1);
    while (!letters.empty()) {
      const char letter = letters[0];
      letters.erase(0, 1);
      if (takes_value.count(letter) == 0) {
        options.push_back({"?", "", false});
      } else if (!takes_value[letter]) {
        options.push_back({std::string(1, letter), "", false});
      } else if (!letters.empty()) {
        options.push_back({std::string(1, letter), letters, true});
        letters.clear();
      } else if (i + 1 < words.size()) {
        options.push_back({std::string(1, letter), words[++i], true});
      } else {
        options.push_back({"", std::string(1, letter), false});  // Its value is missing.
      }
    }
  }
  return options;
}

void NaiveGetopt(const Texts& words, const std::string& known, const std::string& wanted,
                 NaiveValues& result) {
  bool found = false;
  std::string last;
  for (const Option& option : NaiveOptions(words, known)) {
    if (wanted.empty()) {
      result.AddText(option.name);
      if (option.has_value) result.AddText(option.value);
    } else if (option.name == wanted && known.find(wanted) != std::string::npos) {
      found = true;
      last = option.has_value ? option.value : option.name;
    } else if (option.name.empty() && option.value == wanted) {
      found = true;
      last = "";
    }
  }
  if (found) result.AddText(last);
}

Texts CutAtBlanks(const std::string& text) {
  Texts words;
  bool in_word = false;
  for (const char c : text) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!blank && !in_word) words.emplace_back();
    if (!blank) words.back() += c;
    in_word = !blank;
  }
  return words;
}

NaiveValues Work(const Operand& operand, const Event& event);

void WorkCall(const Operand& call, std::vector<NaiveValues>& arguments, NaiveValues& result) {
  const absl::string_view name = call.transformer->name;
  const Texts first = arguments[0].AsTexts();
  if (name == "len" && (call.operands[0].is_list || !IsText(call.operands[0].type))) {
    result.values.push_back(Value::Unsigned(arguments[0].values.size()));
  } else if (name == "len") {
    for (const std::string& text : first) result.values.push_back(Value::Unsigned(text.size()));
  } else if (name == "tolower") {
    for (const std::string& text : first) result.AddText(WithLetters(text, 'A', 'Z', 'a' - 'A'));
  } else if (name == "toupper") {
    for (const std::string& text : first) result.AddText(WithLetters(text, 'a', 'z', 'A' - 'a'));
  } else if (name == "basename") {
    for (const std::string& text : first) result.AddText(text.substr(text.rfind('/') + 1));
  } else if (name == "b64") {
    for (const std::string& text : first) {
      std::string decoded;
      if (!NaiveBase64(text, decoded)) return result.values.clear();
      result.AddText(decoded);
    }
  } else if (name == "concat") {
    std::string all;
    for (const NaiveValues& argument : arguments) all += argument.AsTexts()[0];
    result.AddText(all);
  } else if (name == "join") {
    std::string all;
    for (const std::string& text : arguments[1].AsTexts()) all += text + first[0];
    result.AddText(all.substr(0, all.size() - first[0].size()));
  } else {
    CHECK(name == "getopt");
    const Texts words = call.operands[0].is_list ? first : CutAtBlanks(first[0]);
    NaiveGetopt(words, arguments[1].AsTexts()[0], call.text, result);
  }
}

NaiveValues Work(const Operand& operand, const Event& event) {
  NaiveValues result;
  if (operand.kind == Operand::Kind::kConstant) {
    result.AddText(operand.text);
    return result;
  }
  if (operand.kind == Operand::Kind::kField) {
    Values values;
    GetField(event, operand.field, values);
    result.values.assign(values.begin(), values.end());
    return result;
  }
  std::vector<NaiveValues> arguments;
  arguments.reserve(operand.operands.size());  // A copy would point into the original.
  for (const Operand& inner : operand.operands) {
    arguments.push_back(Work(inner, event));
    if (arguments.back().values.empty()) return result;
  }
  if (operand.kind == Operand::Kind::kCall) {
    WorkCall(operand, arguments, result);
  } else {
    for (const NaiveValues& item : arguments) result.AddText(Shown(item.values[0]));
  }
  return result;
}

// One value with one constant or worked-out value: what Operator says, nothing is known better.
template <typename Relates>
bool Compare(const Predicate& predicate, const std::vector<Value>& left, size_t right_size,
             Relates relates) {
  const bool every_left = (predicate.op->name == "!=" && (predicate.type() == FieldType::kAddress ||
                                                          predicate.type() == FieldType::kNetwork ||
                                                          predicate.type() == FieldType::kPort)) ||
                          (predicate.op->name == "in" && predicate.is_list());
  size_t holding = 0;
  for (const Value& value : left) {
    size_t related = 0;
    for (size_t i = 0; i < right_size; ++i) related += relates(value, i) ? 1 : 0;
    holding += predicate.op->name == "!=" ? related == right_size : related > 0;
  }
  return !left.empty() && (every_left ? holding == left.size() : holding > 0);
}

}  // namespace

bool NaiveHolds(const Predicate& predicate, const Event& event) {
  NaiveValues left;
  if (predicate.left != nullptr) {
    left = Work(*predicate.left, event);
  } else {
    Operand field;
    field.field = predicate.field;
    left = Work(field, event);
  }
  if (predicate.right != nullptr) {
    const NaiveValues right = Work(*predicate.right, event);
    return !right.values.empty() &&
           Compare(predicate, left.values, right.values.size(), [&](const Value& value, size_t i) {
             return predicate.op->relates(value, right.values[i]);
           });
  }
  const auto holds = [&](const Predicate& p) {
    return Compare(p, left.values, 1,
                   [&](const Value& value, size_t) { return p.op->holds(value, p); });
  };
  if (predicate.modifier == Modifier::kNone) return holds(predicate);
  size_t count = 0;
  for (const Predicate& part : predicate.parts) count += holds(part) ? 1 : 0;
  if (predicate.modifier == Modifier::kOneOf) return count == 1;
  if (predicate.modifier == Modifier::kAnyOf) return count >= 1;
  return count == predicate.parts.size() && count != 0;
}

}  // namespace vedette
