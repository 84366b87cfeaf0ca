// SPDX-License-Identifier: Apache-2.0
//
// `scope:` of a rule: for whom it is. It is a part of the condition that is written apart from it,
// and becomes that before anything is parsed: so classifier, index, explain and enforcement treat
// it like any other part.
#ifndef VEDETTE_RULES_LANG_RULE_SCOPE_H_
#define VEDETTE_RULES_LANG_RULE_SCOPE_H_

#include <optional>
#include <string>

#include "rules/lang/entry.h"

namespace vedette {

struct ScopeDefinition {
  Place place;            // Of the key.
  std::string condition;  // In the rule language, without macros and lists.
};

// Keys: host, container, image, runtime, namespace, pod, labels, service, slice, unknown. All have
// to hold; of a list one. False after a complaint.
bool ReadScope(const Entry& entry, Reporter& reporter, ScopeDefinition& scope);

// The condition for those who are in the scope; the scope's part stands for its key.
MappedText WithScope(const ScopeDefinition& scope, const MappedText& condition);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_RULE_SCOPE_H_
