// SPDX-License-Identifier: Apache-2.0
//
// The keys of a rule that Falco does not have (and ignores), as they stand in the file: shapes,
// lengths of time and ids are checked here, fields and conditions later (temporal_checker.h).
#ifndef VEDETTE_RULES_LANG_RULE_EXTENSIONS_H_
#define VEDETTE_RULES_LANG_RULE_EXTENSIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "rules/lang/entry.h"
#include "rules/lang/rule_scope.h"
#include "rules/lang/temporal.h"

namespace vedette {

struct StepDefinition {
  std::string name;  // "step 2" unless it has one.
  Place place;
  MappedText condition;
  std::optional<std::vector<PlacedText>> by;  // Instead of the sequence's.
};

struct SequenceDefinition {
  Place place;  // Of the key, as for the others.
  std::vector<StepDefinition> steps;
  std::vector<PlacedText> by;
  absl::Duration within;
};

struct ThresholdDefinition {
  Place place;
  uint32_t count = 0;
  std::optional<PlacedText> distinct;
  std::vector<PlacedText> by;
  absl::Duration within;
};

struct FirstSeenDefinition {
  Place place;
  std::vector<PlacedText> fields;
  absl::Duration remember, warm_up;
};

struct SuppressDefinition {
  Place place;
  std::vector<PlacedText> by;
  absl::Duration window;
};

struct RuleExtensions {
  std::optional<SequenceDefinition> sequence;
  std::optional<ThresholdDefinition> threshold;
  std::optional<FirstSeenDefinition> first_seen;
  std::optional<SuppressDefinition> suppress;
  std::optional<ScopeDefinition> scope;
  Action action = Action::kAlert;
  ActionMode mode = ActionMode::kMonitor;
  Place action_place, mode_place;
  bool has_mode = false;
  Denial denial;
  std::optional<Place> denial_place;  // Of the last key that says something of it.
  RuleMetadata metadata;
  bool broken = false;  // One of them cannot be read, which has been said.
};

// Takes the keys of the entry over what earlier items said. `appends` says whether the entry wants
// a key to be added to what is there; the lists of the metadata can be. A null takes a key back.
void ReadRuleExtensions(const Entry& entry, absl::FunctionRef<bool(absl::string_view key)> appends,
                        Reporter& reporter, RuleExtensions& to);

// What `references` takes: begins with http:// or https://, has a host and no blanks.
bool IsPageAddress(absl::string_view url);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_RULE_EXTENSIONS_H_
