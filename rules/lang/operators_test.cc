// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/operators.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "rules/lang/literals.h"
#include "rules/lang/regex.h"

namespace vedette {
namespace {

Predicate Make(const char* field, const char* op, const std::vector<std::string>& literals) {
  Predicate predicate;
  predicate.field.id = IdOf(*FindField(field));
  predicate.op = FindOperator(op);
  const FieldType type = predicate.field.field().type;
  for (const std::string& text : literals) {
    Literal literal;
    EXPECT_FALSE(ReadLiteral(text, type, literal)) << text;
    predicate.literals.push_back(literal);
    predicate.text_set.insert(text);
  }
  if (predicate.op->name == "regex") {
    predicate.regex = *CompileRegex(literals[0]);
    predicate.regex_bytes = *CompileRegex(literals[0], RegexText::kBytes);
  }
  return predicate;
}

Value Address(const char* text) {
  IpAddress address;
  EXPECT_TRUE(ReadAddress(text, address)) << text;
  return Value::Address(address);
}

struct Case {
  const char* name;
  const char* field;
  const char* op;
  std::vector<std::string> literals;
  std::vector<Value> values;
  bool holds;
};

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    Values values;
    values.Clear();
    for (const Value& value : c.values) values.Add(value);
    EXPECT_EQ(Holds(Make(c.field, c.op, c.literals), values), c.holds) << c.name;
  }
}

TEST(Holds, NoValueHoldsForNothing) {
  for (const Operator& op : Operators()) {
    Values none;
    EXPECT_FALSE(Holds(Make("proc.name", op.name.data(), {"a"}), none)) << op.name;
  }
}

TEST(Holds, ComparesTexts) {
  const Value bash = Value::Text("bash");
  Check({
      {"equal", "proc.name", "=", {"bash"}, {bash}, true},
      {"not equal to a part", "proc.name", "=", {"bas"}, {bash}, false},
      {"different", "proc.name", "!=", {"sh"}, {bash}, true},
      {"not different from itself", "proc.name", "!=", {"bash"}, {bash}, false},
      {"an empty text is a value", "proc.name", "=", {""}, {Value::Text("")}, true},
      {"in", "proc.name", "in", {"sh", "bash"}, {bash}, true},
      {"not in", "proc.name", "in", {"sh", "ash"}, {bash}, false},
      {"in nothing", "proc.name", "in", {}, {bash}, false},
      {"intersects is in", "proc.name", "intersects", {"sh", "bash"}, {bash}, true},
      {"order of bytes", "proc.name", "<", {"c"}, {bash}, true},
      {"order of bytes, equal", "proc.name", "<=", {"bash"}, {bash}, true},
      {"order of bytes, above", "proc.name", ">", {"Z"}, {bash}, true},
      {"contains", "proc.name", "contains", {"as"}, {bash}, true},
      {"contains with case", "proc.name", "contains", {"AS"}, {bash}, false},
      {"icontains", "proc.name", "icontains", {"AS"}, {bash}, true},
      {"startswith", "proc.name", "startswith", {"ba"}, {bash}, true},
      {"endswith", "proc.name", "endswith", {"sh"}, {bash}, true},
      {"glob", "proc.name", "glob", {"b*h"}, {bash}, true},
      {"iglob", "proc.name", "iglob", {"B*H"}, {bash}, true},
      {"regex", "proc.name", "regex", {"b.*"}, {bash}, true},
      {"a dot is a character",
       "proc.name",
       "regex",
       {"a.b"},
       {Value::Text("a\xc3\xa4"
                    "b")},
       true},
      {"bytes that are not UTF-8",
       "proc.name",
       "regex",
       {".*evil.*"},
       {Value::Text("\xff evil")},
       true},
      {"regex is about all of it", "proc.name", "regex", {"b"}, {bash}, false},
      {"pmatch", "proc.exepath", "pmatch", {"/opt", "/usr/bin"}, {Value::Text("/usr/bin/x")}, true},
      {"pmatch of nothing", "proc.exepath", "pmatch", {}, {Value::Text("/usr")}, false},
      {"exists", "proc.name", "exists", {}, {bash}, true},
  });
}

