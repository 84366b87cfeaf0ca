// SPDX-License-Identifier: Apache-2.0
//
// What has to be found in a value before a comparison can hold: what an index over many rules looks
// for. Necessary, not sufficient: `glob /tmp/*.sh` needs the prefix /tmp/.
#ifndef VEDETTE_RULES_LANG_ACCESS_H_
#define VEDETTE_RULES_LANG_ACCESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/lang/program.h"

namespace vedette {

struct Access {
  enum class Kind : uint8_t {
    kValue,        // The value is `literal`, or in it where that is a network.
    kBegin,        // The text begins with `text`.
    kEnd,          // It ends with it.
    kPart,         // It is somewhere in it.
    kPartAnyCase,  // The same, upper and lower case of ASCII letters being equal.
    kNotAscii,     // The text has a byte above 0x7f.
  };
  Kind kind = Kind::kValue;
  std::string text;                  // Not empty where the kind needs it.
  const Literal* literal = nullptr;  // kValue: one of the predicate's.
};

// If the predicate holds for an event, at least one of these is found in one of its field's values;
// so none at all means that it never holds. Nothing: that cannot be said (a negation, an order, a
// transformer, the empty text).
std::optional<std::vector<Access>> AccessesOf(const Predicate& predicate);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_ACCESS_H_
