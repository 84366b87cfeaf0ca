// SPDX-License-Identifier: Apache-2.0
//
// Options that commands which ask the store have in common, each told in the same way wherever it
// is: of what time, in which form, which page.
#ifndef VEDETTE_CLI_ANSWER_FLAGS_H_
#define VEDETTE_CLI_ANSWER_FLAGS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/command.h"

namespace vedette {

struct TimeRange {
  absl::Time from = absl::InfinitePast(), to = absl::InfiniteFuture();
  // `AND time_ns >= ...`, for each end that there is; nothing if there is none.
  std::string And(absl::string_view column) const;
  bool is_all() const { return from == absl::InfinitePast() && to == absl::InfiniteFuture(); }
};

// --since, --until, --between: what ParseWhen() reads. A text that is no time is an error of the
// command line.
struct TimeFlags {
  std::string since, until, between;
};
void AddTimeFlags(Command& command, TimeFlags& flags);
// Where there is no end but now: --since alone. `usual`: what counts if it is not given ("7d").
void AddSinceFlag(Command& command, std::string& since, absl::string_view usual);
// kInvalidArgument: no time, or one that ends before it begins. Of --between either end may be the
// earlier one.
absl::StatusOr<TimeRange> TimesOf(const TimeFlags& flags, absl::Time now);

// --json, --csv, of which one at most is given.
struct FormFlags {
  bool json = false, csv = false;
  std::string format() const { return json ? "json" : csv ? "csv" : "table"; }
};
void AddFormFlags(Command& command, FormFlags& flags);
void AddJsonFlag(Command& command, bool& json);    // Of a list.
void AddObjectFlag(Command& command, bool& json);  // Of one thing.

// --limit, --offset. `usual`: what counts if no limit is given, where it is no number.
struct PageFlags {
  uint64_t limit = 1000, offset = 0;
  // As many as there are up to the end of the page.
  uint64_t end() const;
};
void AddPageFlags(Command& command, PageFlags& flags, const std::string& usual = "");
// "note: there are more than these 1000; --offset 1000 shows the next, --limit N more at once\n"
std::string MoreNote(const PageFlags& page, uint64_t shown);

}  // namespace vedette

#endif  // VEDETTE_CLI_ANSWER_FLAGS_H_
