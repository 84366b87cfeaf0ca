// SPDX-License-Identifier: Apache-2.0
//
// What the commands that ask the store one question have in common: which store, from when to when,
// how many rows, in which form.
#ifndef VEDETTE_CLI_QUESTION_H_
#define VEDETTE_CLI_QUESTION_H_

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/answer_flags.h"
#include "cli/command.h"
#include "cli/row_writer.h"
#include "storage/queries.h"

namespace vedette {

struct QuestionOptions {
  std::string store;
  TimeFlags time;
  PageFlags page;
  FormFlags form;
  std::string fleet, host;  // fleet_question.h
};

// --store, times, page and form (answer_flags.h); with `times` false without the times.
void AddQuestionFlags(Command& command, QuestionOptions& options, bool times = true);

// --fleet and --host, behind those.
void AddFleetFlags(Command& command, std::string& fleet, std::string& host);
inline void AddFleetFlags(Command& command, QuestionOptions& options) {
  AddFleetFlags(command, options.fleet, options.host);
}

// Opens the store, has `sql` made, asks, prints, and says what is missing in the history.
using MakeSql = absl::FunctionRef<absl::StatusOr<std::string>(StoreReader&, const TimeRange&)>;
enum class Asked : uint8_t { kHistory, kGaps };  // Gaps are not said once more behind gaps.
ExitCode AskQuestion(const QuestionOptions& options, Io& io, MakeSql make,
                     Asked asked = Asked::kHistory);

// Hands the rows of the page to the writer. `from`: a StoreReader or a FleetReader. Errors as its
// Query() has them.
template <typename Reader>
absl::StatusOr<QueryEnd> WritePage(Reader& from, absl::string_view sql, const PageFlags& page,
                                   RowWriter& writer, Io& io) {
  QueryLimits limits;
  limits.rows_max = page.end();
  uint64_t seen = 0;
  absl::StatusOr<QueryEnd> end = from.Query(
      sql, limits, [&](absl::Span<const std::string> names) { writer.Columns(names); },
      [&](absl::Span<const SqlValue> values) {
        if (seen++ >= page.offset) writer.Row(values);
        return !io.closed() && writer.status().ok();
      });
  if (end.ok()) end->rows -= std::min(end->rows, page.offset);
  return end;
}
// The same of the store. kInvalidArgument: `sql` is wrong or wants more than to read.
absl::StatusOr<QueryEnd> PrintPage(StoreReader& store, absl::string_view sql, const PageFlags& page,
                                   RowWriter& writer, Io& io);
// Of SQL that people have written: the same error, with where to look.
absl::Status SqlMistake(const absl::Status& status);

// A command that asks one question of a process and all that descend from it, WHAT: all of it but
// its SQL. `lineage` is as LineageOf() makes it; where no WHAT is required it may be empty: all.
struct FleetScope;
struct LineageQuestion {
  bool required = true;
  // Of an alert that is about no known process: all that happened around it, with an empty lineage.
  bool around_alerts = false;
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
