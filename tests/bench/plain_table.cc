// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/plain_table.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "sensor/decode/event_view.h"
#include "storage/database.h"

namespace vedette {
namespace {

constexpr size_t kRowsOfTransaction = 16 * 1024;

enum Column {
  kTime = 1,
  kKind,
  kExecId,
  kPid,
  kTid,
  kUid,
  kGid,
  kCpu,
  kSequence,
  kComm,
  kPath,
  kName,
  kResult,
  kFlags,
  kIno,
  kAddress,
  kPort
};
constexpr const char* kTable =
    "CREATE TABLE events (id INTEGER PRIMARY KEY, time INTEGER, kind INTEGER, exec_id INTEGER,"
    " pid INTEGER, tid INTEGER, uid INTEGER, gid INTEGER, cpu INTEGER, sequence INTEGER,"
    " comm TEXT, path TEXT, name TEXT, result INTEGER, flags INTEGER, ino INTEGER, address BLOB,"
    " port INTEGER)";
constexpr const char* kInsert =
    "INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

void BindMember(sqlite3_stmt* insert, const EventView& view, const Member& member) {
  const auto text = [&](Column column) { BindText(insert, column, view.Text(member)); };
  const auto number = [&](Column column) { BindNumber(insert, column, view.Number(member)); };
  if (member.name == "path" || member.name == "exe_path") text(kPath);
  if (member.name == "name") text(kName);
  if (member.name == "result") number(kResult);
  if (member.name == "flags") number(kFlags);
  if (member.name == "ino") number(kIno);
  if (member.name == "remote_port") number(kPort);
  if (member.name == "remote_address") {
    const auto address = view.bytes().subspan(member.offset, member.size);
    sqlite3_bind_blob(insert, kAddress, address.data(), static_cast<int>(address.size()),
                      SQLITE_STATIC);
  }
}

void BindEvent(sqlite3_stmt* insert, const EventView& view) {
  const wire_header& header = view.header();
  sqlite3_clear_bindings(insert);
  BindNumber(insert, kTime, header.time_ns);
  BindNumber(insert, kKind, header.kind);
  BindNumber(insert, kExecId, header.exec_id);
  BindNumber(insert, kPid, header.pid);
  BindNumber(insert, kTid, header.tid);
  BindNumber(insert, kUid, header.uid);
  BindNumber(insert, kGid, header.gid);
  BindNumber(insert, kCpu, header.cpu);
  BindNumber(insert, kSequence, header.sequence);
  BindText(insert, kComm, view.comm());
  for (const Member& member : view.info().members) BindMember(insert, view, member);
}

}  // namespace

void WritePlainTable(const std::string& path, const std::vector<RecordBytes>& records,
                     absl::Span<const char* const> indexed) {
  auto db = OpenDatabase(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  CHECK(db.ok()) << db.status();
  const auto run = [&](const std::string& sql) { CHECK(Execute(db->get(), sql).ok()) << sql; };
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=NORMAL");
  run(kTable);
  for (const char* column : indexed) {
    run(absl::StrCat("CREATE INDEX by_", column, " ON events (", column, ")"));
  }
  auto insert = Prepare(db->get(), kInsert);
  CHECK(insert.ok()) << insert.status();
  run("BEGIN");
  size_t rows = 0;
  for (const RecordBytes& record : records) {
    if (++rows % kRowsOfTransaction == 0) run("COMMIT; BEGIN");
    BindEvent(insert->get(), *EventView::Parse(record));
    CHECK(StepDone(insert->get(), "insert").ok());
  }
  run("COMMIT");
}

}  // namespace vedette
