// SPDX-License-Identifier: Apache-2.0
#include "storage/store_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "storage/event_module.h"
#include "storage/event_table.h"
#include "storage/tables.h"

namespace vedette {
namespace {

constexpr absl::string_view kMagic("SQLite format 3\0", 16);
// A daemon's first events are older than its run: the sensor is attached before the store is open.
constexpr absl::Duration kSensorBeforeStore = absl::Seconds(5);

absl::Status ErrnoStatus(absl::string_view what, absl::string_view path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
}

absl::Status MakeDirectories(const std::string& path) {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string directory = path.substr(0, at);
    if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
      return ErrnoStatus("make directory", directory);
    }
  }
  return absl::OkStatus();
}

// SQLite computes the virtual columns of each row that it writes (the times as text), although it
// stores none of them and no index has one: 3 us a process. So the writer, which reads none, has
// NULL there.
absl::Status LeaveOutTimesAsText(sqlite3* db) {
  const int rc = sqlite3_create_function_v2(
      db, "strftime", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
      [](sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_null(context); }, nullptr,
      nullptr, nullptr);
  return rc == SQLITE_OK ? absl::OkStatus() : SqliteError(db, rc, "set up");
}

absl::Status SetUp(sqlite3* db) {
  // auto_vacuum counts only before the first table; WAL stays with the file. Cache 2 MiB; see
  // event_store.cc for checkpoints and `synchronous`.
  return Execute(
      db,
      "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
      "PRAGMA wal_autocheckpoint = 0;"
      "PRAGMA cache_size = -2048; PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY;"
      "PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF");
}

absl::Status OfAnotherProgram(absl::string_view path) {
  return absl::FailedPreconditionError(absl::StrCat(
      path, " is a SQLite database of another program; choose another path for the store"));
}

absl::Status CheckOwner(sqlite3* db, const std::string& path) {
  ASSIGN_OR_RETURN(const int64_t tables, QueryInteger(db, "SELECT count(*) FROM sqlite_schema"));
  ASSIGN_OR_RETURN(const int64_t application, QueryInteger(db, "PRAGMA application_id"));
  ASSIGN_OR_RETURN(const int64_t version, QueryInteger(db, "PRAGMA user_version"));
  if (tables == 0 && application == 0) return absl::OkStatus();
  if (application != kStoreApplicationId) return OfAnotherProgram(path);
  if (version > kStoreVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " was written by a newer Vedette (store version ", version, ", this one knows ",
        kStoreVersion, "); use that Vedette, or move the file away to begin a new store"));
  }
  return absl::OkStatus();
}

// The pages that hold the schema. The rest is read when it is needed.
absl::Status CheckSchemaPages(sqlite3* db, const std::string& path) {
  ASSIGN_OR_RETURN(const Statement check, Prepare(db, "PRAGMA quick_check(sqlite_schema)"));
  if (const int rc = sqlite3_step(check.get()); rc != SQLITE_ROW) {
    return SqliteError(db, rc, "check");
  }
  const absl::string_view verdict = ColumnBytes(check.get(), 0);
  if (verdict == "ok") return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(path, ": ", verdict));
}

absl::Status AddMissingColumns(sqlite3* db, const Table& table) {
  std::set<std::string> present;
  ASSIGN_OR_RETURN(const Statement list,
                   Prepare(db, absl::StrCat("PRAGMA table_xinfo(\"", table.name, "\")")));
  int rc;
  while ((rc = sqlite3_step(list.get())) == SQLITE_ROW) {
    present.emplace(ColumnBytes(list.get(), 1));
  }
  if (rc != SQLITE_DONE) return SqliteError(db, rc, "list columns");
  for (const Table::Column& column : table.columns) {
    if (present.contains(column.name)) continue;
    RETURN_IF_ERROR(Execute(db, absl::StrCat("ALTER TABLE \"", table.name, "\" ADD COLUMN \"",
                                             column.name, "\" ", column.definition)));
  }
  return absl::OkStatus();
}

// Up to version 1 there are views of these names.
absl::Status EnsureEventTables(sqlite3* db) {
  struct Known {
    bool is_view;
    std::string sql;
  };
  std::map<std::string, Known, std::less<>> known;
  ASSIGN_OR_RETURN(const Statement all, Prepare(db, "SELECT name, type, sql FROM sqlite_schema"));
  while (sqlite3_step(all.get()) == SQLITE_ROW) {
    known[std::string(ColumnBytes(all.get(), 0))] = {ColumnBytes(all.get(), 1) == "view",
                                                     std::string(ColumnBytes(all.get(), 2))};
  }
  sqlite3_reset(all.get());
  for (const EventTable& table : EventTables()) {
    const std::string create = CreateEventTableStatement(table.name);
    if (const auto at = known.find(table.name); at != known.end()) {
      if (at->second.sql == create) continue;
      RETURN_IF_ERROR(Execute(db, absl::StrCat("DROP ", at->second.is_view ? "VIEW" : "TABLE",
                                               " \"", table.name, "\"")));
    }
    RETURN_IF_ERROR(Execute(db, create));
  }
  return absl::OkStatus();
}

