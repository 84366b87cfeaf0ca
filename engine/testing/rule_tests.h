// SPDX-License-Identifier: Apache-2.0
//
// Plays the cases of rules (rules/testing/case_file.h) and compares what the rules say with what
// was expected. Records go through the real pipeline.
#ifndef VEDETTE_ENGINE_TESTING_RULE_TESTS_H_
#define VEDETTE_ENGINE_TESTING_RULE_TESTS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/match/alert.h"
#include "rules/lang/program.h"
#include "rules/testing/case_file.h"
#include "sensor/decode/record_builder.h"
#include "sensor/source/record_source.h"

namespace vedette {

struct CaseResult {
  absl::Status played;                // Why the case could not be played; its place included.
  std::vector<std::string> expected;  // Rules, sorted; a rule that alerts twice is there twice.
  std::vector<std::string> missing;   // Expected, and silent.
  std::vector<Alert> unexpected;      // Message and rule; of values of fields only the rule.
  bool passed() const { return played.ok() && missing.empty() && unexpected.empty(); }
};

// Never throws, never ends the process, whatever the case is. Needs the files that it names.
CaseResult RunCase(const std::shared_ptr<const Program>& program, const RuleCase& one);

// The records of a case that tells a story. kInvalidArgument: the diagnostic as text.
absl::StatusOr<std::vector<RecordBytes>> RecordsOf(const RuleCase& one);

// The host of stories: its name, and the users root, www-data (33) and ann (1000).
HostMetadata StoryHost();

// How often a rule was expected to alert and to be silent, by the cases that are about it.
struct RuleCoverage {
  std::string rule;
  size_t matching = 0;
  size_t silent = 0;
};
// In the order of the program, without recording rules.
std::vector<RuleCoverage> CoverageOf(const Program& program, absl::Span<const RuleCase> cases);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_TESTING_RULE_TESTS_H_
