// SPDX-License-Identifier: Apache-2.0
//
// The words of a condition. What a byte means depends on what stands before it (a bare value may be
// `and`), so there is no token stream: the parser asks for what it wants next.
#ifndef VEDETTE_RULES_LANG_SCANNER_H_
#define VEDETTE_RULES_LANG_SCANNER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rules/lang/source_map.h"

namespace vedette {

struct SyntaxError {
  TextRange range;
  std::string message;
  std::string hint;
};

// All Take functions move past what they return and leave the position alone if it is not there.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  size_t at() const { return at_; }
  void GoTo(size_t at) { at_ = at; }
  bool AtEnd() const { return at_ >= text_.size(); }
  absl::string_view rest() const { return text_.substr(at_); }
  bool NextIs(char c) const { return !AtEnd() && text_[at_] == c; }
  bool NextIsBlank() const;

  bool SkipBlanks();  // True if there was one.
  bool Take(absl::string_view literal);
  // `word` and one blank or more behind it.
  bool TakeWord(absl::string_view word);
  // [a-zA-Z][a-zA-Z0-9_]*
  absl::string_view TakeIdentifier();
  // Two identifiers or more with dots between them.
  absl::string_view TakeFieldName();
  absl::string_view TakeNumber();
  absl::string_view TakeBareValue();
  absl::string_view TakeBareArgument();
  // With its quotes. Empty with error() set where the closing one is missing.
  absl::string_view TakeQuoted();
  const std::optional<SyntaxError>& error() const { return error_; }

  // The word at the position, for complaints.
  TextRange WordHere() const;

 private:
  template <typename Predicate>
  absl::string_view TakeWhile(Predicate predicate);

  absl::string_view text_;
  size_t at_ = 0;
  std::optional<SyntaxError> error_;
};

// What stands between the quotes of `quoted`, escapes resolved; `begin` is where it stands in the
// condition. An escape that does not exist is an error.
bool Unquote(absl::string_view quoted, size_t begin, std::string& value, SyntaxError& error);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_SCANNER_H_
