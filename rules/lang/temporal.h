// SPDX-License-Identifier: Apache-2.0
//
// What a rule may say beside its condition: steps in order, how often, how new, how rarely to tell,
// what to do, and what people should know. Plain data, a part of Program; docs/rule-extensions.md
// has the meaning. Times are those of the events.
#ifndef VEDETTE_RULES_LANG_TEMPORAL_H_
#define VEDETTE_RULES_LANG_TEMPORAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sensor/schema/schema.h"

namespace vedette {

// What joins events: the values of fields, and for a sequence the lineage of its processes.
struct JoinKey {
  std::vector<FieldRef> fields;
  // The process that made the first step, or its n-th ancestor, is the process of this event or
  // among its ancestors.
  std::optional<uint32_t> lineage;
};

struct SequenceStep {
  std::string name;
  uint32_t rule = 0;  // Index into Program::rules: the hidden rule with the step's condition.
  JoinKey by;         // As many fields as every other step has, of types that compare.
};

struct Sequence {
  static constexpr size_t kStepsMax = 8;
  std::vector<SequenceStep> steps;  // Two or more.
  absl::Duration within;            // From the first step to the last.
};

struct Threshold {
  static constexpr uint32_t kCountMax = 1000;
  uint32_t count = 0;  // So many events, or so many values of `distinct`.
  std::optional<FieldRef> distinct;
  std::vector<FieldRef> by;  // Empty: all events are one group.
  absl::Duration within;
};

struct FirstSeen {
  std::vector<FieldRef> fields;
  absl::Duration remember;  // `for`: not seen for so long is new again.
  absl::Duration warm_up;   // From the first event on the rule learns without alerting.
};

struct Suppress {
  std::vector<FieldRef> by;
  absl::Duration window;  // `for`: from the first alert on.
};

enum class Action : uint8_t { kAlert, kDeny, kKill };
absl::string_view ActionName(Action action);  // "alert", "deny", "kill"
enum class ActionMode : uint8_t { kMonitor, kEnforce };
absl::string_view ActionModeName(ActionMode mode);  // "monitor", "enforce"

// "denied", "killed", "would_deny", "would_kill": what has become of an act.
absl::string_view VerdictName(bool kills, bool enforces);

// What an act becomes whose object the kernel could not judge: a path that was cut, or belongs to
// no mount.
enum class OnFailure : uint8_t { kOpen, kClosed };  // As if the path did not match; as if it did.
absl::string_view OnFailureName(OnFailure fail);    // "open", "closed"

// More than so many different processes within the time, and the rule only monitors from then on.
struct DenialBudget {
  static constexpr uint32_t kCountMax = 100'000;
  uint32_t count = 50;  // 0: no limit.
  absl::Duration within = absl::Minutes(1);
};

// How a rule denies or kills.
struct Denial {
  OnFailure fail = OnFailure::kOpen;
  uint8_t error_number = 1;            // EPERM; what the act fails with.
  std::optional<DenialBudget> budget;  // Empty: that of the configuration.
  absl::Duration warm_up;              // From the load on the rule monitors for so long.
};

struct RuleMetadata {
  std::vector<std::string> references;       // URLs.
  std::vector<std::string> attack;           // ATT&CK ids: those of `attack`, then those of `tags`.
  std::vector<std::string> false_positives;  // Notes for whoever gets the alert.
  std::string author;
  std::string version;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_TEMPORAL_H_
