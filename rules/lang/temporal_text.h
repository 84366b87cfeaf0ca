// SPDX-License-Identifier: Apache-2.0
//
// What a rule says beside its condition, in words: for `vedette rules`.
#ifndef VEDETTE_RULES_LANG_TEMPORAL_TEXT_H_
#define VEDETTE_RULES_LANG_TEMPORAL_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "rules/lang/program.h"

namespace vedette {

// Labels and texts, one pair for each thing that the rule has; none for an ordinary rule:
//   {"sequence", "by lineage within 5m"}, {"step download", "<canonical condition>"}, ...
//   {"threshold", "5 different fd.name by proc.exec_id within 1m"}
//   {"first seen", "(proc.exepath, user.name) for 30d, warm-up 1d"}
//   {"suppress", "by proc.name for 10m"}, {"action", "kill (monitor)"}, {"attack", "T1105"},
//   {"reference", "https://..."}, {"false positive", "..."}, {"author", ...}, {"version", ...}
// Texts come from rule files: escape them.
std::vector<std::pair<std::string, std::string>> DescribeExtensions(const Program& program,
                                                                    const Rule& rule);

// "sequence", "threshold", "first_seen" or nothing: for a column.
absl::string_view KindOfRule(const Rule& rule);

// "proc.aname[2]"
std::string FieldText(const FieldRef& field);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_TEMPORAL_TEXT_H_
