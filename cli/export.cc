// SPDX-License-Identifier: Apache-2.0
// No unit test: case_test asks.
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "cli/answer_flags.h"
#include "cli/command.h"
#include "cli/output_file.h"
#include "cli/question.h"
#include "cli/row_writer.h"
#include "cli/store_flags.h"
#include "storage/queries.h"

namespace vedette::commands {
namespace {

struct Options {
  std::string sql, store, format = "jsonl", file;
  PageFlags page = {.limit = 0, .offset = 0};  // 0: all.
};

absl::StatusOr<QueryEnd> Write(const Options& options, Io& io) {
  auto store = OpenStore(options.store);
  if (!store.ok()) return store.status();
  const auto writer = NewRowWriter(options.format == "jsonl" ? "json" : options.format, io);
  PageFlags page = options.page;
  if (page.limit == 0) page.limit = ~uint64_t{0};
  auto end = PrintPage(*store, options.sql, page, *writer, io);
  if (!end.ok()) return SqlMistake(end.status());
  writer->End();
  if (!writer->status().ok()) return writer->status();
  WarnOfGaps(*store, io);
  return end;
}

ExitCode Export(const Options& options, Io& io) {
  if (options.file.empty()) {
    if (options.format == "parquet" && io.screen().columns > 0) {
      io.Complain("Parquet is nothing for a terminal: write it to a file by -o FILE");
      return ExitCode::kUsage;
    }
    const auto end = Write(options, io);
    return end.ok() ? ExitCode::kDone : io.Fail(end.status());
  }
  const auto file = OutputFile::Create(options.file, io);
  if (!file.ok()) return io.Fail(file.status());
  const auto end = Write(options, **file);
  absl::Status status = end.status();
  if (status.ok()) status = (*file)->Commit();
  if (!status.ok()) return io.Fail(status);
  io.PrintError(absl::StrCat(end->rows, " rows are in ", EscapeControl(options.file),
                             end->more ? ", and there are more than --limit\n" : "\n"));
  return ExitCode::kDone;
}

}  // namespace

void export_(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("sql", options->sql, "SQL", "One SELECT; the tables are in docs/store-format.md")
      ->required();
  AddStoreFlag(command, options->store);
  command
      .Option("--format", options->format, "FORMAT", "jsonl (one object per line), csv or parquet")
      ->check(CLI::IsMember({"jsonl", "csv", "parquet"}));
  command.Option("-o,--file", options->file, "FILE",
                 "Where to (mode 0600); it appears when it is whole. Else standard output");
  AddPageFlags(command, options->page, "all");
  command.Examples({
      {"vedette export -o connections.jsonl \"SELECT * FROM network_connect\"",
       "Every connection, for another program"},
      {"vedette export --format csv -o opens.csv \"SELECT time, path FROM file_open\"",
       "For a spreadsheet"},
      {"vedette export --format parquet -o opens.parquet \"SELECT * FROM file_open\"",
       "For DuckDB, pandas, Spark or ClickHouse"},
  });
  command.Runs([options](Io& io) { return Export(*options, io); });
}

}  // namespace vedette::commands
