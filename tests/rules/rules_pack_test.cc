// SPDX-License-Identifier: Apache-2.0
//
// Every shipped rule holds for what it is about, and keeps silent for its neighbours. All packs are
// loaded together, as the daemon does, so a case also shows what the other rules say to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "engine/pipeline.h"
#include "engine/testing/rule_tests.h"
#include "rules/classify/classifier.h"
#include "rules/classify/enforcement.h"
#include "rules/classify/tables.h"
#include "rules/classify/terms.h"
#include "rules/lang/load.h"
#include "sensor/decode/event_view.h"
#include "tests/rules/judged.h"

namespace vedette {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

constexpr char kPacks[] = "rules/packs";
constexpr size_t kCasesSizeMax = 1 << 20;

struct Pack {
  std::string name;
  std::vector<std::string> rules;
  std::vector<RuleCase> cases;
};

struct Packs {
  std::shared_ptr<const Program> program;  // Of all packs; empty after an error.
  std::vector<Pack> all;
  std::vector<std::string> errors;
};

// The packs' folders, in the order in which their files stand when they are installed.
std::vector<std::string> PackNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kPacks)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::shared_ptr<const Program> LoadPacks(const std::vector<std::string>& names,
                                         std::vector<std::string>& errors) {
  std::vector<std::string> paths;
  for (const std::string& name : names) paths.push_back(absl::StrCat(kPacks, "/", name));
  const auto sources = ReadRuleSources(paths);
  if (!sources.ok()) {
    errors.push_back(sources.status().ToString());
    return nullptr;
  }
  LoadResult loaded = LoadRules(*sources);
  if (!loaded.diagnostics.empty()) errors.push_back(loaded.diagnostics.ToText());
  return loaded.program;
}

Pack ReadPack(const std::string& name, const Program& program, std::vector<std::string>& errors) {
  Pack pack{.name = name, .rules = {}, .cases = {}};
  const std::string folder = absl::StrCat(kPacks, "/", name, "/");
  for (const Rule& rule : program.rules) {
    if (absl::StrContains(rule.file, folder) && !rule.step_of) pack.rules.push_back(rule.name);
  }
  if (pack.rules.empty()) return pack;
  const std::string path = absl::StrCat(folder, "tests/cases.yaml");
  const auto text = ReadFile(path, kCasesSizeMax);
  if (!text.ok()) {
    errors.push_back(text.status().ToString());
    return pack;
  }
  CaseFile file = ParseCases({path, *text});
  if (!file.diagnostics.empty()) errors.push_back(file.diagnostics.ToText());
  pack.cases = std::move(file.cases);
  return pack;
}

const Packs& AllPacks() {
  static const auto* const packs = [] {
    auto* read = new Packs;
    const std::vector<std::string> names = PackNames();
    read->program = LoadPacks(names, read->errors);
    if (read->program == nullptr) read->program = std::make_shared<Program>();
    for (const std::string& name : names) {
      read->all.push_back(ReadPack(name, *read->program, read->errors));
    }
    return read;
  }();
  return *packs;
}

class Listener : public PipelineOutput {
 public:
  void OnEvent(const Event&, bool) override {}
  void OnAlert(Alert alert) override { alerts.push_back(std::move(alert)); }
  void OnGap(const RecordGap& gap) override { ADD_FAILURE() << gap.stage; }

  std::vector<Alert> alerts;
};

enum class Judged { kNo, kAsInTheKernel };

std::vector<Alert> Play(const RuleCase& one, Judged judged = Judged::kNo) {
  static const auto* const tables = new ClassifierTables(BuildTables(*AllPacks().program, 1));
  static const auto* const classifier = new Classifier(*tables);
  Listener listener;
  Pipeline pipeline(StoryHost(), listener);
  pipeline.SetProgram(AllPacks().program);
  if (judged == Judged::kAsInTheKernel) {
    for (const KindTables& kind : tables->kinds) {
      pipeline.matcher().SetSurvivorRules(tables->generation, kind.kind, kind.rules_by_term);
    }
  }
  auto records = RecordsOf(one);
  EXPECT_TRUE(records.ok()) << records.status();
  if (!records.ok()) return {};
  for (RecordBytes& record : *records) {
    if (judged == Judged::kNo || Judge(*classifier, record)) pipeline.OnRecord(record);
  }
  pipeline.Finish();
  EXPECT_TRUE(pipeline.counts().Balanced()) << one.Place();
  return std::move(listener.alerts);
}

