// SPDX-License-Identifier: Apache-2.0
//
// The grammar of conditions. Knows operators and transformers by name and nothing about fields.
#ifndef VEDETTE_RULES_LANG_PARSER_H_
#define VEDETTE_RULES_LANG_PARSER_H_

#include <variant>

#include "absl/strings/string_view.h"
#include "rules/lang/ast.h"
#include "rules/lang/scanner.h"

namespace vedette {

// Parentheses inside one another, and nodes of the tree from the root to a leaf.
inline constexpr int kDepthMax = 1000;

struct ParsedCondition {
  ExprPtr expr;                      // Null if there was an error.
  std::optional<SyntaxError> error;  // The first one.
};

// All of `text` is one condition. Time and memory grow with the length of the text.
ParsedCondition ParseCondition(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_PARSER_H_
