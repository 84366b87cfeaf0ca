// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks through the commands.
#include "cli/question.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/fleet_question.h"
#include "cli/row_writer.h"
#include "cli/sql_text.h"
#include "cli/store_flags.h"

namespace vedette {

void AddQuestionFlags(Command& command, QuestionOptions& options, bool times) {
  AddStoreFlag(command, options.store);
  if (times) {
    command.Option("--since", options.since, "WHEN",
                   "How long ago (90s, 2h, 7d), a time (2024-05-01 12:00), or now");
    command.Option("--between", options.between, "FROM..TO", "Two of these: 3h..2h");
  }
  command.Number("--limit", options.limit, {1, ~uint64_t{0}},
                 "At most so many rows (1000 unless given)");
  command.Flag("--json", options.json, "One JSON object per line");
  command.Flag("--csv", options.csv, "Comma-separated values");
}

void AddFleetFlags(Command& command, std::string& fleet, std::string& host) {
  command.Option("--fleet", fleet, "ADDRESS",
                 "Ask all hosts: clickhouse://[USER@]HOST[:PORT]/DATABASE, clickhouses://..., or "
                 "where it is written: file:/PATH, env:NAME");
  command.Option("--host", host, "NAME", "With --fleet: this host alone");
}

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

absl::StatusOr<TimeRange> TimesOf(const QuestionOptions& options, absl::Time now) {
  TimeRange times;
  if (!options.since.empty()) {
    ASSIGN_OR_RETURN(times.from, ParseSince(options.since, now));
  }
  if (options.between.empty()) return times;
  const std::vector<std::string> ends = absl::StrSplit(options.between, "..");
  if (ends.size() != 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("--between wants two times with .. between them (3h..2h), not \"",
                     EscapeControl(options.between), "\""));
  }
  ASSIGN_OR_RETURN(times.from, ParseSince(ends[0], now));
  ASSIGN_OR_RETURN(times.to, ParseSince(ends[1], now));
  if (times.to < times.from) std::swap(times.from, times.to);
  return times;
}

ExitCode AskQuestion(const QuestionOptions& options, Io& io, MakeSql make) {
  const auto times = TimesOf(options, absl::Now());
  if (!times.ok()) return io.Fail(times.status());
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const auto sql = make(*store, *times);
  if (!sql.ok()) return io.Fail(sql.status());
  const std::unique_ptr<RowWriter> writer = NewRowWriter(options.format(), io);
  QueryLimits limits;
  limits.rows_max = options.limit;
  const auto end = store->Query(
      *sql, limits, [&](absl::Span<const std::string> names) { writer->Columns(names); },
      [&](absl::Span<const SqlValue> values) {
        writer->Row(values);
        return !io.closed();
      });
  if (!end.ok()) return io.Fail(end.status());
  writer->End();
  if (end->more && !io.closed()) {
    io.PrintError(absl::StrCat("note: there are more than these ", end->rows,
                               " rows; --limit N shows more\n"));
  }
  WarnOfGaps(*store, io);
  return ExitCode::kDone;
}

// What of `times` some of the lineage lived in: segments of other times need not be looked at. A
// clock that was set meanwhile may be wrong by kClockError.
static absl::StatusOr<TimeRange> LifeOf(StoreReader& store, const std::string& lineage,
                                        TimeRange times) {
  constexpr absl::Duration kClockError = absl::Hours(1);
  int64_t all = 0, began = 0, ended = 0, from_ns = 0, to_ns = 0;
  const auto end = store.Query(
      absl::StrCat("SELECT count(*), count(start_ns), count(end_ns), min(start_ns), max(end_ns)"
                   " FROM processes WHERE exec_id IN (",
                   lineage, ")"),
      {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        int64_t* const numbers[] = {&all, &began, &ended, &from_ns, &to_ns};
        for (size_t i = 0; i < row.size(); ++i) *numbers[i] = row[i].integer;
        return true;
      });
  if (!end.ok()) return end.status();
  if (all > 0 && began == all) {
    times.from = std::max(times.from, absl::FromUnixNanos(from_ns) - kClockError);
  }
  if (all > 0 && ended == all) {
    times.to = std::min(times.to, absl::FromUnixNanos(to_ns) + kClockError);
  }
  return times;
}

void DefineLineageQuestion(Command& command, const LineageQuestion& question) {
  struct Options : QuestionOptions {
    std::string what;
  };
  auto options = std::make_shared<Options>();
  CLI::Option* const what =
      command.Option("what", options->what, "WHAT",
                     absl::StrCat("An alert's id, an exec_id, or a process id (the latest one)",
                                  question.required ? "" : "; all processes if it is not given"));
  if (question.required) what->required();
  AddQuestionFlags(command, *options);
  AddFleetFlags(command, *options);
  command.Examples(question.examples);
  command.Runs([options, sql = question.sql, fleet_sql = question.fleet_sql](Io& io) {
    if (!options->fleet.empty()) return AskFleet(*options, options->what, io, fleet_sql);
    const auto make = [&](StoreReader& store,
                          const TimeRange& times) -> absl::StatusOr<std::string> {
      if (options->what.empty()) return sql(store, "", times);
      ASSIGN_OR_RETURN(const std::string lineage, LineageOf(store, options->what));
      ASSIGN_OR_RETURN(const TimeRange life, LifeOf(store, lineage, times));
      return sql(store, lineage, life);
    };
    return AskQuestion(*options, io, make);
  });
}

bool StoreHas(StoreReader& store, absl::string_view table) {
  const auto end = store.Query(
      absl::StrCat("SELECT 1 FROM sqlite_schema WHERE name = ", SqlText(table)), {},
      [](absl::Span<const std::string>) {}, [](absl::Span<const SqlValue>) { return true; });
  return end.ok() && end->rows > 0;
}

absl::StatusOr<std::string> LineageOf(StoreReader& store, const std::string& what) {
  TreeLimits limits;
  limits.ancestors_max = 0;
  limits.depth_max = 256;
  limits.nodes_max = 1;
  ASSIGN_OR_RETURN(const ProcessTree tree, store.Tree(what, limits));
  return LineageSql(tree.root.process.exec_id);
}

std::string LineageSql(uint64_t exec_id) {
  return absl::StrCat("WITH RECURSIVE lineage(exec_id) AS (SELECT ", static_cast<int64_t>(exec_id),
                      " UNION SELECT p.exec_id FROM processes AS p JOIN lineage AS l"
                      " ON p.parent_exec_id = l.exec_id OR p.previous_exec_id = l.exec_id)"
                      " SELECT exec_id FROM lineage");
}

}  // namespace vedette
