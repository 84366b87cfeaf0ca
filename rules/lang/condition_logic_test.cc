// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/condition_logic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "absl/strings/str_cat.h"
#include "rules/lang/testing.h"

namespace vedette {
namespace {

using testing::HasSubstr;

// What `vedette rules check` says of a rule with this condition: "never", "always" or nothing for
// the whole, and "part" for each part.
std::string Says(absl::string_view condition, absl::string_view more = "") {
  const RuleSource source{
      "f", absl::StrCat(more, "- rule: r\n  condition: |\n    ", condition,
                        "\n  output: o\n  desc: d\n  priority: notice\n  warn_evttypes: false\n")};
  const LoadResult result = LoadRules({&source, 1}, {}, {.warn_unused = true});
  std::string said;
  for (const Diagnostic& d : result.diagnostics) {
    if (d.severity == Severity::kError) return d.message;
    const bool whole = d.message.find("the condition of \"r\"") != std::string::npos;
    const bool part = d.message.find("this part") != std::string::npos;
    if (!whole && !part) continue;
    const bool never = d.message.find("never") != std::string::npos;
    absl::StrAppend(&said, said.empty() ? "" : ", ", never ? "never" : "always",
                    part ? " part" : "");
  }
  return said;
}

struct Case {
  const char* condition;
  const char* says;
};

TEST(ConditionLogic, WhatContradictsItselfIsSaid) {
  constexpr Case kCases[] = {
      {"proc.name = a and proc.name = b", "never"},
      {"fd.num > 5 and fd.num < 3", "never"},
      {"proc.name in (a) and proc.name in (b)", "never"},
      {"proc.name startswith x and proc.name = abc", "never"},
      {"proc.name = a and not proc.name = a", "never"},
      {"proc.name = a and proc.name != a", "never"},
      {"proc.name exists and not proc.name exists", "never"},
      {"proc.name = a and not proc.name exists", "never"},
      {"(proc.name = a or proc.name = b) and proc.name = c", "never"},
      {"(proc.name = a or proc.pid = 1) and not proc.name = a and proc.pid = 2", "never"},
      {"proc.name in (a, b) and not proc.name in (b, c) and proc.name != a", "never"},
      {"not (not proc.name = a or proc.name = a)", "never, always part"},
      {"evt.type = execve and (proc.pid = 1 and proc.pid = 2)", "never, never part"},
      {"proc.name startswith anyof (ab, cd) and proc.name startswith x", "never"},
      {"proc.name contains allof (a, b) and not proc.name contains b", "never"},
      {"proc.name startswith oneof (ab, cd) and proc.name = x", "never"},
      {"evt.type = mount and evt.type = umount", "never"},
      {"container.name = a and container.name = b", "never"},
      {"evt.type = open and evt.type = connect", "never"},
      {"evt.type = execve and evt.is_open_read = true", "never"},
      {"proc.pid = 1 and (proc.name = a and proc.name = b or proc.name = c and proc.name = d)",
       "never, never part, never part"},
      {"proc.pid = 1 or (proc.name = a and proc.name = b)", "never part"},
      {"proc.pid = 1 and not (proc.name = a and proc.name = b)", "never part"},
      {"proc.name = val(proc.pname) and not proc.name = val(proc.pname)", "never"},
      {"tolower(proc.name) = a and tolower(proc.name) = b", "never"},
      {"len(proc.name) > 5 and len(proc.name) < 5", "never"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Says(c.condition), c.says) << c.condition;
}

TEST(ConditionLogic, WhatCannotFailIsSaid) {
  constexpr Case kCases[] = {
      {"proc.name = a or not proc.name = a", "always"},
      {"not (proc.name = a and proc.name = b)", "always, never part"},
      {"not proc.name = a or not proc.name = b", "always"},
      {"evt.type = execve or evt.type != execve", "always"},
      {"proc.name exists or not proc.name exists", "always"},
      {"proc.pid = 1 and (proc.name = a or not proc.name = a)", "always part"},
      {"not proc.pid = 1 or proc.pid exists", "always"},
      // No value makes both fail.
      {"proc.name = a or proc.name != a", ""},
      {"proc.pid < 5 or proc.pid >= 5", ""},
  };
  for (const Case& c : kCases) EXPECT_EQ(Says(c.condition), c.says) << c.condition;
}

TEST(ConditionLogic, NeverSaysSoWrongly) {
  constexpr const char* kPossible[] = {
      "proc.name startswith a and proc.name endswith b",
      "proc.name contains a and not proc.name startswith a",
      "proc.aname = a and proc.aname = b",
      "proc.aname in (a) and proc.aname in (b)",
      "proc.aname = a and proc.aname != a",
      "not proc.aname = a and proc.aname != a",
      "fd.ip = 1.2.3.4 and fd.ip = 5.6.7.8",
      "fd.port = 1 and fd.port = 2",
      "fd.net = 10.0.0.0/8 and fd.net = 192.168.0.0/16",
      "fd.snet = 10.0.0.0/8 and not fd.snet = 10.1.0.0/16",
      "fd.snet = 10.0.0.0/8 and fd.snet = 10.1.0.0/16",
      "fd.snet in (10.0.0.0/8, 11.0.0.0/8) and fd.snet != 10.0.0.0/8",
      "fd.num > 5 and fd.num < 7",
      "fd.num >= 5 and fd.num <= 5",
      "proc.name in (a, b) and proc.name in (b, c)",
      "proc.name glob a* and proc.name = ab",
      "proc.name glob *a and proc.name startswith b",
      "proc.name regex 'a|b' and proc.name = b",
      "proc.name icontains A and proc.name = ba",
      "proc.name > 1 and proc.name < 2 and proc.name startswith 1",
      "fd.name pmatch (/etc) and fd.name startswith /etc/x",
      "fd.name pmatch (/etc) and fd.name startswith //etc",
      "not proc.name = a and not proc.name = b",
      "not (proc.name = a) or proc.name = b",
      "proc.name = a or proc.name = b",
      "not proc.name exists and not proc.name = a",
      "proc.name = val(proc.pname) and proc.name != a",
      "proc.env[A] = 1 and proc.env[B] = 2",
      "proc.aname[1] = a and proc.aname[2] = b",
      "proc.name startswith anyof (a, b) and not proc.name startswith anyof (c)",
      "not proc.name startswith allof (a, b) and proc.name startswith a",
      "evt.num = 0 and proc.name = a or proc.pid = 1",
      "proc.pid = 1 and not evt.num = 0",
      "evt.around[1] = 5 and evt.around[1] = 10",
      "fd.sip.name = a and fd.sip.name = b",
      "proc.args = a and proc.args = b",
      "user.loginuid = -1 or user.loginuid = 4294967295",
      "fd.num = -1 or fd.num >= 0",
  };
  for (const char* condition : kPossible) EXPECT_EQ(Says(condition), "") << condition;
}

TEST(ConditionLogic, WhatIsMeantIsNoMistake) {
  const char kMacros[] =
      "- macro: never_true\n  condition: (evt.num=0)\n"
      "- macro: always_true\n  condition: (evt.num>=0)\n"
      "- list: none\n  items: []\n";
  EXPECT_EQ(Says("proc.pid = 1 and not never_true and always_true", kMacros), "");
  EXPECT_EQ(Says("proc.pid = 1 and not proc.name in (none)", kMacros), "");
  EXPECT_EQ(Says("proc.pid = 1 or (proc.name = a and proc.exe in (none))", kMacros), "");
  EXPECT_EQ(Says("proc.pid = 1 and k8s.ns.id in (none)", kMacros), "");
  EXPECT_EQ(Says("never_true", kMacros), "never");
  EXPECT_EQ(Says("not never_true", kMacros), "always");
}

TEST(ConditionLogic, SaysWhy) {
  const auto messages = [](absl::string_view condition) {
    const RuleSource source{"f", RuleYaml("r", condition)};
    return Messages(LoadRules({&source, 1}, {}, {.warn_unused = true}));
  };
  EXPECT_THAT(messages("evt.type = execve and proc.name = a and proc.name = b"),
              HasSubstr("1:9 warning: the condition of \"r\" can never be true | no value of "
                        "proc.name is all of this\n"));
  EXPECT_THAT(messages("evt.type = execve and fd.name = a"),
              HasSubstr("can never be true | its parts are about different events\n"));
  EXPECT_THAT(messages("evt.type = execve and proc.name = a and not proc.name = a"),
              HasSubstr("can never be true | it has a comparison and its opposite\n"));
  EXPECT_THAT(messages("evt.type = execve or (evt.type = open and proc.pid = 1 and proc.pid = 2)"),
              HasSubstr("2:36 warning: this part of the condition can never be true | no value of "
                        "proc.pid is all of this\n"));
}

TEST(ConditionLogic, AMacroThatContradictsItselfIsSaidOnce) {
  const std::string macro = "- macro: m\n  condition: proc.name = a and proc.name = b\n";
  const RuleSource source{"f", macro + RuleYaml("r", "evt.type = execve and (m or proc.pid = 1)") +
                                   RuleYaml("s", "evt.type = execve and (m or proc.pid = 2)")};
  EXPECT_EQ(Messages(LoadRules({&source, 1}, {}, {.warn_unused = true})),
            "2:14 warning: this part of the condition can never be true | no value of proc.name is "
            "all of this\n");
}

TEST(ConditionLogic, GivesUpInTime) {
  std::string hard = "proc.pid = 1";
  for (int i = 0; i < 60; ++i) {
    absl::StrAppend(&hard, " and (proc.name startswith ", i, " or fd.num > ", i,
                    " or proc.exe = ", i, ")");
  }
  absl::StrAppend(&hard, " and not proc.exe exists and fd.num < 30 and proc.name = x");
  std::string deep;
  for (int i = 0; i < 400; ++i) absl::StrAppend(&deep, "(proc.pid = ", i, " or fd.num = 1 and ");
  deep += "proc.name = a" + std::string(400, ')');
  const std::clock_t start = std::clock();
  Says(hard);
  Says(deep);
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 10);
}

}  // namespace
}  // namespace vedette
