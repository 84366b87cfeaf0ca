// SPDX-License-Identifier: Apache-2.0
//
// The whole way from files to a program, and files that mean harm.
#include "rules/lang/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "absl/strings/match.h"
#include "rules/lang/lists.h"
#include "rules/lang/parser.h"
#include "rules/lang/rule_file.h"
#include "rules/lang/testing.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr absl::string_view kFiveMistakes = R"(# Five mistakes, one of a kind.
- list: shells
  items: [bash, sh]

- macro: spawned
  condition: evt.type in (execve, exceveat)

- rule: Shell in a container
  desc: Somebody looks around
  condition: >
    spawned and container.id != host
    and proc.nam in (shells)
  output: Shell (user=%user.name command=%proc.cmdlin)
  priority: WARNING

- rule: Fast port
  desc: d
  condition: |
    evt.type = connect and
      (fd.rport = 99999 or fd.rport = 22
  output: o
  priority: Warnning
)";

constexpr absl::string_view kFiveDiagnostics =
    R"(five.yaml:6:35: error: unknown value "exceveat" of evt.type
    6 |   condition: evt.type in (execve, exceveat)
      |                                   ^~~~~~~~
  hint: did you mean "execveat"?
five.yaml:12:9: error: unknown field "proc.nam"
   12 |     and proc.nam in (shells)
      |         ^~~~~~~~
  hint: did you mean "proc.name"?
five.yaml:13:43: error: unknown field "proc.cmdlin"
   13 |   output: Shell (user=%user.name command=%proc.cmdlin)
      |                                           ^~~~~~~~~~~
  hint: did you mean "proc.cmdline"?
five.yaml:20:7: error: this parenthesis is not closed
   20 |       (fd.rport = 99999 or fd.rport = 22
      |       ^
  hint: write `)` where it ends, or take this one out
five.yaml:22:13: error: unknown priority "Warnning"
   22 |   priority: Warnning
      |             ^~~~~~~~
  hint: did you mean "Warning"?
)";

TEST(LoadRules, ReportsAllMistakesOfAFileWithPlaceAndHint) {
  const RuleSource source{"five.yaml", std::string(kFiveMistakes)};
  const LoadResult result = LoadRules({&source, 1});
  EXPECT_EQ(result.diagnostics.ToText(), std::string(kFiveDiagnostics));
  EXPECT_EQ(result.program, nullptr);
}

TEST(LoadRules, AnErrorHidesNoWarningAboutOtherRules) {
  const std::vector<RuleSource> sources = {
      {"a.yaml", RuleYaml("wrong", "proc.nam = 1") + RuleYaml("broken", "used_by_broken and (")},
      {"b.yaml",
       "- macro: used_by_broken\n  condition: proc.pid = 1\n"
       "- macro: used_by_refused\n  condition: proc.pid = 1\n"
       "- macro: idle\n  condition: proc.pid = 1\n" +
           RuleYaml("never", "evt.type = execve and fd.rport = 1") +
           RuleYaml("typeless", "proc.pid = 1") + RuleYaml("always", "evt.num > 0") +
           "- rule: refused\n  condition: used_by_refused\n  override: {desc: replace}\n"}};
  const LoadResult result = LoadRules(sources, {}, {.warn_unused = true});
  EXPECT_EQ(result.program, nullptr);
  EXPECT_EQ(result.diagnostics.errors(), 4U) << Messages(result);
  const std::string text = Messages(result);
  for (const char* said :
       {"no rule uses the macro \"idle\"", "\"never\" can never be true",
        "\"typeless\" does not say which types of events", "\"always\" is always true"}) {
    EXPECT_THAT(text, HasSubstr(said));
  }
  EXPECT_EQ(result.diagnostics.warnings(), 4U) << text;
}

TEST(LoadRules, ReportsTheMistakesOfAllFilesInTheirOrder) {
  const std::vector<RuleSource> sources = {{"z.yaml", RuleYaml("r", "proc.nam = 1")},
                                           {"a.yaml", RuleYaml("s", "proc.pi = 1")}};
  const LoadResult result = LoadRules(sources);
  ASSERT_EQ(result.diagnostics.size(), 2u);
  EXPECT_EQ(result.diagnostics[0].file, "z.yaml");
  EXPECT_EQ(result.diagnostics[1].file, "a.yaml");
}

