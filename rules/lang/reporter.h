// SPDX-License-Identifier: Apache-2.0
//
// Diagnostics with places of a SourceMap, while rules are being loaded.
#ifndef VEDETTE_RULES_LANG_REPORTER_H_
#define VEDETTE_RULES_LANG_REPORTER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rules/lang/diagnostics.h"
#include "rules/lang/source_map.h"

namespace vedette {

// What is wrong with a condition or an output. Kept apart from Diagnostics: whether it is an error
// may depend on the rules that use it.
struct Problem {
  Diagnostic diagnostic;
  bool unknown_name = false;  // A field or event type that there is not.
};

bool HasErrors(const std::vector<Problem>& problems);
bool HasUnknownNames(const std::vector<Problem>& problems);

class Reporter {
 public:
  // What is beyond this in one condition is not noted, as long as there is an error.
  static constexpr size_t kProblemsMax = 200;

  Reporter(const SourceMap& sources, Diagnostics& diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {}
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  const SourceMap& sources() const { return sources_; }
  void Add(Diagnostic diagnostic) { diagnostics_.Add(std::move(diagnostic)); }
  void Error(const Place& place, std::string message, std::string hint = "");
  void Warning(const Place& place, std::string message, std::string hint = "");
  void Note(std::vector<Problem>& problems, const Place& place, std::string message,
            std::string hint = "", bool unknown_name = false) const;

  // `did you mean "..."?`, or nothing. Looking for it costs time, so only the first mistakes of a
  // load get one.
  std::string DidYouMean(absl::string_view name, absl::Span<const absl::string_view> candidates);

 private:
  const SourceMap& sources_;
  Diagnostics& diagnostics_;
  int suggestions_left_ = 200;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_REPORTER_H_
