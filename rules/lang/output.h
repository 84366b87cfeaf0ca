// SPDX-License-Identifier: Apache-2.0
//
// Output templates: text with fields in it.
//   `%proc.name`, `%proc.aname[2]`, `%20proc.name` (at least 20 wide), `%toupper(proc.name)`, `%%`
//   for a percent sign
#ifndef VEDETTE_RULES_LANG_OUTPUT_H_
#define VEDETTE_RULES_LANG_OUTPUT_H_

#include <vector>

#include "rules/lang/program.h"
#include "rules/lang/reporter.h"
#include "rules/lang/source_map.h"

namespace vedette {

// All parts that can be read; what cannot is a problem. A percent sign before anything that is not
// a field is itself.
std::vector<OutputPart> ParseOutput(const MappedText& text, Reporter& reporter,
                                    std::vector<Problem>& problems);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_OUTPUT_H_