TEST(LoadRules, AFileThatIsNotYamlHidesNoOtherRule) {
  const LoadResult result =
      LoadFiles({RuleYaml("a", "proc.nam = 1") + "- rule: b\n  condition: \"open\n  desc: d: e\n" +
                 RuleYaml("c", "proc.pi = 1")});
  EXPECT_EQ(result.diagnostics.errors(), 3u) << Messages(result);
}

// The place of a mistake in a condition, in each of YAML's styles.
struct Style {
  const char* name;
  const char* yaml;
  uint32_t line, column;
};
constexpr Style kStyles[] = {
    {"plain", "proc.name = a and proc.nam = b", 2, 32},
    {"plain over lines", "proc.name = a\n    and\n      proc.nam = b", 4, 7},
    {"folded", ">\n    proc.name = a and\n    proc.nam = b", 4, 5},
    {"folded, with empty lines", ">-\n    proc.name = a\n\n\n    and proc.nam = b", 6, 9},
    {"folded, with deeper lines", ">\n    proc.name = a\n      and\n        proc.nam = b", 5, 9},
    {"literal", "|\n    proc.name = a\n    and proc.nam = b", 4, 9},
    {"literal, with an indentation", "|2\n      proc.name = a\n    and proc.nam = b", 4, 9},
    {"double quotes", "\"proc.name = \\\"a\\\"\n    and proc.nam = b\"", 3, 9},
    {"single quotes", "'proc.name = ''a''\n    and proc.nam = b'", 3, 9},
    {"double quotes with a joined line", "\"proc.name = a \\\n    and proc.nam = b\"", 3, 9},
};

TEST(LoadRules, PlacesAreThoseOfTheFileInEveryStyle) {
  for (const Style& style : kStyles) {
    const LoadResult result = LoadFiles({RuleYaml("r", style.yaml)});
    ASSERT_EQ(result.diagnostics.size(), 1u) << style.name << Messages(result);
    const Diagnostic& d = result.diagnostics[0];
    EXPECT_EQ(d.message, "unknown field \"proc.nam\"") << style.name;
    EXPECT_EQ(d.line, style.line) << style.name;
    EXPECT_EQ(d.column, style.column) << style.name;
    EXPECT_EQ(d.source.substr(d.column - 1, d.length), "proc.nam") << style.name;
  }
}

TEST(LoadRules, RecordingConditionsComeLastAndUseMacrosAndLists) {
  const RuleSource source{"f",
                          "- macro: m\n  condition: evt.type = execve\n"
                          "- list: l\n  items: [a, b]\n" +
                              RuleYaml("r", "m")};
  const std::vector<NamedCondition> recording = {{"record execs", "m and proc.name in (l)"}};
  const LoadResult result = LoadRules({&source, 1}, recording);
  ASSERT_NE(result.program, nullptr) << Messages(result);
  ASSERT_EQ(result.program->rules.size(), 2u);
  const Rule& rule = result.program->rules[1];
  EXPECT_TRUE(rule.recording);
  EXPECT_EQ(rule.name, "record execs");
  EXPECT_EQ(rule.condition_text, "(evt.type = execve and proc.name in (a, b))");
  EXPECT_EQ(rule.kinds, KindsOfType("execve"));
  EXPECT_TRUE(rule.output.empty());
}

TEST(LoadRules, AMistakeInARecordingConditionNamesIt) {
  const NamedCondition where{"--where", "proc.nam = x"};
  const LoadResult result = LoadRules({}, {&where, 1});
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_THAT(result.diagnostics.ToText(), testing::StartsWith("--where:1:1: error: unknown"));
}

TEST(LoadRules, NothingIsAnEmptyProgram) {
  const LoadResult result = LoadRules({});
  ASSERT_NE(result.program, nullptr);
  EXPECT_TRUE(result.program->rules.empty());
}

TEST(LoadRules, CanonicalTextsLoadAgainAsTheyAre) {
  const LoadResult result = LoadFiles({RuleYaml(
      "r",
      "'(proc.name in (a, \"b c\", \"(d)\", \"\") or not proc.cmdline contains \"\\\"x\\\\y\\t\")"
      " and evt.type in (open, openat) and fd.num >= -1 and proc.aname[3] = e'")});
  ASSERT_NE(result.program, nullptr) << Messages(result);
  const std::string text = result.program->rules.at(0).condition_text;
  const LoadResult again = LoadCondition(text);
  ASSERT_NE(again.program, nullptr) << Messages(again);
  EXPECT_EQ(again.program->rules.at(0).condition_text, text);
}

