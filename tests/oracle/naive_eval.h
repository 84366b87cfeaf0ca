// SPDX-License-Identifier: Apache-2.0
//
// The judge of the matcher and of the classifier: walks the tree as it is written, remembers
// nothing and skips nothing that the tree does not skip. Slow, and easy to believe.
#ifndef VEDETTE_TESTS_ORACLE_NAIVE_EVAL_H_
#define VEDETTE_TESTS_ORACLE_NAIVE_EVAL_H_

#include <cstdint>
#include <vector>

#include "engine/event.h"
#include "rules/lang/program.h"

namespace vedette {

// Does the node hold for the event? Costs as much as the tree has paths.
bool NaiveEval(const Program& program, uint32_t node, const Event& event);

// The rules that hold, ascending. Rule::kinds is honoured.
std::vector<uint32_t> NaiveMatch(const Program& program, const Event& event);

}  // namespace vedette

#endif  // VEDETTE_TESTS_ORACLE_NAIVE_EVAL_H_
