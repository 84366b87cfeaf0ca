// SPDX-License-Identifier: Apache-2.0
//
// What the kernel decides of a rule and what is left for user space, for `vedette rules explain`,
// and for saying why a rule may not deny or kill.
#ifndef VEDETTE_RULES_CLASSIFY_EXPLAIN_H_
#define VEDETTE_RULES_CLASSIFY_EXPLAIN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "rules/classify/tables.h"
#include "rules/lang/program.h"

namespace vedette {

struct TermExplanation {
  uint32_t term = 0;                // The bit.
  std::vector<std::string> kernel;  // "proc.name in (nc, ncat)": all of them hold. Empty: any act.
  std::vector<uint32_t> widened;    // Predicates that user space evaluates: Program::predicates.
  bool merged = false;              // There were too many terms: the kernel lets more through.
  bool exact = false;               // The kernel alone decides, where it could judge the path.
  uint32_t sharers = 0;             // Other rules with the same term.
};

struct KindExplanation {
  EventKind kind{};
  std::vector<TermExplanation> terms;  // One of them holds if the rule does.
  bool exact() const;
};

struct RuleExplanation {
  std::vector<KindExplanation> kinds;  // Without the kinds for which the rule cannot hold.
  // The kernel alone can decide the rule for all its kinds. False for a rule that can never hold.
  bool exact() const;
};

// `tables` were made from `program`; `rule` is an index into its rules.
RuleExplanation Explain(const Program& program, const ClassifierTables& tables, uint32_t rule);

// The set in words: "user.uid not in (0)". Empty for the set of all values. Harmless on a terminal.
std::string Describe(EventKind kind, classify_dimension dimension, const DimensionSet& set);

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_EXPLAIN_H_
