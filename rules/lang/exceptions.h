// SPDX-License-Identifier: Apache-2.0
//
// `exceptions` of a rule become a part of its condition's text:
//   (condition) and not ((f1 op v1 and f2 op v2) or f3 in (a, b))
#ifndef VEDETTE_RULES_LANG_EXCEPTIONS_H_
#define VEDETTE_RULES_LANG_EXCEPTIONS_H_

#include "rules/lang/entry.h"
#include "rules/lang/lists.h"
#include "rules/lang/rule_file.h"
#include "rules/lang/source_map.h"

namespace vedette {

// The condition with its exceptions. An exception without values does nothing; one that is not well
// formed is reported and does nothing.
MappedText WithExceptions(const RuleDefinition& rule, Budget& budget, Reporter& reporter);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_EXCEPTIONS_H_
