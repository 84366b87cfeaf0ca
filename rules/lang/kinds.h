// SPDX-License-Identifier: Apache-2.0
//
// For which events a comparison can hold, and for which it can fail. Both sets may be too large,
// never too small: rules are indexed by them, and a comparison without one of the two is a
// constant.
#ifndef VEDETTE_RULES_LANG_KINDS_H_
#define VEDETTE_RULES_LANG_KINDS_H_

#include <bitset>

#include "rules/lang/program.h"
#include "sensor/schema/schema.h"

namespace vedette {

// A set of ways that an event can come about: one bit for each event type of each kind that rules
// can match, so that `not (evt.type = execve or evt.type = execveat)` leaves nothing of an exec.
inline constexpr size_t kWaysMax = 512;
using Ways = std::bitset<kWaysMax>;
Ways AllWays();
KindSet KindsOf(const Ways& ways);

struct Possible {
  Ways holds;
  Ways fails;
};

Possible PossibleWays(const Predicate& predicate);
// The same by what the comparison says itself about the type of the event: evt.type, evt.kind,
// evt.category and their like. Others leave all open, whatever events have a value for them.
Possible WaysByType(const Predicate& predicate, const Possible& possible);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_KINDS_H_
