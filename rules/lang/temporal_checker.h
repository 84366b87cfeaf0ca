// SPDX-License-Identifier: Apache-2.0
//
// From the keys that Falco does not have to what the engine needs: fields resolved, their types and
// the events for which they have a value held against the conditions.
#ifndef VEDETTE_RULES_LANG_TEMPORAL_CHECKER_H_
#define VEDETTE_RULES_LANG_TEMPORAL_CHECKER_H_

#include <optional>
#include <vector>

#include "rules/lang/program.h"
#include "rules/lang/reporter.h"
#include "rules/lang/rule_file.h"

namespace vedette {

// As the rule will have them; SequenceStep::rule is not set yet.
struct CheckedExtensions {
  std::optional<Sequence> sequence;
  std::optional<Threshold> threshold;
  std::optional<FirstSeen> first_seen;
  std::optional<Suppress> suppress;
  bool dropped = false;  // Something is wrong or, where the rule may be skipped, unknown.
};

// Everything that can be said without the conditions. What is wrong has been reported.
CheckedExtensions CheckExtensions(const RuleDefinition& rule, Reporter& reporter);

// The step as a rule of its own: the rule's condition and exceptions hold for each step, its output
// is that of the first one.
RuleDefinition StepAsRule(const RuleDefinition& rule, size_t step);

// Reports fields that can have no value for the events of the rule or, in a sequence, of their
// step.
void CheckKindsOfFields(const RuleDefinition& definition, const Rule& rule,
                        const std::vector<KindSet>& kinds_of_steps, Reporter& reporter);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_TEMPORAL_CHECKER_H_
