// SPDX-License-Identifier: Apache-2.0
//
// The judge of comparisons: transformers, val(), modifiers and lists once more, in the simplest way
// that comes to mind, with memory of its own and no thought of speed.
#ifndef VEDETTE_TESTS_ORACLE_NAIVE_PREDICATE_H_
#define VEDETTE_TESTS_ORACLE_NAIVE_PREDICATE_H_

#include "engine/event.h"
#include "rules/lang/program.h"

namespace vedette {

bool NaiveHolds(const Predicate& predicate, const Event& event);

}  // namespace vedette

#endif  // VEDETTE_TESTS_ORACLE_NAIVE_PREDICATE_H_
