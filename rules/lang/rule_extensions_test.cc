// SPDX-License-Identifier: Apache-2.0
//
// What the keys beyond Falco's say, and every mistake that can be made with them.
#include "rules/lang/rule_extensions.h"

#include <gtest/gtest.h>

#include "absl/types/span.h"
#include "rules/lang/attack.h"
#include "rules/lang/temporal_text.h"
#include "rules/lang/testing.h"

namespace vedette {
namespace {

// A rule of opens with more keys, the first of them in line 6.
std::string Opens(const std::string& more) { return RuleYaml("r", "evt.type = openat", more); }

std::string SequenceYaml(const std::string& sequence) {
  return "- rule: r\n  output: o\n  desc: d\n  priority: notice\n  sequence:\n" + sequence;
}

// "label: text" for each line of the description, or the diagnostics.
std::string Describe(const std::vector<std::string>& files) {
  const LoadResult result = LoadFiles(files);
  if (result.program == nullptr || result.program->rules.empty()) return Messages(result);
  std::string text;
  for (const auto& [label, line] : DescribeExtensions(*result.program, result.program->rules[0])) {
    absl::StrAppend(&text, label, ": ", line, "\n");
  }
  return text;
}

struct Case {
  const char* name;
  std::vector<std::string> files;
  const char* expected;
};

TEST(RuleExtensions, SayWhatTheySay) {
  const std::string steps =
      "    by: proc.exec_id\n    within: 5m\n    steps:\n"
      "      - evt.type = connect\n      - {name: run, condition: evt.type = execve}\n";
  const Case cases[] = {
      {"a sequence of conditions",
       {SequenceYaml(steps)},
       "sequence: by proc.exec_id within 5m\nstep 1: evt.type = connect\nrun: evt.type = execve\n"},
      {"the rule's condition holds for each step",
       {SequenceYaml(steps) + "  condition: proc.pid > 1\n"},
       "sequence: by proc.exec_id within 5m\nstep 1: (proc.pid > 1 and evt.type = connect)\n"
       "run: (proc.pid > 1 and evt.type = execve)\n"},
      {"an exception holds for each step",
       {SequenceYaml(steps) + "  exceptions:\n    - {name: e, fields: proc.name, values: [apt]}\n"},
       "sequence: by proc.exec_id within 5m\n"
       "step 1: (evt.type = connect and not proc.name in (apt))\n"
       "run: (evt.type = execve and not proc.name in (apt))\n"},
      {"steps may be joined by different fields",
       {SequenceYaml("    within: 1d\n    steps:\n"
                     "      - {condition: evt.type = openat, by: fd.name}\n"
                     "      - {condition: evt.type = execve, by: proc.exepath}\n")},
       "sequence: within 1d\nstep 1: by fd.name: evt.type = openat\n"
       "step 2: by proc.exepath: evt.type = execve\n"},
      {"lineage joins",
       {SequenceYaml("    by: [\"lineage[1]\", container.id]\n    within: 90s\n    steps:\n"
                     "      - evt.type = connect\n      - evt.type = execve\n")},
       "sequence: by lineage[1], container.id within 1m30s\nstep 1: evt.type = connect\n"
       "step 2: evt.type = execve\n"},
      {"a threshold of events",
       {Opens("  threshold: {count: 5, by: [proc.exec_id, user.name], within: 1m}\n")},
       "threshold: 5 times by proc.exec_id, user.name within 1m\n"},
      {"a threshold of values",
       {Opens("  threshold: {distinct: fd.name, count: 3, within: 10s}\n")},
       "threshold: 3 different fd.name within 10s\n"},
      {"first seen",
       {Opens("  first_seen: {fields: [proc.exepath, user.name], for: 30d, warm_up: 12h}\n")},
       "first seen: (proc.exepath, user.name) for 30d, warm-up 12h\n"},
      {"a warm-up is a day unless it is said",
       {Opens("  first_seen: {fields: \"proc.aname[2]\", for: 2d}\n")},
       "first seen: (proc.aname[2]) for 2d, warm-up 1d\n"},
      {"suppress",
       {Opens("  suppress: {by: proc.name, for: 10m}\n")},
       "suppress: by proc.name for 10m\n"},
      {"suppress all of a rule", {Opens("  suppress: {for: 1h30m}\n")}, "suppress: for 1h30m\n"},
      {"metadata",
       {Opens("  tags: [host, T1105, mitre_execution]\n  attack: [TA0011, T1059.004]\n"
              "  references: https://example.org/a?b=c\n  false_positives: [Backups, Scans]\n"
              "  author: Ann\n  version: 1.2\n")},
       "attack: TA0011 T1059.004 T1105\nreference: https://example.org/a?b=c\n"
       "false positive: Backups\nfalse positive: Scans\nauthor: Ann\nversion: 1.2\n"},
      {"an action", {Opens("  action: kill\n  mode: enforce\n")}, "action: kill (enforce)\n"},
      {"append adds to lists and replaces the rest",
       {Opens("  references: [https://a.org]\n  suppress: {for: 1m}\n"),
        "- rule: r\n  append: true\n  references: [https://b.org]\n  suppress: {for: 2m}\n"},
       "suppress: for 2m\nreference: https://a.org\nreference: https://b.org\n"},
      {"override appends",
       {Opens("  attack: T1105\n"), "- rule: r\n  attack: T1059\n  override: {attack: append}\n"},
       "attack: T1105 T1059\n"},
      {"override replaces",
       {Opens("  threshold: {count: 5, within: 1m}\n"),
        "- rule: r\n  threshold: {count: 9, within: 2m}\n  override: {threshold: replace}\n"},
       "threshold: 9 times within 2m\n"},
      {"null takes back",
       {Opens("  threshold: {count: 5, within: 1m}\n  author: Ann\n"),
        "- rule: r\n  threshold: null\n  override: {threshold: replace}\n"},
       "author: Ann\n"},
      {"a new definition forgets", {Opens("  author: Ann\n"), Opens("")}, ""},
  };
  for (const Case& test : cases) EXPECT_EQ(Describe(test.files), test.expected) << test.name;
}

void ExpectMessages(absl::Span<const Case> cases) {
  for (const Case& test : cases) EXPECT_EQ(MessagesOf(test.files), test.expected) << test.name;
}

TEST(RuleExtensions, MistakesOfSequencesHaveAPlace) {
  const std::string two = "      - evt.type = connect\n      - evt.type = execve\n";
  const Case cases[] = {
      {"one step",
       {SequenceYaml("    {by: proc.exec_id, within: 5m, steps: [evt.type = execve]}\n")},
       "6:43 error: a sequence has two steps or more | a rule with one step is a rule with a "
       "condition\n"},
      {"no steps",
       {SequenceYaml("    {by: proc.exec_id, within: 5m}\n")},
       "6:5 error: the sequence has no \"steps\"\n"},
      {"nothing joins",
       {SequenceYaml("    within: 5m\n    steps:\n" + two)},
       "6:5 error: the sequence has no \"by\": what joins its steps? | for example `by: "
       "proc.exec_id` (one program) or `by: lineage` (a process and its descendants)\n"},
      {"a wrong unit",
       {SequenceYaml("    by: proc.pid\n    within: 5 minutes\n    steps:\n" + two)},
       "7:13 error: \"5 minutes\" is no length of time | write it as 500ms, 90s, 5m, 1h30m or "
       "30d\n"},
      {"too long",
       {SequenceYaml("    by: proc.pid\n    within: 8d\n    steps:\n" + two)},
       "7:13 error: \"within\" is from 1ms to 7d\n"},
      {"an unknown key below",
       {SequenceYaml("    by: proc.pid\n    whitin: 8d\n    within: 5m\n    steps:\n" + two)},
       "7:5 error: unknown key \"whitin\" | did you mean \"within\"?\n"},
      {"steps of one name",
       {SequenceYaml("    by: proc.pid\n    within: 5m\n    steps:\n"
                     "      - {name: a, condition: evt.type = connect}\n"
                     "      - {name: a, condition: evt.type = execve}\n")},
       "10:9 error: two steps have the name \"a\"\n"},
  };
  ExpectMessages(cases);
}

TEST(RuleExtensions, MistakesOfJoinsHaveAPlace) {
  const std::string two = "      - evt.type = connect\n      - evt.type = execve\n";
  const Case cases[] = {
      {"joined by different numbers of fields",
       {SequenceYaml("    by: [proc.pid, proc.name]\n    within: 5m\n    steps:\n"
                     "      - evt.type = connect\n"
                     "      - {condition: evt.type = execve, by: proc.pid}\n")},
       "10:44 error: \"step 2\" is joined by 1 fields, \"step 1\" by 2 | fields are compared by "
       "their position\n"},
      {"joined by different types",
       {SequenceYaml("    by: proc.name\n    within: 5m\n    steps:\n"
                     "      - evt.type = connect\n"
                     "      - {condition: evt.type = execve, by: proc.pid}\n")},
       "10:44 error: proc.pid (signed) cannot be compared with proc.name (text) of \"step 1\"\n"},
      {"lineage in one step only",
       {SequenceYaml("    by: lineage\n    within: 5m\n    steps:\n"
                     "      - evt.type = connect\n"
                     "      - {condition: evt.type = execve, by: proc.pid}\n")},
       "10:44 error: a sequence is joined by lineage in all of its steps or in none | write "
       "`lineage` into the \"by\" of the sequence\n"},
      {"lineage of too many generations",
       {SequenceYaml("    by: lineage[9]\n    within: 5m\n    steps:\n" + two)},
       "6:9 error: lineage takes a number from 0 to 8 in its brackets | lineage[1]: the later "
       "steps are by descendants of the first step's parent\n"},
      {"an unknown field to join",
       {SequenceYaml("    by: proc.exec_i\n    within: 5m\n    steps:\n" + two)},
       "6:9 error: unknown field \"proc.exec_i\" | did you mean \"proc.exec_id\"?\n"},
      {"a field that a step never has",
       {SequenceYaml("    by: fd.name\n    within: 5m\n    steps:\n" + two)},
       "6:9 error: fd.name never has a value for the events of \"step 2\": process_exec, "
       "process_exec_failed | it has one for: file_open, network_connect, file_receive, file_mmap, "
       "file_mprotect and 9 more\n"},
      {"a mistake in a step is found",
       {SequenceYaml("    by: proc.pid\n    within: 5m\n    steps:\n"
                     "      - evt.type = connect\n      - proc.nam = x\n")},
       "10:9 error: unknown field \"proc.nam\" | did you mean \"proc.name\"?\n"},
      {"a step that never happens",
       {SequenceYaml("    by: proc.pid\n    within: 5m\n    steps:\n      - evt.type = connect\n"
                     "      - {name: s, condition: evt.type = execve and evt.type = connect}\n")},
       "10:9 warning: the condition of \"r\", \"s\", can never be true\n"},
  };
  ExpectMessages(cases);
}

TEST(RuleExtensions, MistakesOfCountingHaveAPlace) {
  const Case cases[] = {
      {"no count",
       {Opens("  threshold: {within: 1m}\n")},
       "6:14 error: the threshold has no \"count\"\n"},
      {"a count of one",
       {Opens("  threshold: {count: 1, within: 1m}\n")},
       "6:22 error: \"count\" is a number from 2 to 1000\n"},
      {"no window",
       {Opens("  threshold: {count: 5}\n")},
       "6:14 error: \"within\" is missing | for example `within: 5m`\n"},
      {"a threshold in vain",
       {Opens("  threshold: {count: 5, distinct: fd.rport, within: 1m}\n")},
       "6:35 error: fd.rport never has a value for the events of the rule: file_open | it has one "
       "for: network_connect, network_socket, network_bind, network_listen, network_accept and 4 "
       "more\n"},
      {"two at once",
       {Opens("  threshold: {count: 5, within: 1m}\n"
              "  first_seen: {fields: proc.name, for: 2d}\n")},
       "7:3 error: a rule has one of sequence, threshold and first_seen | make two rules of it\n"},
      {"nothing to be new",
       {Opens("  first_seen: {for: 2d}\n")},
       "6:15 error: what is to be new? \"fields\" is missing | for example `fields: "
       "[proc.exepath, user.name]`\n"},
      {"forgotten before it is learnt",
       {Opens("  first_seen: {fields: proc.name, for: 12h}\n")},
       "6:40 error: \"warm_up\" (1d unless given) is shorter than \"for\" | what is learnt in the "
       "warm-up must not be forgotten before its end\n"},
      {"not a map",
       {Opens("  suppress: 10m\n")},
       "6:13 error: \"suppress\" is a map: {key: value, ...}\n"},
      {"no fields", {Opens("  suppress: {by: [], for: 10m}\n")}, "6:18 error: \"by\" is empty\n"},
  };
  ExpectMessages(cases);
}

TEST(RuleExtensions, MistakesOfActionsAndMetadataHaveAPlace) {
  const Case cases[] = {
      {"an unknown action",
       {Opens("  action: block\n")},
       "6:11 error: unknown action \"block\" | action is alert or deny or kill\n"},
      {"an unknown mode",
       {Opens("  mode: on\n")},
       "6:9 error: unknown mode \"on\" | mode is monitor or enforce\n"},
      {"enforcing an alert",
       {Opens("  mode: enforce\n")},
       "6:9 warning: there is nothing to enforce: the action is alert | say what to do: `action: "
       "deny` or `action: kill`\n"},
      {"how to deny, where nothing is denied",
       {Opens("  errno: EACCES\n")},
       "6:3 warning: this key is about denying: the action is alert | say what to do: `action: "
       "deny` "
       "or `action: kill`\n"},
      {"an unknown errno",
       {Opens("  action: deny\n  errno: EWRONG\n")},
       "7:10 error: unknown errno \"EWRONG\" | errno is EPERM or ENOENT or EACCES or EBUSY or "
       "EINVAL "
       "or EROFS or ECONNREFUSED\n"},
      {"an unknown way to fail",
       {Opens("  action: deny\n  fail: shut\n")},
       "7:9 error: unknown fail \"shut\" | fail is open or closed\n"},
      {"a budget without an end",
       {Opens("  action: deny\n  budget: {count: 5}\n")},
       "7:11 error: \"within\" is missing | for example `within: 5m`\n"},
      {"a budget of none",
       {Opens("  action: deny\n  budget: {count: 0, within: 1m}\n")},
       "7:19 error: \"count\" is a number from 1 to 100000 | `budget: {count: 50, within: 1m}`: so "
       "many different processes; `budget: off`: any number\n"},
      {"what cannot be denied",
       {Opens("  action: deny\n  threshold: {count: 5, within: 1m}\n")},
       "6:11 error: only what the kernel decides alone can be denied or killed, and sequence, "
       "threshold and first_seen are decided in user space | `action: alert` tells of it; what "
       "shall be denied says another rule, about a single act: its path, program or lineage\n"},
      {"not a link",
       {Opens("  references: [see the wiki]\n")},
       "6:16 error: \"see the wiki\" is not the address of a page | references begin with https:// "
       "or http:// and have no blanks; what is not a link belongs into desc\n"},
      {"a link without a host",
       {Opens("  references: https:///x\n")},
       "6:15 error: \"https:///x\" is not the address of a page | references begin with https:// "
       "or http:// and have no blanks; what is not a link belongs into desc\n"},
      {"not an id",
       {Opens("  attack: [T105]\n")},
       "6:12 error: \"T105\" is no id of ATT&CK | ids are T1059 (technique), T1059.004 "
       "(sub-technique) and TA0002 (tactic)\n"},
      {"a tag that is nearly an id",
       {Opens("  tags: [T1059.4]\n")},
       "6:10 warning: the tag \"T1059.4\" looks like an id of ATT&CK and is none | ids are T1059 "
       "(technique), T1059.004 (sub-technique) and TA0002 (tactic)\n"},
  };
  ExpectMessages(cases);
}

TEST(RuleExtensions, AttackIds) {
  for (const absl::string_view id : {"T1059", "T1059.004", "TA0002"}) EXPECT_TRUE(IsAttackId(id));
  for (const absl::string_view id : {"", "T", "T105", "T10590", "T1059.", "T1059.04", "T1059.0044",
                                     "TA002", "TA00021", "t1059", "T1059,004", "mitre_execution"}) {
    EXPECT_FALSE(IsAttackId(id)) << id;
  }
}

}  // namespace
}  // namespace vedette