TEST(LoadRules, TakesConditionsThatAreNestedAsDeeplyAsAllowed) {
  std::string deep;
  for (int i = 0; i < 490; ++i) deep += "(proc.pid = 1 or not ";
  deep += "proc.pid = 2" + std::string(490, ')');
  const LoadResult result = LoadCondition(deep);
  ASSERT_NE(result.program, nullptr) << Messages(result);
  EXPECT_EQ(result.program->rules.at(0).condition_text, deep);
}

TEST(Priority, Names) {
  EXPECT_EQ(PriorityName(Priority::kEmergency), "Emergency");
  EXPECT_EQ(PriorityName(Priority::kDebug), "Debug");
}

// Every condition of the published rules, with its lists put in, is grammar and stays the same when
// it is printed and parsed again.
TEST(PublishedRules, AreGrammar) {
  const char* const shared = std::getenv("VEDETTE_SHARED");
  const std::filesystem::path folder =
      std::filesystem::path(shared != nullptr ? shared : "../shared") / "falco";
  const std::vector<std::string> paths = {(folder / "falco_rules.yaml").string(),
                                          (folder / "falco-incubating_rules.yaml").string()};
  const auto texts = ReadRuleSources(paths);
  if (!texts.ok()) GTEST_SKIP() << "no published rules (VEDETTE_SHARED): " << texts.status();

  SourceMap sources;
  Diagnostics diagnostics;
  std::vector<YamlTree> trees;
  for (const RuleSource& text : *texts) {
    trees.push_back(ReadYaml(sources, sources.Add(text.name, text.text), diagnostics));
  }
  Reporter reporter(sources, diagnostics);
  const RuleFiles files = JoinRuleFiles(trees, reporter);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.ToText();
  Budget budget(64 << 20);
  const Lists lists(files.lists, budget, reporter);
  const auto check = [&](const std::string& name, const MappedText& condition) {
    MappedText text;
    ASSERT_TRUE(lists.Substitute(condition, text));
    const ParsedCondition parsed = ParseCondition(text.text());
    ASSERT_NE(parsed.expr, nullptr) << name << ": " << parsed.error->message;
    const std::string canonical = ToText(*parsed.expr);
    const ParsedCondition again = ParseCondition(canonical);
    ASSERT_NE(again.expr, nullptr) << canonical;
    EXPECT_EQ(ToText(*again.expr), canonical) << name;
  };
  for (const MacroDefinition& macro : files.macros.all) check(macro.name, macro.condition);
  for (const RuleDefinition& rule : files.rules.all) check(rule.name, rule.condition);
  EXPECT_EQ(files.rules.all.size(), 56u) << "rules of both files";
}

// Each file alone, and both in their order.
TEST(PublishedRules, LoadAndOnlyMissWhatNothingSuppliesYet) {
  const char* const shared = std::getenv("VEDETTE_SHARED");
  const std::filesystem::path folder =
      std::filesystem::path(shared != nullptr ? shared : "../shared") / "falco";
  const std::vector<std::string> paths = {(folder / "falco_rules.yaml").string(),
                                          (folder / "falco-incubating_rules.yaml").string()};
  const auto texts = ReadRuleSources(paths);
  if (!texts.ok()) GTEST_SKIP() << "no published rules (VEDETTE_SHARED): " << texts.status();
  for (const std::vector<RuleSource>& files :
       {std::vector<RuleSource>{(*texts)[0]}, std::vector<RuleSource>{(*texts)[1]}, *texts}) {
    const LoadResult result = LoadRules(files, {}, {.warn_unused = true});
    EXPECT_NE(result.program, nullptr);
    for (const Diagnostic& d : result.diagnostics) {
      EXPECT_EQ(d.severity, Severity::kWarning) << ToText(d);
      const bool unused =
          absl::StartsWith(d.message, "no rule uses the macro ") ||
          absl::StartsWith(d.message, "nothing uses the list ") ||
          // Its list of namespaces is empty, for the user to fill.
          absl::StrContains(d.message, "\"Network Connection outside Local Subnet\"");
      EXPECT_TRUE(absl::StartsWith(d.message, "nothing supplies ") || unused) << ToText(d);
    }
  }
}

// Each file is about 64 KiB and must be answered, whatever the answer, at once: the limit leaves
// room for debug builds with sanitizers.
std::string Repeat(absl::string_view text, size_t bytes) {
  std::string all;
  while (all.size() + text.size() <= bytes) absl::StrAppend(&all, text);
  return all;
}

struct Hostile {
  const char* name;
  std::string file;
};

