// SPDX-License-Identifier: Apache-2.0
//
// What `vedette rules test` is to load: rules and the cases beside them.
#ifndef VEDETTE_CLI_RULES_TEST_INPUTS_H_
#define VEDETTE_CLI_RULES_TEST_INPUTS_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "rules/lang/load.h"
#include "rules/testing/case_file.h"

namespace vedette {

struct TestInputs {
  std::vector<RuleSource> rules;                // In the order of loading, `with` first.
  absl::flat_hash_set<std::string> under_test;  // Their files: cases are wanted for their rules.
  std::vector<RuleCase> cases;
  Diagnostics diagnostics;  // Of the cases.
};

// Each of `paths` is a rule file, a folder of them, a folder of such folders, or a case file (in a
// folder `tests`). Cases are in items `- tests:` of the rule files and in the .yaml files of the
// folder `tests` beside them. Of a rule file alone, those beside it that are about others' rules
// are left out later. `with`: rules to load before, which are not under test.
absl::StatusOr<TestInputs> ReadTestInputs(const std::vector<std::string>& paths,
                                          const std::vector<std::string>& with);

}  // namespace vedette

#endif  // VEDETTE_CLI_RULES_TEST_INPUTS_H_