std::vector<std::string> RulesOf(const std::vector<Alert>& alerts) {
  std::vector<std::string> names;
  for (const Alert& alert : alerts) names.push_back(alert.rule);
  std::sort(names.begin(), names.end());
  return names;
}

TEST(RulesPackTest, PacksAndCasesAreRead) {
  EXPECT_THAT(AllPacks().errors, IsEmpty());
  EXPECT_FALSE(AllPacks().program->rules.empty());
}

TEST(RulesPackTest, CasesGiveTheirAlertsAndNoOther) {
  for (const Pack& pack : AllPacks().all) {
    for (const RuleCase& one : pack.cases) {
      const CaseResult result = RunCase(AllPacks().program, one);
      EXPECT_TRUE(result.played.ok()) << result.played;
      EXPECT_THAT(result.missing, IsEmpty()) << one.Place() << ": " << one.name;
      for (const Alert& alert : result.unexpected) {
        ADD_FAILURE() << one.Place() << ": " << one.name << ": " << alert.rule;
      }
    }
  }
}

// The kernel's tables, made from the same rules, drop none of the acts that these tell of.
TEST(RulesPackTest, TheKernelLetsTheActsThrough) {
  for (const Pack& pack : AllPacks().all) {
    for (const RuleCase& one : pack.cases) {
      EXPECT_EQ(RulesOf(Play(one, Judged::kAsInTheKernel)), RulesOf(Play(one)))
          << one.Place() << ": " << one.rule << ": " << one.name;
    }
  }
}

TEST(RulesPackTest, EveryRuleHasACaseAndTwoSilentNeighbours) {
  for (const Pack& pack : AllPacks().all) {
    for (const RuleCase& one : pack.cases) {
      EXPECT_THAT(pack.rules, Contains(one.rule)) << one.Place() << ": no such rule in the pack";
    }
    for (const RuleCoverage& count : CoverageOf(*AllPacks().program, pack.cases)) {
      if (std::find(pack.rules.begin(), pack.rules.end(), count.rule) == pack.rules.end()) continue;
      EXPECT_GE(count.matching, 1U) << pack.name << ": " << count.rule;
      EXPECT_GE(count.silent, 2U) << pack.name << ": " << count.rule;
    }
  }
}

TEST(RulesPackTest, CasesHaveNamesOfTheirOwn) {
  for (const Pack& pack : AllPacks().all) {
    std::map<std::string, std::string> places;
    for (const RuleCase& one : pack.cases) {
      const auto [first, added] = places.emplace(one.rule + ": " + one.name, one.Place());
      EXPECT_TRUE(added) << one.Place() << ": has the name of " << first->second;
    }
  }
}

// Whoever reads an alert must not meet an empty place. Services have no login.
TEST(RulesPackTest, MessagesAreFilledIn) {
  for (const Pack& pack : AllPacks().all) {
    for (const RuleCase& one : pack.cases) {
      for (const Alert& alert : Play(one)) {
        std::string message = alert.message;
        const size_t login = message.find("login user <NA>");
        if (login != std::string::npos) message.erase(login, 15);
        EXPECT_FALSE(absl::StrContains(message, "<NA>")) << one.Place() << ": " << message;
      }
    }
  }
}

bool IsTechnique(absl::string_view tag) {
  if (tag.size() < 5 || tag[0] != 'T') return false;
  return std::all_of(tag.begin() + 1, tag.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '.';
  });
}
bool IsTactic(absl::string_view tag) { return absl::StartsWith(tag, "mitre_"); }
bool IsScope(absl::string_view tag) { return tag == "host" || tag == "container"; }

bool HasTag(const Rule& rule, bool (*is)(absl::string_view)) {
  return std::any_of(rule.tags.begin(), rule.tags.end(),
                     [&](const std::string& tag) { return is(tag); });
}

