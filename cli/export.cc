// SPDX-License-Identifier: Apache-2.0
// No unit test: case_test asks.
#include <cstdint>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output_file.h"
#include "cli/row_writer.h"
#include "cli/store_flags.h"
#include "storage/queries.h"

namespace vedette::commands {
namespace {

// Nothing that Debian 12 ships writes Parquet from C++, and a writer of our own would be one more
// format to keep right.
constexpr absl::string_view kNoParquet =
    "this build writes no Parquet: Debian 12 has no library for it. Export jsonl, and let a tool "
    "that reads it make the file: duckdb -c \"COPY (SELECT * FROM 'FILE.jsonl') TO "
    "'FILE.parquet'\"";

struct Options {
  std::string sql, store, format = "jsonl", file;
  uint64_t limit = ~uint64_t{0};
};

absl::StatusOr<QueryEnd> Write(const Options& options, Io& io) {
  auto store = OpenStore(options.store);
  if (!store.ok()) return store.status();
  const auto writer = NewRowWriter(options.format == "csv" ? "csv" : "json", io);
  QueryLimits limits;
  limits.rows_max = options.limit;
  auto end = store->Query(
      options.sql, limits, [&](absl::Span<const std::string> names) { writer->Columns(names); },
      [&](absl::Span<const SqlValue> values) {
        writer->Row(values);
        return !io.closed();
      });
  if (!end.ok()) return end;
  writer->End();
  WarnOfGaps(*store, io);
  return end;
}

ExitCode Export(const Options& options, Io& io) {
  if (options.format == "parquet") {
    io.Complain(kNoParquet);
    return ExitCode::kFailed;
  }
  if (options.file.empty()) {
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
      .Option("--format", options->format, "FORMAT",
              "jsonl (one object per line) or csv; for parquet it says what makes it of these")
      ->check(CLI::IsMember({"jsonl", "csv", "parquet"}));
  command.Option("-o,--file", options->file, "FILE",
                 "Where to (mode 0600); it appears when it is whole. Else standard output");
  command.Number("--limit", options->limit, {1, ~uint64_t{0}}, "At most so many rows");
  command.Examples({
      {"vedette export -o connections.jsonl \"SELECT * FROM network_connect\"",
       "Every connection, for another program"},
      {"vedette export --format csv -o opens.csv \"SELECT time, path FROM file_open\"",
       "For a spreadsheet"},
  });
  command.Runs([options](Io& io) { return Export(*options, io); });
}

}  // namespace vedette::commands
