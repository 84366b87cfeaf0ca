// SPDX-License-Identifier: Apache-2.0
//
// For which kinds of events a comparison can hold, and for which it can fail. Both sets may be too
// large, never too small: rules are indexed by them, and a comparison without one of the two is a
// constant.
#ifndef VEDETTE_RULES_LANG_KINDS_H_
#define VEDETTE_RULES_LANG_KINDS_H_

#include "rules/lang/program.h"
#include "sensor/schema/schema.h"

namespace vedette {

struct Possible {
  KindSet holds = 0;
  KindSet fails = 0;
};

Possible PossibleKinds(const Predicate& predicate);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_KINDS_H_
