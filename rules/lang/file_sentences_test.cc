// SPDX-License-Identifier: Apache-2.0
//
// The sentences of the language's reference about files, each with its name: what a user's own file
// does to one that was published before it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

// Stands for a published file.
const char kPublished[] = R"(
- required_engine_version: 0.63.0
- required_plugin_versions:
    - name: container
      version: 0.4.0
- list: shells
  items: [bash, sh]
- list: shell_lines
  items: ['"sh -c a, b"', '"bash -i"']
- list: more_shells
  items: [shells, zsh]
- macro: spawned
  condition: (evt.type in (execve, execveat))
- macro: user_exceptions
  condition: (evt.num = 0)
- rule: First
  desc: d
  condition: spawned and proc.name in (shells) and not user_exceptions
  output: first (%proc.name)
  priority: WARNING
  tags: [host]
- rule: Second
  desc: d
  condition: spawned and proc.name in (more_shells)
  output: second
  priority: NOTICE
)";

const char kFirst[] =
    "First: (evt.type in (execve, execveat) and proc.name in (bash, sh) and not evt.num = 0)\n";
const char kSecond[] =
    "Second: (evt.type in (execve, execveat) and proc.name in (bash, sh, zsh))\n";

struct Sentence {
  const char* text;
  const char* local;
  std::string shown;  // The conditions, or the messages if there are some.
};

void Check(const std::vector<Sentence>& sentences) {
  for (const Sentence& sentence : sentences) {
    const LoadResult result = LoadFiles({kPublished, sentence.local});
    EXPECT_EQ(result.diagnostics.empty() ? ConditionTexts(result) : Messages(result),
              sentence.shown)
        << sentence.text;
  }
}

TEST(FileSentences, NothingChangesNothing) {
  Check({{"an empty file", "", absl::StrCat(kFirst, kSecond)},
         {"an empty document", "---\n", absl::StrCat(kFirst, kSecond)},
         {"an empty list of items", "[]\n", absl::StrCat(kFirst, kSecond)}});
}

TEST(FileSentences, Appends) {
  const std::string appended =
      "First: (evt.type in (execve, execveat) and proc.name in (bash, sh) and not evt.num = 0 and "
      "proc.pid = 1)\n";
  Check({
      {"append: true joins conditions with a blank",
       "- rule: First\n  append: true\n  condition: and proc.pid = 1\n", appended + kSecond},
      {"override append does the same",
       "- rule: First\n  condition: and proc.pid = 1\n  override: {condition: append}\n",
       appended + kSecond},
      {"an append that begins with or is a part of the last chain",
       "- rule: Second\n  append: true\n  condition: or proc.pid = 1\n",
       absl::StrCat(kFirst,
                    "Second: ((evt.type in (execve, execveat) and proc.name in (bash, sh, zsh)) or "
                    "proc.pid = 1)\n")},
      {"what is appended to must exist",
       "- rule: Frst\n  append: true\n  condition: and proc.pid = 1\n",
       "1:9 error: there is no earlier rule \"Frst\" to change | did you mean \"First\"?\n"},
      {"append and override together are an error",
       "- rule: First\n  append: true\n  condition: and proc.pid = 1\n  override: {condition: "
       "append}\n",
       "2:3 error: \"append\" and \"override\" exclude each other | `override: {condition: "
       "append}` "
       "says the same as `append: true`\n"},
  });
}

TEST(FileSentences, Overrides) {
  Check({
      {"override lists exactly the keys that are given",
       "- rule: First\n  condition: proc.pid = 1\n  priority: ERROR\n  override: {condition: "
       "replace}\n",
       "3:3 error: \"priority\" is missing in \"override\" | override lists exactly the keys that "
       "are given\n"},
      {"a rule with only enabled toggles", "- rule: First\n  enabled: false\n", kSecond},
      {"enabled once more", "- rule: First\n  enabled: false\n- rule: First\n  enabled: true\n",
       absl::StrCat(kFirst, kSecond)},
      {"enabled by override", "- rule: First\n  enabled: false\n  override: {enabled: replace}\n",
       kSecond},
      {"a redefinition replaces the content and keeps the place",
       "- rule: First\n  condition: proc.pid = 1\n  desc: d\n  output: o\n  priority: debug\n",
       absl::StrCat("First: proc.pid = 1\n", kSecond)},
      {"a macro that rules use is replaced for them",
       "- macro: user_exceptions\n  condition: (proc.pname = cron)\n",
       absl::StrCat("First: (evt.type in (execve, execveat) and proc.name in (bash, sh) and not "
                    "proc.pname = cron)\n",
                    kSecond)},
      {"a list that rules use is appended to for them, and for the lists that use it",
       "- list: shells\n  items: [fish]\n  override: {items: append}\n",
       "First: (evt.type in (execve, execveat) and proc.name in (bash, sh, fish) and not evt.num = "
       "0)\nSecond: (evt.type in (execve, execveat) and proc.name in (bash, sh, fish, zsh))\n"},
      {"the last definition of a list counts, and keeps the place",
       "- list: shells\n  items: [fish]\n",
       "First: (evt.type in (execve, execveat) and proc.name in (fish) and not evt.num = 0)\n"
       "Second: (evt.type in (execve, execveat) and proc.name in (fish, zsh))\n"},
  });
}

