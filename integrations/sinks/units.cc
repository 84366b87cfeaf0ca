// SPDX-License-Identifier: Apache-2.0
#include "integrations/sinks/units.h"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

struct ByteUnit {
  absl::string_view name;
  uint64_t bytes;
};
constexpr ByteUnit kByteUnits[] = {
    {"TiB", uint64_t{1} << 40},
    {"GiB", uint64_t{1} << 30},
    {"MiB", uint64_t{1} << 20},
    {"KiB", uint64_t{1} << 10},
    {"B", 1},
};

struct TimeUnit {
  absl::string_view name;
  int64_t nanoseconds;
};
constexpr TimeUnit kTimeUnits[] = {
    {"d", 86'400'000'000'000},
    {"h", 3'600'000'000'000},
    {"m", 60'000'000'000},
    {"s", 1'000'000'000},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
};
constexpr int64_t kNanosecondsMax = 36'525 * kTimeUnits[0].nanoseconds;

// Takes the digits that `text` begins with.
template <typename Number>
bool TakeNumber(absl::string_view& text, Number* number) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const bool taken = digits > 0 && absl::SimpleAtoi(text.substr(0, digits), number);
  text.remove_prefix(digits);
  return taken;
}

absl::Status NotASize() {
  return absl::InvalidArgumentError(
      "expected a size: a whole number of B, KiB, MiB, GiB or TiB, "
      "as in 16MiB");
}

absl::Status NotADuration() {
  return absl::InvalidArgumentError(
      "expected a duration of at most 100 years: whole numbers of "
      "ns, us, ms, s, m, h or d, as in 200ms, 1h30m or 30d");
}

}  // namespace

absl::StatusOr<uint64_t> ParseByteSize(absl::string_view text) {
  uint64_t number = 0;
  if (!TakeNumber(text, &number)) return NotASize();
  if (text.empty() && number == 0) return 0;
  for (const ByteUnit& unit : kByteUnits) {
    if (text != unit.name) continue;
    if (number > std::numeric_limits<uint64_t>::max() / unit.bytes) return NotASize();
    return number * unit.bytes;
  }
  return NotASize();
}

std::string FormatByteSize(uint64_t bytes) {
  if (bytes == 0) return "0";
  for (const ByteUnit& unit : kByteUnits) {
    if (bytes % unit.bytes == 0) return absl::StrCat(bytes / unit.bytes, unit.name);
  }
  return absl::StrCat(bytes, "B");
}

absl::StatusOr<absl::Duration> ParseInterval(absl::string_view text) {
  if (text == "0") return absl::ZeroDuration();
  if (text.empty()) return NotADuration();
  int64_t total = 0;
  while (!text.empty()) {
    int64_t number = 0;
    if (!TakeNumber(text, &number)) return NotADuration();
    const absl::string_view name =
        text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
    const TimeUnit* found = nullptr;
    for (const TimeUnit& unit : kTimeUnits) {
      if (unit.name == name) found = &unit;
    }
    if (found == nullptr || number > (kNanosecondsMax - total) / found->nanoseconds) {
      return NotADuration();
    }
    total += number * found->nanoseconds;
    text.remove_prefix(name.size());
  }
  return absl::Nanoseconds(total);
}

std::string FormatInterval(absl::Duration duration) {
  int64_t left = absl::ToInt64Nanoseconds(duration);
  std::string out;
  for (const TimeUnit& unit : kTimeUnits) {
    const int64_t count = left / unit.nanoseconds;
    if (count > 0) absl::StrAppend(&out, count, unit.name);
    left -= count * unit.nanoseconds;
  }
  return out.empty() ? "0" : out;
}

}  // namespace vedette
