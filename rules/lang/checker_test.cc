// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/operators.h"
#include "rules/lang/testing.h"

namespace vedette {
namespace {

struct Case {
  const char* name;
  const char* condition;
  const char* messages;
};

constexpr Case kWrong[] = {
    {"an unknown field is suggested", "proc.nam = x",
     "1:1 error: unknown field \"proc.nam\" | did you mean \"proc.name\"?\n"},
    {"a field far from all others", "zzz.qqqqqqqq = x",
     "1:1 error: unknown field \"zzz.qqqqqqqq\" | `vedette fields` lists the fields that Vedette "
     "supplies\n"},
    {"an argument for a field that takes none", "proc.name[1] = x",
     "1:1 error: proc.name takes no argument | write proc.name without the brackets\n"},
    {"an argument that is no number", "proc.aname[x] = x",
     "1:1 error: proc.aname takes a number in its brackets | for example proc.aname[1]\n"},
    {"an order of booleans", "evt.failed > 1",
     "1:12 error: \">\" cannot compare evt.failed, which is boolean | operators for it: = == != in "
     "intersects exists\n"},
    {"a part of a number", "proc.pid contains 1",
     "1:10 error: \"contains\" cannot compare proc.pid, which is signed | operators for it: = == "
     "!= < <= > >= in intersects exists\n"},
    {"a part of an address", "fd.rip startswith 10.",
     "1:8 error: \"startswith\" cannot compare fd.rip, which is address | operators for it: = == "
     "!= in intersects exists\n"},
    {"bytes, which no field has", "proc.name bcontains 0a",
     "1:11 error: \"bcontains\" cannot compare proc.name, which is text | operators for it: = == "
     "!= < <= > >= in intersects pmatch contains icontains startswith endswith glob iglob regex "
     "exists\n"},
    {"a word for a number", "proc.pid = abc",
     "1:12 error: \"abc\" is not a whole number of 64 bits, as proc.pid needs\n"},
    {"words in a list of numbers, all of them", "user.uid in (0, root, 5, x)",
     "1:17 error: \"root\" is not a whole number, zero or above, as user.uid needs\n"
     "1:26 error: \"x\" is not a whole number, zero or above, as user.uid needs\n"},
    {"a number for a boolean", "evt.failed = 1",
     "1:14 error: \"1\" is not true or false, as evt.failed needs\n"},
    {"an unknown event type", "evt.type in (open, opne)",
     "1:20 error: unknown value \"opne\" of evt.type | did you mean \"open\"?\n"},
    {"an unknown category", "evt.category = zzzzzzzzzz",
     "1:16 error: unknown value \"zzzzzzzzzz\" of evt.category | values of evt.category: file, "
     "internal, ipc, IPC, memory, meta, net, other, plugin, process, processing, scheduler, "
     "signal, "
     "sleep, syscall, system, time, tracepoint, unknown, user, wait\n"},
    {"a regular expression", "proc.name regex 'a('",
     "1:17 error: regular expression: missing ): a( | the syntax is RE2's: no look-around and no "
     "back-references\n"},
    {"a pattern that cannot match", R"(proc.name glob "a\\b\x5c")",
     "1:16 error: a pattern that ends with a backslash matches nothing | a backslash itself is "
     "\\\\ in a pattern\n"},
    {"a network for an address", "fd.rip = 10.0.0.0/8",
     "1:10 error: \"10.0.0.0/8\" is not an IP address, as fd.rip needs | compare networks with "
     "fd.net, fd.snet, fd.rnet, ...\n"},
    {"an unknown list", "proc.name in shells", "1:14 error: unknown list \"shells\"\n"},
    {"an unknown macro", "shells", "1:1 error: unknown macro \"shells\"\n"},
    {"a transformer", "tolower(proc.name) = x", "1:1 error: tolower() is not supported yet\n"},
    {"a transformer on the right", "proc.name = toupper(proc.pname)",
     "1:13 error: toupper() is not supported yet\n"},
    {"a field on the right", "proc.name = val(proc.pname)",
     "1:13 error: val() is not supported yet\n"},
    {"a modifier", "proc.name startswith anyof (a, b)",
     "1:11 error: \"startswith anyof\" is not supported yet | write the comparisons out, with "
     "\"or\" or \"and\" between them\n"},
    {"several mistakes, all of them", "proc.nam = x and\n proc.pid = y and not\n  fd.nam exists",
     "1:1 error: unknown field \"proc.nam\" | did you mean \"proc.name\"?\n"
     "2:13 error: \"y\" is not a whole number of 64 bits, as proc.pid needs\n"
     "3:3 error: unknown field \"fd.nam\" | did you mean \"fd.name\"?\n"},
};

TEST(Checker, SaysWhatIsWrongAndWhere) {
  for (const Case& c : kWrong) {
    const LoadResult result = LoadCondition(c.condition);
    EXPECT_EQ(Messages(result), c.messages) << c.name;
    EXPECT_EQ(result.program, nullptr) << c.name;
  }
}

TEST(Checker, WarnsOfATextThatLooksLikeAField) {
  const LoadResult result = LoadCondition("proc.name = proc.pname or proc.name = 'proc.pname'");
  EXPECT_EQ(Messages(result),
            "1:13 warning: \"proc.pname\" is a text here, not the field | put it in quotes if a "
            "text is meant, in val() if the field is\n");
  EXPECT_NE(result.program, nullptr);
}

TEST(Checker, EachDistinctComparisonIsThereOnce) {
  const LoadResult result = LoadCondition(
      "proc.name = a or proc.name == 'a' or proc.aname[2] = a or proc.aname[02] = a or "
      "evt.arg.flags = x or evt.arg[flags] = x or proc.aname = a");
  ASSERT_NE(result.program, nullptr) << Messages(result);
  std::vector<std::string> texts;
  for (const Predicate& predicate : result.program->predicates) texts.push_back(predicate.text);
  EXPECT_THAT(texts, testing::UnorderedElementsAre("proc.name = a", "proc.aname[2] = a",
                                                   "evt.arg.flags = x", "proc.aname = a"));
}

TEST(Checker, ReadsArgumentsAndLiterals) {
  const LoadResult result = LoadCondition("proc.aname[2] in (a, 'b c') or proc.env[HOME] = /root");
  ASSERT_NE(result.program, nullptr) << Messages(result);
  for (const Predicate& predicate : result.program->predicates) {
    if (predicate.field.argument == "HOME") {
      EXPECT_EQ(predicate.field.index, -1);
      EXPECT_EQ(predicate.op, FindOperator("="));
    } else {
      EXPECT_EQ(predicate.field.index, 2);
      EXPECT_EQ(predicate.literals.size(), 2u);
      EXPECT_TRUE(predicate.text_set.contains("b c"));
    }
  }
}

TEST(Checker, AllRegularExpressionsTogetherAreBounded) {
  std::string condition = "proc.name regex 'a'";
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&condition, " or proc.name regex '(x{100}){9}", i, "'");
  }
  EXPECT_THAT(Messages(LoadCondition(condition)),
              testing::HasSubstr("too many large regular expressions"));
}

}  // namespace
}  // namespace vedette
