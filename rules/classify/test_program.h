// SPDX-License-Identifier: Apache-2.0
//
// For tests: programs by hand, without rule files.
//
//   TestProgram p;
//   p.AddRule(p.And({p.Is("proc.name", "=", {"nc"}), p.Not(p.Is("user.uid", "=", {"0"}))}));
#ifndef VEDETTE_RULES_CLASSIFY_TEST_PROGRAM_H_
#define VEDETTE_RULES_CLASSIFY_TEST_PROGRAM_H_

#include <arpa/inet.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "rules/lang/operators.h"
#include "rules/lang/program.h"

namespace vedette {

class TestProgram {
 public:
  // Literals of numeric and boolean fields are read as numbers. All functions give a node.
  uint32_t Is(absl::string_view field, absl::string_view op, std::vector<std::string> literals) {
    Predicate predicate;
    const Field* known = FindField(field);
    CHECK(known != nullptr) << field;
    predicate.field.id = IdOf(*known);
    predicate.op = FindOperator(op);
    CHECK(predicate.op != nullptr) << op;
    predicate.text = absl::StrCat(field, " ", op, " ", absl::StrJoin(literals, ","));
    for (std::string& text : literals) {
      Literal literal;
      int64_t number = 0;
      if (absl::SimpleAtoi(text, &number)) literal.number = static_cast<uint64_t>(number);
      if (text == "true") literal.number = 1;
      if (known->type == FieldType::kAddress || known->type == FieldType::kNetwork) {
        SetAddress(text, literal);
      }
      predicate.text_set.insert(text);
      literal.text = std::move(text);
      predicate.literals.push_back(std::move(literal));
    }
    program_.predicates.push_back(std::move(predicate));
    const auto index = static_cast<uint32_t>(program_.predicates.size() - 1);
    return Add({Node::Kind::kPredicate, index, {}});
  }
  uint32_t And(std::vector<uint32_t> nodes) { return Add({Node::Kind::kAnd, 0, std::move(nodes)}); }
  uint32_t Or(std::vector<uint32_t> nodes) { return Add({Node::Kind::kOr, 0, std::move(nodes)}); }
  uint32_t Not(uint32_t node) { return Add({Node::Kind::kNot, 0, {node}}); }
  uint32_t True() { return Add({Node::Kind::kTrue, 0, {}}); }

  void AddRule(uint32_t condition, KindSet kinds = RuleKinds(), bool recording = false) {
    Rule rule;
    rule.name = absl::StrCat("rule ", program_.rules.size());
    rule.condition = condition;
    rule.kinds = kinds;
    rule.recording = recording;
    program_.rules.push_back(std::move(rule));
  }

  const Program& operator*() const { return program_; }
  const Program* operator->() const { return &program_; }

 private:
  // "10.0.0.1", "2001:db8::/32"
  static void SetAddress(const std::string& text, Literal& literal) {
    const size_t slash = text.find('/');
    const std::string address = text.substr(0, slash);
    literal.address.is_v6 = address.find(':') != std::string::npos;
    const int family = literal.address.is_v6 ? AF_INET6 : AF_INET;
    CHECK_EQ(inet_pton(family, address.c_str(), literal.address.bytes.data()), 1) << text;
    int bits = literal.address.is_v6 ? 128 : 32;
    if (slash != std::string::npos) CHECK(absl::SimpleAtoi(text.substr(slash + 1), &bits)) << text;
    literal.prefix_bits = static_cast<uint8_t>(bits);
  }

  uint32_t Add(Node node) {
    program_.nodes.push_back(std::move(node));
    return static_cast<uint32_t>(program_.nodes.size() - 1);
  }

  Program program_;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_TEST_PROGRAM_H_