TEST(RulesPackTest, RulesSayWhatTheyAreAbout) {
  for (const Rule& rule : AllPacks().program->rules) {
    if (rule.step_of) continue;
    EXPECT_GE(rule.description.size(), 60U) << rule.name;
    EXPECT_TRUE(HasTag(rule, IsTechnique)) << rule.name << ": no ATT&CK technique";
    EXPECT_TRUE(HasTag(rule, IsTactic)) << rule.name << ": no ATT&CK tactic";
    EXPECT_TRUE(HasTag(rule, IsScope)) << rule.name << ": neither host nor container";
  }
}

// So that `override: {condition: append}` with `and not ...` excludes from the whole rule.
TEST(RulesPackTest, ConditionsCanBeAppendedTo) {
  const Program& program = *AllPacks().program;
  for (const Rule& rule : program.rules) {
    if (rule.sequence) continue;  // Its condition is a part of each of its steps.
    EXPECT_EQ(program.nodes[rule.condition].kind, Node::Kind::kAnd) << rule.name;
  }
}

// A file rule that the kernel cannot narrow down makes every open of the host travel. The path of a
// failed open is not known there, so a rule that also wants those has to name programs.
TEST(RulesPackTest, TheKernelNarrowsFileRulesDown) {
  const Program& program = *AllPacks().program;
  const std::string failed(1, static_cast<char>(CLASSIFY_READ | CLASSIFY_FAILED));
  for (const Term& term : TermsOf(program, WIRE_file_open)) {
    const bool by_path = !term.box.sets[CLASSIFY_path].IsAll() ||
                         !term.box.sets[CLASSIFY_name].otherwise();  // Its last part.
    const bool by_name = !term.box.sets[CLASSIFY_comm].otherwise();
    const bool wants_failed = term.box.sets[CLASSIFY_mode].Contains(failed);
    for (const TermOwner& owner : term.owners) {
      const Rule& rule = program.rules[owner.rule];
      EXPECT_TRUE(by_name || (by_path && !wants_failed)) << rule.name;
      EXPECT_FALSE(owner.merged) << rule.name << ": too many alternatives";
    }
  }
}

// Each pack needs the words of `base` and nothing else.
TEST(RulesPackTest, PacksLoadWithoutEachOther) {
  for (const std::string& name : PackNames()) {
    std::vector<std::string> errors;
    EXPECT_NE(LoadPacks({"base", name}, errors), nullptr);
    EXPECT_THAT(errors, IsEmpty()) << name;
  }
}

// Those for enforcement are not loaded with the packs: they speak of the same acts.
TEST(RulesPackTest, PresetsHoldForTheirActsAndNeighbours) {
  const auto sources = ReadRuleSources(std::vector<std::string>{"rules/presets"});
  ASSERT_TRUE(sources.ok()) << sources.status();
  const LoadResult loaded = LoadRules(*sources, {}, {.decidability = DecidabilityOf});
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  const CaseFile file =
      ParseCases({"cases", *ReadFile("rules/presets/tests/cases.yaml", kCasesSizeMax)});
  EXPECT_TRUE(file.diagnostics.empty()) << file.diagnostics.ToText();
  const LoadResult alerting = LoadRules(*sources);  // Nothing decides in a story.
  for (const RuleCase& one : file.cases) {
    const CaseResult result = RunCase(alerting.program, one);
    EXPECT_TRUE(result.passed()) << one.Place() << ": " << one.name;
  }
  for (const RuleCoverage& count : CoverageOf(*alerting.program, file.cases)) {
    EXPECT_TRUE(count.matching >= 1 && count.silent >= 2) << count.rule;
  }
  for (const Rule& rule : loaded.program->rules) {
    if (rule.action == Action::kAlert) {
      EXPECT_TRUE(absl::StrContains(rule.description, "denies nothing")) << rule.name;
      continue;
    }
    EXPECT_EQ(rule.action, Action::kDeny) << rule.name;
    EXPECT_EQ(rule.mode, ActionMode::kMonitor) << rule.name;
    EXPECT_TRUE(rule.decided || absl::StrContains(rule.condition_text, "proc.exepath"))
        << rule.name << ": the kernel cannot decide it";
  }
}

}  // namespace
}  // namespace vedette
