// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/regex.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <string>

#include "absl/status/status.h"

namespace vedette {
namespace {

// The same type as absl::string_view where RE2 has moved to it.
re2::StringPiece ForRe2(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace

absl::StatusOr<std::shared_ptr<const re2::RE2>> CompileRegex(absl::string_view pattern,
                                                             RegexText text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexBytesMax);
  options.set_never_capture(true);
  if (text == RegexText::kBytes) options.set_encoding(re2::RE2::Options::EncodingLatin1);
  auto regex = std::make_shared<const re2::RE2>(ForRe2(pattern), options);
  if (regex->error_code() == re2::RE2::ErrorPatternTooLarge ||
      (regex->ok() && RegexSize(*regex) > kRegexSizeMax)) {
    return absl::ResourceExhaustedError("the regular expression is too large");
  }
  if (!regex->ok()) return absl::InvalidArgumentError(regex->error());
  return regex;
}

size_t RegexSize(const re2::RE2& regex) { return static_cast<size_t>(regex.ProgramSize()); }

bool MatchRegex(const re2::RE2& regex, absl::string_view text) {
  return re2::RE2::FullMatch(ForRe2(text), regex);
}

}  // namespace vedette
