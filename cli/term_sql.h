// SPDX-License-Identifier: Apache-2.0
//
// A term of the classifier as a condition in SQL over the store's view of its kind: what the kernel
// would have decided, asked of the history.
#ifndef VEDETTE_CLI_TERM_SQL_H_
#define VEDETTE_CLI_TERM_SQL_H_

#include <string>

#include "rules/classify/conjunction.h"
#include "sensor/schema/schema.h"

namespace vedette {

// Always an expression that is 0 or 1, and never NULL. A path that the kernel could not judge
// satisfies no set but that of all paths, as with `fail: open`.
std::string SqlOfBox(const Box& box, const KindInfo& kind);

// The object of an act of the kind: its path, or its peer; 'NULL' where it has none.
std::string SqlOfObject(const KindInfo& kind);

}  // namespace vedette

#endif  // VEDETTE_CLI_TERM_SQL_H_
