// SPDX-License-Identifier: Apache-2.0
//
// No unit test: hunt_test and record_test run the commands.
#include "cli/history_run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "cli/store_flags.h"

namespace vedette {
namespace {

constexpr absl::Duration kTellFirst = absl::Seconds(2), kTellInterval = absl::Seconds(5);

}  // namespace

void AddHistoryFlags(Command& command, HistoryFlags& flags) {
  AddStoreFlag(command, flags.store);
  AddTimeFlags(command, flags.time);
  command.Number("--jobs", flags.jobs, {1, 64},
                 "Threads: one goes through the events in order, the others read ahead (2)");
  command.ShowsTimes();
}

absl::StatusOr<HistoryQuestion> QuestionOf(const HistoryFlags& flags, absl::Time now) {
  ASSIGN_OR_RETURN(const TimeRange range, TimesOf(flags.time, now));
  HistoryQuestion question;
  ASSIGN_OR_RETURN(question.path, StorePath(flags.store));
  question.from = range.from;
  question.to = range.to;
  question.threads = static_cast<size_t>(flags.jobs) - 1;
  return question;
}

HostMetadata HostOf(const HistoryRun& run, const StoredNames& names) {
  HostMetadata host;
  host.hostname = run.hostname;
  host.boot_id = run.boot_id;
  host.wall_minus_boot_ns = run.wall_minus_boot_ns;
  host.users = names.users;
  host.groups = names.groups;
  return host;
}

HistoryProgress::HistoryProgress(std::string what, Io& io) : what_(std::move(what)), io_(io) {}

void HistoryProgress::Begin(uint64_t events_all) {
  all_ = events_all;
  begin_ = absl::Now();
  next_ = begin_ + kTellFirst;
}

void HistoryProgress::Tell(uint64_t events_done) {
  const absl::Time now = absl::Now();
  if (now < next_ || all_ == 0) return;
  next_ = now + kTellInterval;
  const double part = std::min(1.0, static_cast<double>(events_done) / static_cast<double>(all_));
  std::string rest;
  if (part > 0.01) {
    const absl::Duration left = (now - begin_) * ((1 - part) / part);
    rest = absl::StrCat(", about ", absl::FormatDuration(absl::Ceil(left, absl::Seconds(1))),
                        " to go");
  }
  io_.PrintError(absl::StrFormat("%s: %.0f %% of %d events%s\n", what_, 100 * part, all_, rest));
}

absl::Duration HistoryProgress::Passed() const { return absl::Now() - begin_; }

}  // namespace vedette
