// SPDX-License-Identifier: Apache-2.0
//
// The parser keeps its own stack: a thousand parentheses must not become ten thousand frames of
// ours.
#include "rules/lang/parser.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/lang/check_parser.h"

namespace vedette {
namespace {

// What becomes of a condition in parentheses.
enum class Becomes {
  kOperand,    // An operand of `and`.
  kOrOperand,  // Behind `or(`: an operand of `or`, and only another `or` may follow.
};

// A condition that is being read: all of it, or what stands in one pair of parentheses.
struct Frame {
  size_t open = 0;  // Where its parenthesis is.
  Becomes becomes = Becomes::kOperand;
  // Of the operand that comes next, or that this frame is for.
  bool negative = false;
  size_t negative_at = 0;

  std::vector<ExprPtr> or_operands;   // Complete.
  std::vector<ExprPtr> and_operands;  // Of the chain that is being read.
  bool only_or = false;
};

template <typename Node>
ExprPtr MakeChain(std::vector<ExprPtr> children) {
  if (children.size() == 1) return std::move(children[0]);
  const TextRange range{children.front()->range.begin, children.back()->range.end};
  uint32_t depth = 0;
  for (const ExprPtr& child : children) depth = std::max(depth, child->depth);
  ExprPtr chain = MakeExpr(range, Node{std::move(children)});
  chain->depth = depth + 1;
  return chain;
}

ExprPtr Negate(ExprPtr child, size_t begin) {
  if (auto* inner = std::get_if<Not>(&child->node)) {
    ExprPtr twice_negated = std::move(inner->child);
    return twice_negated;
  }
  const TextRange range{begin, child->range.end};
  const uint32_t depth = child->depth + 1;
  ExprPtr negation = MakeExpr(range, Not{std::move(child)});
  negation->depth = depth;
  return negation;
}

class Parser {
 public:
  explicit Parser(absl::string_view text) : scan_(text), checks_(scan_) {}

  ParsedCondition Parse() {
    ExprPtr expr = ParseAll();
    if (checks_.error()) expr = nullptr;
    return {std::move(expr), std::move(checks_.error())};
  }

 private:
  ExprPtr ParseAll() {
    scan_.SkipBlanks();
    if (scan_.AtEnd()) return checks_.Fail({0, 1}, "the condition is empty");
    stack_.emplace_back();
    while (true) {
      ExprPtr operand = ReadOperand();
      if (checks_.error()) return nullptr;
      if (operand == nullptr) continue;  // A parenthesis was opened.
      if (!Place(std::move(operand), Becomes::kOperand)) return nullptr;
      while (!ReadConnective()) {
        if (checks_.error()) return nullptr;
        // The condition ends here, or that in parentheses does.
        FinishChain();
        ExprPtr expr = MakeChain<Or>(std::move(stack_.back().or_operands));
        if (stack_.size() == 1) return AtEnd() ? std::move(expr) : nullptr;
        if (!Close(std::move(expr))) return nullptr;
      }
    }
  }

  Frame& top() { return stack_.back(); }

  // Null without an error if a parenthesis was opened instead.
  ExprPtr ReadOperand() {
    scan_.SkipBlanks();
    Frame& frame = top();
    frame.negative = false;
    frame.negative_at = scan_.at();
    while (scan_.TakeWord("not")) frame.negative = !frame.negative;
    if (scan_.Take("not(")) {
      frame.negative = !frame.negative;
      return Open(Becomes::kOperand);
    }
    if (scan_.Take("(")) return Open(Becomes::kOperand);
    return checks_.Parse();
  }

  std::nullptr_t Open(Becomes becomes) {
    const size_t open = scan_.at() - 1;
    if (stack_.size() > kDepthMax) {
      return checks_.Fail({open, open + 1},
                          absl::StrCat("more than ", kDepthMax, " nested parentheses"));
    }
    Frame frame;
    frame.open = open;
    frame.becomes = becomes;
    stack_.push_back(std::move(frame));
    return nullptr;
  }

  bool Close(ExprPtr expr) {
    const size_t open = top().open;
    scan_.SkipBlanks();
    if (!scan_.Take(")")) {
      if (scan_.AtEnd()) {
        checks_.Fail({open, open + 1}, "this parenthesis is not closed",
                     "write `)` where it ends, or take this one out");
      } else {
        checks_.FailHere("expected \"and\", \"or\" or a closing parenthesis");
      }
      return false;
    }
    const Becomes becomes = top().becomes;
    stack_.pop_back();
    return Place(std::move(expr), becomes);
  }

  bool Place(ExprPtr operand, Becomes becomes) {
    Frame& frame = top();
    if (frame.negative) operand = Negate(std::move(operand), frame.negative_at);
    frame.negative = false;
    if (operand->depth >= kDepthMax) {
      checks_.Fail(operand->range,
                   absl::StrCat("more than ", kDepthMax, " conditions inside one another"));
      return false;
    }
    frame.only_or = becomes == Becomes::kOrOperand;
    (frame.only_or ? frame.or_operands : frame.and_operands).push_back(std::move(operand));
    return true;
  }

  // `and` or `or`, up to where the next operand begins. False if there is none, or after an error.
  bool ReadConnective() {
    scan_.SkipBlanks();
    const size_t begin = scan_.at();
    const bool is_and = !top().only_or && scan_.Take("and");
    if (!is_and && !scan_.Take("or")) return false;
    if (!is_and) FinishChain();
    if (scan_.SkipBlanks()) {
      top().only_or = false;
      return true;
    }
    if (scan_.Take("(")) {
      Open(is_and ? Becomes::kOperand : Becomes::kOrOperand);
      return !checks_.error();
    }
    scan_.GoTo(begin);
    checks_.FailHere(
        absl::StrCat("expected a blank or a parenthesis after \"", is_and ? "and" : "or", "\""));
    return false;
  }

  void FinishChain() {
    Frame& frame = top();
    if (frame.and_operands.empty()) return;
    frame.or_operands.push_back(MakeChain<And>(std::exchange(frame.and_operands, {})));
  }

  bool AtEnd() {
    if (scan_.AtEnd()) return true;
    checks_.FailHere(scan_.NextIs(')') ? "this parenthesis was never opened"
                                       : "expected \"and\", \"or\" or the end of the condition");
    return false;
  }

  Scanner scan_;
  CheckParser checks_;
  std::vector<Frame> stack_;
};

}  // namespace

ParsedCondition ParseCondition(absl::string_view text) {
  // No text of the kernel's has one in it, and no canonical text could print it.
  const size_t nul = text.find('\0');
  if (nul != absl::string_view::npos) {
    return {nullptr, SyntaxError{{nul, nul + 1}, "a condition cannot hold a NUL byte", ""}};
  }
  return Parser(text).Parse();
}

}  // namespace vedette
