// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/row_writer.h"
#include "cli/store_flags.h"
#include "storage/queries.h"

namespace vedette::commands {
namespace {

constexpr uint64_t kTableRowsMax = 1000;  // A table is in memory until its end, to fit its columns.

constexpr absl::string_view kWhatThereIs =
    "; this shows what there is: vedette query \"SELECT name, sql FROM sqlite_schema\"";

struct Options {
  std::string sql, store, format = "table";
  FleetQuery fleet;
  uint64_t limit = 0;  // 0: kTableRowsMax for a table, else none.
};

QueryLimits LimitsOf(const Options& options) {
  QueryLimits limits;
  if (options.limit > 0 || options.format == "table") {
    limits.rows_max = options.limit > 0 ? options.limit : kTableRowsMax;
  }
  return limits;
}

ExitCode Query(const Options& options, Io& io) {
  const QueryLimits limits = LimitsOf(options);
  if (!options.fleet.address.empty()) {
    return QueryFleet(options.fleet, options.sql, options.format, limits, io);
  }
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const std::unique_ptr<RowWriter> writer = NewRowWriter(options.format, io, Narrow::kRecords);
  const auto end = store->Query(
      options.sql, limits, [&](absl::Span<const std::string> names) { writer->Columns(names); },
      [&](absl::Span<const SqlValue> values) {
        writer->Row(values);
        return !io.closed();
      });
  if (!end.ok()) {
    const absl::string_view message = end.status().message();
    const bool unknown_name = absl::StartsWith(message, "no such ");
    io.Complain(absl::StrCat(message, unknown_name ? kWhatThereIs : ""));
    return ExitCode::kFailed;
  }
  writer->End();
  if (end->more && !io.closed()) {
    io.PrintError(absl::StrCat("note: there are more than these ", end->rows,
                               " rows; --limit N shows more\n"));
  }
  WarnOfGaps(*store, io);
  return ExitCode::kDone;
}

}  // namespace

void query(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("sql", options->sql, "SQL", "One SELECT; the tables are in docs/store-format.md")
      ->required();
  AddStoreFlag(command, options->store);
  command.Option("--fleet", options->fleet.address, "ADDRESS",
                 "Ask all hosts, in ClickHouse's SQL: clickhouse://[USER@]HOST[:PORT]/DATABASE, "
                 "clickhouses://..., or where it is written: file:/PATH, env:NAME");
  command.Option("--lineage", options->fleet.lineage, "WHAT",
                 "With --fleet: the word LINEAGE in the SQL becomes the pairs of hostname and "
                 "exec_id of this process or alert and all that descend from it");
  command.Option("--host", options->fleet.host, "NAME", "With --lineage: on this host");
  command.Option("--format", options->format, "FORMAT", "table, json (one object per line) or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  command.Number("--limit", options->limit, {1, ~uint64_t{0}},
                 "At most so many rows (table: 1000 unless given)");
  command.Examples({
      {"vedette query \"SELECT time, rule, message FROM alerts\"", "The alerts"},
      {"vedette query \"SELECT name, count(*) n FROM events GROUP BY 1 ORDER BY n DESC\"",
       "Which programs do most?"},
      {"vedette query --format json \"SELECT * FROM network_connect\" | jq .", "For a program"},
      {"vedette query --fleet env:FLEET \"SELECT uniq(hostname) FROM alerts\"",
       "How many hosts of the fleet have alerted (docs/fleet.md)?"},
      {"vedette query \"SELECT name, sql FROM sqlite_schema\"", "What can be asked"},
  });
  command.Runs([options](Io& io) { return Query(*options, io); });
}

}  // namespace vedette::commands
