// SPDX-License-Identifier: Apache-2.0
//
// What the kernel can say about one comparison: from a field and its operator to a dimension. A
// field that the kernel can judge is one row of a table in field_map.cc; which operators it can
// judge follows from Operator::decides, or is found by trying every value that the field can have.
#ifndef VEDETTE_RULES_CLASSIFY_FIELD_MAP_H_
#define VEDETTE_RULES_CLASSIFY_FIELD_MAP_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rules/classify/dimension_set.h"
#include "rules/lang/program.h"
#include "sensor/schema/value.h"

namespace vedette {

// The values of `dimension` for which the comparison can hold, and those for which it is sure to.
// The comparison's negation can hold for ~sure and is sure to hold for ~may. Speaks of acts whose
// dimension is judged; where it is not, anything may hold. A comparison that never holds for the
// kind, or always, is None or All of the mode, which every act has.
struct Approximation {
  classify_dimension dimension;
  DimensionSet may;
  DimensionSet sure;
  bool exact() const { return may == sure; }
};

// Who looks: the programs that observe, or those that deny and kill. What each knows differs.
enum class Decider : uint8_t { kObserver, kEnforcer };

Approximation Approximate(const Predicate& predicate, EventKind kind,
                          Decider decider = Decider::kObserver);
// Why the kernel cannot decide the comparison, in words: "only user space knows proc.pname". Empty:
// it can.
std::string WhyWidened(const Predicate& predicate, EventKind kind);

// Keys of the hash dimensions, as in classify_key.value: WIRE_COMM_SIZE bytes. Text that is too
// long is cut.
std::string HashKey(absl::string_view comm);
std::optional<std::string> CommKey(const Literal& literal);  // None: no comm is like that.
std::string HashKey(uint32_t number);

// The text of a path's exact node, and of what is looked up.
std::string PathKey(absl::string_view path);
// Of a name: CLASSIFY_NAME_MAX bytes, what is longer is cut.
std::string NameKey(absl::string_view name);
// Of a system call, by its number.
std::string CallKey(int32_t number, bool compat);
// Of a network, or with all bits of an address: a letter for each bit (dimension_set.h).
std::string AddressKey(const IpAddress& address, size_t prefix_bits);
inline constexpr absl::string_view kNoAddressKey = "0";

// Does the kernel know and judge the path, the last part of it, the program? See classify.h.
bool IsJudgedPath(absl::string_view path);
bool IsJudgedName(absl::string_view path);
bool IsJudgedExe(absl::string_view path);

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_FIELD_MAP_H_
