// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_SELECTOR_H_
#define VEDETTE_INTEGRATIONS_SELECTOR_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/match/alert.h"

namespace vedette {

// Which alerts a sink wants: all that is set must hold. A value; any thread may read it.
struct AlertSelector {
  Priority priority_min = Priority::kDebug;  // This one or more urgent.
  std::vector<std::string> rules =
      {};  // Globs, one of which the rule's name matches; none: every rule.
  std::vector<std::string> tags = {};  // Globs, one of which some tag matches; none: any tags.

  bool Wants(const Alert& alert) const;
};

// The whole of `text`, ignoring ASCII case: `*` is any bytes, `?` one byte. Linear in the product
// of the lengths, whatever the pattern.
bool MatchesGlob(absl::string_view pattern, absl::string_view text);

// By its name, ignoring ASCII case.
std::optional<Priority> ParsePriority(absl::string_view name);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SELECTOR_H_
