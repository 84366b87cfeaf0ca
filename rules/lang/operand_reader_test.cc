// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/operand_reader.h"

#include <gtest/gtest.h>

#include "rules/lang/operators.h"
#include "rules/lang/testing.h"
#include "rules/lang/transformers.h"

namespace vedette {
namespace {

const Predicate& Only(const LoadResult& result) { return result.program->predicates.at(0); }

struct Case {
  const char* left;
  FieldType type;
  bool is_list;
};

TEST(ReadCall, GivesCallsTheirTypes) {
  constexpr Case kCases[] = {
      {"tolower(proc.name)", FieldType::kText, false},
      {"basename(proc.exepath)", FieldType::kPath, false},
      {"len(proc.name)", FieldType::kUnsigned, false},
      {"join('-', (proc.name, 'x'))", FieldType::kText, false},
      {"concat(proc.name, fd.name)", FieldType::kText, false},
      {"getopt(proc.args, 'n')", FieldType::kText, true},
      {"getopt(proc.args, 'n')[n]", FieldType::kText, false},
      {"toupper(getopt(proc.args, 'n'))", FieldType::kText, true},
      {"len(getopt(proc.args, 'n'))", FieldType::kUnsigned, false},
  };
  for (const Case& c : kCases) {
    const LoadResult result = LoadCondition(std::string(c.left) + " exists");
    ASSERT_NE(result.program, nullptr) << Messages(result);
    const Predicate& predicate = Only(result);
    ASSERT_NE(predicate.left, nullptr) << c.left;
    EXPECT_EQ(predicate.left->type, c.type) << c.left;
    EXPECT_EQ(predicate.is_list(), c.is_list) << c.left;
    EXPECT_FALSE(predicate.IsPlain()) << c.left;
  }
}

TEST(ReadCall, ReadsArgumentsAndIndex) {
  const LoadResult result = LoadCondition("getopt((proc.args[1], '-x'), \"x:\")[x] = 1");
  ASSERT_NE(result.program, nullptr) << Messages(result);
  const Operand& call = *Only(result).left;
  EXPECT_EQ(call.transformer, FindTransformer("getopt"));
  EXPECT_EQ(call.text, "x");
  ASSERT_EQ(call.operands.size(), 2u);
  EXPECT_EQ(call.operands[0].kind, Operand::Kind::kList);
  EXPECT_EQ(call.operands[0].operands[0].field.index, 1);
  EXPECT_EQ(call.operands[0].operands[1].text, "-x");
  EXPECT_EQ(call.operands[1].kind, Operand::Kind::kConstant);
}

TEST(ReadCall, ValIsTheFieldItself) {
  const LoadResult result = LoadCondition("proc.name = val( proc.aname[2] )");
  ASSERT_EQ(result.program, nullptr) << "any ancestor is refused on the right side";
  const LoadResult parent = LoadCondition("proc.name = val( proc.pname )");
  ASSERT_NE(parent.program, nullptr) << Messages(parent);
  EXPECT_EQ(Only(parent).right->kind, Operand::Kind::kField);
  EXPECT_EQ(Only(parent).right->field.field().name, "proc.pname");
  EXPECT_EQ(Only(parent).text, "proc.name = val(proc.pname)");
}

TEST(ReadCall, EachItemOfAModifiersListIsAPart) {
  const LoadResult result = LoadCondition("tolower(proc.name) regex allof ('a.*', '.*z')");
  ASSERT_NE(result.program, nullptr) << Messages(result);
  const Predicate& predicate = Only(result);
  EXPECT_EQ(predicate.modifier, Modifier::kAllOf);
  ASSERT_EQ(predicate.parts.size(), 2u);
  EXPECT_NE(predicate.parts[1].regex, nullptr);
  EXPECT_EQ(predicate.parts[1].left, predicate.left);
}

}  // namespace
}  // namespace vedette
