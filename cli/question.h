// SPDX-License-Identifier: Apache-2.0
//
// What the commands that ask the store one question have in common: which store, from when to when,
// how many rows, in which form.
#ifndef VEDETTE_CLI_QUESTION_H_
#define VEDETTE_CLI_QUESTION_H_

#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "storage/queries.h"

namespace vedette {

struct QuestionOptions {
  std::string store, since, between;
  uint64_t limit = 1000;
  bool json = false, csv = false;
  std::string fleet, host;  // fleet_question.h
  std::string format() const { return json ? "json" : csv ? "csv" : "table"; }
};

// --store, --since, --between, --limit, --json, --csv; with `times` false without the times.
void AddQuestionFlags(Command& command, QuestionOptions& options, bool times = true);

struct TimeRange {
  absl::Time from = absl::InfinitePast(), to = absl::InfiniteFuture();
  // `AND time_ns >= ...`, for each end that there is; nothing if there is none.
  std::string And(absl::string_view column) const;
};
// --between "2024-05-01 12:00..2024-05-01 13:00", or "2h..1h": both ends as --since takes them.
absl::StatusOr<TimeRange> TimesOf(const QuestionOptions& options, absl::Time now);

// --fleet and --host, behind those.
void AddFleetFlags(Command& command, std::string& fleet, std::string& host);
inline void AddFleetFlags(Command& command, QuestionOptions& options) {
  AddFleetFlags(command, options.fleet, options.host);
}

// Opens the store, has `sql` made, asks, prints, and says what is missing in the history.
using MakeSql = absl::FunctionRef<absl::StatusOr<std::string>(StoreReader&, const TimeRange&)>;
ExitCode AskQuestion(const QuestionOptions& options, Io& io, MakeSql make);

// A command that asks one question of a process and all that descend from it, WHAT: all of it but
// its SQL. `lineage` is as LineageOf() makes it; where no WHAT is required it may be empty: all.
struct FleetScope;
struct LineageQuestion {
  bool required = true;
  std::initializer_list<Example> examples;
  std::string (*sql)(StoreReader& store, const std::string& lineage, const TimeRange& times);
  std::string (*fleet_sql)(const FleetScope& scope);
};
void DefineLineageQuestion(Command& command, const LineageQuestion& question);

// Whether the store has a table or view: those of older versions lack some.
bool StoreHas(StoreReader& store, absl::string_view table);

// `SELECT exec_id` of a process and all that descend from it, as a list for IN (...): of an alert's
// id, an exec_id or a pid.
absl::StatusOr<std::string> LineageOf(StoreReader& store, const std::string& what);
std::string LineageSql(uint64_t exec_id);

}  // namespace vedette

#endif  // VEDETTE_CLI_QUESTION_H_
