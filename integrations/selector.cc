// SPDX-License-Identifier: Apache-2.0
#include "integrations/selector.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace vedette {
namespace {

bool SameByte(char a, char b) {
  return absl::ascii_tolower(static_cast<uint8_t>(a)) ==
         absl::ascii_tolower(static_cast<uint8_t>(b));
}

bool AnyMatches(const std::vector<std::string>& globs, absl::string_view text) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return MatchesGlob(glob, text); });
}

}  // namespace

bool AlertSelector::Wants(const Alert& alert) const {
  if (alert.priority > priority_min) return false;
  if (!rules.empty() && !AnyMatches(rules, alert.rule)) return false;
  return tags.empty() || std::any_of(alert.tags.begin(), alert.tags.end(),
                                     [&](const std::string& tag) { return AnyMatches(tags, tag); });
}

// Greedy: when it fails, the last star takes one byte more.
bool MatchesGlob(absl::string_view pattern, absl::string_view text) {
  size_t p = 0, t = 0, star = absl::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || SameByte(pattern[p], text[t]))) {
      ++p;
      ++t;
    } else if (star != absl::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::optional<Priority> ParsePriority(absl::string_view name) {
  for (int i = 0; i <= static_cast<int>(Priority::kDebug); ++i) {
    const auto priority = static_cast<Priority>(i);
    if (absl::EqualsIgnoreCase(PriorityName(priority), name)) return priority;
  }
  return std::nullopt;
}

}  // namespace vedette
