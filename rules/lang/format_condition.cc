// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/format_condition.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/lang/parser.h"

namespace vedette {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\b' || c == '\r' || c == '\n'; }

// Behind the closing quote of the text that begins at `at`; npos if there is none. As the scanner
// has it: a quote behind a backslash never closes.
size_t EndOfQuoted(absl::string_view text, size_t at) {
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == text[at] && text[i - 1] != '\\') return i + 1;
  }
  return absl::string_view::npos;
}

// Canonical text; an append is read behind a condition, as it will be.
std::optional<std::string> Meaning(const std::string& condition) {
  for (const char* before : {"", "it_is "}) {
    const ParsedCondition parsed = ParseCondition(absl::StrCat(before, condition));
    if (parsed.expr != nullptr) return ToText(*parsed.expr);
  }
  return std::nullopt;
}

// How a word changes the nesting of parentheses.
int DepthOf(absl::string_view word) {
  int depth = 0;
  for (size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '"' || word[i] == '\'') {
      i = EndOfQuoted(word, i) - 1;
    } else if (word[i] == '(') {
      ++depth;
    } else if (word[i] == ')') {
      --depth;
    }
  }
  return depth;
}

bool IsConnective(absl::string_view word) {
  return word == "and" || word == "or" || absl::StartsWith(word, "and(") ||
         absl::StartsWith(word, "or(");
}

// Breaks where a line would be too long.
void AppendWrapped(const std::vector<std::string>& words, size_t columns,
                   std::vector<std::string>& lines) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty() && line.size() + 1 + word.size() > columns) {
      lines.push_back(std::exchange(line, ""));
    }
    absl::StrAppend(&line, line.empty() ? "" : " ", word);
  }
  if (!line.empty()) lines.push_back(std::move(line));
}

}  // namespace

std::optional<std::vector<std::string>> WordsOfCondition(absl::string_view condition) {
  std::vector<std::string> words;
  std::string word;
  for (size_t i = 0; i < condition.size();) {
    const char c = condition[i];
    if (IsBlank(c)) {
      if (!word.empty()) words.push_back(std::exchange(word, ""));
      ++i;
      continue;
    }
    const bool quoted = c == '"' || c == '\'';
    const size_t end = quoted ? EndOfQuoted(condition, i) : i + 1;
    if (end == absl::string_view::npos) return std::nullopt;
    for (const char part : condition.substr(i, end - i)) {
      if (absl::ascii_iscntrl(static_cast<unsigned char>(part))) return std::nullopt;
    }
    absl::StrAppend(&word, condition.substr(i, end - i));
    i = end;
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::optional<std::vector<std::string>> LayOutCondition(absl::string_view condition,
                                                        size_t columns) {
  const auto words = WordsOfCondition(condition);
  const auto meaning = Meaning(std::string(condition));
  if (!words || words->empty() || !meaning || Meaning(absl::StrJoin(*words, " ")) != meaning)
    return std::nullopt;
  std::vector<std::string> lines;
  std::vector<std::string> operand;
  int depth = 0;
  for (const std::string& word : *words) {
    if (depth == 0 && IsConnective(word)) AppendWrapped(std::exchange(operand, {}), columns, lines);
    operand.push_back(word);
    depth += DepthOf(word);
  }
  AppendWrapped(operand, columns, lines);
  return lines;
}

}  // namespace vedette
