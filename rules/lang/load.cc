// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/load.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "rules/lang/attack.h"
#include "rules/lang/compiler.h"
#include "rules/lang/condition_logic.h"
#include "rules/lang/conditions.h"
#include "rules/lang/lists.h"
#include "rules/lang/output.h"
#include "rules/lang/rule_file.h"
#include "rules/lang/temporal_checker.h"
#include "rules/lang/yaml_reader.h"

namespace vedette {
namespace {

constexpr size_t kSourceBytesMax = 16 << 20;
constexpr size_t kNotActing = SIZE_MAX;

// What the conditions may grow to. Those of the published rules stay below the size of their file;
// long lists of addresses that many rules use take the most (docs/rule-language.md names it).
size_t GrowthLimit(size_t bytes) { return (size_t{8} << 20) + bytes * 32; }
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
    for (RuleDefinition& rule : rules) ApplyScope(rule);
    for (const NamedCondition& condition : recording) rules.push_back(Recording(condition));

    Budget budget(GrowthLimit(bytes_));
    const Lists lists(files.lists, budget, reporter_);
    Checker checker(reporter_, lists.Names(), RegexLimit(bytes_));
    Conditions conditions(files.macros, lists, checker, budget, reporter_);
    std::vector<Checked> checked;
    for (const RuleDefinition& rule : rules) checked.push_back(CheckRule(rule, conditions));
    for (const YamlNode* unread : files.unread) conditions.MarkNamed(unread->scalar());
    conditions.ReportMacros();
    if (options_.warn_unused) WarnUnused(files, lists, conditions);
    // Where some are wrong, too: compiling finds what is to be said about the others.
    Compile(rules, checked, files.macros, conditions, std::move(checker.predicates()));
    if (result_.diagnostics.has_errors()) result_.program = nullptr;
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

