// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/value_constraints.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

// The comparisons of one field, those behind a `!` being wanted not to hold.
struct Case {
  std::vector<std::string> wanted;
  bool can;
};

bool CanBe(const std::vector<std::string>& wanted) {
  std::vector<NamedCondition> conditions;
  for (const std::string& one : wanted) {
    conditions.push_back({"c", one.substr(one[0] == '!' ? 1 : 0)});
  }
  const LoadResult result = LoadRules({}, conditions, {.fold_constants = false});
  EXPECT_NE(result.program, nullptr) << Messages(result);
  if (result.program == nullptr) return false;
  std::vector<Wanted> all;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const Node& node = result.program->nodes[result.program->rules[i].condition];
    all.push_back({&result.program->predicates[node.predicate], wanted[i][0] != '!'});
  }
  return CanComeTrue(all);
}

TEST(CanComeTrue, Cases) {
  const Case kCases[] = {
      {{"fd.num > 5", "fd.num < 7"}, true},
      {{"fd.num > 5", "fd.num < 6"}, false},
      {{"fd.num < -1"}, false},
      {{"fd.num = -1"}, true},
      {{"user.uid < 0"}, false},
      {{"user.uid = 4294967296"}, false},
      {{"proc.pid = 4194305"}, false},
      {{"evt.num < 1"}, false},
      {{"fd.lport > 65534", "!fd.lport = 65535"}, false},
      {{"evt.failed = true", "!evt.failed = true"}, false},
      {{"evt.failed != true", "evt.failed != false"}, false},
      {{"!proc.pid >= 0", "!proc.pid < 0"}, true},  // No value at all.
      {{"fd.sip = 1.2.3.4", "fd.sip = 1.2.3.5"}, false},
      {{"fd.sip = 1.2.3.4", "fd.sip != 1.2.3.4"}, false},
      {{"fd.ip = 1.2.3.4", "fd.ip = 1.2.3.5"}, true},
      {{"fd.ip = 1.2.3.4", "fd.ip != 1.2.3.4"}, false},
      {{"fd.ip in (1.2.3.4)", "!fd.ip = 1.2.3.4"}, false},
      {{"fd.port != 1", "!fd.port = 2"}, true},
      {{"fd.snet = 10.0.0.0/8", "fd.snet = 11.0.0.0/8"}, false},
      {{"fd.snet = 10.0.0.0/8", "fd.snet = 10.1.0.0/16"}, true},
      {{"fd.snet = 10.1.0.0/16", "!fd.snet = 10.0.0.0/8"}, false},
      {{"fd.snet = 10.1.0.0/16", "fd.snet != 10.0.0.0/8"}, false},
      {{"fd.snet = 10.0.0.0/8", "!fd.snet = 10.1.0.0/16"}, true},
      {{"fd.snet in (10.0.0.0/8, ::/0)", "fd.snet = ::1"}, true},
      {{"proc.aname = a", "!proc.aname in (a, b)"}, false},
      {{"proc.aname = a", "proc.aname = b"}, true},
      {{"proc.aname exists", "!proc.aname exists"}, false},
      {{"proc.aname[1] = a", "proc.aname[1] = b"}, false},
      {{"proc.name in (a, b)", "proc.name in (b, c)", "!proc.name = b"}, false},
      {{"proc.name = a-name-of-16-byt"}, false},
      {{"proc.name regex 'a+'", "proc.name = b"}, false},
      {{"proc.name glob 'a*'", "proc.name in (b, ca)"}, false},
      {{"fd.name pmatch (/etc)", "fd.name = /etcetera"}, false},
      {{"tolower(proc.name) = A"}, false},
      {{"tolower(proc.name) in (A, b)"}, true},
      {{"toupper(proc.name) contains a"}, false},
      {{"basename(proc.exepath) = a/b"}, false},
      {{"len(proc.name) < 0"}, false},
  };
  for (const Case& c : kCases) EXPECT_EQ(CanBe(c.wanted), c.can) << c.wanted[0];
}

}  // namespace
}  // namespace vedette
