// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_SINKS_SELECTOR_H_
#define VEDETTE_INTEGRATIONS_SINKS_SELECTOR_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/match/alert.h"
#include "sensor/schema/schema.h"

namespace vedette {

// Which alerts a sink wants: all that is set must hold. A value; any thread may read it.
struct AlertSelector {
  Priority priority_min = Priority::kDebug;  // This one or more urgent.
  std::vector<std::string> rules =
      {};  // Globs, one of which the rule's name matches; none: every rule.
  std::vector<std::string> tags = {};  // Globs, one of which some tag matches; none: any tags.

  bool Wants(const Alert& alert) const;
};

// Which events a sink wants. A value; any thread may read it.
struct EventSelector {
  KindSet kinds = 0;
  std::vector<std::string> objects = {};  // Globs, one of which the object matches; none: any.

  bool Wants(EventKind kind, absl::string_view object) const;
};

// `kinds`: globs of kinds' names; one with ! in front takes kinds away again. kInvalidArgument: one
// that is of no kind.
absl::StatusOr<EventSelector> EventSelectorOf(const std::vector<std::string>& kinds,
                                              std::vector<std::string> objects);

// The whole of `text`, ignoring ASCII case: `*` is any bytes, `?` one byte. Linear in the product
// of the lengths, whatever the pattern.
bool MatchesGlob(absl::string_view pattern, absl::string_view text);

// By its name, ignoring ASCII case.
std::optional<Priority> ParsePriority(absl::string_view name);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINKS_SELECTOR_H_