  static void ApplyScope(RuleDefinition& rule) {
    const std::optional<ScopeDefinition>& scope = rule.extensions.scope;
    if (!scope) return;
    if (!rule.condition.empty()) rule.condition = WithScope(*scope, rule.condition);
    if (!rule.extensions.sequence) return;
    for (StepDefinition& step : rule.extensions.sequence->steps) {
      step.condition = WithScope(*scope, step.condition);
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

  // A rule has one condition, a sequence one for each step.
  struct Checked {
    std::vector<CheckedRule> conditions;
    CheckedExtensions extensions;
    bool dropped = false;
  };

  Checked CheckRule(const RuleDefinition& rule, Conditions& conditions) {
    Checked checked;
    if (!rule.extensions.sequence) {
      checked.conditions.push_back(conditions.CheckRule(rule));
    } else {
      for (size_t i = 0; i < rule.extensions.sequence->steps.size(); ++i) {
        checked.conditions.push_back(conditions.CheckRule(StepAsRule(rule, i)));
      }
    }
    for (const CheckedRule& condition : checked.conditions) checked.dropped |= condition.dropped;
    if (!rule.foreign) checked.extensions = CheckExtensions(rule, reporter_);
    checked.dropped |= checked.extensions.dropped;
    return checked;
  }

  void Compile(const std::vector<RuleDefinition>& rules, std::vector<Checked>& checked,
               const Definitions<MacroDefinition>& macros, const Conditions& conditions,
               std::vector<Predicate> predicates) {
    auto program = std::make_shared<Program>();
    program->predicates = std::move(predicates);
    Compiler compiler(*program, options_.fold_constants);
    const FindMacroExpr find = [&](absl::string_view name) { return conditions.FindExpr(name); };
    if (options_.warn_unused) {
      logic_.emplace(program->predicates, find);
      ExamineMacros(macros, conditions);
    }
    std::vector<Rule> steps;     // Of all sequences.
    std::vector<size_t> acting;  // By rule of the program, its definition if it denies or kills.
    for (size_t i = 0; i < rules.size(); ++i) {
      if (checked[i].dropped) continue;
      Rule rule = MakeRule(rules[i], checked[i]);
      std::vector<Rule> own_steps = CompileConditions(rules[i], checked[i], compiler, find, rule);
      if (rule.sequence) rule.condition = AddAny(own_steps, *program);
      if (!IsOn(rules[i])) continue;
      for (Rule& step : own_steps) {
        step.step_of = static_cast<uint32_t>(program->rules.size());
        steps.push_back(std::move(step));
      }
      acting.push_back(rule.action == Action::kAlert ? kNotActing : i);
      program->rules.push_back(std::move(rule));
    }
    logic_.reset();
    AddSteps(std::move(steps), *program);
    if (options_.decidability != nullptr) {
      for (uint32_t at = 0; at < acting.size(); ++at) {
        if (acting[at] == kNotActing) continue;
        Decide(rules[acting[at]], checked[acting[at]].conditions[0].condition, find, at, *program);
      }
    }
    result_.program = std::move(program);
  }

  bool IsOn(const RuleDefinition& rule) const {
    if (rule.enabled) return *rule.enabled;
    return std::none_of(rule.tags.begin(), rule.tags.end(), [this](const std::string& tag) {
      return std::find(options_.tags_off.begin(), options_.tags_off.end(), tag) !=
             options_.tags_off.end();
    });
  }

  // Can the kernel decide the rule at this index?
  void Decide(const RuleDefinition& from, const CheckedCondition& condition,
              const FindMacroExpr& find, uint32_t at, Program& program) {
    const Decidability found = options_.decidability(program, at);
    Rule& rule = program.rules[at];
    rule.decided = found.decided && found.reasons.empty();
    for (const Undecidable& reason : found.reasons) {
      Place place = from.extensions.action_place;
      if (reason.predicate) {
        const Expr* part = PartOf(*condition.expr, *reason.predicate, find);
        if (part != nullptr) place = condition.text.At(part->range);
      }
      if (rule.mode == ActionMode::kEnforce) {
        reporter_.Error(place, reason.message, reason.hint);
      } else {
        reporter_.Warning(place, absl::StrCat(reason.message, ", so the rule only alerts"),
                          reason.hint);
      }
    }
  }

  // The part of the condition with the predicate: a comparison, or the name of a macro that has it.
  static const Expr* PartOf(const Expr& expr, uint32_t predicate, const FindMacroExpr& find) {
    if (const auto* compare = std::get_if<Compare>(&expr.node)) {
      return compare->predicate == predicate ? &expr : nullptr;
    }
    if (const auto* negation = std::get_if<Not>(&expr.node)) {
      return PartOf(*negation->child, predicate, find);
    }
    if (const auto* macro = std::get_if<MacroName>(&expr.node)) {
      const Expr* body = find(macro->name);
      return body != nullptr && PartOf(*body, predicate, find) != nullptr ? &expr : nullptr;
    }
    const auto* all = std::get_if<And>(&expr.node);
    const auto& children = all != nullptr ? all->children : std::get<Or>(expr.node).children;
    for (const ExprPtr& child : children) {
      if (const Expr* part = PartOf(*child, predicate, find)) return part;
    }
    return nullptr;
  }

  // A macro that contradicts itself is told once, whoever uses it.
  void ExamineMacros(const Definitions<MacroDefinition>& macros, const Conditions& conditions) {
    for (size_t i = 0; i < macros.all.size(); ++i) {
      const CheckedCondition* condition = conditions.FindSound(i);
      if (condition == nullptr) continue;
      WarnAboutParts(*condition, logic_->Examine(*condition->expr).parts, {});
    }
  }

  // What is said of the condition as a whole need not be said of it as a part.
  static std::vector<ConditionLogic::Part> PartsBeside(const Expr& whole,
                                                       const ConditionLogic::Findings& findings) {
    std::vector<ConditionLogic::Part> parts;
    for (const ConditionLogic::Part& part : findings.parts) {
      const bool is_whole = part.expr == &whole && (findings.never || findings.always);
      if (!is_whole) parts.push_back(part);
    }
    return parts;
  }

  // But for those that have been told.
  void WarnAboutParts(const CheckedCondition& checked,
                      const std::vector<ConditionLogic::Part>& parts,
                      const std::vector<const Expr*>& told) {
    for (const ConditionLogic::Part& part : parts) {
      if (std::find(told.begin(), told.end(), part.expr) != told.end()) continue;
      reporter_.Warning(checked.text.At(part.expr->range),
                        absl::StrCat("this part of the condition ",
                                     part.always ? "is always true" : "can never be true"),
                        part.why);
    }
  }

  // `step`: whose condition it is, or null where it is that of the rule.
  void WarnAbout(const RuleDefinition& rule, const StepDefinition* step,
                 const CheckedCondition& checked, const Compiler::Condition& condition) {
    const Place& place = step != nullptr ? step->place : rule.place;
    const std::string name =
        absl::StrCat("the condition of \"", rule.name, "\"",
                     step != nullptr ? absl::StrCat(", \"", step->name, "\",") : "");
    ConditionLogic::Findings findings;
    if (logic_) findings = logic_->Examine(*checked.expr);
    // That nothing supplies a field has been said.
    const bool never = findings.never || (condition.kinds == 0 && checked.unsupplied.empty());
    if (never) {
      reporter_.Warning(place, absl::StrCat(name, " can never be true"), findings.why);
    }
    if (condition.kinds == 0 && !logic_) return;
    for (const Expr* part : condition.contradictions) {
      if (never && part == checked.expr.get()) continue;
      reporter_.Warning(checked.text.At(part->range),
                        "this part of the condition can never be true",
                        "its parts are about different events");
    }
    WarnAboutParts(checked, PartsBeside(*checked.expr, findings), condition.contradictions);
    if (rule.recording || condition.kinds == 0 || never) return;
    if (condition.always || findings.always) {
      reporter_.Warning(place, absl::StrCat(name, " is always true"));
    } else if (condition.any_type && options_.warn_unused && rule.warn_event_types) {
      reporter_.Warning(place,
                        absl::StrCat(name, " does not say which types of events it is about"),
                        "say so with evt.type; `warn_evttypes: false` takes this warning away");
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

  // Behind all others, so that they are in nobody's way.
  static void AddSteps(std::vector<Rule> steps, Program& program) {
    std::vector<size_t> next(program.rules.size());
    for (Rule& step : steps) {
      Sequence& sequence = *program.rules[*step.step_of].sequence;
      sequence.steps[next[*step.step_of]++].rule = static_cast<uint32_t>(program.rules.size());
      program.rules.push_back(std::move(step));
    }
  }

  // Sets condition, kinds and text of the rule; the steps of a sequence are returned as rules.
  std::vector<Rule> CompileConditions(const RuleDefinition& from, const Checked& checked,
                                      Compiler& compiler, const FindMacroExpr& find, Rule& rule) {
    std::vector<Rule> steps;
    std::vector<KindSet> kinds;
    for (size_t i = 0; i < checked.conditions.size(); ++i) {
      const Expr& expr = *checked.conditions[i].condition.expr;
      const Compiler::Condition condition = compiler.Compile(expr, find);
      const std::string text = ToText(expr, find);
      const StepDefinition* step = rule.sequence ? &from.extensions.sequence->steps[i] : nullptr;
      WarnAbout(from, step, checked.conditions[i].condition, condition);
      rule.condition = condition.node;
      rule.kinds |= condition.kinds;
      absl::StrAppend(&rule.condition_text, i > 0 ? " or " : "", text);
      if (step == nullptr) continue;
      kinds.push_back(condition.kinds);
      steps.push_back(MakeStep(rule, *step, condition, text));
    }
    if (steps.size() > 1) rule.condition_text = absl::StrCat("(", rule.condition_text, ")");
    CheckKindsOfFields(from, rule, kinds, reporter_);
    return steps;
  }

  Rule MakeStep(const Rule& rule, const StepDefinition& from, const Compiler::Condition& condition,
                std::string text) {
    Rule step;
    step.name = absl::StrCat(rule.name, ": ", from.name);
    step.priority = rule.priority;
    step.condition = condition.node;
    step.kinds = condition.kinds;
    step.condition_text = std::move(text);
    step.file = sources_.name(from.place.file);
    step.line = sources_.LineOf(from.place);
    return step;
  }

  // A node that holds where any of the steps does.
  static uint32_t AddAny(const std::vector<Rule>& steps, Program& program) {
    Node any{Node::Kind::kOr, 0, {}};
    for (const Rule& step : steps) any.children.push_back(step.condition);
    program.nodes.push_back(std::move(any));
    return static_cast<uint32_t>(program.nodes.size() - 1);
  }

  Rule MakeRule(const RuleDefinition& from, Checked& checked) {
    Rule rule;
    rule.name = from.name;
    rule.description = from.description;
    rule.tags = from.tags;
    rule.priority = from.priority;
    rule.output = std::move(checked.conditions[0].output);
    rule.file = sources_.name(from.place.file);
    rule.line = sources_.LineOf(from.place);
    rule.recording = from.recording;
    rule.sequence = std::move(checked.extensions.sequence);
    rule.threshold = std::move(checked.extensions.threshold);
    rule.first_seen = std::move(checked.extensions.first_seen);
    rule.suppress = std::move(checked.extensions.suppress);
    rule.action = from.extensions.action;
    rule.mode = from.extensions.mode;
    rule.denial = from.extensions.denial;
    rule.metadata = from.extensions.metadata;
    AddAttackIdsOfTags(rule.tags, rule.metadata.attack);
    return rule;
  }

  const LoadOptions options_;
  SourceMap sources_;
  std::vector<YamlTree> trees_;
  size_t bytes_ = 0;
  LoadResult result_;
  Reporter reporter_;
  std::optional<ConditionLogic> logic_;  // While compiling for somebody who wants to know.
};

}  // namespace

LoadResult LoadRules(absl::Span<const RuleSource> sources,
                     absl::Span<const NamedCondition> recording, const LoadOptions& options) {
  return Loader(options).Load(sources, recording);
}

}  // namespace vedette
