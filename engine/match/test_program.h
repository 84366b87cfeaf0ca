// SPDX-License-Identifier: Apache-2.0
//
// For tests: makes programs by hand, without the language.
#ifndef VEDETTE_ENGINE_MATCH_TEST_PROGRAM_H_
#define VEDETTE_ENGINE_MATCH_TEST_PROGRAM_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "engine/enrich/test_host.h"
#include "rules/lang/operators.h"
#include "rules/lang/program.h"

namespace vedette {

class TestProgram {
 public:
  // A comparison of texts or numbers, as a node. Literals that are numbers are read as such.
  uint32_t Compare(absl::string_view field, absl::string_view op,
                   const std::vector<std::string>& literals) {
    Predicate predicate;
    predicate.field = TestField(field);
    predicate.op = FindOperator(op);
    CHECK(predicate.op != nullptr) << op;
    for (const std::string& text : literals) {
      Literal literal;
      literal.text = text;
      int64_t number = 0;
      if (absl::SimpleAtoi(text, &number)) literal.number = static_cast<uint64_t>(number);
      if (text == "true") literal.number = 1;
      predicate.literals.push_back(literal);
      predicate.text_set.insert(text);
    }
    program_.predicates.push_back(std::move(predicate));
    const auto index = static_cast<uint32_t>(program_.predicates.size() - 1);
    return Add({.kind = Node::Kind::kPredicate, .predicate = index, .children = {}});
  }
  uint32_t Combine(Node::Kind kind, std::vector<uint32_t> children) {
    return Add({.kind = kind, .predicate = 0, .children = std::move(children)});
  }
  uint32_t Constant(bool value) {
    return Combine(value ? Node::Kind::kTrue : Node::Kind::kFalse, {});
  }

  // The rule, to be completed by the test.
  Rule& AddRule(absl::string_view name, uint32_t condition, KindSet kinds = ~KindSet{0}) {
    Rule rule;
    rule.name = std::string(name);
    rule.condition = condition;
    rule.kinds = kinds;
    program_.rules.push_back(std::move(rule));
    return program_.rules.back();
  }

  std::shared_ptr<const Program> Share() const { return std::make_shared<const Program>(program_); }

 private:
  uint32_t Add(Node node) {
    program_.nodes.push_back(std::move(node));
    return static_cast<uint32_t>(program_.nodes.size() - 1);
  }

  Program program_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_TEST_PROGRAM_H_
