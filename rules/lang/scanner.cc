// SPDX-License-Identifier: Apache-2.0
//
// No unit test: parser_test.cc asks it for everything.
#include "rules/lang/scanner.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\b' || c == '\r' || c == '\n'; }
bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsAlnum(char c) { return IsLetter(c) || IsDigit(c); }
bool IsWord(char c) { return IsAlnum(c) || c == '_'; }
bool IsQuote(char c) { return c == '"' || c == '\''; }

}  // namespace

template <typename Predicate>
absl::string_view Scanner::TakeWhile(Predicate predicate) {
  const size_t begin = at_;
  while (!AtEnd() && predicate(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

bool Scanner::NextIsBlank() const { return !AtEnd() && IsBlank(text_[at_]); }

bool Scanner::SkipBlanks() { return !TakeWhile(IsBlank).empty(); }

bool Scanner::Take(absl::string_view literal) {
  if (!absl::StartsWith(rest(), literal)) return false;
  at_ += literal.size();
  return true;
}

bool Scanner::TakeWord(absl::string_view word) {
  const size_t begin = at_;
  if (Take(word) && SkipBlanks()) return true;
  at_ = begin;
  return false;
}

absl::string_view Scanner::TakeIdentifier() {
  if (AtEnd() || !IsLetter(text_[at_])) return {};
  return TakeWhile(IsWord);
}

absl::string_view Scanner::TakeFieldName() {
  const size_t begin = at_;
  size_t parts = TakeIdentifier().empty() ? 0 : 1;
  while (parts > 0 && NextIs('.')) {
    const size_t dot = at_++;
    if (TakeIdentifier().empty()) {
      at_ = dot;
      break;
    }
    ++parts;
  }
  if (parts < 2) at_ = begin;
  return text_.substr(begin, at_ - begin);
}

absl::string_view Scanner::TakeNumber() {
  const size_t begin = at_;
  if (Take("0x") || Take("0X")) {
    if (!TakeWhile(IsAlnum).empty()) return text_.substr(begin, at_ - begin);
    at_ = begin;
  }
  if (NextIs('+') || NextIs('-')) ++at_;
  if (TakeWhile(IsDigit).empty()) {
    at_ = begin;
    return {};
  }
  if (NextIs('.')) ++at_;
  TakeWhile(IsDigit);
  const size_t mantissa_end = at_;
  if (Take("e") || Take("E")) {
    const bool has_sign = Take("+") || Take("-");
    if (!has_sign || TakeWhile(IsDigit).empty()) at_ = mantissa_end;
  }
  return text_.substr(begin, at_ - begin);
}

absl::string_view Scanner::TakeBareValue() {
  return TakeWhile([](char c) {
    return !IsBlank(c) && !IsQuote(c) && c != '(' && c != ')' && c != ',' && c != '=';
  });
}

absl::string_view Scanner::TakeBareArgument() {
  return TakeWhile([](char c) { return !IsBlank(c) && !IsQuote(c) && c != '[' && c != ']'; });
}

// A quote closes unless a backslash is in front of it, even an escaped backslash: `'\\'` is open.
absl::string_view Scanner::TakeQuoted() {
  if (AtEnd() || !IsQuote(text_[at_])) return {};
  const char quote = text_[at_];
  for (size_t i = at_ + 1; i < text_.size(); ++i) {
    if (text_[i] != quote || text_[i - 1] == '\\') continue;
    const absl::string_view quoted = text_.substr(at_, i + 1 - at_);
    at_ = i + 1;
    return quoted;
  }
  error_ = SyntaxError{{at_, at_ + 1},
                       "this text has no closing quote",
                       absl::EndsWith(text_, absl::StrCat("\\", absl::string_view(&quote, 1)))
                           ? "write a backslash at the end of a text as \\x5c"
                           : ""};
  return {};
}

TextRange Scanner::WordHere() const {
  size_t end = at_;
  while (end < text_.size() && !IsBlank(text_[end]) && text_[end] != ')' && text_[end] != '(')
    ++end;
  return {at_, end == at_ ? at_ + 1 : end};
}

bool Unquote(absl::string_view quoted, size_t begin, std::string& value, SyntaxError& error) {
  constexpr absl::string_view kEscapes = "bfnrt \\/";
  constexpr absl::string_view kMeanings = "\b\f\n\r\t\\\\/";  // `\ ` is a backslash: old rules.
  const char quote = quoted[0];
  value.clear();
  for (size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] != '\\' || i + 2 == quoted.size()) {
      value += quoted[i];
      continue;
    }
    const char escape = quoted[++i];
    const size_t known = kEscapes.find(escape);
    if (known != absl::string_view::npos) {
      value += kMeanings[known];
    } else if (escape == quote) {
      value += quote;
    } else if (escape == 'x') {
      uint32_t byte = 0;
      const absl::string_view digits = quoted.substr(i + 1, 2);
      const bool is_hex = digits.size() == 2 && absl::ascii_isxdigit(uint8_t(digits[0])) &&
                          absl::ascii_isxdigit(uint8_t(digits[1])) &&
                          absl::SimpleHexAtoi(digits, &byte);
      if (!is_hex || byte == 0) {
        error = {{begin + i - 1, begin + i + 3}, "\\x needs two hexadecimal digits, not 00", ""};
        return false;
      }
      value += static_cast<char>(byte);
      i += 2;
    } else {
      error = {{begin + i - 1, begin + i + 1},
               absl::StrCat("there is no escape \\", absl::string_view(&quoted[i], 1),
                            " in a text in ", absl::string_view(&quote, 1)),
               "a backslash itself is written \\\\"};
      return false;
    }
  }
  return true;
}

}  // namespace vedette
