// SPDX-License-Identifier: Apache-2.0
#include "integrations/sinks/selector.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/text.h"

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

bool EventSelector::Wants(EventKind kind, absl::string_view object) const {
  if ((kinds & KindBit(kind)) == 0) return false;
  return objects.empty() || AnyMatches(objects, object);
}

absl::StatusOr<EventSelector> EventSelectorOf(const std::vector<std::string>& kinds,
                                              std::vector<std::string> objects) {
  EventSelector selector{.objects = std::move(objects)};
  for (const std::string& one : kinds) {
    const bool takes_away = absl::StartsWith(one, "!");
    const absl::string_view glob = absl::string_view(one).substr(takes_away ? 1 : 0);
    KindSet matched = 0;
    for (const KindInfo& kind : Kinds()) {
      if (MatchesGlob(glob, kind.name)) matched |= KindBit(kind.kind);
    }
    if (matched == 0) {
      std::vector<absl::string_view> known;
      for (const KindInfo& kind : Kinds()) known.push_back(kind.name);
      const auto close = ClosestMatch(glob, known);
      return absl::InvalidArgumentError(
          absl::StrCat("\"", EscapeControl(glob), "\" is no kind of event; ",
                       close.has_value() ? absl::StrCat("did you mean \"", *close, "\"?")
                                         : "`vedette fields` lists them, and * is anything"));
    }
    selector.kinds = takes_away ? selector.kinds & ~matched : selector.kinds | matched;
  }
  return selector;
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
