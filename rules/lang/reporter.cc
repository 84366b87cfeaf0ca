// SPDX-License-Identifier: Apache-2.0
//
// No unit test: everything that reports is a test of it.
#include "rules/lang/reporter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace vedette {

bool HasErrors(const std::vector<Problem>& problems) {
  return std::any_of(problems.begin(), problems.end(), [](const Problem& problem) {
    return problem.diagnostic.severity == Severity::kError;
  });
}

bool HasUnknownNames(const std::vector<Problem>& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) { return problem.unknown_name; });
}

void Reporter::Error(const Place& place, std::string message, std::string hint) {
  Add(sources_.At(Severity::kError, place, std::move(message), std::move(hint)));
}

void Reporter::Warning(const Place& place, std::string message, std::string hint) {
  Add(sources_.At(Severity::kWarning, place, std::move(message), std::move(hint)));
}

void Reporter::Note(std::vector<Problem>& problems, const Place& place, std::string message,
                    std::string hint, bool unknown_name) const {
  if (problems.size() >= kProblemsMax && HasErrors(problems)) return;
  problems.push_back(
      {sources_.At(Severity::kError, place, std::move(message), std::move(hint)), unknown_name});
}

std::string Reporter::DidYouMean(absl::string_view name,
                                 absl::Span<const absl::string_view> candidates) {
  if (suggestions_left_ == 0) return "";
  --suggestions_left_;
  const auto close = ClosestMatch(name, candidates);
  return close ? absl::StrCat("did you mean \"", *close, "\"?") : "";
}

}  // namespace vedette
