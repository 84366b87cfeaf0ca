// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/rules/json_request.h"
#include "cli/rules/loaded_rules.h"
#include "cli/rules/rule_commands.h"
#include "cli/table.h"
#include "rules/classify/enforcement.h"
#include "rules/classify/explain.h"
#include "rules/classify/tables.h"
#include "rules/lang/load.h"

namespace vedette::commands {
namespace {

struct Options {
  std::vector<std::string> paths;
  bool json = false;
};

// "3 files, 41 rules, 5 errors, 1 warning"; without the rules where errors leave none.
std::string Summary(size_t files, const LoadResult& loaded) {
  std::vector<std::string> parts = {Count(files, "file")};
  if (loaded.program != nullptr) parts.push_back(Count(CountRules(*loaded.program), "rule"));
  parts.push_back(Count(loaded.diagnostics.errors(), "error"));
  parts.push_back(Count(loaded.diagnostics.warnings(), "warning"));
  return absl::StrJoin(parts, ", ");
}

ExitCode Check(const Options& options, Io& io) {
  const auto sources = ReadRuleSources(options.paths);
  if (!sources.ok()) return io.Fail(sources.status());
  const LoadResult loaded =
      LoadRules(*sources, {}, {.decidability = DecidabilityOf, .warn_unused = true});
  if (options.json) {
    io.Print(absl::StrCat(loaded.diagnostics.ToJson(), "\n"));
  } else {
    io.Print(absl::StrCat(loaded.diagnostics.ToText(), Summary(sources->size(), loaded), "\n"));
  }
  return loaded.diagnostics.has_errors() ? ExitCode::kFailed : ExitCode::kDone;
}

std::string KindNames(const Rule& rule) {
  return rule.kinds == RuleKinds() ? "all" : absl::StrJoin(KindNamesOf(rule), ",");
}

ExitCode ListAsJson(const Program& program, const ClassifierTables& tables, Io& io) {
  for (uint32_t i = 0; i < program.rules.size(); ++i) {
    const Rule& rule = program.rules[i];
    if (rule.step_of) continue;
    io.Print(JsonLine({{"rule", rule.name},
                       {"priority", std::string(PriorityName(rule.priority))},
                       {"events", KindNamesOf(rule)},
                       {"decided_by", DecidedBy(rule, Explain(program, tables, i))},
                       {"tags", rule.tags},
                       {"file", rule.file},
                       {"line", rule.line}}));
  }
  return ExitCode::kDone;
}

constexpr size_t kRuleColumnsMin = 60;  // `rules explain` wants the whole name.

ExitCode List(const Options& options, Io& io) {
  ExitCode code;
  const auto program = LoadOrComplain(options.paths, io, code);
  if (program == nullptr) return code;
  const ClassifierTables tables = BuildTables(*program, 1);
  if (options.json) return ListAsJson(*program, tables, io);
  TextTable table({"rule", "priority", "events", "decided by", "tags"});
  table.SetCut(0, Cut::kEnd, kRuleColumnsMin);
  table.SetCut(1, Cut::kNever);
  for (uint32_t i = 0; i < program->rules.size(); ++i) {
    const Rule& rule = program->rules[i];
    if (rule.step_of) continue;
    table.AddRow({rule.name, std::string(PriorityName(rule.priority)), KindNames(rule),
                  DecidedBy(rule, Explain(*program, tables, i)), absl::StrJoin(rule.tags, " ")});
  }
  io.Print(absl::StrCat(table.Render(io.screen()), Count(CountRules(*program), "rule"), "\n"));
  return ExitCode::kDone;
}

}  // namespace

void rules(Command& command) {
  command.Examples({
      {"vedette rules check my.yaml", "All mistakes of a file, each with its place"},
      {"vedette rules list", "The rules that `vedette run` takes when nobody says"},
  });
  auto options = std::make_shared<Options>();
  Command check = command.Sub("check", "Report every mistake in rule files");
  check.Option("path", options->paths, "PATH", "Files, and folders of .yaml files")->required();
  check.Flag("--json", options->json, "One JSON array of diagnostics");
  check.Examples({
      {"vedette rules check /etc/vedette/rules", "Every file of a folder, as the daemon would"},
      {"vedette rules check --json my.yaml", "For an editor"},
  });
  check.Runs([options](Io& io) { return Check(*options, io); });

  Command list = command.Sub("list", "Show rules, and where they are decided");
  list.Option("path", options->paths, "PATH", "Files and folders; else those of `vedette run`");
  list.Flag("--json", options->json, "One JSON object a line");
  list.Examples({
      {"vedette rules list", "What `vedette run` takes when nobody says"},
      {"vedette rules list my.yaml", "Can the kernel decide my rules alone?"},
  });
  list.Runs([options](Io& io) { return List(*options, io); });

  DefineRulesExplain(command);
  DefineRulesEval(command);
  DefineRulesFmt(command);
  DefineRulesImportSigma(command);
  DefineRulesNoise(command);
  DefineRulesParse(command);
  DefineRulesShow(command);
  DefineRulesTest(command);
}

}  // namespace vedette::commands