TEST(FileSentences, ListsAreText) {
  const auto rule = [](const char* condition) {
    return absl::StrCat("- rule: First\n  enabled: false\n- rule: Second\n  enabled: false\n",
                        RuleYaml("r", condition));
  };
  const std::pair<const char*, const char*> kCases[] = {
      {"proc.cmdline in (shell_lines)", "proc.cmdline in (\"sh -c a, b\", \"bash -i\")"},
      {"proc.name in(shells)", "proc.name in (bash, sh)"},
      {"proc.name in (a,shells,b)", "proc.name in (a, bash, sh, b)"},
      {"proc.name pmatch (shells)", "proc.name pmatch (bash, sh)"},
      {"proc.name startswith anyof (shells)", "proc.name startswith anyof (bash, sh)"},
      {"proc.name in (my_shells)", "proc.name in (my_shells)"},
  };
  for (const auto& [condition, canonical] : kCases) {
    EXPECT_EQ(ConditionsOf({kPublished, rule(condition)}), absl::StrCat("r: ", canonical, "\n"));
  }
}

TEST(FileSentences, Macros) {
  Check({
      {"an earlier file cannot use a macro that only a later one defines; a rule of the later can",
       "- macro: mine\n  condition: proc.pid = 1\n- rule: Second\n  condition: and mine\n"
       "  override: {condition: append}\n",
       absl::StrCat(kFirst,
                    "Second: (evt.type in (execve, execveat) and proc.name in (bash, sh, zsh) and "
                    "proc.pid = 1)\n")},
      {"a macro may use only macros defined before it",
       "- macro: a\n  condition: b\n- macro: b\n  condition: proc.pid = 1\n",
       "2:14 error: the macro \"b\" is defined only later | a macro can use those defined before "
       "it: move it down\n"},
      {"a macro that is replaced may not use itself",
       "- macro: spawned\n  condition: spawned and proc.pid = 1\n",
       "1:10 error: the macro \"spawned\" uses itself: spawned -> spawned\n"},
      {"an unknown macro is an error", "- rule: Second\n  append: true\n  condition: and spawnd\n",
       "3:18 error: unknown macro \"spawnd\" | did you mean \"spawned\"?\n"},
      {"a macro appended to is a whole",
       "- macro: user_exceptions\n  append: true\n  condition: or proc.pid = 1\n",
       absl::StrCat("First: (evt.type in (execve, execveat) and proc.name in (bash, sh) and not "
                    "(evt.num = 0 or proc.pid = 1))\n",
                    kSecond)},
  });
}

TEST(FileSentences, Exceptions) {
  const std::string added =
      "First: ((evt.type in (execve, execveat) and proc.name in (bash, sh) and not evt.num = 0) "
      "and not ";
  const char kBase[] =
      "- rule: First\n  exceptions:\n    - {name: e, fields: [proc.name, proc.pname], "
      "values: [[a, b]]}\n  override: {exceptions: append}\n";
  Check({
      {"a list of fields defaults to =", kBase,
       added + "(proc.name = a and proc.pname = b))\n" + kSecond},
      {"a scalar field defaults to in",
       "- rule: First\n  exceptions:\n    - {name: e, fields: proc.name, values: [a, b]}\n"
       "  override: {exceptions: append}\n",
       added + "proc.name in (a, b))\n" + kSecond},
      {"comps say otherwise",
       "- rule: First\n  append: true\n  exceptions:\n    - {name: e, fields: [proc.name, "
       "proc.cmdline], comps: [startswith, in], values: [[a, [b, c]]]}\n",
       added + "(proc.name startswith a and proc.cmdline in (b, c)))\n" + kSecond},
      {"without values an exception does nothing",
       "- rule: First\n  append: true\n  exceptions:\n    - {name: e, fields: [proc.name]}\n",
       absl::StrCat(kFirst, kSecond)},
  });
  const char kMore[] =
      "- rule: First\n  exceptions:\n    - {name: e, values: [[c, d]]}\n"
      "  override: {exceptions: append}\n";
  EXPECT_EQ(ConditionsOf({kPublished, kBase, kMore}),
            added +
                "((proc.name = a and proc.pname = b) or (proc.name = c and proc.pname = d)))\n" +
                kSecond)
      << "appending may add values to an existing name";
}