absl::Status EnsureViews(sqlite3* db) {
  for (const View& view : Views()) {
    ASSIGN_OR_RETURN(const Statement known,
                     Prepare(db, "SELECT sql FROM sqlite_schema WHERE name = ?1"));
    BindText(known.get(), 1, view.name);
    const bool exists = sqlite3_step(known.get()) == SQLITE_ROW;
    if (exists && ColumnBytes(known.get(), 0) == view.sql) continue;
    sqlite3_reset(known.get());
    if (exists) RETURN_IF_ERROR(Execute(db, absl::StrCat("DROP VIEW ", view.name)));
    RETURN_IF_ERROR(Execute(db, view.sql));
  }
  return absl::OkStatus();
}

// Events have no identity of their own by which rows that are there already could be told.
absl::Status RefuseTwice(sqlite3* db, const StoreOptions& options) {
  const StoredRecording& recording = *options.recording;
  ASSIGN_OR_RETURN(const Statement again,
                   Prepare(db, "SELECT run, end_ns FROM runs WHERE recording = ?"));
  BindText(again.get(), 1, recording.name);
  if (sqlite3_step(again.get()) == SQLITE_ROW) {
    const bool is_whole = sqlite3_column_type(again.get(), 1) != SQLITE_NULL;
    return absl::AlreadyExistsError(
        absl::StrCat(options.path, is_whole ? " has this recording already (as run "
                                            : " has a part of this recording, whose replay did not"
                                              " come to its end (as run ",
                     sqlite3_column_int64(again.get(), 0), "); replay it into another store"));
  }
  ASSIGN_OR_RETURN(const Statement live,
                   Prepare(db,
                           "SELECT run FROM runs WHERE recording IS NULL AND boot_id = ?1"
                           " AND ?2 BETWEEN start_ns - ?3 AND last_ns"));
  BindText(live.get(), 1, options.boot_id);
  BindInteger(live.get(), 2, absl::ToUnixNanos(recording.begin));
  BindInteger(live.get(), 3, absl::ToInt64Nanoseconds(kSensorBeforeStore));
  if (sqlite3_step(live.get()) == SQLITE_ROW) {
    return absl::AlreadyExistsError(absl::StrCat(
        options.path, " has the events of this recording already: it was made while the daemon ",
        "wrote to that store (run ", sqlite3_column_int64(live.get(), 0),
        "); replay it into another store"));
  }
  return absl::OkStatus();
}

absl::Status PutNames(sqlite3* db, absl::string_view sql,
                      const std::map<uint32_t, std::string>& names) {
  ASSIGN_OR_RETURN(const Statement put, Prepare(db, sql));
  for (const auto& [id, name] : names) {
    BindInteger(put.get(), 1, id);
    BindText(put.get(), 2, name);
    RETURN_IF_ERROR(StepDone(put.get(), "name"));
  }
  return absl::OkStatus();
}

// Begins a run: its row, how long readers may hold the log, and the names of users and groups.
absl::Status BeginRun(StoreFile& file, const StoreOptions& options, absl::Time now) {
  sqlite3* const db = file.db.get();
  ASSIGN_OR_RETURN(const int64_t last_run, QueryInteger(db, "SELECT max(run) FROM runs"));
  if (options.recording.has_value()) {
    RETURN_IF_ERROR(RefuseTwice(db, options));
  } else if (options.run == 0) {
    ASSIGN_OR_RETURN(file.blind_since_ns,
                     QueryInteger(db,
                                  "SELECT coalesce(end_ns, last_ns) FROM runs"
                                  " WHERE recording IS NULL ORDER BY run DESC"));
  }
  if (options.run != 0 && options.run <= last_run) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.path, " has a later run than ", options.run, " already"));
  }
  file.run = options.run != 0 ? options.run : last_run + 1;
  if (file.run > kRunMax) {
    return absl::FailedPreconditionError(
        absl::StrCat(options.path, " has seen ", last_run,
                     " runs, which is all that it can number; move it away"));
  }
  ASSIGN_OR_RETURN(const Statement run,
                   Prepare(db,
                           "INSERT INTO runs (run, hostname, boot_id, start_ns, last_ns, recording)"
                           " VALUES (?1, ?2, ?3, ?4, ?4, ?5)"));
  BindInteger(run.get(), 1, file.run);
  BindText(run.get(), 2, options.hostname);
  BindText(run.get(), 3, options.boot_id);
  BindInteger(run.get(), 4, absl::ToUnixNanos(now));
  if (options.recording.has_value()) BindText(run.get(), 5, options.recording->name);
  RETURN_IF_ERROR(StepDone(run.get(), "begin a run"));
  const uint64_t log_bytes_max = std::clamp<uint64_t>(options.bytes_max / 4, 24 << 20, 256 << 20);
  RETURN_IF_ERROR(
      Execute(db, absl::StrCat("INSERT OR REPLACE INTO meta (key, value) VALUES ('log_bytes_max', ",
                               log_bytes_max, ")")));
  RETURN_IF_ERROR(
      PutNames(db, "INSERT OR REPLACE INTO users (uid, name) VALUES (?1, ?2)", options.users));
  return PutNames(db, "INSERT OR REPLACE INTO groups (gid, name) VALUES (?1, ?2)", options.groups);
}

