// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks through the commands.
#include "cli/question.h"

#include <algorithm>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/fleet_question.h"
#include "cli/row_writer.h"
#include "cli/sql_text.h"
#include "cli/store_flags.h"
#include "cli/when.h"

namespace vedette {

void AddQuestionFlags(Command& command, QuestionOptions& options, bool times) {
  AddStoreFlag(command, options.store);
  if (times) AddTimeFlags(command, options.time);
  AddPageFlags(command, options.page);
  AddFormFlags(command, options.form);
  command.ShowsTimes();
}

void AddFleetFlags(Command& command, std::string& fleet, std::string& host) {
  command.Option("--fleet", fleet, "ADDRESS",
                 "Ask all hosts: clickhouse://[USER@]HOST[:PORT]/DATABASE, clickhouses://..., or "
                 "where it is written: file:/PATH, env:NAME");
  command.Option("--host", host, "NAME", "With --fleet: this host alone");
}

absl::StatusOr<QueryEnd> PrintPage(StoreReader& store, absl::string_view sql, const PageFlags& page,
                                   RowWriter& writer, Io& io) {
  const auto end = WritePage(store, sql, page, writer, io);
  if (!absl::IsPermissionDenied(end.status())) return end;
  // Not of the file: that is open.
  return absl::InvalidArgumentError(end.status().message());
}

absl::Status SqlMistake(const absl::Status& status) {
  if (!absl::StartsWith(status.message(), "no such ")) return status;
  return absl::Status(
      status.code(),
      absl::StrCat(status.message(),
                   "; this shows what there is: vedette query \"SELECT name, sql FROM"
                   " sqlite_schema\""));
}

// From when to when the store has events, for whoever looks in vain.
static std::string WhatThereIs(StoreReader& store, absl::TimeZone zone) {
  std::string text;
  const auto end = store.Query(
      "SELECT min(start_ns), max(end_ns) FROM segments", {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        if (row[0].type != SqlValue::Type::kInteger) return false;
        text = absl::StrCat("; the store has events from ",
                            ShownSecond(absl::FromUnixNanos(row[0].integer), zone), " to ",
                            ShownSecond(absl::FromUnixNanos(row[1].integer), zone));
        return false;
      });
  return text;
}

ExitCode AskQuestion(const QuestionOptions& options, Io& io, MakeSql make, Asked asked) {
  const auto times = TimesOf(options.time, absl::Now());
  if (!times.ok()) return io.Mistake(times.status());
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const auto sql = make(*store, *times);
  if (!sql.ok()) return io.Fail(sql.status());
  const std::unique_ptr<RowWriter> writer = NewRowWriter(options.form.format(), io);
  const auto end = PrintPage(*store, *sql, options.page, *writer, io);
  if (!end.ok()) return io.Fail(end.status());
  writer->End();
  if (end->rows == 0) {
    io.PrintError(absl::StrCat(asked == Asked::kGaps ? "no gaps" : "nothing found",
                               times->is_all() ? "" : " in this time",
                               WhatThereIs(*store, io.zone()), "\n"));
  }
  if (end->more && !io.closed()) io.PrintError(MoreNote(options.page, end->rows));
  if (asked == Asked::kGaps) {
    WarnOfDamage(store->Damaged(), io);
    WarnOfUnfinished(*store, io);
  } else {
    WarnOfGaps(*store, io, times->from, times->to);
  }
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

// The minute before and after it, where nothing else was asked for.
static absl::StatusOr<TimeRange> TimeAround(StoreReader& store, const std::string& what,
                                            TimeRange times, Io& io) {
  ASSIGN_OR_RETURN(const StoredAlert stored, store.GetAlert(what));
  if (times.is_all()) {
    times.from = stored.alert.time - absl::Minutes(1);
    times.to = stored.alert.time + absl::Minutes(1);
  }
  io.PrintError(absl::StrCat("note: alert ", EscapeControl(stored.alert.id),
                             " is about no process that the store knows: this is what happened on"
                             " the host from ",
                             ShownSecond(times.from, io.zone()), " to ",
                             ShownSecond(times.to, io.zone()), "\n"));
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
  AddFleetFlags(command, options->fleet, options->host);
  command.Examples(question.examples);
  command.Runs([options, sql = question.sql, fleet_sql = question.fleet_sql,
                around_alerts = question.around_alerts](Io& io) {
    if (!options->fleet.empty()) return AskFleet(*options, options->what, io, fleet_sql);
    const auto make = [&](StoreReader& store,
                          const TimeRange& times) -> absl::StatusOr<std::string> {
      if (options->what.empty()) return sql(store, "", times);
      const auto lineage = LineageOf(store, options->what);
      if (around_alerts && absl::IsNotFound(lineage.status()) &&
          store.GetAlert(options->what).ok()) {
        ASSIGN_OR_RETURN(const TimeRange around, TimeAround(store, options->what, times, io));
        return sql(store, "", around);
      }
      RETURN_IF_ERROR(lineage.status());
      ASSIGN_OR_RETURN(const TimeRange life, LifeOf(store, *lineage, times));
      return sql(store, *lineage, life);
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
