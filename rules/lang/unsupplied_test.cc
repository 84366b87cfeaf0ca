// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/unsupplied.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/parser.h"
#include "rules/lang/testing.h"

namespace vedette {
namespace {

using testing::HasSubstr;

std::string NamesIn(absl::string_view condition) {
  const ParsedCondition parsed = ParseCondition(condition);
  UnsuppliedNames names;
  for (const Unsupplied& each : UnsuppliedIn(*parsed.expr)) names.Add(each.name);
  return names.ToText();
}

TEST(Unsupplied, IsFoundWhereverItStands) {
  struct Case {
    const char* condition;
    const char* names;
  };
  constexpr Case kCases[] = {
      {"proc.name = x and evt.type = openat", ""},
      {"fd.types = file", "fd.types"},
      {"k8s.rc.label[/proc*] exists or not k8s.rs.label[app] = x", "k8s.rc.label, k8s.rs.label"},
      {"evt.arg.sigmask exists and evt.rawarg[interval] = 1",
       "evt.arg.sigmask, evt.rawarg.interval"},
      {"evt.arg.name exists", ""},
      {"evt.type in (open, ioctl, brk) and evt.type = ioctl", "evt.type ioctl, evt.type brk"},
      {"evt.type != ioctl", ""},
      {"syscall.type = procexit", "syscall.type procexit"},
      {"tolower(k8s.ns.id) = x", "k8s.ns.id"},
      {"proc.name = val(k8s.ns.id)", "k8s.ns.id"},
      {"proc.nam = x", ""},
  };
  for (const Case& c : kCases) EXPECT_EQ(NamesIn(c.condition), c.names) << c.condition;
}

TEST(Unsupplied, NamesAreBounded) {
  UnsuppliedNames names;
  for (int i = 0; i < 30; ++i) names.Add(absl::StrCat("f", i));
  EXPECT_THAT(names.ToText(), HasSubstr("f18, f19 and more"));
}

TEST(Unsupplied, ARuleThatNeedsItLoadsWithOneWarning) {
  EXPECT_EQ(
      MessagesOf({RuleYaml("r",
                           "proc.name = x and fd.types in (file) and not "
                           "proc.is_exe_lower_layer = true")}),
      "2:32 warning: nothing supplies fd.types, proc.is_exe_lower_layer yet | a comparison with "
      "what has no value never holds\n");
}

TEST(Unsupplied, ARuleIsWarnedOfItsMacrosToo) {
  const std::string macros =
      "- macro: a\n  condition: evt.type = ioctl\n"
      "- macro: b\n  condition: a or fd.types exists\n"
      "- macro: unused\n  condition: k8s.ns.id = x\n";
  EXPECT_EQ(MessagesOf({macros + RuleYaml("r", "b or proc.name = x") + RuleYaml("s", "a")}),
            "7:9 warning: nothing supplies fd.types, evt.type ioctl yet | a comparison with what "
            "has no value never holds\n"
            "12:9 warning: nothing supplies evt.type ioctl yet | a comparison with what has no "
            "value never holds\n");
}

TEST(Unsupplied, OutputsAreWarnedOf) {
  EXPECT_EQ(MessagesOf({"- rule: r\n  condition: proc.name = x\n  output: in %k8s.ns.id\n"
                        "  desc: d\n  priority: notice\n"}),
            "1:9 warning: nothing supplies k8s.ns.id yet | it is printed as <NA>\n");
}

TEST(Unsupplied, FoldsToWhatNoValueMeans) {
  EXPECT_EQ(LoadCondition("fd.types in (file)").program->rules[0].kinds, 0u);
  EXPECT_EQ(LoadCondition("evt.type = ioctl").program->rules[0].kinds, 0u);
  EXPECT_EQ(LoadCondition("not fd.types in (file)").program->rules[0].kinds, RuleKinds());
  const auto program = LoadCondition("not k8s.ns.id = x and evt.type = execve").program;
  EXPECT_EQ(program->rules[0].kinds, KindsOfType("execve"));
  EXPECT_EQ(program->nodes[program->rules[0].condition].kind, Node::Kind::kPredicate);
}

}  // namespace
}  // namespace vedette
