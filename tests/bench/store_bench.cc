// SPDX-License-Identifier: Apache-2.0
//
// Writing events: CPU time of all threads of this process, per row.
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "storage/database.h"
#include "storage/event_store.h"
#include "tests/bench/bench.h"
#include "tests/bench/generated.h"

namespace vedette {
namespace {

constexpr size_t kRows = 50'000;

class Folder {
 public:
  Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "vedette-bench.XXXXXX").string();
    CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  // Of a file that is not there yet.
  std::string Next() { return absl::StrCat(path_, "/", ++count_, ".db"); }

 private:
  std::string path_;
  int count_ = 0;
};

double RowsPerSecond(double begin) {
  return static_cast<double>(kRows) / (ProcessSeconds() - begin);
}

double WriteToStore(const std::string& path, const std::vector<RecordBytes>& records) {
  const double begin = ProcessSeconds();
  StoreOptions options;
  options.path = path;
  options.queue_bytes_max = size_t{256} << 20;
  auto store = EventStore::Open(std::move(options));
  CHECK(store.ok()) << store.status();
  const absl::Time now = absl::Now();
  for (size_t i = 0; i < kRows; ++i) (*store)->OfferEvent(records[i], i + 1, now);
  CHECK((*store)->Close().ok());
  CHECK_EQ((*store)->Counts().events_written, kRows);
  return RowsPerSecond(begin);
}

// One transaction, one prepared statement, indexes as asked for.
double WritePlain(const std::string& path, const std::vector<RecordBytes>& records, bool indexed) {
  const double begin = ProcessSeconds();
  auto db = OpenDatabase(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  CHECK(db.ok()) << db.status();
  const auto run = [&](const std::string& sql) { CHECK(Execute(db->get(), sql).ok()) << sql; };
  run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
      "CREATE TABLE events (time INTEGER, kind INTEGER, exec_id INTEGER, pid INTEGER, uid INTEGER,"
      " record BLOB)");
  for (const char* column : {"time", "kind", "exec_id", "pid", "uid"}) {
    if (indexed) run(absl::StrCat("CREATE INDEX by_", column, " ON events (", column, ")"));
  }
  run("BEGIN");
  auto insert = Prepare(db->get(), "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)");
  CHECK(insert.ok());
  for (size_t i = 0; i < kRows; ++i) {
    const wire_header header = EventView::Parse(records[i])->header();
    const uint64_t numbers[] = {header.time_ns, header.kind, header.exec_id, header.pid,
                                header.uid};
    for (int column = 0; column < 5; ++column) {
      BindNumber(insert->get(), column + 1, numbers[column]);
    }
    sqlite3_bind_blob(insert->get(), 6, records[i].data(), static_cast<int>(records[i].size()),
                      SQLITE_STATIC);
    CHECK(StepDone(insert->get(), "insert").ok());
  }
  run("COMMIT");
  return RowsPerSecond(begin);
}

}  // namespace

BenchRows BenchStore() {
  Folder folder;
  const std::vector<RecordBytes> records = GeneratedRecords(kRows);
  BenchRows rows;
  for (const bool indexed : {false, true}) {
    rows.push_back(Alternate(
        indexed ? "store/write beside 5 indexes" : "store/write",
        indexed ? "plain table with five indexes" : "plain table of blobs",
        [&] { return WriteToStore(folder.Next(), records); },
        [&] { return WritePlain(folder.Next(), records, indexed); }, 5));
    rows.back().unit = "rows/CPU-s";
  }
  SetGoalAtLeast(rows.back(), 15);
  rows.back().note = "the goal is that of columnar segments: at least 1e6 rows per CPU-second";
  *rows.back().met = *rows.back().met && *rows.back().figure >= 1e6;
  return rows;
}

}  // namespace vedette
