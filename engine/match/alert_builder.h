// SPDX-License-Identifier: Apache-2.0
//
// From a rule that holds for an event to an alert that stands on its own.
#ifndef VEDETTE_ENGINE_MATCH_ALERT_BUILDER_H_
#define VEDETTE_ENGINE_MATCH_ALERT_BUILDER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/event.h"
#include "engine/match/alert.h"
#include "rules/lang/program.h"

namespace vedette {

// Depends on nothing but its arguments: the same record, host and rule give the same alert on every
// replay. Clears the arena: a chain of long command lines needs all of it.
Alert BuildAlert(const Event& event, const Rule& rule);

// The event as evidence of a later alert: what matters of it, bounded. Clears the arena.
AlertEvidence MakeEvidence(const Event& event, absl::string_view step);

// 16 hexadecimal digits, made of the boot, the record's own marks (time, CPU, lane, sequence, kind,
// exec_id) and the rule's name.
std::string AlertId(const Event& event, const Rule& rule);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_ALERT_BUILDER_H_
