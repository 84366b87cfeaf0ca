// SPDX-License-Identifier: Apache-2.0
//
// No unit test: parser_test.cc prints every kind of node.
#include "rules/lang/ast.h"

#include "absl/strings/str_cat.h"
#include "rules/lang/text_match.h"

namespace vedette {
namespace {

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

std::string AlwaysQuoted(absl::string_view text) {
  const std::string quoted = QuoteValue(text);
  return quoted[0] == '"' ? quoted : absl::StrCat("\"", quoted, "\"");
}

bool IsBareIndex(absl::string_view index) {
  for (const char c : index) {
    if (static_cast<uint8_t>(c) <= ' ' || c == '[' || c == ']' || c == '"' || c == '\'')
      return false;
  }
  return !index.empty();
}

void AppendIndex(const std::optional<std::string>& index, std::string& out) {
  if (!index) return;
  absl::StrAppend(&out, "[", IsBareIndex(*index) ? *index : AlwaysQuoted(*index), "]");
}

void AppendArguments(const ArgumentList& arguments, std::string& out);

void AppendCall(const Call& call, std::string& out) {
  absl::StrAppend(&out, call.function, "(");
  AppendArguments(call.arguments, out);
  out += ")";
  AppendIndex(call.index, out);
}

void AppendArguments(const ArgumentList& arguments, std::string& out) {
  absl::string_view separator;
  for (const Argument& argument : arguments) {
    absl::StrAppend(&out, separator);
    separator = ", ";
    std::visit(Overloaded{[&](const FieldName& field) { out += ToText(field); },
                          [&](const Constant& c) { out += AlwaysQuoted(c.text); },
                          [&](const Call& call) { AppendCall(call, out); },
                          [&](const ArgumentList& list) {
                            out += "(";
                            AppendArguments(list, out);
                            out += ")";
                          }},
               argument.value);
  }
}

void AppendConstants(const std::vector<Constant>& constants, std::string& out) {
  absl::string_view separator;
  out += "(";
  for (const Constant& constant : constants) {
    absl::StrAppend(&out, separator, QuoteValue(constant.text));
    separator = ", ";
  }
  out += ")";
}

class Printer {
 public:
  Printer(const FindMacroExpr& find, std::string& out) : find_(find), out_(out) {}

  void Print(const Expr& expr) {
    std::visit(Overloaded{[&](const Compare& compare) { PrintCompare(compare); },
                          [&](const MacroName& macro) { PrintMacro(macro); },
                          [&](const Not& n) { PrintNot(*n.child); },
                          [&](const And& a) { PrintChildren(a.children, " and "); },
                          [&](const Or& o) { PrintChildren(o.children, " or "); }},
               expr.node);
  }

 private:
  void PrintCompare(const Compare& compare) {
    std::visit(Overloaded{[&](const FieldName& field) { out_ += ToText(field); },
                          [&](const Call& call) { AppendCall(call, out_); }},
               compare.left);
    AppendRightSide(compare, out_);
  }

  void PrintMacro(const MacroName& macro) {
    const Expr* expr = find_ ? find_(macro.name) : nullptr;
    if (expr == nullptr) {
      out_ += macro.name;
    } else {
      Print(*expr);
    }
  }

  // A `not` inside a macro behind a `not`: both go, as the parser does where it sees both.
  void PrintNot(const Expr& child) {
    const Expr* inner = &child;
    while (const auto* macro = std::get_if<MacroName>(&inner->node)) {
      const Expr* expr = find_ ? find_(macro->name) : nullptr;
      if (expr == nullptr) break;
      inner = expr;
    }
    if (const auto* again = std::get_if<Not>(&inner->node)) {
      Print(*again->child);
      return;
    }
    out_ += "not ";
    Print(*inner);
  }

  void PrintChildren(const std::vector<ExprPtr>& children, absl::string_view word) {
    absl::string_view separator = "(";
    for (const ExprPtr& child : children) {
      absl::StrAppend(&out_, separator);
      separator = word;
      Print(*child);
    }
    out_ += ")";
  }

  const FindMacroExpr& find_;
  std::string& out_;
};

}  // namespace

std::string QuoteValue(absl::string_view value) {
  std::string escaped;
  const bool utf8 = IsUtf8(value);  // Other bytes could not be told in JSON.
  bool quote = value.empty() || !utf8;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    quote = quote || absl::string_view(" ()=,\"'\\").find(c) != absl::string_view::npos ||
            static_cast<uint8_t>(c) < 0x20;
    switch (c) {
      case '\b':
        escaped += "\\b";
        break;
      case '\f':
        escaped += "\\f";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      case '\t':
        escaped += "\\t";
        break;
      case '"':
        escaped += "\\\"";
        break;
      // A quote behind a backslash does not end a text, not even behind an escaped one.
      case '\\':
        escaped += i + 1 == value.size() ? "\\x5c" : "\\\\";
        break;
      default:
        if (static_cast<uint8_t>(c) < 0x20 || (!utf8 && static_cast<uint8_t>(c) >= 0x80)) {
          absl::StrAppend(&escaped, "\\x", absl::Hex(static_cast<uint8_t>(c), absl::kZeroPad2));
        } else {
          escaped += c;
        }
    }
  }
  return quote ? absl::StrCat("\"", escaped, "\"") : escaped;
}

std::string ToText(const FieldName& field) {
  std::string out = field.name;
  AppendIndex(field.argument, out);
  return out;
}

std::string ToText(const Call& call) {
  std::string out;
  AppendCall(call, out);
  return out;
}

void AppendRightSide(const Compare& compare, std::string& out) {
  absl::StrAppend(&out, " ", compare.op);
  if (!compare.modifier.empty()) absl::StrAppend(&out, " ", compare.modifier);
  if (compare.op != "exists") out += " ";
  std::visit(Overloaded{[](std::monostate) {},
                        [&](const Constant& value) { out += QuoteValue(value.text); },
                        [&](const std::vector<Constant>& list) { AppendConstants(list, out); },
                        [&](const ListName& list) { out += list.name; },
                        [&](const Call& call) { AppendCall(call, out); }},
             compare.right);
}

std::string ToText(const Expr& expr, const FindMacroExpr& find) {
  std::string out;
  Printer(find, out).Print(expr);
  return out;
}

}  // namespace vedette
