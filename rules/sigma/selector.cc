// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/selector.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr int kDepthLimit = 50;

std::vector<std::string> WordsOf(absl::string_view condition) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, ""));
  };
  for (const char c : condition) {
    const bool alone = c == '(' || c == ')' || c == '|';
    if (alone || absl::ascii_isspace(static_cast<unsigned char>(c))) end_word();
    if (alone) words.emplace_back(1, c);
    if (!alone && !absl::ascii_isspace(static_cast<unsigned char>(c))) word += c;
  }
  end_word();
  return words;
}

// `sel*_1*`; `*` stands for any text.
bool Matches(absl::string_view pattern, absl::string_view name) {
  std::vector<absl::string_view> parts = absl::StrSplit(pattern, '*');
  if (parts.size() == 1) return pattern == name;
  if (!absl::ConsumePrefix(&name, parts.front())) return false;
  const absl::string_view last = parts.back();
  for (size_t i = 1; i + 1 < parts.size(); ++i) {
    const size_t at = name.find(parts[i]);
    if (at == absl::string_view::npos) return false;
    name.remove_prefix(at + parts[i].size());
  }
  return absl::EndsWith(name, last);
}

class Parser {
 public:
  Parser(absl::string_view condition, const std::vector<Selection>& selections)
      : words_(WordsOf(condition)), selections_(selections) {}

  absl::StatusOr<SigmaExpr> Parse() {
    ASSIGN_OR_RETURN(SigmaExpr expr, ParseOr(0));
    if (at_ == words_.size()) return expr;
    if (words_[at_] == "|") return Wrong("an aggregation behind \"|\" cannot be translated");
    return Wrong(absl::StrCat("unexpected \"", words_[at_], "\""));
  }

 private:
  static absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

  bool NextIs(absl::string_view word) const {
    return at_ < words_.size() && absl::EqualsIgnoreCase(words_[at_], word);
  }
  bool Take(absl::string_view word) {
    if (!NextIs(word)) return false;
    ++at_;
    return true;
  }

  absl::StatusOr<SigmaExpr> ParseOr(int depth) {
    std::vector<SigmaExpr> any;
    do {
      ASSIGN_OR_RETURN(SigmaExpr next, ParseAnd(depth));
      any.push_back(std::move(next));
    } while (Take("or"));
    return SigmaAny(std::move(any));
  }

  absl::StatusOr<SigmaExpr> ParseAnd(int depth) {
    std::vector<SigmaExpr> all;
    do {
      ASSIGN_OR_RETURN(SigmaExpr next, ParseOne(depth));
      all.push_back(std::move(next));
    } while (Take("and"));
    return SigmaAll(std::move(all));
  }

  absl::StatusOr<SigmaExpr> ParseOne(int depth) {
    if (depth > kDepthLimit) return Wrong("the condition is nested too deeply");
    if (Take("not")) {
      ASSIGN_OR_RETURN(SigmaExpr child, ParseOne(depth + 1));
      return SigmaNot(std::move(child));
    }
    if (Take("(")) {
      ASSIGN_OR_RETURN(SigmaExpr inner, ParseOr(depth + 1));
      if (!Take(")")) return Wrong("a parenthesis is not closed");
      return inner;
    }
    if (at_ == words_.size()) return Wrong("the condition ends too early");
    const std::string word = words_[at_++];
    if (NextIs("of")) return ParseOf(word);
    for (const Selection& selection : selections_) {
      if (selection.name == word) return Spend(selection.expr);
    }
    return Wrong(absl::StrCat("there is no selection \"", word, "\""));
  }

  absl::StatusOr<SigmaExpr> ParseOf(absl::string_view how_many) {
    ++at_;  // of
    const bool all = absl::EqualsIgnoreCase(how_many, "all");
    if (!all && how_many != "1" && !absl::EqualsIgnoreCase(how_many, "any")) {
      return Wrong(absl::StrCat("\"", how_many, " of\" cannot be translated, only 1 and all"));
    }
    if (at_ == words_.size()) return Wrong("the condition ends too early");
    const std::string pattern = words_[at_++];
    const bool them = absl::EqualsIgnoreCase(pattern, "them");
    std::vector<SigmaExpr> chosen;
    for (const Selection& selection : selections_) {
      const bool meant =
          them ? !absl::StartsWith(selection.name, "_") : Matches(pattern, selection.name);
      if (!meant) continue;
      ASSIGN_OR_RETURN(SigmaExpr expr, Spend(selection.expr));
      chosen.push_back(std::move(expr));
    }
    if (chosen.empty() && them) return Wrong("there is no selection that \"them\" could mean");
    if (chosen.empty()) return Wrong(absl::StrCat("no selection is called ", pattern));
    return all ? SigmaAll(std::move(chosen)) : SigmaAny(std::move(chosen));
  }

  // A selection may be named again and again.
  absl::StatusOr<SigmaExpr> Spend(const SigmaExpr& expr) {
    if (expr.size > nodes_left_) return Wrong("the rule is too large");
    nodes_left_ -= expr.size;
    return expr;
  }

  const std::vector<std::string> words_;
  const std::vector<Selection>& selections_;
  size_t at_ = 0;
  size_t nodes_left_ = kSigmaNodesMax;
};

}  // namespace

absl::StatusOr<SigmaExpr> Select(absl::string_view condition,
                                 const std::vector<Selection>& selections) {
  return Parser(condition, selections).Parse();
}

}  // namespace vedette
