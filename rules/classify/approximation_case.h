// SPDX-License-Identifier: Apache-2.0
//
// For tests: what the kernel is to know of one comparison, for one key of a dimension.
#ifndef VEDETTE_RULES_CLASSIFY_APPROXIMATION_CASE_H_
#define VEDETTE_RULES_CLASSIFY_APPROXIMATION_CASE_H_

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/classify/field_map.h"
#include "rules/classify/test_program.h"

namespace vedette {

struct ApproximationCase {
  absl::string_view name;
  EventKind kind;
  absl::string_view field;
  absl::string_view op;
  std::vector<std::string> literals;
  std::string key;            // Of the dimension's set.
  absl::string_view verdict;  // "never", "may", "sure"
};

inline std::string ModeKey(uint32_t mode) { return std::string(1, static_cast<char>(mode)); }

inline void CheckApproximation(const ApproximationCase& c) {
  TestProgram program;
  program.Is(c.field, c.op, c.literals);
  const Approximation known = Approximate(program->predicates[0], c.kind);
  const bool may = known.may.Contains(c.key);
  const bool sure = known.sure.Contains(c.key);
  EXPECT_EQ(sure ? "sure" : may ? "may" : "never", c.verdict) << c.name;
  EXPECT_TRUE(may || !sure) << c.name;
}

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_APPROXIMATION_CASE_H_