// Null `options`: no run begins.
absl::Status MakeReady(StoreFile& file, const std::string& path, const StoreOptions* options,
                       absl::Time now) {
  sqlite3* const db = file.db.get();
  RETURN_IF_ERROR(CheckOwner(db, path));
  RETURN_IF_ERROR(SetUp(db));
  RETURN_IF_ERROR(CheckSchemaPages(db, path));
  RETURN_IF_ERROR(Execute(db, "BEGIN IMMEDIATE"));
  RETURN_IF_ERROR(EnsureTables(db));
  if (options != nullptr) RETURN_IF_ERROR(BeginRun(file, *options, now));
  return Execute(db, "COMMIT");
}

}  // namespace

absl::StatusOr<WriterLock> LockForWriting(const std::string& path) {
  const std::string lock_path = path + ".lock";
  ASSIGN_OR_RETURN(OwnedFd fd, OpenFile(lock_path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return ErrnoStatus("lock", lock_path);
    const absl::StatusOr<std::string> content = ReadFd(fd.get(), 64, lock_path);
    const std::string pid(absl::StripSuffix(content.value_or(""), "\n"));
    return absl::FailedPreconditionError(
        absl::StrCat("another Vedette (pid ", pid.empty() ? "unknown" : pid.c_str(), ") writes to ",
                     path, "; stop it, or give this one a store of its own"));
  }
  const std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(fd.get(), 0) != 0) return ErrnoStatus("empty", lock_path);
  RETURN_IF_ERROR(WriteFd(fd.get(), pid, lock_path));
  return WriterLock{std::move(fd)};
}

bool HasLockFile(const std::string& path) { return access((path + ".lock").c_str(), F_OK) == 0; }

