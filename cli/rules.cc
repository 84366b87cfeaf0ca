// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/rule_paths.h"
#include "cli/table.h"
#include "rules/classify/explain.h"
#include "rules/classify/tables.h"
#include "rules/lang/load.h"
#include "rules/lang/temporal_text.h"

namespace vedette::commands {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string name;
  bool json = false;
};

std::string Count(size_t count, absl::string_view what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

// "3 files, 41 rules, 5 errors, 1 warning"; without the rules where errors leave none.
std::string Summary(size_t files, const LoadResult& loaded) {
  std::vector<std::string> parts = {Count(files, "file")};
  if (loaded.program != nullptr) {
    const std::vector<Rule>& rules = loaded.program->rules;
    const auto count =
        std::count_if(rules.begin(), rules.end(), [](const Rule& rule) { return !rule.step_of; });
    parts.push_back(Count(static_cast<size_t>(count), "rule"));
  }
  parts.push_back(Count(loaded.diagnostics.errors(), "error"));
  parts.push_back(Count(loaded.diagnostics.warnings(), "warning"));
  return absl::StrJoin(parts, ", ");
}

ExitCode Check(const Options& options, Io& io) {
  const auto sources = ReadRuleSources(options.paths);
  if (!sources.ok()) return io.Fail(sources.status());
  const LoadResult loaded = LoadRules(*sources);
  if (options.json) {
    io.Print(absl::StrCat(loaded.diagnostics.ToJson(), "\n"));
  } else {
    io.Print(absl::StrCat(loaded.diagnostics.ToText(), Summary(sources->size(), loaded), "\n"));
  }
  return loaded.diagnostics.has_errors() ? ExitCode::kFailed : ExitCode::kDone;
}

std::string KindNames(KindSet kinds) {
  if (kinds == RuleKinds()) return "all";
  std::vector<std::string> names;
  for (const KindInfo& info : Kinds()) {
    if ((kinds & KindBit(info.kind)) != 0) names.emplace_back(info.name);
  }
  return absl::StrJoin(names, ",");
}

// The rules that are meant: all that were named, or those that `vedette run` takes. Null: it has
// been said why.
std::shared_ptr<const Program> LoadOrComplain(const Options& options, Io& io, ExitCode& code) {
  code = ExitCode::kFailed;
  const auto paths = ChooseRulePaths(options.paths, Config(), OwnExecutable());
  if (!paths.ok()) {
    code = io.Fail(paths.status());
    return nullptr;
  }
  const auto sources = ReadRuleSources(*paths);
  if (!sources.ok()) {
    code = io.Fail(sources.status());
    return nullptr;
  }
  const LoadResult loaded = LoadRules(*sources);
  io.PrintError(loaded.diagnostics.ToText());
  return loaded.program;
}

std::string DecidedBy(const Rule& rule, const RuleExplanation& explanation) {
  if (explanation.kinds.empty()) return "never holds";
  const absl::string_view kind = KindOfRule(rule);
  if (!kind.empty()) return absl::StrCat("kernel, then user space (", kind, ")");
  return explanation.exact() ? "kernel" : "kernel, then user space";
}

ExitCode List(const Options& options, Io& io) {
  ExitCode code;
  const auto program = LoadOrComplain(options, io, code);
  if (program == nullptr) return code;
  const ClassifierTables tables = BuildTables(*program, 1);
  TextTable table({"rule", "priority", "events", "decided by", "tags"});
  size_t count = 0;
  for (uint32_t i = 0; i < program->rules.size(); ++i) {
    const Rule& rule = program->rules[i];
    if (rule.step_of) continue;
    ++count;
    table.AddRow({rule.name, std::string(PriorityName(rule.priority)), KindNames(rule.kinds),
                  DecidedBy(rule, Explain(*program, tables, i)), absl::StrJoin(rule.tags, " ")});
  }
  io.Print(absl::StrCat(table.Render(io.screen()), Count(count, "rule"), "\n"));
  return ExitCode::kDone;
}

std::string TermLines(const Program& program, const TermExplanation& term) {
  std::string lines =
      absl::StrCat("    the kernel passes on: ",
                   term.kernel.empty() ? "every act" : absl::StrJoin(term.kernel, " and "), "\n");
  for (const uint32_t predicate : term.widened) {
    absl::StrAppend(&lines, "      user space looks at: ",
                    EscapeControl(program.predicates[predicate].text), "\n");
  }
  if (term.merged) lines += "      widened: there are too many terms of this kind\n";
  return lines;
}

ExitCode ExplainRule(const Options& options, Io& io) {
  ExitCode code;
  const auto program = LoadOrComplain(options, io, code);
  if (program == nullptr) return code;
  std::vector<absl::string_view> names;
  for (const Rule& rule : program->rules) names.push_back(rule.name);
  uint32_t index = 0;
  while (index < names.size() && !absl::EqualsIgnoreCase(names[index], options.name)) ++index;
  if (index == names.size()) {
    const auto closest = ClosestMatch(options.name, names);
    io.Complain(absl::StrCat("there is no rule \"", EscapeControl(options.name), "\"",
                             closest.has_value()
                                 ? absl::StrCat("; did you mean \"", EscapeControl(*closest), "\"?")
                                 : "; `vedette rules list` shows all"));
    return ExitCode::kFailed;
  }
  const Rule& rule = program->rules[index];
  const RuleExplanation explanation = Explain(*program, BuildTables(*program, 1), index);
  io.Print(absl::StrCat(EscapeControl(rule.name), " (", EscapeControl(rule.file), ":", rule.line,
                        ")\n  condition: ", EscapeControl(rule.condition_text),
                        "\n  decided by: ", DecidedBy(rule, explanation), "\n"));
  for (const auto& [label, text] : DescribeExtensions(*program, rule)) {
    io.Print(absl::StrCat("  ", EscapeControl(label), ": ", EscapeControl(text), "\n"));
  }
  for (const KindExplanation& kind : explanation.kinds) {
    io.Print(absl::StrCat("  ", FindKind(kind.kind)->name, "\n"));
    for (const TermExplanation& term : kind.terms) io.Print(TermLines(*program, term));
  }
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
  list.Examples({
      {"vedette rules list", "What `vedette run` takes when nobody says"},
      {"vedette rules list my.yaml", "Can the kernel decide my rules alone?"},
  });
  list.Runs([options](Io& io) { return List(*options, io); });

  Command explain = command.Sub("explain", "Show what the kernel decides of a rule");
  explain.Option("name", options->name, "NAME", "Name of the rule")->required();
  explain.Option("path", options->paths, "PATH", "Files and folders; else those of `vedette run`");
  explain.Examples({{"vedette rules explain \"Shell from a web server\"",
                     "What is left for user space to look at?"}});
  explain.Runs([options](Io& io) { return ExplainRule(*options, io); });
}

}  // namespace vedette::commands
