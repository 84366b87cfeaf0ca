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
    {"an unknown macro", "shells",
     "1:1 error: unknown macro \"shells\" | `- macro: NAME` defines one, in this file or one that "
     "is read before: of a file that uses those of others, name the folder of all\n"},
    {"a field that there is not, in a transformer", "tolower(proc.nam) = x",
     "1:9 error: unknown field \"proc.nam\" | did you mean \"proc.name\"?\n"},
    {"a number for a transformer of texts", "tolower(proc.pid) = x",
     "1:1 error: tolower() takes a text, not signed | it is used as tolower(field)\n"},
    {"a boolean has no length", "len(evt.failed) > 1",
     "1:1 error: len() takes a list, a text or bytes, not boolean | it is used as len(field)\n"},
    {"a transformer with too few arguments", "concat(proc.name) = x",
     "1:1 error: concat() takes at least 2 arguments, not 1 | it is used as concat(text, text, "
     "...)\n"},
    {"a transformer with too many arguments", "join('-', (proc.name), proc.exe) = x",
     "1:1 error: join() takes 2 arguments, not 3 | it is used as join(separator, list)\n"},
    {"a number for concat", "concat(proc.name, proc.pid) = x",
     "1:1 error: concat() takes one text as argument 2, not signed | it is used as concat(text, "
     "text, ...)\n"},
    {"a text for the list of join", "join('-', proc.name) = x",
     "1:1 error: join() takes a list of texts as argument 2, not text | it is used as "
     "join(separator, list)\n"},
    {"a list for the separator of join", "join((proc.name), (proc.name)) = x",
     "1:1 error: join() takes one text as argument 1, not a list of text | it is used as "
     "join(separator, list)\n"},
    {"a list in a list", "join('-', (getopt(proc.args, 'a'))) = x",
     "1:1 error: an item of a list cannot be a list\n"},
    {"brackets behind a transformer that has none", "tolower(proc.name)[a] = x",
     "1:1 error: tolower() takes nothing in brackets | it is used as tolower(field)\n"},
    {"two letters in the brackets of getopt", "getopt(proc.args, 'ab')[ab] = x",
     "1:1 error: getopt() takes one letter in its brackets | it is used as getopt(list, "
     "options)[option]\n"},
    {"no letter in the brackets of getopt", "getopt(proc.args, 'ab')[\"\"] = x",
     "1:1 error: the brackets are empty\n"},
    {"a list is not equal to anything", "getopt(proc.args, 'ab') = a",
     "1:25 error: \"=\" cannot compare getopt(proc.args, \"ab\"), which is a list of text | "
     "operators for it: in intersects exists\n"},
    {"nothing is equal to a list", "proc.name = getopt(proc.args, 'ab')",
     "1:11 error: \"=\" cannot compare with a list | operators for it: in intersects\n"},
    {"the number that a transformer gives", "len(proc.name) = x",
     "1:18 error: \"x\" is not a whole number, zero or above, as len(proc.name) needs\n"},
    {"a part of the number that a transformer gives", "len(proc.name) contains 1",
     "1:16 error: \"contains\" cannot compare len(proc.name), which is unsigned | operators for "
     "it: = == != < <= > >= in intersects exists\n"},
    {"a number beside a text", "proc.name = val(proc.pid)",
     "1:13 error: proc.name is text and val(proc.pid) is signed | both sides of a comparison are "
     "of the same type\n"},
    {"a regular expression that an event supplies", "proc.name regex val(proc.pname)",
     "1:17 error: \"regex\" takes only what is written out | its right side is read when the rules "
     "are loaded\n"},
    {"any ancestor on the right side", "proc.name = val(proc.aname)",
     "1:17 error: proc.aname cannot stand on the right side | put it on the left side\n"},
    {"any ancestor in a transformer", "tolower(proc.aname) = x",
     "1:9 error: no transformer takes proc.aname\n"},
    {"a wrong item behind a modifier", "fd.rip = anyof (10.0.0.1, x)",
     "1:27 error: \"x\" is not an IP address, as fd.rip needs\n"},
    {"a wrong pattern behind a modifier", "proc.name regex oneof ('a', 'b(')",
     "1:29 error: regular expression: missing ): b( | the syntax is RE2's: no look-around and no "
     "back-references\n"},
    {"a distance in time compared otherwise", "evt.around[5] > 3",
     "1:15 error: evt.around is only compared by \"=\" | `evt.around[T] = n`: at most n ms from "
     "the "
     "time T\n"},
    {"a distance from no time", "evt.around[now] = 3",
     "1:1 error: evt.around takes a time in its brackets | in nanoseconds since 1970\n"},
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

