// SPDX-License-Identifier: Apache-2.0
#include "cli/rules/loaded_rules.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "cli/rule_paths.h"
#include "rules/lang/load.h"
#include "rules/lang/temporal_text.h"

namespace vedette {

std::shared_ptr<const Program> LoadOrComplain(const std::vector<std::string>& given, Io& io,
                                              ExitCode& code) {
  code = ExitCode::kFailed;
  const auto paths = ChooseRulePaths(given, Config(), OwnExecutable());
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

std::optional<uint32_t> FindRuleOrComplain(const Program& program, const std::string& name,
                                           Io& io) {
  std::vector<absl::string_view> names;
  // The steps of sequences come behind all others.
  for (size_t i = 0; i < CountRules(program); ++i) names.push_back(program.rules[i].name);
  for (uint32_t i = 0; i < names.size(); ++i) {
    if (absl::EqualsIgnoreCase(names[i], name)) return i;
  }
  const auto closest = ClosestMatch(name, names);
  io.Complain(absl::StrCat("there is no rule \"", EscapeControl(name), "\"",
                           closest.has_value()
                               ? absl::StrCat("; did you mean \"", EscapeControl(*closest), "\"?")
                               : "; `vedette rules list` shows all"));
  return std::nullopt;
}

std::vector<std::string> KindNamesOf(const Rule& rule) {
  std::vector<std::string> names;
  for (const KindInfo& info : Kinds()) {
    if ((rule.kinds & KindBit(info.kind)) != 0) names.emplace_back(info.name);
  }
  return names;
}

std::string DecidedBy(const Rule& rule, const RuleExplanation& explanation) {
  if (explanation.kinds.empty()) return "never holds";
  const absl::string_view over_time = KindOfRule(rule);
  if (!over_time.empty()) return absl::StrCat("kernel, then user space (", over_time, ")");
  return explanation.exact() ? "kernel" : "kernel, then user space";
}

size_t CountRules(const Program& program) {
  const auto is_rule = [](const Rule& rule) { return !rule.step_of; };
  return static_cast<size_t>(std::count_if(program.rules.begin(), program.rules.end(), is_rule));
}

std::string OutputText(const Rule& rule) {
  std::string text;
  for (const OutputPart& part : rule.output) {
    text += absl::StrReplaceAll(part.text, {{"%", "%%"}});
    if (part.field.empty() && part.call == nullptr) continue;
    absl::StrAppend(&text, "%");
    if (part.width > 0) absl::StrAppend(&text, part.width);
    absl::StrAppend(&text, part.call == nullptr ? FieldText(part.field[0]) : part.call_text);
  }
  return text;
}

std::string Count(size_t count, absl::string_view what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

}  // namespace vedette
