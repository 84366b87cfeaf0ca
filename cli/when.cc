// SPDX-License-Identifier: Apache-2.0
#include "cli/when.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/text.h"
#include "integrations/sinks/units.h"

namespace vedette {
namespace {

struct Unit {
  absl::string_view name, plural;
  absl::Duration length;
};
constexpr Unit kUnits[] = {
    {"second", "seconds", absl::Seconds(1)}, {"sec", "secs", absl::Seconds(1)},
    {"minute", "minutes", absl::Minutes(1)}, {"min", "mins", absl::Minutes(1)},
    {"hour", "hours", absl::Hours(1)},       {"day", "days", absl::Hours(24)},
    {"week", "weeks", absl::Hours(7 * 24)},  {"w", "w", absl::Hours(7 * 24)}};
constexpr int64_t kCountMax = 1'000'000'000;  // Far from where durations end.

// "3 days", "2 hours 5 minutes", "2w".
std::optional<absl::Duration> ParseWords(absl::string_view text) {
  absl::Duration total;
  while (!text.empty()) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    int64_t count = 0;
    if (!absl::SimpleAtoi(text.substr(0, digits), &count) || count > kCountMax) {
      return std::nullopt;
    }
    text = absl::StripLeadingAsciiWhitespace(text.substr(digits));
    const absl::string_view name = text.substr(0, text.find_first_of(" 0123456789"));
    const auto* const unit = std::find_if(
        std::begin(kUnits), std::end(kUnits),
        [name](const Unit& known) { return name == known.name || name == known.plural; });
    if (unit == std::end(kUnits)) return std::nullopt;
    total += count * unit->length;
    text = absl::StripLeadingAsciiWhitespace(text.substr(name.size()));
  }
  return total;
}

std::optional<absl::Duration> ParseAgo(absl::string_view text) {
  absl::ConsumeSuffix(&text, "ago");
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<absl::Duration> interval = ParseInterval(text);
  return interval.ok() ? *interval : ParseWords(text);
}

std::optional<absl::Time> Parse(absl::string_view format, absl::string_view text,
                                absl::TimeZone zone) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(format, text, zone, &time, &error)) return time;
  return std::nullopt;
}

// A date, and a time of day behind it, or not; with a Z or an offset, or not.
std::optional<absl::Time> ParseDate(absl::string_view text, absl::TimeZone zone) {
  std::string one(text);  // With the T of RFC 3339, which people leave out.
  const size_t blank = one.find(' ');
  if (blank != std::string::npos) one[blank] = 'T';
  for (const absl::string_view format : {"%Y-%m-%dT%H:%M:%E*S%Ez", "%Y-%m-%dT%H:%M%Ez",
                                         "%Y-%m-%dT%H:%M:%E*S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    if (const auto time = Parse(format, one, zone); time.has_value()) return time;
  }
  return std::nullopt;
}

// "yesterday", "today 14:00", "14:00:05".
std::optional<absl::Time> ParseDay(absl::string_view text, absl::Time now, absl::TimeZone zone) {
  absl::CivilDay day(absl::ToCivilDay(now, zone));
  if (absl::ConsumePrefix(&text, "yesterday")) {
    --day;
  } else if (!absl::ConsumePrefix(&text, "today") && text.find(':') == absl::string_view::npos) {
    return std::nullopt;
  }
  text = absl::StripAsciiWhitespace(text);
  const std::string date = absl::FormatCivilTime(day);
  return ParseDate(text.empty() ? date : absl::StrCat(date, " ", text), zone);
}

// "2024-05-01T12:00:00.123Z", with or without the fraction: the size says it.
bool IsStoredTime(absl::string_view text) {
  constexpr absl::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddZ";
  if (text.size() != kShape.size() && text.size() != kShape.size() - 4) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char shape = i + 1 == text.size() ? 'Z' : kShape[i];
    const bool fits =
        shape == 'd' ? absl::ascii_isdigit(static_cast<unsigned char>(text[i])) : text[i] == shape;
    if (!fits) return false;
  }
  return true;
}

std::string Shown(const char* format, absl::Time time, absl::TimeZone zone) {
  return absl::StrCat(absl::FormatTime(format, time, zone), zone == absl::UTCTimeZone() ? "Z" : "");
}

}  // namespace

absl::StatusOr<absl::Time> ParseWhen(absl::string_view text, absl::Time now, absl::TimeZone zone) {
  constexpr double kSecondsMax = 9e9;  // What nanoseconds in 64 bits have room for.
  const absl::string_view plain = absl::StripAsciiWhitespace(text);
  if (plain == "now") return now;
  if (const auto ago = ParseAgo(plain); ago.has_value()) return now - *ago;
  double seconds = 0;
  if (!plain.empty() && plain[0] == '@' && absl::SimpleAtod(plain.substr(1), &seconds) &&
      seconds >= 0 && seconds < kSecondsMax) {
    return absl::UnixEpoch() + absl::Seconds(seconds);
  }
  if (const auto time = ParseDate(plain, zone); time.has_value()) return *time;
  if (const auto time = ParseDay(plain, now, zone); time.has_value()) return *time;
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", EscapeControl(text),
      "\" is no time: write how long ago (90s, 2h, 7d), when (14:00, yesterday, 2024-05-01 12:00,"
      " 2024-05-01T12:00:00Z), or now"));
}

absl::StatusOr<absl::Time> ParsePast(absl::string_view text, absl::Time now) {
  absl::StatusOr<absl::Time> time = ParseWhen(text, now);
  if (time.ok() && *time > now) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", EscapeControl(text), "\" is still to come: say a time before now"));
  }
  return time;
}

std::string ShownTime(absl::Time time, absl::TimeZone zone) {
  return Shown("%Y-%m-%d %H:%M:%E3S", time, zone);
}

std::string ShownSecond(absl::Time time, absl::TimeZone zone) {
  return Shown("%Y-%m-%d %H:%M:%S", time, zone);
}

std::string ShownIfTime(absl::string_view text, absl::TimeZone zone) {
  constexpr size_t kToTheSecond = 20;
  absl::Time time;
  std::string error;
  if (!IsStoredTime(text) || !absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    return std::string(text);
  }
  return text.size() == kToTheSecond ? ShownSecond(time, zone) : ShownTime(time, zone);
}

}  // namespace vedette
