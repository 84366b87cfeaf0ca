// SPDX-License-Identifier: Apache-2.0
//
// The grammar alone, for `vedette rules parse`: no field, macro or list has to exist.
#ifndef VEDETTE_RULES_LANG_SYNTAX_H_
#define VEDETTE_RULES_LANG_SYNTAX_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rules/lang/diagnostics.h"

namespace vedette {

struct SyntaxAnswer {
  std::string canonical;            // Parsing it again gives the same. Empty if there was an error.
  std::optional<Diagnostic> error;  // The first one; `name` is its file.
};

// Time and memory grow with the length of the condition, whatever it is.
SyntaxAnswer CheckSyntax(absl::string_view name, absl::string_view condition);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_SYNTAX_H_
