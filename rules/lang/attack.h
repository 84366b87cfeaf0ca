// SPDX-License-Identifier: Apache-2.0
//
// Ids of MITRE ATT&CK (the matrix for enterprises): techniques, sub-techniques and tactics.
#ifndef VEDETTE_RULES_LANG_ATTACK_H_
#define VEDETTE_RULES_LANG_ATTACK_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/lang/reporter.h"
#include "rules/lang/source_map.h"

namespace vedette {

// By its form: T1059, T1059.004 or TA0002.
bool IsAttackId(absl::string_view text);
// There is one of this number; those that were withdrawn count. `id` has the form.
bool IsKnownAttackId(absl::string_view id);
// Warns of an id that there is not: new ones come with each version of ATT&CK.
void CheckKnownAttackId(absl::string_view id, const Place& place, Reporter& reporter);

// ATT&CK ids among the tags, behind those that `ids` has; each once.
void AddAttackIdsOfTags(const std::vector<std::string>& tags, std::vector<std::string>& ids);
// Warns of a tag that begins as an id and is none, or is unknown.
void CheckAttackTag(absl::string_view tag, const Place& place, Reporter& reporter);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_ATTACK_H_
