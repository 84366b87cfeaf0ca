// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/load.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/lang/compiler.h"
#include "rules/lang/conditions.h"
#include "rules/lang/lists.h"
#include "rules/lang/output.h"
#include "rules/lang/rule_file.h"
#include "rules/lang/yaml_reader.h"

namespace vedette {
namespace {

constexpr size_t kSourceBytesMax = 16 << 20;

// What the conditions may grow to. Those of the published rules stay below the size of their file.
size_t GrowthLimit(size_t bytes) { return (1 << 20) + bytes * 8; }
// Instructions of all regular expressions together.
size_t RegexLimit(size_t bytes) { return 400'000 + bytes * 8; }

class Loader {
 public:
  explicit Loader(const LoadOptions& options)
      : options_(options), reporter_(sources_, result_.diagnostics) {}

  LoadResult Load(absl::Span<const RuleSource> sources,
                  absl::Span<const NamedCondition> recording) {
    ReadSources(sources);
    RuleFiles files = JoinRuleFiles(trees_, reporter_);
    std::vector<RuleDefinition> rules = std::move(files.rules.all);
    for (const NamedCondition& condition : recording) rules.push_back(Recording(condition));

    Budget budget(GrowthLimit(bytes_));
    const Lists lists(files.lists, budget, reporter_);
    Checker checker(reporter_, lists.Names(), RegexLimit(bytes_));
    Conditions conditions(files.macros, lists, checker, budget, reporter_);
    std::vector<CheckedRule> checked;
    for (const RuleDefinition& rule : rules) checked.push_back(conditions.CheckRule(rule));
    conditions.ReportMacros();
    if (options_.warn_unused) WarnUnused(files, lists, conditions);
    if (!result_.diagnostics.has_errors()) {
      Compile(rules, checked, conditions, std::move(checker.predicates()));
    }
    result_.diagnostics.Sort(sources_.Names());
    return std::move(result_);
  }

 private:
  void ReadSources(absl::Span<const RuleSource> sources) {
    for (const RuleSource& source : sources) {
      if (source.text.size() > kSourceBytesMax) {
        const uint32_t file = sources_.Add(source.name, "");
        reporter_.Error({file, 0, 1}, "the file is larger than 16 MiB");
      } else {
        sources_.Add(source.name, source.text);
        bytes_ += source.text.size();
      }
    }
    for (uint32_t file = 0; file < sources_.size(); ++file) {
      trees_.push_back(ReadYaml(sources_, file, result_.diagnostics));
    }
  }

  // A condition without a file: its text is the file.
  RuleDefinition Recording(const NamedCondition& condition) {
    const uint32_t file = sources_.Add(condition.name, condition.condition);
    bytes_ += condition.condition.size();
    RuleDefinition rule;
    rule.name = condition.name;
    rule.recording = true;
    rule.place = {file, 0, static_cast<uint32_t>(condition.condition.size())};
    rule.order = {SIZE_MAX, SIZE_MAX, file, file};
    rule.condition.AppendCopy(condition.condition, file, 0);
    rule.condition.SetWhole(rule.place);
    return rule;
  }

  void Compile(const std::vector<RuleDefinition>& rules, std::vector<CheckedRule>& checked,
               const Conditions& conditions, std::vector<Predicate> predicates) {
    auto program = std::make_shared<Program>();
    program->predicates = std::move(predicates);
    Compiler compiler(*program);
    const FindMacroExpr find = [&](absl::string_view name) { return conditions.FindExpr(name); };
    for (size_t i = 0; i < rules.size(); ++i) {
      if (checked[i].dropped) continue;
      const Compiler::Condition condition = compiler.Compile(*checked[i].condition.expr, find);
      WarnAbout(rules[i], checked[i], condition);
      if (!rules[i].enabled) continue;
      program->rules.push_back(MakeRule(rules[i], checked[i], condition, find));
    }
    result_.program = std::move(program);
  }

  void WarnAbout(const RuleDefinition& rule, const CheckedRule& checked,
                 const Compiler::Condition& condition) {
    const std::string name = absl::StrCat("the condition of \"", rule.name, "\"");
    if (condition.kinds == 0) {
      if (!checked.condition.unsupplied.empty()) return;  // Which has been said.
      return reporter_.Warning(rule.place, absl::StrCat(name, " can never be true"));
    }
    for (const Expr* part : condition.contradictions) {
      reporter_.Warning(checked.condition.text.At(part->range),
                        "this part of the condition can never be true",
                        "its parts are about different events");
    }
    if (rule.recording) return;
    if (condition.always) {
      reporter_.Warning(rule.place, absl::StrCat(name, " is always true"));
    } else if (condition.all_events && options_.warn_unused && rule.warn_event_types) {
      reporter_.Warning(rule.place, absl::StrCat(name, " is worked out for every event"),
                        "say which ones with evt.type");
    }
  }

  void WarnUnused(const RuleFiles& files, const Lists& lists, const Conditions& conditions) {
    for (size_t i = 0; i < files.macros.all.size(); ++i) {
      const MacroDefinition& macro = files.macros.all[i];
      if (conditions.IsUsed(i) || macro.broken) continue;
      reporter_.Warning(macro.place, absl::StrCat("no rule uses the macro \"", macro.name, "\""));
    }
    for (const ListDefinition& list : files.lists.all) {
      if (lists.IsUsed(list.name)) continue;
      reporter_.Warning(list.place, absl::StrCat("nothing uses the list \"", list.name, "\""));
    }
  }

  Rule MakeRule(const RuleDefinition& from, CheckedRule& checked,
                const Compiler::Condition& condition, const FindMacroExpr& find) {
    Rule rule;
    rule.name = from.name;
    rule.description = from.description;
    rule.tags = from.tags;
    rule.priority = from.priority;
    rule.condition = condition.node;
    rule.kinds = condition.kinds;
    rule.output = std::move(checked.output);
    rule.condition_text = ToText(*checked.condition.expr, find);
    rule.file = sources_.name(from.place.file);
    rule.line = sources_.LineOf(from.place);
    rule.recording = from.recording;
    return rule;
  }

  const LoadOptions options_;
  SourceMap sources_;
  std::vector<YamlTree> trees_;
  size_t bytes_ = 0;
  LoadResult result_;
  Reporter reporter_;
};

}  // namespace

LoadResult LoadRules(absl::Span<const RuleSource> sources,
                     absl::Span<const NamedCondition> recording, const LoadOptions& options) {
  return Loader(options).Load(sources, recording);
}

}  // namespace vedette
