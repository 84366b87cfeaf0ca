// SPDX-License-Identifier: Apache-2.0
//
// What `vedette hunt` and `vedette record` have in common: which store and time, and the host of a
// run of it.
#ifndef VEDETTE_CLI_HISTORY_RUN_H_
#define VEDETTE_CLI_HISTORY_RUN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/answer_flags.h"
#include "cli/command.h"
#include "sensor/source/record_source.h"
#include "storage/history.h"

namespace vedette {

struct HistoryFlags {
  std::string store;
  TimeFlags time;
  uint64_t jobs = 2;
};
// --store, times (answer_flags.h), --jobs.
void AddHistoryFlags(Command& command, HistoryFlags& flags);
// Path, times and threads; `since` stands for what is not given.
absl::StatusOr<HistoryQuestion> QuestionOf(const HistoryFlags& flags, absl::Time now);

HostMetadata HostOf(const HistoryRun& run, const StoredNames& names);

// Says how far a reading is, and how long it will take, on standard error, every few seconds.
class HistoryProgress {
 public:
  // `io` outlives this. `what`: "hunt".
  HistoryProgress(std::string what, Io& io);
  void Begin(uint64_t events_all);
  void Tell(uint64_t events_done);
  absl::Duration Passed() const;

 private:
  const std::string what_;
  Io& io_;
  uint64_t all_ = 0;
  absl::Time begin_, next_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_HISTORY_RUN_H_
