// SPDX-License-Identifier: Apache-2.0
//
// `vedette rules show`: a rule as the engine has it, everything put in.
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/rules/json_request.h"
#include "cli/rules/loaded_rules.h"
#include "cli/rules/rule_commands.h"
#include "rules/lang/format_condition.h"
#include "rules/lang/temporal_text.h"

namespace vedette {
namespace {

constexpr size_t kColumns = 96;
constexpr size_t kIndent = 14;

struct Options {
  std::string name;
  std::vector<std::string> paths;
  bool json = false;
};

// "  name        text", wrapped.
std::string Line(absl::string_view name, absl::string_view text) {
  std::string line = absl::StrCat("  ", name);
  line.resize(kIndent, ' ');
  return absl::StrCat(line, WrapText(EscapeControl(text), kColumns - kIndent, kIndent), "\n");
}

// The canonical text is one pair of parentheses around a chain: its operands, a line for each.
std::string ConditionLines(absl::string_view condition) {
  if (condition.size() > 2 && condition.front() == '(' && condition.back() == ')') {
    condition = condition.substr(1, condition.size() - 2);
  }
  const auto lines = LayOutCondition(condition, kColumns - kIndent);
  if (!lines) return Line("condition", condition);
  std::string text;
  for (const std::string& line : *lines) {
    std::string margin = text.empty() ? "  condition" : "";
    margin.resize(kIndent, ' ');
    absl::StrAppend(&text, margin, EscapeControl(line), "\n");
  }
  return text;
}

std::string AsText(const Program& program, const Rule& rule) {
  const std::vector<std::string> kinds = KindNamesOf(rule);
  std::string text =
      absl::StrCat(EscapeControl(rule.name), " (", EscapeControl(rule.file), ":", rule.line, ")\n");
  absl::StrAppend(
      &text, Line("description", rule.description), Line("priority", PriorityName(rule.priority)),
      Line("tags", absl::StrJoin(rule.tags, " ")),
      Line("events", kinds.empty() ? "none: it can never hold" : absl::StrJoin(kinds, ", ")),
      ConditionLines(rule.condition_text), Line("output", OutputText(rule)));
  for (const auto& [label, line] : DescribeExtensions(program, rule)) text += Line(label, line);
  return text;
}

nlohmann::ordered_json AsJson(const Program& program, const Rule& rule) {
  nlohmann::ordered_json json = {{"rule", rule.name},
                                 {"file", rule.file},
                                 {"line", rule.line},
                                 {"description", rule.description},
                                 {"priority", std::string(PriorityName(rule.priority))},
                                 {"tags", rule.tags},
                                 {"events", KindNamesOf(rule)},
                                 {"condition", rule.condition_text},
                                 {"output", OutputText(rule)}};
  for (const auto& [label, line] : DescribeExtensions(program, rule)) json[label] = line;
  return json;
}

ExitCode Show(const Options& options, Io& io) {
  ExitCode code;
  const auto program = LoadOrComplain(options.paths, io, code);
  if (program == nullptr) return code;
  const auto index = FindRuleOrComplain(*program, options.name, io);
  if (!index) return ExitCode::kFailed;
  const Rule& rule = program->rules[*index];
  io.Print(options.json ? JsonLine(AsJson(*program, rule)) : AsText(*program, rule));
  return ExitCode::kDone;
}

}  // namespace

void DefineRulesShow(Command& rules) {
  auto options = std::make_shared<Options>();
  Command show =
      rules.Sub("show", "Show a rule with its macros, lists, exceptions and overrides put in");
  show.Option("name", options->name, "NAME", "Name of the rule")->required();
  show.Option("path", options->paths, "PATH", "Files and folders; else those of `vedette run`");
  show.Flag("--json", options->json, "One JSON object");
  show.Examples({
      {"vedette rules show \"Password hashes read\"", "What does it really compare?"},
      {"vedette rules show \"My rule\" falco_rules.yaml my.yaml", "With my overrides"},
  });
  show.Runs([options](Io& io) { return Show(*options, io); });
}

}  // namespace vedette
