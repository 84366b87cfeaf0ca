// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_set.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "nlohmann/json.hpp"
#include "rules/classify/enforcement.h"

namespace vedette {

RuleSet MakeRuleSet(std::shared_ptr<const Program> program, uint32_t generation) {
  RuleSet rules;
  rules.program = std::move(program);
  rules.tables = BuildTables(*rules.program, generation);
  rules.alerting = static_cast<size_t>(
      std::count_if(rules.program->rules.begin(), rules.program->rules.end(),
                    [](const Rule& rule) { return !rule.recording && !rule.step_of; }));
  rules.matcher = std::make_unique<Matcher>(rules.program);
  for (const KindTables& kind : rules.tables.kinds) {
    rules.matcher->SetSurvivorRules(generation, kind.kind, kind.rules_by_term);
  }
  return rules;
}

void KillAloneIn(SensorMode mode, RuleInputs& inputs, RuleSet& rules) {
  inputs.kills_alone = mode == SensorMode::kTracepoint;
  if (!inputs.kills_alone) return;
  const auto count = [&] {
    return std::count_if(rules.program->rules.begin(), rules.program->rules.end(),
                         [](const Rule& rule) { return rule.decided; });
  };
  const auto before = count();
  rules = MakeRuleSet(KillingAlone(*rules.program), rules.tables.generation);
  if (count() == before) return;
  LOG_WARNING(
      "in mode tracepoint nothing can be denied, and only programs that begin can be killed; of "
      "the rules that deny or kill, only alert: ",
      before - count());
}

namespace {

// Adds to the rules' list of our own programs, if they have one.
std::optional<RuleSource> OwnProgram(const std::vector<RuleSource>& sources,
                                     const std::string& path) {
  constexpr absl::string_view kList = "- list: vedette_programs\n";
  const bool has_list = std::any_of(sources.begin(), sources.end(), [&](const RuleSource& source) {
    return absl::StrContains(source.text, kList);
  });
  if (!has_list || path.empty()) return std::nullopt;
  // JSON's strings are YAML's.
  return RuleSource{"<own program>", absl::StrCat(kList, "  items: [", nlohmann::json(path).dump(),
                                                  "]\n  append: true\n")};
}

}  // namespace

RuleSetOrWhyNot LoadRuleSet(const RuleInputs& inputs, uint32_t generation) {
  auto sources = ReadRuleSources(inputs.paths);
  if (!sources.ok()) return {.rules = sources.status(), .diagnostics = ""};
  if (const auto own = OwnProgram(*sources, inputs.own_program)) sources->push_back(*own);
  LoadOptions options;
  options.decidability = DecidabilityOf;
  options.tags_off = inputs.tags_off;
  LoadResult loaded = LoadRules(*sources, inputs.recording, options);
  if (loaded.program != nullptr && inputs.self_protection && DecidedKinds(*loaded.program) != 0) {
    sources->push_back(*inputs.self_protection);
    loaded = LoadRules(*sources, inputs.recording, options);
  }
  std::string diagnostics = loaded.diagnostics.ToText();
  if (loaded.program == nullptr) {
    const size_t errors = loaded.diagnostics.errors();
    return {.rules = absl::InvalidArgumentError(
                absl::StrCat("the rules have ", errors, errors == 1 ? " error" : " errors")),
            .diagnostics = std::move(diagnostics)};
  }
  RuleSet rules =
      MakeRuleSet(inputs.kills_alone ? KillingAlone(*loaded.program) : loaded.program, generation);
  if (rules.alerting == 0) {
    diagnostics +=
        "warning: no rule is in force, so nothing will alert: the files have none, or all "
        "are switched off (`rules_off` in the configuration)\n";
  }
  return {.rules = std::move(rules), .diagnostics = std::move(diagnostics)};
}

ClassifierImage ImageOf(const ClassifierTables& tables) {
  ClassifierImage image;
  for (const KindTables& kind : tables.kinds) {
    image.kinds.emplace_back(static_cast<uint16_t>(kind.kind), kind.vectors);
  }
  image.values = tables.values;
  image.names = tables.names;
  image.paths = tables.paths;
  image.traits = tables.traits;
  return image;
}

absl::Status PutInForce(RuleSet& rules, RingSource& source, Pipeline& pipeline) {
  RETURN_IF_ERROR(source.LoadClassifier(rules.tables.generation, ImageOf(rules.tables)));
  rules.matcher = pipeline.SetMatcher(std::move(rules.matcher));
  return absl::OkStatus();
}

bool RuleReload::Begin(RuleInputs inputs, uint32_t generation) {
  if (loading_.valid()) return false;
  loading_ = std::async(std::launch::async, [inputs = std::move(inputs), generation] {
    return LoadRuleSet(inputs, generation);
  });
  return true;
}

std::optional<RuleSetOrWhyNot> RuleReload::Take() {
  if (!loading_.valid() ||
      loading_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    return std::nullopt;
  }
  return loading_.get();
}

void RuleReload::Retire(RuleSet old, std::unique_ptr<Matcher> matcher) {
  // Moved once more, because a future keeps its function, and what that owns, to its own end.
  retiring_ = std::async(std::launch::async,
                         [owned = std::pair(std::move(old), std::move(matcher))]() mutable {
                           const auto ended = std::move(owned);
                         });
}

}  // namespace vedette
