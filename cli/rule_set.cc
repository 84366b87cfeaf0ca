// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_set.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace vedette {

RuleSetOrWhyNot LoadRuleSet(const RuleInputs& inputs, uint32_t generation) {
  const auto sources = ReadRuleSources(inputs.paths);
  if (!sources.ok()) return {.rules = sources.status(), .diagnostics = ""};
  const LoadResult loaded = LoadRules(*sources, inputs.recording);
  std::string diagnostics = loaded.diagnostics.ToText();
  if (loaded.program == nullptr) {
    const size_t errors = loaded.diagnostics.errors();
    return {.rules = absl::InvalidArgumentError(
                absl::StrCat("the rules have ", errors, errors == 1 ? " error" : " errors")),
            .diagnostics = std::move(diagnostics)};
  }
  RuleSet rules;
  rules.program = loaded.program;
  rules.tables = BuildTables(*loaded.program, generation);
  rules.alerting =
      static_cast<size_t>(std::count_if(loaded.program->rules.begin(), loaded.program->rules.end(),
                                        [](const Rule& rule) { return !rule.recording; }));
  return {.rules = std::move(rules), .diagnostics = std::move(diagnostics)};
}

ClassifierImage ImageOf(const ClassifierTables& tables) {
  ClassifierImage image;
  for (const KindTables& kind : tables.kinds) {
    image.kinds.emplace_back(static_cast<uint16_t>(kind.kind), kind.vectors);
  }
  image.values = tables.values;
  image.paths = tables.paths;
  return image;
}

absl::Status PutInForce(const RuleSet& rules, RingSource& source, Pipeline& pipeline) {
  RETURN_IF_ERROR(source.LoadClassifier(rules.tables.generation, ImageOf(rules.tables)));
  pipeline.SetProgram(rules.program);
  for (const KindTables& kind : rules.tables.kinds) {
    pipeline.matcher().SetSurvivorRules(rules.tables.generation, kind.kind, kind.rules_by_term);
  }
  return absl::OkStatus();
}

void RuleReload::Begin(uint32_t generation) {
  if (loading_.valid()) return;
  loading_ = std::async(std::launch::async,
                        [this, generation] { return LoadRuleSet(inputs_, generation); });
}

std::optional<RuleSetOrWhyNot> RuleReload::Take() {
  if (!loading_.valid() ||
      loading_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    return std::nullopt;
  }
  return loading_.get();
}

}  // namespace vedette