TEST(FileSentences, Priorities) {
  const std::pair<const char*, Priority> kPriorities[] = {
      {"emergency", Priority::kEmergency}, {"ALERT", Priority::kAlert},
      {"Critical", Priority::kCritical},   {"eRRor", Priority::kError},
      {"WARNING", Priority::kWarning},     {"notice", Priority::kNotice},
      {"INFO", Priority::kInformational},  {"Informational", Priority::kInformational},
      {"debug", Priority::kDebug},
  };
  for (const auto& [name, priority] : kPriorities) {
    const LoadResult result =
        LoadFiles({kPublished, absl::StrCat("- rule: First\n  priority: ", name,
                                            "\n  override: {priority: replace}\n")});
    ASSERT_NE(result.program, nullptr) << Messages(result);
    EXPECT_EQ(result.program->rules.at(0).priority, priority) << name;
  }
}

TEST(FileSentences, UnknownKindsAndKeysAreWarnings) {
  const LoadResult result = LoadFiles(
      {kPublished, "- rules: x\n" + RuleYaml("r", "proc.pid = 1", "  tag: [x]\n  author: me\n")});
  EXPECT_EQ(result.diagnostics.errors(), 0u);
  EXPECT_GE(result.diagnostics.warnings(), 2u) << Messages(result);
  EXPECT_NE(result.program, nullptr);
}

TEST(FileSentences, WhatIsUnusedIsSaidToWhoAsks) {
  const std::vector<RuleSource> sources = {
      {"f",
       "- list: used\n  items: [a]\n- list: inner\n  items: [b]\n"
       "- list: outer\n  items: [inner]\n- list: idle\n  items: [c]\n"
       "- macro: a\n  condition: proc.name in (used, outer)\n"
       "- macro: b\n  condition: a\n- macro: c\n  condition: a\n" +
           RuleYaml("r", "evt.type = execve and b") + RuleYaml("s", "proc.pid = 1") +
           RuleYaml("t", "proc.pid = 1", "  warn_evttypes: false\n") +
           RuleYaml("u", "evt.num >= 0", "  enabled: false\n")}};
  EXPECT_EQ(Messages(LoadRules(sources, {}, {.warn_unused = true})),
            "7:9 warning: nothing uses the list \"idle\"\n"
            "13:10 warning: no rule uses the macro \"c\"\n"
            "20:9 warning: the condition of \"s\" does not say which types of events it is about | "
            "say so with evt.type; `warn_evttypes: false` takes this warning away\n"
            "31:9 warning: the condition of \"u\" is always true\n");
  EXPECT_EQ(Messages(LoadRules(sources)), "31:9 warning: the condition of \"u\" is always true\n");
}

TEST(FileSentences, RulesWithoutAnEventType) {
  const auto warned = [](absl::string_view condition) {
    const RuleSource source{"f", RuleYaml("r", condition)};
    const std::string said = Messages(LoadRules({&source, 1}, {}, {.warn_unused = true}));
    return said.find("does not say which types of events") != std::string::npos;
  };
  for (const char* condition :
       {"proc.name = nc", "evt.type != execve", "not evt.type in (execve, open)",
        "fd.name = /etc/shadow", "evt.type = execve or proc.name = nc",
        "evt.type != execve and proc.name = nc", "evt.category != file"}) {
    EXPECT_TRUE(warned(condition)) << condition;
  }
  for (const char* condition :
       {"evt.type = execve", "evt.type in (execve, open) and proc.name = nc",
        "evt.kind = file_open", "evt.category = net", "not not evt.type = execve",
        "evt.is_open_read = true", "evt.type = mount", "evt.num = 0"}) {
    EXPECT_FALSE(warned(condition)) << condition;
  }
}

TEST(FileSentences, AListMayNameThoseThatWereThereBeforeItWasReplaced) {
  EXPECT_EQ(ConditionsOf({"- list: a\n  items: [x]\n- list: b\n  items: [y]\n"
                          "- list: a\n  items: [b, z]\n" +
                          RuleYaml("r", "proc.name in (a)")}),
            "r: proc.name in (y, z)\n");
  EXPECT_EQ(ConditionsOf({"- list: a\n  items: [b]\n- list: b\n  items: [y]\n" +
                          RuleYaml("r", "proc.name in (a)")}),
            "r: proc.name in (b)\n");
  const LoadResult circle =
      LoadFiles({"- list: a\n  items: [x]\n- list: b\n  items: [a]\n- list: a\n  items: [b, z]\n" +
                 RuleYaml("r", "proc.name in (a)")});
  EXPECT_EQ(Messages(circle),
            "4:11 warning: the list \"a\" goes round in a circle: here it is a text\n");
  EXPECT_EQ(ConditionTexts(circle), "r: proc.name in (a, z)\n");
}

}  // namespace
}  // namespace vedette
