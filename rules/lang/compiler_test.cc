// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/compiler.h"

#include <gtest/gtest.h>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

// `(& p (| p (! p)))` with the predicates' texts for p.
std::string Show(const Program& program, uint32_t index) {
  const Node& node = program.nodes.at(index);
  switch (node.kind) {
    case Node::Kind::kTrue:
      return "true";
    case Node::Kind::kFalse:
      return "false";
    case Node::Kind::kPredicate:
      return program.predicates.at(node.predicate).text;
    case Node::Kind::kNot:
      break;
    case Node::Kind::kAnd:
      break;
    case Node::Kind::kOr:
      break;
  }
  std::string text = node.kind == Node::Kind::kNot   ? "(!"
                     : node.kind == Node::Kind::kAnd ? "(&"
                                                     : "(|";
  for (const uint32_t child : node.children) {
    EXPECT_LT(child, index) << "children come before their parents";
    absl::StrAppend(&text, " ", Show(program, child));
  }
  return text + ")";
}

struct Case {
  const char* name;
  const char* condition;
  const char* shown;
};
constexpr Case kCases[] = {
    {"one comparison", "proc.pid = 1", "proc.pid = 1"},
    {"chains in chains become one", "proc.pid = 1 and (proc.pid = 2 and proc.pid = 3)",
     "(& proc.pid = 1 proc.pid = 2 proc.pid = 3)"},
    {"other chains stay", "proc.pid = 1 and (proc.pid = 2 or proc.pid = 3)",
     "(& proc.pid = 1 (| proc.pid = 2 proc.pid = 3))"},
    {"not", "not (proc.pid = 1 or proc.pid = 2)", "(! (| proc.pid = 1 proc.pid = 2))"},
    {"false goes from or", "proc.pid = 1 or evt.num = 0", "proc.pid = 1"},
    {"true goes from and", "evt.num > 0 and proc.pid = 1", "proc.pid = 1"},
    {"not false goes from and", "proc.pid = 1 and not evt.num = 0 and proc.pid = 2",
     "(& proc.pid = 1 proc.pid = 2)"},
    {"false takes and with it", "proc.pid = 1 and evt.num = 0", "false"},
    {"true takes or with it", "proc.pid = 1 or evt.num >= 0", "true"},
    {"kinds that exclude each other are false",
     "proc.pid = 1 or (evt.type = execve and fd.rport = 1 and proc.pid = 2)", "proc.pid = 1"},
    {"a chain of one becomes a part of the chain around it",
     "proc.pid = 1 and (evt.num = 0 or (proc.pid = 2 and proc.pid = 3))",
     "(& proc.pid = 1 proc.pid = 2 proc.pid = 3)"},
    {"an empty list is false", "proc.pid = 1 or proc.name in ()", "proc.pid = 1"},
    {"not of an empty list is true", "proc.pid = 1 and not proc.name in ()", "proc.pid = 1"},
};

TEST(Compiler, MakesNodes) {
  for (const Case& c : kCases) {
    const LoadResult result = LoadCondition(c.condition);
    ASSERT_NE(result.program, nullptr) << Messages(result);
    EXPECT_EQ(Show(*result.program, result.program->rules.at(0).condition), c.shown) << c.name;
  }
}

TEST(Compiler, FoldsThroughMacrosAndKeepsTheTextAsItWas) {
  const LoadResult result =
      LoadFiles({"- macro: never_true\n  condition: (evt.num=0)\n"
                 "- macro: m\n  condition: not never_true\n" +
                 RuleYaml("r", "proc.pid = 1 and not m or proc.pid = 2 and m and not never_true")});
  ASSERT_NE(result.program, nullptr) << Messages(result);
  const Rule& rule = result.program->rules.at(0);
  EXPECT_EQ(Show(*result.program, rule.condition), "proc.pid = 2");
  EXPECT_EQ(rule.condition_text,
            "((proc.pid = 1 and evt.num = 0) or (proc.pid = 2 and not evt.num = 0 and not evt.num "
            "= 0))");
}

TEST(Compiler, LeavesNoNodesOfWhatItFolded) {
  const LoadResult result =
      LoadCondition("(proc.pid = 1 and proc.pid = 2 and evt.num = 0) or proc.pid = 3");
  ASSERT_NE(result.program, nullptr);
  EXPECT_EQ(result.program->nodes.size(), 1u);
}

}  // namespace
}  // namespace vedette
