// SPDX-License-Identifier: Apache-2.0
//
// Rule files in one layout, for `vedette rules fmt`: keys in one order, conditions in lines, one
// empty line between items. Works on the lines of the text, so comments stay where they belong; an
// item in an unusual form stays as it is.
#ifndef VEDETTE_RULES_LANG_FORMAT_H_
#define VEDETTE_RULES_LANG_FORMAT_H_

#include <string>

#include "rules/lang/diagnostics.h"
#include "rules/lang/load.h"

namespace vedette {

struct FormattedRules {
  std::string text;         // What loads to the same program. As it was, if there is an error.
  Diagnostics diagnostics;  // Why it is no YAML.
};

// Formatting twice changes nothing.
FormattedRules FormatRules(const RuleSource& source);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_FORMAT_H_