struct Warned {
  const char* name;
  const char* condition;
  const char* warning;  // Empty: none.
};
constexpr Warned kWarned[] = {
    {"a list that is empty", "proc.pid = 1 or proc.name in ()",
     "1:17 warning: the list is empty: this can never be true\n"},
    {"a modifier's list that is empty", "proc.pid = 1 or proc.name startswith anyof ( )",
     "1:17 warning: the list is empty: this can never be true\n"},
    {"a name longer than the kernel's", "proc.pid = 1 or proc.name = a-name-of-16-byt",
     "1:17 warning: proc.name has at most 15 bytes: this can never be true | the kernel cuts the "
     "names of programs; compare proc.exepath or proc.exe\n"},
    {"names all of which are too long",
     "proc.pid = 1 or proc.aname in (0123456789abcdef, "
     "0123456789abcdefg)",
     "1:17 warning: proc.aname has at most 15 bytes: this can never be true | the kernel cuts the "
     "names of programs; compare proc.exepath or proc.exe\n"},
    {"one name that fits", "proc.pid = 1 or proc.name in (0123456789abcdef, cat)", ""},
    {"a name that it cannot differ from", "proc.name != 0123456789abcdef", ""},
    {"a name of 15 bytes", "proc.name = 0123456789abcde", ""},
    {"a number below zero", "proc.pid = 1 or user.uid < 0",
     "1:17 warning: this can never be true\n"},
    {"a port beyond all", "proc.pid = 1 or fd.rport > 65535",
     "1:17 warning: this can never be true\n"},
    {"a category that there is not", "evt.category = network",
     "1:1 warning: the condition of \"test\" can never be true\n"
     "1:16 warning: \"network\" is no value of evt.category: this can never be true | did you mean "
     "\"net\"?\n"},
    {"a descriptor's letter that there is not", "fd.typechar in (f, 5)",
     "1:20 warning: \"5\" is no value of fd.typechar: this can never be true | values of "
     "fd.typechar: f, d, 4, 6, u, p, e, s, l, i, b, m, n, o, P, r, t, g\n"},
    {"what differs from all values", "fd.l4proto != tpc",
     "1:15 warning: \"tpc\" is no value of fd.l4proto: this is true of every value | did you mean "
     "\"tcp\"?\n"},
    {"a descriptor below all", "proc.pid = 1 or fd.num < -1",
     "1:17 warning: this can never be true\n"},
    {"a user beyond all", "proc.pid = 1 or user.uid > 4294967295",
     "1:17 warning: this can never be true\n"},
    {"capitals in lower case", "proc.pid = 1 or tolower(proc.name) = Bash",
     "1:17 warning: this can never be true: tolower(proc.name) gives no such value\n"},
    {"evt.num=0 is how rules say never", "proc.pid = 1 or evt.num = 0", ""},
    {"events that exclude one another", "proc.pid = 1 or (evt.type = open and evt.type = connect)",
     "1:18 warning: this part of the condition can never be true | its parts are about different "
     "events\n"},
    {"a field that other events have", "proc.pid = 1 or (evt.type = execve and fd.rport = 22)",
     "1:18 warning: this part of the condition can never be true | its parts are about different "
     "events\n"},
};

TEST(Checker, WarnsOfWhatCanNeverBeTrue) {
  for (const Warned& c : kWarned) {
    const LoadResult result = LoadCondition(c.condition);
    EXPECT_EQ(Messages(result), c.warning) << c.name;
    EXPECT_NE(result.program, nullptr) << c.name;
  }
}

TEST(Checker, AnEmptyListByNameIsNoMistake) {
  EXPECT_EQ(MessagesOf({"- list: none\n  items: []\n" +
                        RuleYaml("r", "proc.pid = 1 or proc.name in (none) or proc.exe in none")}),
            "");
}

TEST(Checker, WarnsAgainWhereTheSameComparisonIsAgain) {
  EXPECT_EQ(Messages(LoadCondition("proc.pid = 1 or user.uid < 0 or user.uid < 0")),
            "1:17 warning: this can never be true\n1:33 warning: this can never be true\n");
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
