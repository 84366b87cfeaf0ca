// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "cli/answer_flags.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/question.h"
#include "cli/row_writer.h"
#include "cli/store_flags.h"
#include "storage/queries.h"

namespace vedette::commands {
namespace {

constexpr uint64_t kTableRowsMax = 1000;  // A table is in memory until its end, to fit its columns.

struct Options {
  std::string sql, store, format = "table";
  FleetQuery fleet;
  FormFlags form;
  PageFlags page = {.limit = 0, .offset = 0};  // 0: kTableRowsMax for a table, else no limit.

  std::string form_name() const { return form.json || form.csv ? form.format() : format; }
  PageFlags rows() const {
    if (page.limit > 0) return page;
    return {.limit = form_name() == "table" ? kTableRowsMax : ~uint64_t{0}, .offset = page.offset};
  }
};

ExitCode Query(const Options& options, Io& io) {
  const PageFlags page = options.rows();
  if (!options.fleet.address.empty()) {
    return QueryFleet(options.fleet, options.sql, options.form_name(), page, io);
  }
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const std::unique_ptr<RowWriter> writer = NewRowWriter(options.form_name(), io, TableOf::kSql);
  const auto end = PrintPage(*store, options.sql, page, *writer, io);
  if (!end.ok()) return io.Fail(SqlMistake(end.status()));
  writer->End();
  if (end->rows == 0) io.PrintError("no rows\n");
  if (end->more && !io.closed()) io.PrintError(MoreNote(page, end->rows));
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
  AddFormFlags(command, options->form);
  command.Option("--format", options->format, "FORMAT", "table, json or csv, as the flags say it")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->excludes("--json")
      ->excludes("--csv");
  AddPageFlags(command, options->page, "1000 of a table");
  command.Examples({
      {"vedette query \"SELECT time, rule, message FROM alerts\"", "The alerts"},
      {"vedette query \"SELECT name, sum(events) FROM events_groups GROUP BY 1\"",
       "Which programs do most?"},
      {"vedette query --json \"SELECT * FROM network_connect\" | jq .", "For a program"},
      {"vedette query --fleet env:FLEET \"SELECT uniq(hostname) FROM alerts\"",
       "How many hosts of the fleet have alerted (docs/fleet.md)?"},
      {"vedette query \"SELECT name, sql FROM sqlite_schema\"", "What can be asked"},
  });
  command.Runs([options](Io& io) { return Query(*options, io); });
}

}  // namespace vedette::commands
