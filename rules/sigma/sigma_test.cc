// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/sigma.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace vedette {
namespace {

using testing::HasSubstr;

// A rule about process_creation with this detection.
std::string Sigma(absl::string_view detection, absl::string_view category = "process_creation") {
  return absl::StrCat("title: T\nlogsource:\n  category: ", category,
                      "\n  product: linux\ndetection:\n", detection, "\n");
}

// The canonical condition without the part of the log source, or the first message.
std::string ConditionOf(const std::string& sigma, const SigmaOptions& options = {}) {
  const RuleSource source{"s.yml", sigma};
  const SigmaImport imported = ImportSigma({&source, 1}, options);
  if (imported.translated != 1) {
    return imported.diagnostics.empty() ? "nothing" : imported.diagnostics[0].message;
  }
  const RuleSource yaml{"out.yaml", imported.yaml};
  const LoadResult loaded = LoadRules({&yaml, 1});
  if (loaded.program == nullptr) return loaded.diagnostics.ToText();
  return loaded.program->rules.at(0).condition_text;
}

constexpr absl::string_view kWhole = R"(title: Shell in 100%
id: 12345678-0000-0000-0000-000000000000
status: test
description: |
  Somebody runs a shell,
  and says: "hello".
references:
  - https://example.org/a?b=1#c
author: Ann, 'Bob'
tags:
  - attack.execution
  - attack.t1059.004
  - attack.g0007
  - cve.2021-4034
logsource:
  category: process_creation
  product: linux
detection:
  selection:
    Image|endswith:
      - /bash
      - /sh
  filter:
    ParentImage: /usr/sbin/cron
  condition: selection and not filter
falsepositives:
  - Administrators
level: high
)";

TEST(ImportSigma, AWholeRule) {
  const RuleSource source{"shell.yml", std::string(kWhole)};
  const SigmaImport imported = ImportSigma({&source, 1}, {.cased = true});
  EXPECT_TRUE(imported.diagnostics.empty()) << imported.diagnostics.ToText();
  EXPECT_EQ(imported.yaml, R"(# Sigma 12345678-0000-0000-0000-000000000000, shell.yml
- rule: "Shell in 100%"
  desc: "Somebody runs a shell, and says: \"hello\"."
  condition: >
    evt.kind = process_exec
    and (proc.exepath endswith /bash or proc.exepath endswith /sh)
    and not proc.pexepath = /usr/sbin/cron
  output: "Shell in 100%%: %proc.cmdline (%proc.exepath) as %user.name, parent %proc.pcmdline"
  priority: ERROR
  tags: ["process", "sigma", "mitre_execution", "T1059.004", "G0007", "cve.2021-4034"]
  references:
    - "https://example.org/a?b=1#c"
  false_positives:
    - "Administrators"
  author: "Ann, 'Bob'"
)");
}

