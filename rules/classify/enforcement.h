// SPDX-License-Identifier: Apache-2.0
//
// Rules that deny or kill, as tables for the programs that decide (sensor/source/enforcer.h). They
// have tables of their own: a term is one rule's, and none is widened, since what the kernel denies
// nobody looks at again.
#ifndef VEDETTE_RULES_CLASSIFY_ENFORCEMENT_H_
#define VEDETTE_RULES_CLASSIFY_ENFORCEMENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/classify/tables.h"
#include "rules/lang/load.h"
#include "rules/lang/program.h"

namespace vedette {

// Kinds at whose hooks the kernel can be told no.
KindSet DecidableKinds();

// For LoadOptions::decidability. Every part that the kernel would have to guess is a reason, and so
// is that no act of the rule can be denied.
Decidability DecidabilityOf(const Program& program, uint32_t rule);

// What makes a rule dangerous to enforce: "it denies every execution of root". Empty: nothing does.
// Such a rule is enforced only where somebody has said that they know.
std::string WhyLocksOut(const Program& program, uint32_t rule);

struct EnforcementTables {
  ClassifierTables tables;  // Kinds without a term are not there.
  // Paths that the rules name: those that end with a slash are directories whose contents they
  // name. For finding the objects behind them.
  std::vector<std::string> paths;
};

// Of the rules with Rule::decided. `monitors` says of a rule in mode enforce that it only monitors
// for now. kResourceExhausted: more terms of a kind than its vectors hold; names kind and number.
absl::StatusOr<EnforcementTables> BuildEnforcement(
    const Program& program, uint32_t generation, const std::function<bool(const Rule&)>& monitors);

// For a kernel that can deny nothing, only kill the program that has begun: of the rules with
// Rule::decided those that kill, and ask about process_exec alone, stay so. The others alert.
std::shared_ptr<const Program> KillingAlone(const Program& program);

// The kinds of the rules with Rule::decided: whose hooks are needed.
KindSet DecidedKinds(const Program& program);

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_ENFORCEMENT_H_
