// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/expr.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace vedette {
namespace {

using Kind = SigmaExpr::Kind;

// `decides`: the constant that makes all of it itself.
SigmaExpr Join(std::vector<SigmaExpr> children, Kind kind, Kind decides, Kind otherwise) {
  SigmaExpr joined;
  joined.kind = kind;
  for (SigmaExpr& child : children) {
    if (child.kind == decides) return SigmaConstant(decides == Kind::kAlways);
    if (child.kind == otherwise) continue;
    joined.size += child.size;
    if (child.kind == kind) {
      std::move(child.children.begin(), child.children.end(), std::back_inserter(joined.children));
    } else {
      joined.children.push_back(std::move(child));
    }
  }
  if (joined.children.empty()) return SigmaConstant(otherwise == Kind::kAlways);
  if (joined.children.size() > 1) return joined;
  SigmaExpr only = std::move(joined.children[0]);
  return only;
}

std::string Inner(const SigmaExpr& expr) {
  const bool chain = expr.kind == Kind::kAnd || expr.kind == Kind::kOr;
  return chain ? absl::StrCat("(", ToText(expr), ")") : ToText(expr);
}

}  // namespace

SigmaExpr SigmaConstant(bool holds) {
  SigmaExpr constant;
  constant.kind = holds ? Kind::kAlways : Kind::kNever;
  return constant;
}

SigmaExpr SigmaComparison(std::string text) {
  SigmaExpr comparison;
  comparison.kind = Kind::kComparison;
  comparison.text = std::move(text);
  return comparison;
}

SigmaExpr SigmaNot(SigmaExpr child) {
  if (child.kind == Kind::kNever || child.kind == Kind::kAlways) {
    return SigmaConstant(child.kind == Kind::kNever);
  }
  SigmaExpr negation;
  negation.kind = Kind::kNot;
  negation.size = child.size + 1;
  negation.children.push_back(std::move(child));
  return negation;
}

SigmaExpr SigmaAll(std::vector<SigmaExpr> children) {
  return Join(std::move(children), Kind::kAnd, Kind::kNever, Kind::kAlways);
}

SigmaExpr SigmaAny(std::vector<SigmaExpr> children) {
  return Join(std::move(children), Kind::kOr, Kind::kAlways, Kind::kNever);
}

std::string ToText(const SigmaExpr& expr) {
  CHECK(expr.kind != Kind::kNever && expr.kind != Kind::kAlways);
  if (expr.kind == Kind::kComparison) return expr.text;
  if (expr.kind == Kind::kNot) return absl::StrCat("not ", Inner(expr.children[0]));
  std::string text;
  for (const SigmaExpr& child : expr.children) {
    if (!text.empty()) text += expr.kind == Kind::kAnd ? " and " : " or ";
    text += Inner(child);
  }
  return text;
}

}  // namespace vedette