struct Case {
  absl::string_view name, category, detection, condition;
};
constexpr Case kCases[] = {
    {"a map is all of its fields", "process_creation",
     "  s: {Image: /1, User|contains: '2'}\n  condition: s",
     "(evt.kind = process_exec and proc.exepath = /1 and user.name contains 2)"},
    {"a list of maps is any of them", "process_creation",
     "  s: [{Image: /1}, {Image: /2}]\n  condition: s",
     "(evt.kind = process_exec and (proc.exepath = /1 or proc.exepath = /2))"},
    {"case is ignored", "process_creation", "  s: {Image|endswith: /Sh}\n  condition: s",
     "(evt.kind = process_exec and proc.exepath iglob */Sh)"},
    {"unless it counts", "process_creation", "  s: {Image|endswith|cased: /Sh}\n  condition: s",
     "(evt.kind = process_exec and proc.exepath endswith /Sh)"},
    {"all values", "process_creation",
     "  s: {CommandLine|contains|all: ['-1', '-2']}\n  condition: s",
     "(evt.kind = process_exec and proc.exeline contains -1 and proc.exeline contains -2)"},
    {"keywords", "process_creation", "  s: ['1', '2']\n  condition: s",
     "(evt.kind = process_exec and (proc.exeline contains 1 or proc.exeline contains 2))"},
    {"all keywords", "process_creation", "  s: {'|all': ['1', '2']}\n  condition: s",
     "(evt.kind = process_exec and proc.exeline contains 1 and proc.exeline contains 2)"},
    {"regular expressions are looked for", "process_creation",
     "  s: {CommandLine|re: 'a.b$'}\n  condition: s",
     "(evt.kind = process_exec and proc.exeline regex \"(?s:.*)(?:a.b$)(?s:.*)\")"},
    {"null is no value", "process_creation", "  s: {ParentImage: null}\n  condition: s",
     "(evt.kind = process_exec and not proc.pexepath exists)"},
    {"an empty text is none, too", "process_creation", "  s: {ParentImage: ''}\n  condition: s",
     "(evt.kind = process_exec and (proc.pexepath = \"\" or not proc.pexepath exists))"},
    {"an empty text among others", "process_creation",
     "  s: {ParentImage: ['', /1]}\n  condition: s",
     "(evt.kind = process_exec and (proc.pexepath = \"\" or not proc.pexepath exists or "
     "proc.pexepath = /1))"},
    {"an empty text somewhere is any", "process_creation",
     "  s: {ParentImage|contains: ''}\n  condition: s",
     "(evt.kind = process_exec and proc.pexepath exists)"},
    {"a port that is empty is none", "network_connection",
     "  s: {DestinationPort: ''}\n  condition: s",
     "(evt.kind = network_connect and not fd.rport exists)"},
    {"one of a group", "process_creation",
     "  s_1: {Image: /1}\n  s_2: {Image: /2}\n  f: {User: '3'}\n  condition: 1 of s_* and not f",
     "(evt.kind = process_exec and (proc.exepath = /1 or proc.exepath = /2) and not user.name = "
     "3)"},
    {"all of them", "process_creation",
     "  a: {Image: /1}\n  b: {User: '2'}\n  _c: {User: '3'}\n  condition: all of them",
     "(evt.kind = process_exec and proc.exepath = /1 and user.name = 2)"},
    {"existence", "process_creation", "  s: {ParentImage|exists: true}\n  condition: s",
     "(evt.kind = process_exec and proc.pexepath exists)"},
    {"base64", "process_creation", "  s: {CommandLine|base64|contains: 'ab'}\n  condition: s",
     "(evt.kind = process_exec and proc.exeline contains \"YWI=\")"},
    {"dashes", "process_creation", "  s: {CommandLine|windash|contains: ' -1'}\n  condition: s",
     "(evt.kind = process_exec and (proc.exeline contains \" -1\" or proc.exeline contains "
     "\" /1\" or proc.exeline icontains \" \xe2\x80\x93"
     "1\" or proc.exeline icontains "
     "\" \xe2\x80\x94"
     "1\" or proc.exeline icontains \" \xe2\x80\x95"
     "1\"))"},
    {"what Linux does not have is never true", "process_creation",
     "  s: [{OriginalFileName: x}, {Image: /1}]\n  condition: s",
     "(evt.kind = process_exec and proc.exepath = /1)"},
    {"files that are written", "file_event",
     "  s: {TargetFilename|startswith: /1/}\n  condition: s",
     "(evt.kind = file_open and evt.is_open_write = true and fd.name startswith /1/)"},
    {"networks and ports", "network_connection",
     "  s: {DestinationIp|cidr: 10.0.0.0/8, DestinationPort|gte: 1024, Initiated: 'true'}\n"
     "  condition: s",
     "(evt.kind = network_connect and fd.rnet = 10.0.0.0/8 and fd.rport >= 1024)"},
    {"one of several conditions", "process_creation",
     "  a: {Image: /1}\n  b: {Image: /2}\n  condition: [a, b]",
     "(evt.kind = process_exec and (proc.exepath = /1 or proc.exepath = /2))"},
};

TEST(ImportSigma, Detections) {
  for (const Case& one : kCases) {
    EXPECT_EQ(ConditionOf(Sigma(one.detection, one.category)), one.condition) << one.name;
  }
}

struct Bad {
  absl::string_view name, category, detection, message;
};
constexpr Bad kBad[] = {
    {"an unknown field", "process_creation", "  s: {Registry: x}\n  condition: s",
     "nothing stands for the field \"Registry\" of process_creation"},
    {"an unknown modifier", "process_creation", "  s: {Image|utf16: x}\n  condition: s",
     "the modifier \"utf16\" cannot be translated"},
    {"a log source without events", "registry_set", "  s: {Image: x}\n  condition: s",
     "there are no events of \"registry_set\""},
    {"an aggregation", "process_creation", "  s: {Image: x}\n  condition: s | count() > 3",
     "an aggregation behind \"|\" cannot be translated"},
    {"a time frame", "process_creation", "  s: {Image: x}\n  timeframe: 5m\n  condition: s",
     "a time frame cannot be translated"},
    {"a text for a number", "network_connection",
     "  s: {DestinationPort|startswith: 4}\n  condition: s",
     "\"DestinationPort\" is a number and is compared as one"},
    {"part of an address", "network_connection",
     "  s: {DestinationIp|startswith: '10.'}\n  condition: s",
     "\"DestinationIp\" is an address, not a text"},
    {"keywords of connections", "network_connection", "  s: [a]\n  condition: s",
     "keywords cannot be looked for in events of network_connection"},
    {"an empty selection", "process_creation", "  s: {}\n  condition: s", "the selection is empty"},
    {"an empty list of maps", "process_creation", "  s: []\n  condition: s",
     "the selection is empty"},
    {"a list without values", "process_creation", "  s: {Image: []}\n  condition: s",
     "there are no values"},
    {"an empty keyword", "process_creation", "  s: ['']\n  condition: s",
     "an empty keyword is in everything"},
    {"no condition", "process_creation", "  s: {Image: x}", "the detection has no condition"},
};

