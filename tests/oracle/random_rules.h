// SPDX-License-Identifier: Apache-2.0
//
// Random conditions and random events that often meet: both take their texts from one small stock,
// whole, in part, or in the other case.
#ifndef VEDETTE_TESTS_ORACLE_RANDOM_RULES_H_
#define VEDETTE_TESTS_ORACLE_RANDOM_RULES_H_

#include <cstddef>
#include <memory>
#include <random>
#include <string>

#include "engine/enrich/test_host.h"
#include "rules/lang/program.h"
#include "sensor/decode/record_builder.h"

namespace vedette {

using Random = std::mt19937;

// In the language of rule files; all fields that events below have, all operators, negations at
// every depth, macros, transformers, val(), modifiers.
std::string RandomCondition(Random& random);
// Compiled from so many conditions.
std::shared_ptr<const Program> RandomRuleSet(Random& random, size_t rules);

// Processes with ids 1 to 8 and ancestors among them; an event by one of them, or by nobody known.
void AddRandomProcesses(Random& random, TestHost& host);
RecordBuilder RandomEvent(Random& random);

}  // namespace vedette

#endif  // VEDETTE_TESTS_ORACLE_RANDOM_RULES_H_