std::vector<Hostile> HostileFiles() {
  constexpr size_t kBytes = 64 << 10;
  std::string bomb = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  std::string macros = "- macro: m0\n  condition: proc.pid = 1\n";
  std::string lists = "- list: l0\n  items: [x, x]\n";
  std::string rules = "- list: l\n  items: [" + Repeat("a, ", 20'000) + "a]\n";
  for (int i = 1; i < 30; ++i) {
    absl::StrAppend(&bomb, "- &a", i, " [*a", i - 1, ", *a", i - 1, ", *a", i - 1, "]\n");
    absl::StrAppend(&macros, "- macro: m", i, "\n  condition: m", i - 1, " or m", i - 1, "\n");
    absl::StrAppend(&lists, "- list: l", i, "\n  items: [l", i - 1, ", l", i - 1, "]\n");
  }
  for (int i = 0; i < 400; ++i) rules += RuleYaml(absl::StrCat(i), "proc.name in (l)");
  std::string wide = "- list: l\n  items: &i [" + Repeat("a, ", 30'000) + "a]\n";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&wide, "- list: l", i, "\n  items: *i\n");
  std::string redefined;
  for (int i = 0; i < 900; ++i) absl::StrAppend(&redefined, "- macro: m", i, "\n  condition: a\n");
  for (int i = 0; i < 900; ++i) {
    absl::StrAppend(&redefined, "- macro: m", i, "\n  condition: m", i + 1, "\n");
  }
  return {
      {"aliases of aliases", bomb},
      {"many aliases of a long list", wide},
      {"macros of macros", macros + RuleYaml("r", "m29 and m29")},
      {"lists of lists", lists + RuleYaml("r", "proc.name in (l29)")},
      {"a long list in many rules", rules},
      {"macros in a long chain backwards", redefined},
      {"deep brackets", Repeat("[", kBytes)},
      {"deep braces", Repeat("{a: ", kBytes)},
      {"deep dashes", Repeat("- ", kBytes)},
      {"deep question marks", Repeat("? ", kBytes)},
      {"many broken items", "- [\n" + Repeat("- a\n", kBytes - 4)},
      {"many empty documents", Repeat("---\n", kBytes)},
      {"deep parentheses", RuleYaml("r", Repeat("(", kBytes - 100))},
      {"a deep tree", RuleYaml("r", Repeat("(proc.pid = 1 or proc.pid = 2 and not ", 38'000) +
                                        "proc.pid = 3" + Repeat(")", 1000))},
      {"nots", RuleYaml("r", Repeat("not ", kBytes - 100) + "a")},
      {"unknown fields", RuleYaml("r", Repeat("a.b exists or ", kBytes - 100) + "a.b exists")},
      {"unknown macros",
       redefined.substr(0, 20'000) + RuleYaml("r", Repeat("mmm or ", 40'000) + "mmm")},
      {"unknown fields in an output",
       "- rule: r\n  condition: proc.pid = 1\n  desc: d\n  priority: info\n  output: " +
           Repeat("%a.b ", kBytes - 100)},
      {"unknown keys", "- rule: r\n" + Repeat("  tagz: x\n", kBytes - 100)},
      {"large regular expressions",
       RuleYaml("r", Repeat("proc.name regex '(\\pL{100}){9}' or ", kBytes - 200) +
                         "proc.name regex '((a{30}){30}|b){1}'")},
      {"different regular expressions",
       [] {
         std::string text;
         for (int i = 0; i < 1500; ++i)
           absl::StrAppend(&text, "proc.name regex '", i, "(a{900})' or ");
         return RuleYaml("r", text + "proc.pid = 1");
       }()},
      {"one long line", RuleYaml("r", Repeat("proc.nam = x or ", kBytes - 200) + "a")},
      {"an open quote", "- rule: \"" + Repeat("a\n", kBytes - 100)},
      {"many anchors", Repeat("- &a b\n", kBytes)},
      {"long keys", "- " + Repeat("a", kBytes) + ": b\n"},
  };
}

TEST(HostileFiles, AreAnsweredSoonAndWithinMemory) {
  for (const Hostile& hostile : HostileFiles()) {
    ASSERT_LE(hostile.file.size(), size_t{70} << 10) << hostile.name;
    const std::clock_t start = std::clock();  // Of this process alone.
    const LoadResult result = LoadFiles({hostile.file});
    (void)result.diagnostics.ToText();
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    EXPECT_LT(seconds, 10) << hostile.name;
    RecordProperty(hostile.name, std::to_string(seconds));
  }
}

}  // namespace
}  // namespace vedette
