// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/exceptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

std::string With(const std::string& exceptions) {
  const LoadResult result =
      LoadFiles({RuleYaml("r", "proc.pid > 1", "  exceptions:\n" + exceptions)});
  return result.diagnostics.empty() ? ConditionTexts(result) : Messages(result);
}

struct Case {
  const char* name;
  const char* yaml;
  const char* shown;
};
constexpr Case kCases[] = {
    {"fields default to =",
     "    - {name: e, fields: [proc.name, fd.name], values: [[a, /x], [b, '/y z']]}\n",
     "r: (proc.pid > 1 and not ((proc.name = a and fd.name = /x) or "
     "(proc.name = b and fd.name = \"/y z\")))\n"},
    {"fields with operators",
     "    - {name: e, fields: [proc.name, fd.name], comps: [in, startswith],\n"
     "       values: [[[a, b], /x], [c, /y]]}\n",
     "r: (proc.pid > 1 and not ((proc.name in (a, b) and fd.name startswith /x) or "
     "(proc.name in (c) and fd.name startswith /y)))\n"},
    {"one field defaults to in", "    - {name: e, fields: proc.name, values: [a, b]}\n",
     "r: (proc.pid > 1 and not proc.name in (a, b))\n"},
    {"one field with another operator",
     "    - {name: e, fields: fd.name, comps: startswith, values: [/a, /b]}\n",
     "r: (proc.pid > 1 and not (fd.name startswith /a or fd.name startswith /b))\n"},
    {"several exceptions",
     "    - {name: e, fields: proc.name, values: [a]}\n"
     "    - {name: f, fields: [user.uid], values: [[0]]}\n",
     "r: (proc.pid > 1 and not (proc.name in (a) or user.uid = 0))\n"},
    {"no values", "    - {name: e, fields: [proc.name]}\n", "r: proc.pid > 1\n"},
    {"empty values", "    - {name: e, fields: proc.name, values: []}\n", "r: proc.pid > 1\n"},
    {"values that do not fit", "    - {name: e, fields: [proc.name, fd.name], values: [[a]]}\n",
     "7:56 error: expected a list of 2 values, one for each field\n"},
    {"operators that do not fit",
     "    - {name: e, fields: [proc.name, fd.name], comps: [=], values: [[a, b]]}\n",
     "7:54 error: the exception has 2 fields and 1 comps\n"},
    {"no fields", "    - {name: e, values: [[a]]}\n",
     "7:14 error: the exception has no \"fields\"\n"},
    {"an unknown field is shown in its place",
     "    - {name: e, fields: [proc.nam], values: [[a]]}\n",
     "7:26 error: unknown field \"proc.nam\" | did you mean \"proc.name\"?\n"},
    {"a wrong value is shown in its place",
     "    - {name: e, fields: [proc.pid], values: [[1], [x]]}\n",
     "7:52 error: \"x\" is not a whole number of 64 bits, as proc.pid needs\n"},
};

TEST(Exceptions, BecomeAPartOfTheCondition) {
  for (const Case& c : kCases) EXPECT_EQ(With(c.yaml), c.shown) << c.name;
}

TEST(Exceptions, KeepTheConditionTogether) {
  EXPECT_EQ(ConditionsOf({RuleYaml("r", "proc.pid > 1 or proc.name = x",
                                   "  exceptions:\n    - {name: e, fields: proc.name, values: "
                                   "[a]}\n")}),
            "r: ((proc.pid > 1 or proc.name = x) and not proc.name in (a))\n");
}

TEST(Exceptions, AppendingAddsValuesToAnExistingOne) {
  const std::string base = RuleYaml(
      "r", "proc.pid > 1", "  exceptions:\n    - {name: e, fields: proc.name, values: [a]}\n");
  EXPECT_EQ(ConditionsOf({base,
                          "- rule: r\n  exceptions:\n    - {name: e, values: [b]}\n"
                          "  override: {exceptions: append}\n"}),
            "r: (proc.pid > 1 and not (proc.name in (a) or proc.name in (b)))\n");
  EXPECT_EQ(ConditionsOf({base,
                          "- rule: r\n  append: true\n  exceptions:\n"
                          "    - {name: f, fields: user.uid, values: [0]}\n"}),
            "r: (proc.pid > 1 and not (proc.name in (a) or user.uid in (0)))\n");
}

// The old values would be compared with the new field.
TEST(Exceptions, AppendingCannotChangeWhatItsValuesMean) {
  const std::string base = RuleYaml(
      "r", "proc.pid > 1", "  exceptions:\n    - {name: e, fields: proc.name, values: [a]}\n");
  const std::string append =
      "- rule: r\n  override: {exceptions: append}\n  exceptions:\n    - {name: e, fields: ";
  EXPECT_EQ(ConditionsOf({base, append + "proc.name, values: [b]}\n"}),
            "r: (proc.pid > 1 and not (proc.name in (a) or proc.name in (b)))\n");
  EXPECT_THAT(ConditionsOf({base, append + "proc.pname, values: [b]}\n"}),
              testing::HasSubstr("file2:4:8: error: the exception \"e\" has other fields or "
                                 "comparisons already\n"));
  EXPECT_EQ(With("    - {name: e, fields: proc.name, values: [a]}\n"
                 "    - {name: e, fields: proc.name, values: [b]}\n"),
            "8:8 error: there are two exceptions \"e\" here | give each a name of its own\n");
}

TEST(Exceptions, ListsWorkAsValues) {
  EXPECT_EQ(ConditionsOf({"- list: l\n  items: [a, b]\n" +
                          RuleYaml("r", "proc.pid > 1",
                                   "  exceptions:\n"
                                   "    - {name: e, fields: [proc.name], comps: [in], values: "
                                   "[[l]]}\n")}),
            "r: (proc.pid > 1 and not proc.name in (a, b))\n");
}

}  // namespace
}  // namespace vedette
