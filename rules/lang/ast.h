// SPDX-License-Identifier: Apache-2.0
//
// A condition as a tree, before anything is known about fields. Offsets count in the condition's
// own text; MappedText turns them into places.
#ifndef VEDETTE_RULES_LANG_AST_H_
#define VEDETTE_RULES_LANG_AST_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/lang/source_map.h"

namespace vedette {

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

// `proc.aname[2]`
struct FieldName {
  std::string name;
  std::optional<std::string> argument;
  TextRange range;
};

// A constant, quotes and escapes resolved.
struct Constant {
  std::string text;
  bool quoted = false;
  TextRange range;
};

struct Argument;

// `join("-", (fd.name, proc.name))`, and `val(field)` on the right side.
struct Call {
  std::string function;
  std::vector<Argument> arguments;
  std::optional<std::string> index;  // `getopt(...)["t"]`
  TextRange range;
};

using ArgumentList = std::vector<Argument>;

struct Argument {
  std::variant<FieldName, Constant, Call, ArgumentList> value;
};

using OperandExpr = std::variant<FieldName, Call>;

// A list by name where a list is wanted, and no list of this name replaced it.
struct ListName {
  std::string name;
  TextRange range;
};

// `left op right`; what `right` holds follows from the operator and the modifier.
struct Compare {
  OperandExpr left;
  std::string op;        // One of Operators().
  std::string modifier;  // "oneof", "anyof", "allof" or empty.
  std::variant<std::monostate, Constant, std::vector<Constant>, ListName, Call> right;
  TextRange op_range;
  // The checker's note: index into Program::predicates.
  std::optional<uint32_t> predicate;
};

struct MacroName {
  std::string name;
};

struct Not {
  ExprPtr child;
};

struct And {
  std::vector<ExprPtr> children;  // Two or more.
};

struct Or {
  std::vector<ExprPtr> children;
};

struct Expr {
  std::variant<Compare, MacroName, Not, And, Or> node;
  TextRange range;
  uint32_t depth = 1;  // Nodes from here to the farthest leaf; at most kDepthMax (parser.h).
};

// The condition of a macro, or null: it is printed as its name.
using FindMacroExpr = std::function<const Expr*(absl::string_view name)>;

// Canonical text: `(a and not b or ...)`, each and/or node in parentheses. Parsing it gives the
// same tree.
std::string ToText(const Expr& expr, const FindMacroExpr& find = nullptr);
std::string ToText(const FieldName& field);
std::string ToText(const Call& call);
// In double quotes where the grammar or a reader's eye needs them.
std::string QuoteValue(absl::string_view value);
// `f op v`, `f in (a, b)`: what comes behind the left side.
void AppendRightSide(const Compare& compare, std::string& out);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_AST_H_
