// SPDX-License-Identifier: Apache-2.0
//
// The condition of a Sigma rule on its way to ours. What can never or always hold is folded away as
// the tree is built.
#ifndef VEDETTE_RULES_SIGMA_EXPR_H_
#define VEDETTE_RULES_SIGMA_EXPR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vedette {

struct SigmaExpr {
  enum class Kind : uint8_t { kNever, kAlways, kComparison, kNot, kAnd, kOr };
  Kind kind = Kind::kNever;
  std::string text;                 // kComparison, in our language.
  std::vector<SigmaExpr> children;  // kNot: one; kAnd, kOr: two or more.
  size_t size = 1;                  // Nodes, this one counted.
};

SigmaExpr SigmaConstant(bool holds);
SigmaExpr SigmaComparison(std::string text);
SigmaExpr SigmaNot(SigmaExpr child);
SigmaExpr SigmaAll(std::vector<SigmaExpr> children);  // Of none: always.
SigmaExpr SigmaAny(std::vector<SigmaExpr> children);  // Of none: never.

// Without parentheses around the whole. Not for constants.
std::string ToText(const SigmaExpr& expr);

}  // namespace vedette

#endif  // VEDETTE_RULES_SIGMA_EXPR_H_
