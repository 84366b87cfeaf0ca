// SPDX-License-Identifier: Apache-2.0
//
// `vedette rules test`: do rules say what the cases beside them expect?
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "cli/rules/json_request.h"
#include "cli/rules/loaded_rules.h"
#include "cli/rules/rule_commands.h"
#include "cli/rules/test_inputs.h"
#include "engine/testing/rule_tests.h"

namespace vedette {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::vector<std::string> paths;
  std::vector<std::string> with;
  bool strict = false;
  bool json = false;
};

// A case and what became of it.
struct Played {
  const RuleCase* test;
  CaseResult result;
};

struct Outcome {
  std::vector<Played> cases;
  std::vector<RuleCoverage> rules;  // Of those under test.
  size_t failed = 0;
  size_t uncovered = 0;  // Rules that lack a matching or a silent case.
};

Outcome Play(const TestInputs& inputs, const std::shared_ptr<const Program>& program) {
  Outcome outcome;
  std::vector<std::string> names;
  for (const Rule& rule : program->rules) {
    if (inputs.under_test.contains(rule.file)) names.push_back(rule.name);
  }
  std::vector<RuleCase> counted;
  for (const RuleCase& one : inputs.cases) {
    const bool known = std::any_of(program->rules.begin(), program->rules.end(),
                                   [&](const Rule& rule) { return rule.name == one.rule; });
    const bool ours = std::find(names.begin(), names.end(), one.rule) != names.end();
    if (known && !ours) continue;  // About a rule that is only loaded with them.
    counted.push_back(one);
    Played played{&one, RunCase(program, one)};
    if (!known && played.result.passed()) {
      Diagnostic where = one.where;
      where.message = absl::StrCat("there is no rule \"", one.rule, "\"");
      played.result.played = absl::NotFoundError(ToText(where));
    }
    outcome.failed += played.result.passed() ? 0 : 1;
    outcome.cases.push_back(std::move(played));
  }
  for (RuleCoverage& rule : CoverageOf(*program, counted)) {
    if (std::find(names.begin(), names.end(), rule.rule) == names.end()) continue;
    outcome.uncovered += rule.matching == 0 || rule.silent == 0 ? 1 : 0;
    outcome.rules.push_back(std::move(rule));
  }
  return outcome;
}

// "FAIL" and what was expected (-) beside what came (+).
std::string FailureText(const Played& one) {
  std::string text =
      absl::StrCat("FAIL ", EscapeControl(one.test->rule), ": ", EscapeControl(one.test->name),
                   " (", EscapeControl(one.test->Place()), ")\n");
  if (!one.result.played.ok()) return absl::StrCat(text, one.result.played.message());
  for (const std::string& rule : one.result.missing) {
    absl::StrAppend(&text, "  - ", EscapeControl(rule), "\n");
  }
  for (const Alert& alert : one.result.unexpected) {
    absl::StrAppend(&text, "  + ", EscapeControl(alert.rule), alert.message.empty() ? "" : ": ",
                    EscapeControl(alert.message), "\n");
  }
  return text;
}

std::string AsText(const Outcome& outcome) {
  std::string text;
  for (const Played& one : outcome.cases) {
    if (!one.result.passed()) text += FailureText(one);
  }
  if (outcome.failed > 0) text += "(- expected and silent, + not expected)\n";
  for (const RuleCoverage& rule : outcome.rules) {
    if (rule.matching > 0 && rule.silent > 0) continue;
    absl::StrAppend(&text, "no case in which ",
                    rule.matching > 0 ? "it is silent"
                    : rule.silent > 0 ? "it alerts"
                                      : "it alerts and none in which it is silent",
                    ": ", EscapeControl(rule.rule), "\n");
  }
  absl::StrAppend(&text, Count(outcome.rules.size(), "rule"), ", ",
                  Count(outcome.cases.size(), "case"), ": ", outcome.cases.size() - outcome.failed,
                  " passed, ", outcome.failed, " failed; ", Count(outcome.uncovered, "rule"),
                  " without both kinds of case\n");
  return text;
}

Json AsJson(const Outcome& outcome) {
  Json cases = Json::array();
  for (const Played& one : outcome.cases) {
    Json unexpected = Json::array();
    for (const Alert& alert : one.result.unexpected) {
      unexpected.push_back({{"rule", alert.rule}, {"message", alert.message}});
    }
    cases.push_back({{"rule", one.test->rule},
                     {"name", one.test->name},
                     {"file", one.test->where.file},
                     {"line", one.test->where.line},
                     {"passed", one.result.passed()},
                     {"expected", one.result.expected},
                     {"missing", one.result.missing},
                     {"unexpected", std::move(unexpected)},
                     {"error", std::string(one.result.played.message())}});
  }
  Json rules = Json::array();
  for (const RuleCoverage& rule : outcome.rules) {
    rules.push_back({{"rule", rule.rule}, {"matching", rule.matching}, {"silent", rule.silent}});
  }
  return {{"passed", outcome.cases.size() - outcome.failed},
          {"failed", outcome.failed},
          {"rules_without_both", outcome.uncovered},
          {"cases", std::move(cases)},
          {"rules", std::move(rules)}};
}

ExitCode Test(const Options& options, Io& io) {
  const auto inputs = ReadTestInputs(options.paths, options.with);
  if (!inputs.ok()) return io.Fail(inputs.status());
  const LoadResult loaded = LoadRules(inputs->rules);
  io.PrintError(absl::StrCat(loaded.diagnostics.ToText(), inputs->diagnostics.ToText()));
  if (loaded.program == nullptr) return ExitCode::kFailed;
  const Outcome outcome = Play(*inputs, loaded.program);
  io.Print(options.json ? JsonLine(AsJson(outcome)) : AsText(outcome));
  if (outcome.cases.empty() && !inputs->diagnostics.has_errors()) {
    io.Complain(
        "there are no cases: write them into a folder `tests` beside the rules, or below "
        "`- tests:` in the rule file");
  }
  const bool good = outcome.failed == 0 && !outcome.cases.empty() &&
                    !inputs->diagnostics.has_errors() &&
                    (!options.strict || outcome.uncovered == 0);
  return good ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void DefineRulesTest(Command& rules) {
  auto options = std::make_shared<Options>();
  Command test = rules.Sub("test", "Play the cases beside rules and compare the alerts");
  test.Option("path", options->paths, "PATH",
              "Rule files, folders of them, or case files in a folder `tests`")
      ->required();
  test.Option("--with", options->with, "PATH",
              "Rules, macros and lists to load before, not under test; may be repeated");
  test.Flag("--strict", options->strict,
            "A rule without a case in which it alerts and one in which it is silent is a failure");
  test.Flag("--json", options->json, "One JSON object with all cases and rules");
  test.Examples({
      {"vedette rules test my.yaml", "Cases below `- tests:` in the file, or in tests/ beside it"},
      {"vedette rules test --with rules/packs/base rules/packs/execution", "One shipped pack"},
  });
  test.Runs([options](Io& io) { return Test(*options, io); });
}

}  // namespace vedette