absl::Status MakePrivateFile(const std::string& path) {
  RETURN_IF_ERROR(MakeDirectories(path));
  ASSIGN_OR_RETURN(const OwnedFd fd, OpenFile(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  if (fchmod(fd.get(), 0600) != 0) return ErrnoStatus("set the mode of", path);
  return absl::OkStatus();
}

absl::Status CheckHeader(const std::string& path) {
  ASSIGN_OR_RETURN(const OwnedFd fd, OpenFile(path, O_RDONLY));
  char header[100];
  const ssize_t size = read(fd.get(), header, sizeof(header));
  if (size < 0) return ErrnoStatus("read", path);
  if (size == 0) return absl::OkStatus();
  if (size == sizeof(header) && absl::string_view(header, kMagic.size()) == kMagic) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat(path, " is not a SQLite database"));
}

// Up to version 2 `processes` is a table, of rows.
static absl::Status RenameProcesses(sqlite3* db) {
  ASSIGN_OR_RETURN(const int64_t is_table,
                   QueryInteger(db,
                                "SELECT count(*) FROM sqlite_schema WHERE name = 'processes'"
                                " AND sql LIKE 'CREATE TABLE%'"));
  if (is_table == 0) return absl::OkStatus();
  return Execute(db,
                 "PRAGMA legacy_alter_table = ON; ALTER TABLE processes RENAME TO process_rows;"
                 "PRAGMA legacy_alter_table = OFF");
}

absl::Status EnsureTables(sqlite3* db) {
  RETURN_IF_ERROR(RegisterEventModule(db));
  RETURN_IF_ERROR(RenameProcesses(db));
  for (const Table& table : Tables()) {
    RETURN_IF_ERROR(Execute(db, CreateStatement(table)));
    RETURN_IF_ERROR(AddMissingColumns(db, table));
  }
  for (const std::string& statement : IndexStatements()) RETURN_IF_ERROR(Execute(db, statement));
  RETURN_IF_ERROR(EnsureEventTables(db));
  RETURN_IF_ERROR(EnsureViews(db));
  return Execute(
      db, absl::StrCat("PRAGMA application_id = ", kStoreApplicationId,
                       "; PRAGMA user_version = ", kStoreVersion,
                       "; INSERT OR REPLACE INTO meta (key, value) VALUES ('store_version', ",
                       kStoreVersion, ")"));
}

// What never was a store is not a damaged one, which would be moved away, and nothing of it is
// touched.
absl::Status RefuseForeign(const std::string& path) {
  struct stat now;
  if (HasLockFile(path)) return absl::OkStatus();
  if (stat(path.c_str(), &now) != 0 || (S_ISREG(now.st_mode) && now.st_size == 0)) {
    return absl::OkStatus();
  }
  constexpr size_t kApplicationIdAt = 68;  // In the header of a SQLite database, big-endian.
  std::string begin;
  if (S_ISREG(now.st_mode)) {
    ASSIGN_OR_RETURN(const OwnedFd fd, OpenFile(path, O_RDONLY));
    begin.resize(kApplicationIdAt + 4);
    const ssize_t got = read(fd.get(), begin.data(), begin.size());
    begin.resize(got < 0 ? 0 : static_cast<size_t>(got));
  }
  if (!absl::StartsWith(begin, kMagic)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is there and is no store; choose another path for the store"));
  }
  int64_t application = 0;
  for (const char c : begin.substr(std::min(begin.size(), kApplicationIdAt))) {
    application = application << 8 | static_cast<unsigned char>(c);
  }
  return application == kStoreApplicationId ? absl::OkStatus() : OfAnotherProgram(path);
}

static absl::StatusOr<StoreFile> OpenFileAt(const std::string& path, const StoreOptions* options,
                                            absl::Time now) {
  StoreFile file;
  file.key_path = path + ".key";
  RETURN_IF_ERROR(MakeDirectories(path));
  RETURN_IF_ERROR(RefuseForeign(path));
  ASSIGN_OR_RETURN(file.lock, LockForWriting(path));
  RETURN_IF_ERROR(MakePrivateFile(path));
  RETURN_IF_ERROR(WithWayOut(CheckHeader(path), path));
  ASSIGN_OR_RETURN(file.db, OpenDatabase(path, SQLITE_OPEN_READWRITE));
  sqlite3_busy_timeout(file.db.get(), 250);
  sqlite3_db_config(file.db.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(file.db.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  if (options != nullptr) RETURN_IF_ERROR(LeaveOutTimesAsText(file.db.get()));
  RETURN_IF_ERROR(WithWayOut(MakeReady(file, path, options, now), path));
  return file;
}

absl::StatusOr<StoreFile> OpenStoreFile(const StoreOptions& options, absl::Time now) {
  return OpenFileAt(options.path, &options, now);
}

absl::StatusOr<StoreFile> OpenStoreFileToAmend(const std::string& path) {
  return OpenFileAt(path, nullptr, absl::Now());
}

absl::Status AmendStore(const std::string& path,
                        absl::FunctionRef<absl::Status(const StoreFile&)> amend) {
  if (access(path.c_str(), F_OK) != 0) {
    return absl::NotFoundError(absl::StrCat("there is no store at ", path));
  }
  ASSIGN_OR_RETURN(const StoreFile file, OpenStoreFileToAmend(path));
  RETURN_IF_ERROR(Execute(file.db.get(), "PRAGMA synchronous = FULL"));
  RETURN_IF_ERROR(Execute(file.db.get(), "BEGIN IMMEDIATE"));
  absl::Status status = amend(file);
  if (status.ok()) status = Execute(file.db.get(), "COMMIT");
  if (!status.ok()) Execute(file.db.get(), "ROLLBACK").IgnoreError();
  return WithWayOut(status, path);
}

absl::StatusOr<std::string> SetAsideDamaged(const std::string& path, absl::Time now) {
  ASSIGN_OR_RETURN(const WriterLock lock, LockForWriting(path));
  const std::string aside = absl::StrCat(
      path, ".damaged-", absl::FormatTime("%Y%m%dT%H%M%E6SZ", now, absl::UTCTimeZone()));
  // The log first: with the old log beside it, a new file would be damaged at once.
  for (const absl::string_view suffix : {"-wal", "-shm", ""}) {
    const std::string from = absl::StrCat(path, suffix);
    if (rename(from.c_str(), absl::StrCat(aside, suffix).c_str()) == 0) continue;
    if (errno != ENOENT || suffix.empty()) return ErrnoStatus("move aside", from);
  }
  return aside;
}

absl::Status WithWayOut(absl::Status status, absl::string_view path) {
  if (absl::IsResourceExhausted(status)) {
    return absl::ResourceExhaustedError(
        absl::StrCat(status.message(),
                     "; free some space, or give the store a lower limit: it goes on by itself"));
  }
  if (!absl::IsDataLoss(status)) return status;
  return absl::DataLossError(absl::StrCat(
      "the store is damaged: ", status.message(), "; move ", path, " and ", path,
      "-wal away to begin a new one (`sqlite3 FILE .recover` reads what can be read)"));
}

}  // namespace vedette
