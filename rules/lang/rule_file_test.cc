// SPDX-License-Identifier: Apache-2.0
//
// What several files, appends and overrides say together.
#include "rules/lang/rule_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

const std::string kRule = RuleYaml("r", "proc.pid = 1");

struct Case {
  const char* name;
  std::vector<std::string> files;
  const char* conditions;
};

TEST(RuleFiles, JoinWhatTheySay) {
  const std::string macro = "- macro: m\n  condition: proc.pid = 1\n";
  const std::string list = "- list: l\n  items: [a]\n";
  const Case cases[] = {
      {"append joins with a blank",
       {kRule, "- rule: r\n  append: true\n  condition: and proc.name = x\n"},
       "r: (proc.pid = 1 and proc.name = x)\n"},
      {"override appends",
       {kRule, "- rule: r\n  condition: or proc.name = x\n  override: {condition: append}\n"},
       "r: (proc.pid = 1 or proc.name = x)\n"},
      {"override replaces",
       {kRule, "- rule: r\n  condition: proc.name = x\n  override: {condition: replace}\n"},
       "r: proc.name = x\n"},
      {"override may come in the same file",
       {kRule + "- rule: r\n  condition: proc.name = x\n  override: {condition: replace}\n"},
       "r: proc.name = x\n"},
      {"a new definition keeps the place",
       {kRule + RuleYaml("s", "proc.pid = 2"), RuleYaml("r", "proc.pid = 3")},
       "r: proc.pid = 3\ns: proc.pid = 2\n"},
      {"a rule is switched off", {kRule, "- rule: r\n  enabled: false\n"}, ""},
      {"a rule is switched on",
       {RuleYaml("r", "proc.pid = 1", "  enabled: false\n"), "- rule: r\n  enabled: true\n"},
       "r: proc.pid = 1\n"},
      {"a rule is switched off by override",
       {kRule, "- rule: r\n  enabled: false\n  override: {enabled: replace}\n"},
       ""},
      {"a macro is appended to",
       {macro, "- macro: m\n  append: true\n  condition: or proc.pid = 2\n" + RuleYaml("r", "m")},
       "r: (proc.pid = 1 or proc.pid = 2)\n"},
      {"a macro is replaced",
       {macro + RuleYaml("r", "m"), "- macro: m\n  condition: proc.pid = 2\n"},
       "r: proc.pid = 2\n"},
      {"a list is appended to",
       {list + RuleYaml("r", "proc.name in (l)"), "- list: l\n  append: true\n  items: [b]\n"},
       "r: proc.name in (a, b)\n"},
      {"a list is appended to by override",
       {list + RuleYaml("r", "proc.name in (l)"),
        "- list: l\n  items: [b]\n  override: {items: append}\n"},
       "r: proc.name in (a, b)\n"},
      {"several documents are one file",
       {macro + "---\n" + RuleYaml("r", "m")},
       "r: proc.pid = 1\n"},
      {"another source is skipped", {RuleYaml("r", "ka.verb = x", "  source: k8s_audit\n")}, ""},
      {"this source is not",
       {RuleYaml("r", "proc.pid = 1", "  source: syscall\n")},
       "r: proc.pid = 1\n"},
      {"an anchor is used again",
       {RuleYaml("r", "&c proc.pid = 1") + RuleYaml("s", "*c")},
       "r: proc.pid = 1\ns: proc.pid = 1\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(ConditionsOf(c.files), c.conditions) << c.name;
}

TEST(RuleFiles, ReadAllOfARule) {
  const LoadResult result =
      LoadFiles({"- list: x\n  items: []\n"
                 "- rule: The rule\n"
                 "  condition: proc.pid = 1\n"
                 "  output: >\n    o\n"
                 "  desc: >\n    some text\n    over lines\n"
                 "  priority: INFO\n"
                 "  tags: [T1059, host, T1059]\n"});
  ASSERT_NE(result.program, nullptr) << Messages(result);
  const Rule& rule = result.program->rules.at(0);
  EXPECT_EQ(rule.name, "The rule");
  EXPECT_EQ(rule.description, "some text over lines");
  EXPECT_EQ(rule.priority, Priority::kInformational);
  EXPECT_THAT(rule.tags, testing::ElementsAre("T1059", "host"));
  EXPECT_EQ(rule.file, "file1");
  EXPECT_EQ(rule.line, 3u);
  EXPECT_FALSE(rule.recording);
}

TEST(RuleFiles, OverrideTheOtherKeys) {
  const LoadResult result =
      LoadFiles({RuleYaml("r", "proc.pid = 1", "  tags: [a]\n"),
                 "- rule: r\n  output: p\n  desc: e\n  tags: [b]\n  priority: error\n"
                 "  override: {output: append, desc: replace, tags: append, priority: replace}\n"});
  ASSERT_NE(result.program, nullptr) << Messages(result);
  const Rule& rule = result.program->rules.at(0);
  EXPECT_EQ(rule.output.at(0).text, "o p");
  EXPECT_EQ(rule.description, "e");
  EXPECT_THAT(rule.tags, testing::ElementsAre("a", "b"));
  EXPECT_EQ(rule.priority, Priority::kError);
}

struct Wrong {
  const char* name;
  std::string file;
  const char* messages;
};

TEST(RuleFiles, SayWhatIsWrong) {
  const Wrong cases[] = {
      {"not a list", "rule: r\n",
       "1:1 error: a rule file is a list of rules, macros and lists | begin each with a dash: `- "
       "rule: ...`\n"},
      {"not an item", "- r\n", "1:3 error: expected a rule, a macro or a list\n"},
      {"an unknown kind", "- rules: r\n",
       "1:3 warning: unknown kind of item \"rules\" is ignored | did you mean \"rule\"?\n"},
      {"missing keys, all of them", "- rule: r\n  condition: proc.pid = 1\n",
       "1:3 error: the rule has no \"output\" | write a line `output: ...` below it\n1:3 error: "
       "the rule has no \"desc\" | write a line `desc: ...` below it\n1:3 error: the "
       "rule has no \"priority\" | write a line `priority: ...` below it\n"},
      {"an unknown key", RuleYaml("r", "proc.pid = 1", "  tag: [x]\n"),
       "6:3 warning: unknown key \"tag\" is ignored | did you mean \"tags\"?\n"},
      {"a key that is there twice", RuleYaml("r", "proc.pid = 1", "  desc: e\n"),
       "6:3 error: the key \"desc\" is there twice | remove one of them\n"},
      {"an unknown priority",
       "- rule: r\n  condition: proc.pid = 1\n  output: o\n  desc: d\n  priority: warn\n",
       "5:13 error: unknown priority \"warn\" | priorities are Emergency, Alert, Critical, Error, "
       "Warning, Notice, Informational, Debug\n"},
      {"tags that are no list", RuleYaml("r", "proc.pid = 1", "  tags: x\n"),
       "6:9 error: \"tags\" is a list: [a, b]\n"},
      {"enabled is a boolean", RuleYaml("r", "proc.pid = 1", "  enabled: maybe\n"),
       "6:12 error: \"enabled\" is true or false\n"},
      {"a condition that is a list", RuleYaml("r", "[a]"), "2:14 error: \"condition\" is a text\n"},
      {"a rule without a name", RuleYaml("''", "proc.pid = 1"),
       "1:3 error: the rule has no name\n"},
      {"a rule to change that is not there",
       kRule + "- rule: rr\n  append: true\n  condition: or a\n",
       "6:9 error: there is no earlier rule \"rr\" to change | did you mean \"r\"?\n"},
      {"a rule to switch off that is not there", "- rule: x\n  enabled: false\n",
       "1:9 error: there is no earlier rule \"x\" to change\n"},
      {"append and override",
       kRule + "- rule: r\n  append: true\n  condition: or a\n  override: {condition: append}\n",
       "7:3 error: \"append\" and \"override\" exclude each other | `override: {condition: "
       "append}` "
       "says the same as `append: true`\n"},
      {"override of what is not given", kRule + "- rule: r\n  override: {condition: append}\n",
       "7:14 error: \"condition\" is overridden but not given\n"},
      {"a key that override does not list",
       kRule + "- rule: r\n  condition: x\n  output: y\n  override: {output: append}\n",
       "7:3 error: \"condition\" is missing in \"override\" | override lists exactly the keys that "
       "are given\n"},
      {"a key that cannot be overridden",
       kRule + "- rule: r\n  source: x\n  override: {source: "
               "replace}\n",
       "8:14 error: \"source\" cannot be overridden\n"},
      {"a key that cannot be appended to",
       kRule + "- rule: r\n  priority: error\n  override: {priority: append}\n",
       "8:24 error: \"priority\" can be overridden by replace\n"},
      {"a macro without a condition", "- macro: m\n" + RuleYaml("r", "m"),
       "1:3 error: the macro has no \"condition\" | write a line `condition: ...` below it\n"},
      {"a list without items", "- list: l\n",
       "1:3 error: the list has no \"items\" | write a line `items: ...` below it\n"},
      {"another source", RuleYaml("r", "x.y = 1", "  source: k8s_audit\n"),
       "6:11 warning: there are no events from \"k8s_audit\": the rule is skipped\n"},
  };
  for (const Wrong& c : cases) EXPECT_EQ(MessagesOf({c.file}), c.messages) << c.name;
}

}  // namespace
}  // namespace vedette
