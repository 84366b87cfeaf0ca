// SPDX-License-Identifier: Apache-2.0
//
// For tests: an event that is nothing but values of fields, and whether a condition holds for it.
#ifndef VEDETTE_RULES_LANG_TEST_EVENT_H_
#define VEDETTE_RULES_LANG_TEST_EVENT_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "rules/lang/evaluate.h"
#include "rules/lang/literals.h"
#include "rules/lang/testing.h"

namespace vedette {

class TestEvent {
 public:
  // {"proc.aname[2]", {"bash"}}: each value as a rule would write it.
  using Fields = std::vector<std::pair<std::string, std::vector<std::string>>>;

  explicit TestEvent(const Fields& fields) : memory_(1 << 16, '\0') {
    for (const auto& [name, texts] : fields) {
      const Field* field = FindField(name.substr(0, name.find('[')));
      CHECK(field != nullptr) << name;
      for (const std::string& text : texts) fields_[name].push_back(ToValue(*field, text));
    }
  }

  void Get(const FieldRef& ref, Values& values) const {
    const std::string name(ref.field().name);
    const auto found = fields_.find(ref.argument.empty() ? name : name + "[" + ref.argument + "]");
    values.Clear();
    if (found == fields_.end()) return;
    for (const Value& value : found->second) values.Add(value);
  }

  bool Holds(const Program& program, uint32_t node) {
    const auto get = [&](const FieldRef& ref, Values& values) { Get(ref, values); };
    const auto keep = [&](absl::string_view text) { return Keep(text); };
    return HoldsFor(program, node, {get, keep});
  }

  // "true", "false", or what is wrong with the condition.
  std::string Eval(const std::string& condition) {
    const LoadResult result = LoadCondition(condition);
    if (result.program == nullptr) return Messages(result);
    return Holds(*result.program, result.program->rules.at(0).condition) ? "true" : "false";
  }

 private:
  Value ToValue(const Field& field, const std::string& text) {
    Literal& literal = literals_.emplace_back();
    CHECK(!ReadLiteral(text, field.type, literal)) << text;
    switch (field.type) {
      case FieldType::kText:
      case FieldType::kPath:
      case FieldType::kArguments:
      case FieldType::kBytes:
        return Value::Text(literal.text);
      case FieldType::kAddress:
      case FieldType::kNetwork:
        return Value::Address(literal.address);
      case FieldType::kSigned:
        return Value::Signed(static_cast<int64_t>(literal.number));
      case FieldType::kBool:
        return Value::Bool(literal.number != 0);
      case FieldType::kDouble:
        return {.kind = Value::Kind::kDouble, .number = literal.number};
      default:
        return Value::Unsigned(literal.number);
    }
  }

  absl::string_view Keep(absl::string_view text) {
    CHECK_LE(used_ + text.size(), memory_.size());
    char* to = memory_.data() + used_;
    std::copy(text.begin(), text.end(), to);
    used_ += text.size();
    return {to, text.size()};
  }

  std::map<std::string, std::vector<Value>> fields_;
  std::deque<Literal> literals_;
  std::string memory_;
  size_t used_ = 0;
};

// A sentence about the language, a condition and an event that show it.
struct Sentence {
  const char* text;
  const char* condition;
  TestEvent::Fields fields;
  const char* shown;  // "true", "false", or messages.
};

inline void CheckSentences(const std::vector<Sentence>& sentences) {
  for (const Sentence& sentence : sentences) {
    EXPECT_EQ(TestEvent(sentence.fields).Eval(sentence.condition), sentence.shown)
        << sentence.text << ": " << sentence.condition;
  }
}

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_TEST_EVENT_H_
