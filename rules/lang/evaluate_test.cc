// SPDX-License-Identifier: Apache-2.0
//
// The sentences of the language's reference about what comparisons mean, each with its name.
#include "rules/lang/evaluate.h"

#include <gtest/gtest.h>

#include "rules/lang/test_event.h"

namespace vedette {
namespace {

using Fields = TestEvent::Fields;

const Fields kBash = {{"proc.name", {"bash"}}, {"proc.pname", {"sshd"}}, {"proc.pid", {"7"}},
                      {"proc.ppid", {"7"}},    {"user.uid", {"0"}},      {"evt.failed", {"false"}},
                      {"proc.exe", {"bash"}}};

TEST(Meaning, NoValue) {
  for (const char* const op :
       {"= x", "!= x", "< 1", "in (x)", "in ()", "intersects (x)", "pmatch (/x)", "contains x",
        "startswith ''", "glob *", "iglob *", "regex '.*'", "exists", "= anyof (x)", "!= allof (x)",
        "= val(proc.name)", "!= val(proc.name)"}) {
    const std::string condition = std::string("fd.name ") + op;
    EXPECT_EQ(TestEvent(kBash).Eval(condition), "false") << condition;
    EXPECT_EQ(TestEvent(kBash).Eval("not " + condition), "true") << condition;
  }
  CheckSentences({
      {"a right side without value is never met", "proc.name != val(fd.name)", kBash, "false"},
      {"a transformed field without value has none", "not b64(fd.name) != x", kBash, "true"},
  });
}

TEST(Meaning, Modifiers) {
  CheckSentences({
      {"anyof: at least one", "proc.name startswith anyof (b, ba, z)", kBash, "true"},
      {"anyof: none", "proc.name startswith anyof (x, y)", kBash, "false"},
      {"allof: every one", "proc.name contains allof (a, s, h)", kBash, "true"},
      {"allof: all but one", "proc.name contains allof (a, s, q)", kBash, "false"},
      {"oneof: exactly one", "proc.name endswith oneof (sh, x)", kBash, "true"},
      {"oneof: two are too many", "proc.name endswith oneof (sh, h)", kBash, "false"},
      {"anyof of nothing is false", "proc.name = anyof ()", kBash, "false"},
      {"allof of nothing is false", "proc.name = allof ()", kBash, "false"},
      {"oneof of nothing is false", "proc.name = oneof ()", kBash, "false"},
      {"!= allof: another one than each", "proc.name != allof (a, b)", kBash, "true"},
      {"!= anyof: another one than one of them", "proc.name != anyof (bash, b)", kBash, "true"},
      {"numbers", "proc.pid = anyof (0x7, 9)", kBash, "true"},
      {"regular expressions", "proc.name regex oneof ('b.*', 'x.*')", kBash, "true"},
      {"of a transformer", "toupper(proc.name) = anyof (BASH, SH)", kBash, "true"},
      {"one of either end",
       "fd.ip = allof (10.0.0.1, 10.0.0.2)",
       {{"fd.ip", {"10.0.0.1", "10.0.0.2"}}},
       "true"},
  });
}

TEST(Meaning, FieldsOnBothSides) {
  const Fields ends = {
      {"fd.ip", {"10.0.0.1", "10.0.0.2"}}, {"fd.rip", {"10.0.0.2"}}, {"fd.lip", {"::a00:1"}},
      {"fd.port", {"22", "4000"}},         {"fd.rport", {"22"}},     {"fd.lport", {"4000"}}};
  CheckSentences({
      {"texts", "proc.name = val(proc.exe)", kBash, "true"},
      {"a different text", "proc.name = val(proc.pname)", kBash, "false"},
      {"!=", "proc.name != val(proc.pname)", kBash, "true"},
      {"numbers of different sizes", "proc.pid > val(user.uid)", kBash, "true"},
      {"a negative number is below all others",
       "proc.pid < val(user.uid)",
       {{"proc.pid", {"-1"}}, {"user.uid", {"4294967295"}}},
       "true"},
      {"a transformer on the right", "proc.name != toupper(proc.exe)", kBash, "true"},
      {"transformers on both sides", "toupper(proc.name) = toupper(proc.exe)", kBash, "true"},
      {"either end", "fd.ip = val(fd.rip)", ends, "true"},
      {"IPv4 and IPv6 are never equal", "fd.ip = val(fd.lip)", ends, "false"},
      {"!= wants both to differ", "fd.port != val(fd.rport)", ends, "false"},
      {"in takes one value as a list", "proc.name in val(proc.exe)", kBash, "true"},
      {"in a list that is worked out",
       "proc.name in getopt(proc.args, 'n:')",
       {{"proc.name", {"x"}}, {"proc.args", {"-n x"}}},
       "true"},
      {"patterns",
       "proc.name glob val(proc.exe)",
       {{"proc.name", {"bash"}}, {"proc.exe", {"b*"}}},
       "true"},
      {"path patterns",
       "fd.name pmatch val(proc.exe)",
       {{"fd.name", {"/etc/ssh/x"}}, {"proc.exe", {"/etc/*"}}},
       "true"},
      {"a pattern of more than a kilobyte matches nothing",
       "proc.name glob val(proc.exe)",
       {{"proc.name", {"bash"}}, {"proc.exe", {std::string(1025, '*')}}},
       "false"},
      {"parts",
       "proc.name startswith val(proc.exe)",
       {{"proc.name", {"bash"}}, {"proc.exe", {"ba"}}},
       "true"},
  });
}

TEST(Meaning, Lists) {
  const Fields args = {{"proc.args", {"-a -b"}}};
  CheckSentences({
      {"in: all elements are in the set", "getopt(proc.args, 'ab') in (a, b, c)", args, "true"},
      {"in: one element is not", "getopt(proc.args, 'ab') in (a, c)", args, "false"},
      {"intersects: any", "getopt(proc.args, 'ab') intersects (a, c)", args, "true"},
      {"intersects: none", "getopt(proc.args, 'ab') intersects (c)", args, "false"},
      {"exists", "getopt(proc.args, 'ab') exists", args, "true"},
      {"in of another list", "getopt(proc.args, 'ab') in getopt(proc.args, 'abc')", args, "true"},
      {"on a scalar, intersects means in", "proc.name intersects (sh, bash)", kBash, "true"},
  });
}

TEST(Meaning, Addresses) {
  const Fields ends = {{"fd.ip", {"10.0.0.1", "10.0.0.2"}},
                       {"fd.net", {"10.0.0.1", "10.0.0.2"}},
                       {"fd.port", {"22", "4000"}},
                       {"fd.rip", {"::ffff:10.0.0.1"}}};
  CheckSentences({
      {"= if either end matches", "fd.ip = 10.0.0.2", ends, "true"},
      {"!= if both differ", "fd.ip != 10.0.0.3", ends, "true"},
      {"!= not if one is equal", "fd.ip != 10.0.0.2", ends, "false"},
      {"networks", "fd.net in (192.168.0.0/16, 10.0.0.2/32)", ends, "true"},
      {"IPv4 and IPv6 are never equal", "fd.rip = 10.0.0.1", ends, "false"},
      {"ports accept service names", "fd.port = ssh", ends, "true"},
      {"ports in lists, too", "fd.port in (http, ssh)", ends, "true"},
  });
}

TEST(Meaning, TextsAndPaths) {
  const Fields file = {{"fd.name", {"/etc/ssh/.x"}}, {"proc.name", {"bash"}}};
  CheckSentences({
      {"glob: * matches / and leading dots", "fd.name glob '/etc/*x'", file, "true"},
      {"glob is the whole text", "fd.name glob 'etc*'", file, "false"},
      {"iglob ignores case", "fd.name iglob '/ETC/*'", file, "true"},
      {"regex is a full match", "proc.name regex 'as'", file, "false"},
      {"regex matches all of it", "proc.name regex 'b.*h'", file, "true"},
      {"pmatch: whole leading components", "fd.name pmatch (/etc/ssh)", file, "true"},
      {"pmatch: not a part of one", "fd.name pmatch (/etc/ss)", file, "false"},
      {"pmatch: each component is a glob", "fd.name pmatch ('/*/s?h')", file, "true"},
      {"< is byte order", "proc.name < 1", {{"proc.name", {"0x"}}}, "true"},
  });
}

TEST(Meaning, Booleans) {
  CheckSentences({
      {"exactly false", "evt.failed = false", kBash, "true"},
      {"in", "evt.failed in (true, false)", kBash, "true"},
      {"not True", "evt.failed = True", kBash,
       "1:14 error: \"True\" is not true or false, as evt.failed needs\n"},
      {"not 0", "evt.failed = 0", kBash,
       "1:14 error: \"0\" is not true or false, as evt.failed needs\n"},
  });
}

}  // namespace
}  // namespace vedette
