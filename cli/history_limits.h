// SPDX-License-Identifier: Apache-2.0
//
// What rules ask of an event that its history cannot answer, or not as it was: said before a hunt,
// for a rule that finds nothing for such a reason looks like a quiet host.
#ifndef VEDETTE_CLI_HISTORY_LIMITS_H_
#define VEDETTE_CLI_HISTORY_LIMITS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/lang/program.h"

namespace vedette {

// Names of all fields that a rule's condition, times, keys and output name, each once, sorted.
std::vector<absl::string_view> FieldsOfRule(const Program& program, const Rule& rule);

struct HistoryFacts {
  KindSet kinds = 0;        // Of which the history has any event.
  bool has_groups = false;  // Names of groups.
};

// A sentence for each rule and field that the history does not answer, or kind that it does not
// have; in the order of the rules.
std::vector<std::string> HistoryLimits(const Program& program, const HistoryFacts& facts);

}  // namespace vedette

#endif  // VEDETTE_CLI_HISTORY_LIMITS_H_
