// SPDX-License-Identifier: Apache-2.0
#include "cli/answer_flags.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/when.h"

namespace vedette {
namespace {

constexpr char kSince[] = "From then on: 2h (ago), yesterday, \"2024-05-01 12:00\", ...";

absl::StatusOr<TimeRange> ParseBetween(absl::string_view text, absl::Time now) {
  const std::vector<std::string> ends = absl::StrSplit(text, "..");
  if (ends.size() != 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", EscapeControl(text),
                     "\" is no time from when to when: write two times with .. between (3h..2h)"));
  }
  TimeRange times;
  ASSIGN_OR_RETURN(times.from, ParseWhen(ends[0], now));
  ASSIGN_OR_RETURN(times.to, ParseWhen(ends[1], now));
  if (times.to < times.from) std::swap(times.from, times.to);
  return times;
}

// As CLI11 wants it: empty if it is right.
std::string Mistake(const absl::Status& status) { return std::string(status.message()); }
std::string NoTime(const std::string& text) {
  return Mistake(ParseWhen(text, absl::Now()).status());
}
std::string NoRange(const std::string& text) {
  return Mistake(ParseBetween(text, absl::Now()).status());
}

}  // namespace

std::string TimeRange::And(absl::string_view column) const {
  std::string sql;
  if (from > absl::InfinitePast()) {
    absl::StrAppend(&sql, " AND ", column, " >= ", absl::ToUnixNanos(from));
  }
  if (to < absl::InfiniteFuture()) {
    absl::StrAppend(&sql, " AND ", column, " < ", absl::ToUnixNanos(to));
  }
  return sql;
}

void AddTimeFlags(Command& command, TimeFlags& flags) {
  CLI::Option* const since = command.Option("--since", flags.since, "WHEN", kSince)->check(NoTime);
  CLI::Option* const until =
      command.Option("--until", flags.until, "WHEN", "Before then")->check(NoTime);
  command.Option("--between", flags.between, "FROM..TO", "Both of them: 3h..2h")
      ->check(NoRange)
      ->excludes(since)
      ->excludes(until);
}

void AddSinceFlag(Command& command, std::string& since, absl::string_view usual) {
  command.Option("--since", since, "WHEN", absl::StrCat(kSince, " (", usual, " unless given)"))
      ->check(NoTime);
}

absl::StatusOr<TimeRange> TimesOf(const TimeFlags& flags, absl::Time now) {
  if (!flags.between.empty()) return ParseBetween(flags.between, now);
  TimeRange times;
  if (!flags.since.empty()) {
    ASSIGN_OR_RETURN(times.from, ParseWhen(flags.since, now));
  }
  if (!flags.until.empty()) {
    ASSIGN_OR_RETURN(times.to, ParseWhen(flags.until, now));
  }
  if (times.to < times.from) {
    return absl::InvalidArgumentError(absl::StrCat("there is no time between --since ",
                                                   EscapeControl(flags.since), " and --until ",
                                                   EscapeControl(flags.until)));
  }
  return times;
}

void AddFormFlags(Command& command, FormFlags& flags) {
  CLI::Option* const json = command.Flag("--json", flags.json, "One JSON object per line");
  command.Flag("--csv", flags.csv, "Comma-separated values")->excludes(json);
}

void AddJsonFlag(Command& command, bool& json) {
  command.Flag("--json", json, "One JSON object per line");
}

void AddObjectFlag(Command& command, bool& json) {
  command.Flag("--json", json, "One JSON object");
}

uint64_t PageFlags::end() const { return limit > ~offset ? ~uint64_t{0} : offset + limit; }

void AddPageFlags(Command& command, PageFlags& flags, const std::string& usual) {
  command.Number("--limit", flags.limit, {1, ~uint64_t{0}},
                 absl::StrCat("At most so many (",
                              usual.empty() ? absl::StrCat(flags.limit) : usual, " unless given)"));
  command.Number("--offset", flags.offset, {0, ~uint64_t{0}},
                 "Leave out so many before them: the next page");
}

std::string MoreNote(const PageFlags& page, uint64_t shown) {
  return absl::StrCat("note: there are more than these ", shown, "; --offset ", page.end(),
                      " shows the next, --limit N more at once\n");
}

}  // namespace vedette
