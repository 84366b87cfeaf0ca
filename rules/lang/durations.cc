// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/durations.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr int64_t kDaysMax = 100'000;

}  // namespace

std::optional<absl::Duration> ParseDurationWithDays(absl::string_view text) {
  absl::Duration sum;
  const size_t at = text.find('d');
  if (at != absl::string_view::npos) {
    const absl::string_view number = text.substr(0, at);
    int64_t days = 0;
    if (number.empty() || number.find_first_not_of("0123456789") != absl::string_view::npos ||
        !absl::SimpleAtoi(number, &days) || days > kDaysMax) {
      return std::nullopt;
    }
    sum = days * kDay;
    text.remove_prefix(at + 1);
    if (text.empty()) return sum;
    // A sign would belong to the rest alone.
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[0]))) return std::nullopt;
  }
  absl::Duration rest;
  if (!absl::ParseDuration(std::string(text), &rest)) return std::nullopt;
  sum += rest;
  if (sum == absl::InfiniteDuration() || sum == -absl::InfiniteDuration()) return std::nullopt;
  return sum;
}

std::string DurationText(absl::Duration duration) {
  absl::Duration rest;
  const int64_t days = absl::IDivDuration(duration, kDay, &rest);
  if (days <= 0) return duration == absl::ZeroDuration() ? "0s" : absl::FormatDuration(duration);
  return absl::StrCat(days, "d", rest == absl::ZeroDuration() ? "" : absl::FormatDuration(rest));
}

}  // namespace vedette
