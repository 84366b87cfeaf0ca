// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/regex.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <numeric>

#include "absl/status/status.h"

namespace vedette {
namespace {

// The same type as absl::string_view where RE2 has moved to it.
re2::StringPiece ForRe2(absl::string_view text) { return {text.data(), text.size()}; }

// Shorter texts are in too many others.
constexpr int kRequiredBytesMin = 2;
// Each is tried once, and an index has to look for all that remain.
constexpr size_t kRequiredMax = 64;

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

// RE2 tells which of the texts that it found may be missing only by answering: could the pattern
// match if these were there? What can be left out without a yes for "none of the others", is.
std::vector<std::string> RequiredTexts(absl::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexBytesMax);
  options.set_never_capture(true);
  re2::FilteredRE2 filter(kRequiredBytesMin);
  int id = 0;
  if (filter.Add(ForRe2(pattern), options, &id) != re2::RE2::NoError) return {};
  std::vector<std::string> texts;
  filter.Compile(&texts);
  if (texts.empty() || texts.size() > kRequiredMax) return {};
  std::vector<bool> required(texts.size(), true);
  const auto can_match_without = [&] {
    std::vector<int> found, matching;
    for (size_t i = 0; i < texts.size(); ++i) {
      if (!required[i]) found.push_back(static_cast<int>(i));
    }
    filter.AllPotentials(found, &matching);
    return !matching.empty();
  };
  if (can_match_without()) return {};
  std::vector<size_t> shortest_first(texts.size());
  std::iota(shortest_first.begin(), shortest_first.end(), size_t{0});
  std::stable_sort(shortest_first.begin(), shortest_first.end(),
                   [&](size_t a, size_t b) { return texts[a].size() < texts[b].size(); });
  for (const size_t i : shortest_first) {
    required[i] = false;
    if (can_match_without()) required[i] = true;
  }
  std::vector<std::string> result;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (required[i]) result.push_back(texts[i]);
  }
  return result;
}

size_t RegexSize(const re2::RE2& regex) { return static_cast<size_t>(regex.ProgramSize()); }

bool MatchRegex(const re2::RE2& regex, absl::string_view text) {
  return re2::RE2::FullMatch(ForRe2(text), regex);
}

}  // namespace vedette