TEST(Holds, ComparesNumbersByTheirSign) {
  const Value minus = Value::Signed(-1);
  const Value big = Value::Unsigned(UINT64_MAX);
  Check({
      {"equal", "fd.num", "=", {"-1"}, {minus}, true},
      {"below zero", "fd.num", "<", {"0"}, {minus}, true},
      {"not above zero", "fd.num", ">=", {"0"}, {minus}, false},
      {"in", "fd.num", "in", {"3", "-1"}, {minus}, true},
      {"large", "evt.num", ">", {"1"}, {big}, true},
      {"hexadecimal", "user.uid", "=", {"0x10"}, {Value::Unsigned(16)}, true},
      {"true", "evt.failed", "=", {"true"}, {Value::Bool(true)}, true},
      {"not true", "evt.failed", "!=", {"true"}, {Value::Bool(false)}, true},
      {"duration", "proc.duration", "<=", {"5000000000"}, {Value::Unsigned(5)}, true},
      {"port by name", "fd.rport", "=", {"ssh"}, {Value::Unsigned(22)}, true},
  });
}

TEST(Holds, ComparesAddressesAndNetworks) {
  Check({
      {"equal", "fd.rip", "=", {"10.0.0.1"}, {Address("10.0.0.1")}, true},
      {"different", "fd.rip", "!=", {"10.0.0.1"}, {Address("10.0.0.2")}, true},
      {"IPv4 is not IPv6", "fd.rip", "=", {"::ffff:10.0.0.1"}, {Address("10.0.0.1")}, false},
      {"IPv4 zero is not IPv6 zero", "fd.rip", "=", {"::"}, {Address("0.0.0.0")}, false},
      {"in a network",
       "fd.rnet",
       "in",
       {"192.168.0.0/16", "10.0.0.0/8"},
       {Address("10.9.9.9")},
       true},
      {"not in the network", "fd.rnet", "=", {"10.0.0.0/9"}, {Address("10.128.0.1")}, false},
      {"odd bits", "fd.rnet", "=", {"10.0.0.4/30"}, {Address("10.0.0.7")}, true},
      {"odd bits, outside", "fd.rnet", "=", {"10.0.0.4/30"}, {Address("10.0.0.8")}, false},
      {"everything of IPv6 only", "fd.rnet", "=", {"::/0"}, {Address("10.0.0.8")}, false},
      {"everything of IPv4", "fd.rnet", "=", {"0.0.0.0/0"}, {Address("10.0.0.8")}, true},
      {"a whole IPv6 address", "fd.rnet", "=", {"fd00::1"}, {Address("fd00::1")}, true},
  });
}

TEST(Holds, OfSeveralValuesOneIsEnoughButForUnequal) {
  const std::vector<Value> ports = {Value::Unsigned(22), Value::Unsigned(40000)};
  Check({
      {"either end", "fd.port", "=", {"22"}, ports, true},
      {"neither end", "fd.port", "=", {"23"}, ports, false},
      {"both differ", "fd.port", "!=", {"23"}, ports, true},
      {"one does not differ", "fd.port", "!=", {"22"}, ports, false},
      {"any is in", "fd.port", "in", {"1", "40000"}, ports, true},
      {"any is above", "fd.port", ">", {"1000"}, ports, true},
  });
}

TEST(Operators, AreTheTwentyOfTheLanguage) {
  std::set<std::string> names;
  for (const Operator& op : Operators()) {
    names.insert(std::string(op.name));
    EXPECT_FALSE(op.doc.empty()) << op.name;
    EXPECT_EQ(FindOperator(op.name), &op);
  }
  EXPECT_EQ(names.size(), 20u);
  EXPECT_EQ(FindOperator("equals"), nullptr);
}

}  // namespace
}  // namespace vedette
