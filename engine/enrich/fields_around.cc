// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "engine/enrich/fields.h"

namespace vedette {

// How far the event is from the time in the brackets, in whole milliseconds, a part of one counting
// as one: so it is at most n of them away if this is n or less, which is what the loader makes of
// `evt.around[T] = n`.
void Get_evt_around(const Event& event, const FieldRef& ref, Values& values) {
  constexpr uint64_t kMillisecond = 1'000'000;
  uint64_t around = 0;
  if (!absl::SimpleAtoi(ref.argument, &around)) return;
  const auto at = static_cast<uint64_t>(absl::ToUnixNanos(event.time));
  const uint64_t distance = std::max(at, around) - std::min(at, around);
  values.Add(Value::Unsigned(distance / kMillisecond + (distance % kMillisecond != 0 ? 1 : 0)));
}

}  // namespace vedette
