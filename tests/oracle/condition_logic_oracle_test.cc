// SPDX-License-Identifier: Apache-2.0
//
// What the loader says of random conditions, that they never or always hold, is so for random
// events.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/lang/load.h"
#include "tests/oracle/naive_eval.h"
#include "tests/oracle/random_rules.h"

namespace vedette {
namespace {

// Few values of few fields, so that many conditions contradict themselves.
std::string SmallComparison(Random& random) {
  const std::vector<std::string> kComparisons = {"proc.name = sh",
                                                 "proc.name != sh",
                                                 "proc.name in (sh, bash)",
                                                 "proc.name in (cat, nc)",
                                                 "proc.name startswith b",
                                                 "proc.name contains a",
                                                 "proc.name endswith h",
                                                 "proc.name exists",
                                                 "proc.name glob 'b*'",
                                                 "proc.name icontains A",
                                                 "proc.aname = sh",
                                                 "proc.aname != sh",
                                                 "proc.aname in (sh, bash)",
                                                 "proc.aname = bash",
                                                 "fd.name startswith /etc",
                                                 "fd.name = /etc/shadow",
                                                 "fd.name pmatch (/etc)",
                                                 "fd.name startswith /tmp",
                                                 "fd.port = 1",
                                                 "fd.port != 1",
                                                 "fd.port in (1, 2)",
                                                 "fd.rport = 1",
                                                 "fd.rport != 1",
                                                 "fd.rport > 1",
                                                 "fd.rport < 2",
                                                 "fd.net = 10.0.0.0/8",
                                                 "fd.net = 10.0.0.0/30",
                                                 "fd.net != 10.0.0.0/8",
                                                 "fd.ip = 10.0.0.1",
                                                 "fd.ip != 10.0.0.1",
                                                 "user.uid = 1",
                                                 "user.uid >= 1",
                                                 "user.uid < 1",
                                                 "evt.type = open",
                                                 "evt.type in (open, connect)",
                                                 "evt.type != open",
                                                 "evt.failed = true",
                                                 "evt.failed = false",
                                                 "len(proc.name) > 2",
                                                 "len(proc.name) <= 2",
                                                 "tolower(proc.name) = sh",
                                                 "proc.name = val(proc.pname)",
                                                 "proc.name startswith anyof (b, s)",
                                                 "proc.name contains allof (a, b)",
                                                 "proc.name endswith oneof (h, sh)"};
  return kComparisons[random() % kComparisons.size()];
}

std::string Small(Random& random, int depth) {
  if (depth == 0 || random() % 4 == 0) return SmallComparison(random);
  if (random() % 4 == 0) return absl::StrCat("not (", Small(random, depth - 1), ")");
  const char* const join = random() % 2 == 0 ? " and " : " or ";
  return absl::StrCat("(", Small(random, depth - 1), join, Small(random, depth - 1), ")");
}

struct Said {
  size_t never = 0, always = 0;
};

void CheckCondition(Random& random, const std::string& condition, Said& said) {
  const RuleSource source{
      "f", absl::StrCat("- rule: r\n  condition: |\n    ", condition,
                        "\n  output: o\n  desc: d\n  priority: notice\n  warn_evttypes: false\n")};
  const LoadResult loaded = LoadRules({&source, 1}, {}, {.warn_unused = true});
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  bool never = false, always = false;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.message.find("the condition of \"r\"") == std::string::npos) continue;
    never = never || diagnostic.message.find("can never be true") != std::string::npos;
    always = always || diagnostic.message.find("is always true") != std::string::npos;
  }
  if (!never && !always) return;
  (never ? said.never : said.always) += 1;
  const LoadResult plain = LoadRules({&source, 1}, {}, {.fold_constants = false});
  ASSERT_NE(plain.program, nullptr);
  TestHost host;
  AddRandomProcesses(random, host);
  for (int i = 0; i < 200; ++i) {
    const RecordBuilder record = RandomEvent(random);
    host.arena.Clear();
    const Event event = host.MakeEvent(record);
    ASSERT_EQ(NaiveEval(*plain.program, plain.program->rules.at(0).condition, event), always)
        << condition;
  }
}

TEST(ConditionLogicOracle, WhatIsSaidOfConditionsIsSoForAllEvents) {
  Random random(1);
  Said said;
  for (int i = 0; i < 6000 && !HasFatalFailure(); ++i) {
    std::string condition = Small(random, static_cast<int>(random() % 4));
    while (random() % 3 != 0) absl::StrAppend(&condition, " and ", Small(random, 1));
    if (random() % 4 == 0) condition = absl::StrCat("not (", condition, ")");
    CheckCondition(random, condition, said);
  }
  EXPECT_GT(said.never, 80U);  // Else it says nothing.
  EXPECT_GT(said.always, 20U);
}

}  // namespace
}  // namespace vedette