TEST(ImportSigma, WhatCannotBeTranslatedIsSaid) {
  for (const Bad& bad : kBad) {
    EXPECT_EQ(ConditionOf(Sigma(bad.detection, bad.category)), bad.message) << bad.name;
  }
  EXPECT_EQ(ConditionOf("title: T\nlogsource: {product: windows, category: process_creation}\n"),
            "the log source is not of Linux but of \"windows\"");
  EXPECT_EQ(ConditionOf("title: T\ncorrelation: {type: event_count}\n"),
            "correlations cannot be translated");
  EXPECT_EQ(ConditionOf("- a\n"), "a Sigma rule is a map with title, logsource and detection");
  EXPECT_THAT(ConditionOf(Sigma("  s: {Image|re: '(?=a)'}\n  condition: s")),
              HasSubstr("the translation does not load: "));
}

TEST(ImportSigma, ARuleThatCanNeverHoldIsSkippedWithAWarningThatSaysWhy) {
  const RuleSource source{"s.yml", Sigma("  s: {OriginalFileName: x}\n  condition: s")};
  const SigmaImport imported = ImportSigma({&source, 1});
  EXPECT_EQ(imported.skipped, 1U);
  EXPECT_THAT(imported.diagnostics.ToText(),
              HasSubstr("s.yml:6:7: warning: \"OriginalFileName\" never has a value"));
  EXPECT_THAT(imported.diagnostics.ToText(), HasSubstr("the rule can never hold here"));
}

TEST(ImportSigma, IdsOfGroupsAndProgramsStayAsTags) {
  const RuleSource source{
      "s.yml", absl::StrCat("tags: [attack.s0001, attack.G0032, attack.ds0009, attack.ta0002, "
                            "attack.defense-evasion, attack.]\n",
                            Sigma("  s: {Image: /1}\n  condition: s"))};
  EXPECT_THAT(ImportSigma({&source, 1}).yaml,
              HasSubstr("[\"process\", \"sigma\", \"S0001\", \"G0032\", \"DS0009\", \"TA0002\", "
                        "\"mitre_defense_evasion\", \"attack.\"]"));
}

TEST(ImportSigma, AReferenceThatIsNoPageIsLeftOutAndTheRuleStays) {
  const RuleSource source{"s.yml",
                          absl::StrCat("references: [Internal Research, https://example.org/a]\n",
                                       Sigma("  s: {Image: /1}\n  condition: s"))};
  const SigmaImport imported = ImportSigma({&source, 1});
  EXPECT_EQ(imported.translated, 1U);
  EXPECT_THAT(imported.yaml, HasSubstr("references:\n    - \"https://example.org/a\"\n"));
  EXPECT_THAT(imported.diagnostics.ToText(),
              HasSubstr("warning: the reference \"Internal Research\" is left out"));
}

TEST(ImportSigma, RulesOfOneTitleHaveNamesOfTheirOwn) {
  const std::string one = Sigma("  s: {Image: /1}\n  condition: s");
  const RuleSource source{"s.yml", absl::StrCat(one, "---\n", one)};
  const SigmaImport imported = ImportSigma({&source, 1});
  EXPECT_EQ(imported.translated, 2U);
  EXPECT_THAT(imported.yaml, HasSubstr("- rule: \"T (2)\""));
}

TEST(ImportSigma, HostileTextsStayTexts) {
  const RuleSource source{
      "s\n- rule: x.yml",
      absl::StrCat("title: \"a\\\": b\\n- rule: c %proc.nmae\"\ndescription: \"\\x01 \\\\\"\n",
                   "logsource: {category: process_creation, product: linux}\n",
                   "detection: {s: {Image: \"a\\\" or b.c = \\n'd\"}, condition: s}\n")};
  const SigmaImport imported = ImportSigma({&source, 1}, {.cased = true});
  ASSERT_EQ(imported.translated, 1U) << imported.diagnostics.ToText();
  const RuleSource yaml{"out.yaml", imported.yaml};
  const LoadResult loaded = LoadRules({&yaml, 1});
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  ASSERT_EQ(loaded.program->rules.size(), 1U);
  EXPECT_EQ(loaded.program->rules[0].name, "a\": b - rule: c %proc.nmae");
  EXPECT_EQ(loaded.program->rules[0].condition_text,
            "(evt.kind = process_exec and proc.exepath = \"a\\\" or b.c = \\n'd\")");
}

}  // namespace
}  // namespace vedette
