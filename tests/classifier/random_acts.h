// SPDX-License-Identifier: Apache-2.0
//
// Random acts and conditions, from one small vocabulary with the traps in it.
#ifndef VEDETTE_TESTS_CLASSIFIER_RANDOM_ACTS_H_
#define VEDETTE_TESTS_CLASSIFIER_RANDOM_ACTS_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "rules/classify/test_program.h"
#include "tests/classifier/naive_act.h"

namespace vedette {

// A node of the program: comparisons, combined up to `depth` times.
uint32_t RandomActCondition(std::mt19937& random, TestProgram& program, int depth);

// Processes with the same exec_id run the same.
Act RandomAct(std::mt19937& random);
std::vector<Act> RandomActs(std::mt19937& random, size_t count);

}  // namespace vedette

#endif  // VEDETTE_TESTS_CLASSIFIER_RANDOM_ACTS_H_
