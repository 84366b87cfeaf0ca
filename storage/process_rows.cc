// SPDX-License-Identifier: Apache-2.0
#include "storage/process_rows.h"

#include <cstring>

#include "base/status_macros.h"
#include "storage/event_block.h"

namespace vedette {
namespace {

// The parent of a program that begins runs still, so its row is here.

// A process that is seen again by a later run keeps the time of its exec, which process_seen does
// not know.
constexpr absl::string_view kProgram = R"(
INSERT INTO process_rows (exec_id, parent_exec_id, previous_exec_id, run, pid, ppid, uid,
                       login_uid, name, exe_path, args, cwd, cgroup_id, cgroup, from_fork,
                       start_ns, exec_ns, next_exec_id, end_ns, exit_status, exit_signal,
                       parent_name)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
        ?21, (SELECT name FROM process_rows WHERE exec_id = ?2))
ON CONFLICT (exec_id) DO UPDATE SET
  parent_exec_id = coalesce(excluded.parent_exec_id, parent_exec_id),
  previous_exec_id = coalesce(excluded.previous_exec_id, previous_exec_id),
  run = excluded.run, pid = excluded.pid, ppid = excluded.ppid, uid = excluded.uid,
  login_uid = excluded.login_uid, name = coalesce(excluded.name, name),
  exe_path = coalesce(excluded.exe_path, exe_path), args = coalesce(excluded.args, args),
  cwd = coalesce(excluded.cwd, cwd), cgroup_id = excluded.cgroup_id,
  cgroup = coalesce(excluded.cgroup, cgroup), from_fork = excluded.from_fork,
  start_ns = excluded.start_ns, exec_ns = coalesce(excluded.exec_ns, exec_ns),
  next_exec_id = coalesce(excluded.next_exec_id, next_exec_id),
  end_ns = CASE WHEN excluded.exit_status IS NULL THEN coalesce(end_ns, excluded.end_ns)
                ELSE excluded.end_ns END,
  exit_status = coalesce(excluded.exit_status, exit_status),
  exit_signal = coalesce(excluded.exit_signal, exit_signal),
  parent_name = coalesce(excluded.parent_name, parent_name))";

constexpr absl::string_view kReplaced = R"(
UPDATE process_rows SET next_exec_id = ?2, end_ns = coalesce(end_ns, ?3) WHERE exec_id = ?1)";

// What a child has from its creator, in the order of kFork's places from kFromCreator on. Apart, as
// SQLite puts all that is selected from the table it inserts into aside first.
constexpr absl::string_view kCreator = R"(
SELECT login_uid, exe_path, args, cwd, cgroup, exe_sha256, exe_sha256_state, ppid
FROM process_rows WHERE exec_id = ?1)";
constexpr int kFromCreator = 13, kOfCreator = 7, kCreatorsParent = 7;

// ?3 is the parent's name where that is known.
constexpr absl::string_view kFork = R"(
INSERT INTO process_rows (exec_id, parent_exec_id, run, pid, ppid, uid, name, cgroup_id, from_fork,
                       start_ns, next_exec_id, end_ns, exit_status, exit_signal, login_uid,
                       exe_path, args, cwd, cgroup, exe_sha256, exe_sha256_state, parent_name)
VALUES (?1, ?2, ?4, ?5, ?6, ?7, ?8, ?20, 1, ?21, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
        ?19, coalesce(?3, (SELECT name FROM process_rows WHERE exec_id = ?2)))
ON CONFLICT (exec_id) DO UPDATE SET
  next_exec_id = coalesce(excluded.next_exec_id, next_exec_id),
  end_ns = CASE WHEN excluded.exit_status IS NULL THEN coalesce(end_ns, excluded.end_ns)
                ELSE excluded.end_ns END,
  exit_status = coalesce(excluded.exit_status, exit_status),
  exit_signal = coalesce(excluded.exit_signal, exit_signal)
WHERE excluded.end_ns IS NOT NULL)";

constexpr absl::string_view kExit = R"(
INSERT INTO process_rows (exec_id, run, pid, uid, name, cgroup_id, start_ns, end_ns,
                       exit_status, exit_signal)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (exec_id) DO UPDATE SET
  end_ns = excluded.end_ns, exit_status = excluded.exit_status,
  exit_signal = excluded.exit_signal)";

// The wall time of a moment on the boot clock, by the event's own two times.
int64_t WallTime(const EventView& event, int64_t time_ns, uint64_t boot_ns) {
  return static_cast<int64_t>(static_cast<uint64_t>(time_ns) + boot_ns - event.header().time_ns);
}

absl::string_view TextAt(const EventView& event, const wire_text& slot) {
  const char* bytes = reinterpret_cast<const char*>(event.bytes().data());
  const size_t length = slot.length & ~WIRE_TEXT_TRUNCATED;
  return length == 0 ? absl::string_view() : absl::string_view(bytes + slot.offset, length);
}

}  // namespace

absl::StatusOr<ProcessRows> ProcessRows::Create(sqlite3* db, int64_t run) {
  ProcessRows rows;
  rows.run_ = run;
  ASSIGN_OR_RETURN(rows.program_, Prepare(db, kProgram));
  ASSIGN_OR_RETURN(rows.replaced_, Prepare(db, kReplaced));
  ASSIGN_OR_RETURN(rows.creator_, Prepare(db, kCreator));
  ASSIGN_OR_RETURN(rows.fork_, Prepare(db, kFork));
  ASSIGN_OR_RETURN(rows.exit_, Prepare(db, kExit));
  return rows;
}

absl::Status ProcessRows::Apply(const EventView& event, int64_t time_ns) {
  switch (event.kind()) {
    case WIRE_process_exec: {
      Begin(event, time_ns);
      const uint64_t previous = event.As<wire_process_exec>().previous_exec_id;
      if (previous == 0) return absl::OkStatus();
      return Replaced(previous, event.header().exec_id, time_ns);
    }
    case WIRE_process_seen:
    case WIRE_process_fork:
      Begin(event, time_ns);
      return absl::OkStatus();
    case WIRE_process_exit:
      return Exit(event, time_ns);
    default:
      return absl::OkStatus();
  }
}

void ProcessRows::Begin(const EventView& event, int64_t time_ns) {
  last_begun_[BegunBy(event)] = begun_.size();
  begun_.push_back({event, time_ns, {}});
}

ProcessRows::Begun* ProcessRows::Waiting(uint64_t exec_id) {
  const auto found = last_begun_.find(exec_id);
  return found == last_begun_.end() ? nullptr : &begun_[found->second];
}

absl::Status ProcessRows::Flush(absl::FunctionRef<absl::Status(uint64_t exec_id)> on_row) {
  for (const Begun& begun : begun_) {
    const absl::Status written = Write(begun);
    if (absl::IsInvalidArgument(written)) continue;  // Its own fault.
    RETURN_IF_ERROR(written);
    RETURN_IF_ERROR(on_row(BegunBy(begun.event)));
  }
  Forget();
  return absl::OkStatus();
}

void ProcessRows::Forget() {
  begun_.clear();
  last_begun_.clear();
}

absl::Status ProcessRows::Write(const Begun& begun) {
  return begun.event.kind() == WIRE_process_fork ? WriteFork(begun) : WriteProgram(begun);
}

uint64_t ProcessRows::BegunBy(const EventView& event) {
  switch (event.kind()) {
    case WIRE_process_exec:
    case WIRE_process_seen:
      return event.header().exec_id;
    case WIRE_process_fork:
      return event.As<wire_process_fork>().child_exec_id;
    default:
      return 0;
  }
}

void ProcessRows::BindEnding(sqlite3_stmt* statement, int first, const Ending& ending) {
  BindIdentity(statement, first, ending.next_exec_id);
  for (const std::optional<int64_t>& number :
       {ending.end_ns, ending.exit_status, ending.exit_signal}) {
    ++first;
    if (number) {
      BindInteger(statement, first, *number);
    } else {
      sqlite3_bind_null(statement, first);
    }
  }
}

absl::Status ProcessRows::WriteProgram(const Begun& begun) {
  const EventView& event = begun.event;
  static_assert(sizeof(wire_process_exec) == sizeof(wire_process_seen), "they share their rows");
  wire_process_exec record;
  if (event.kind() == WIRE_process_exec) {
    record = event.As<wire_process_exec>();
  } else {
    const auto seen = event.As<wire_process_seen>();
    std::memcpy(&record, &seen, sizeof(record));
  }
  arguments_.clear();
  AppendArguments(TextAt(event, record.args), arguments_);
  const wire_header& header = event.header();
  sqlite3_stmt* const statement = program_.get();
  BindNumber(statement, 1, header.exec_id);
  BindIdentity(statement, 2, record.parent_exec_id);
  BindIdentity(statement, 3, record.previous_exec_id);
  BindInteger(statement, 4, run_);
  BindInteger(statement, 5, header.pid);
  BindInteger(statement, 6, record.parent_pid);
  BindInteger(statement, 7, header.uid);
  BindInteger(statement, 8, record.login_uid);
  BindText(statement, 9, event.comm());
  BindText(statement, 10, TextAt(event, record.exe_path));
  BindText(statement, 11, arguments_);
  BindText(statement, 12, TextAt(event, record.cwd));
  BindNumber(statement, 13, header.cgroup_id);
  BindText(statement, 14, TextAt(event, record.cgroup));
  BindInteger(statement, 15, record.from_fork);
  BindInteger(statement, 16, WallTime(event, begun.time_ns, record.start_ns));
  if (event.kind() == WIRE_process_exec) {
    BindInteger(statement, 17, begun.time_ns);
  } else {
    sqlite3_bind_null(statement, 17);
  }
  BindEnding(statement, 18, begun.ending);
  return StepDone(statement, "process");
}

absl::Status ProcessRows::Replaced(uint64_t exec_id, uint64_t next_exec_id, int64_t time_ns) {
  if (Begun* const waiting = Waiting(exec_id)) {
    Ending& ending = waiting->ending;
    ending.next_exec_id = next_exec_id;
    if (!ending.end_ns) ending.end_ns = time_ns;
    return absl::OkStatus();
  }
  BindNumber(replaced_.get(), 1, exec_id);
  BindNumber(replaced_.get(), 2, next_exec_id);
  BindInteger(replaced_.get(), 3, time_ns);
  return StepDone(replaced_.get(), "process before its exec");
}

absl::Status ProcessRows::WriteFork(const Begun& begun) {
  const EventView& event = begun.event;
  const auto record = event.As<wire_process_fork>();
  const wire_header& header = event.header();
  sqlite3_stmt* const statement = fork_.get();
  BindNumber(statement, 1, record.child_exec_id);
  BindIdentity(statement, 2, record.child_parent_exec_id);
  BindInteger(statement, 4, run_);
  BindInteger(statement, 5, record.child_pid);
  // The creator is the parent unless the clone asked for the creator's parent.
  const bool is_parent = record.child_parent_exec_id == header.exec_id;
  if (is_parent) {
    BindText(statement, 3, event.comm());
    BindInteger(statement, 6, header.pid);
  } else {
    sqlite3_bind_null(statement, 3);
  }
  BindInteger(statement, 7, header.uid);
  BindText(statement, 8, event.comm());
  BindEnding(statement, 9, begun.ending);
  RETURN_IF_ERROR(BindFromCreator(header.exec_id, !is_parent));
  BindNumber(statement, 20, header.cgroup_id);
  BindInteger(statement, 21, WallTime(event, begun.time_ns, record.child_start_ns));
  return StepDone(statement, "forked process");
}

absl::Status ProcessRows::BindFromCreator(uint64_t exec_id, bool with_parent) {
  sqlite3_stmt* const creator = creator_.get();
  BindNumber(creator, 1, exec_id);
  const int rc = sqlite3_step(creator);
  for (int i = 0; i < kOfCreator; ++i) {
    if (rc == SQLITE_ROW) {
      sqlite3_bind_value(fork_.get(), kFromCreator + i, sqlite3_column_value(creator, i));
    } else {
      sqlite3_bind_null(fork_.get(), kFromCreator + i);
    }
  }
  if (with_parent && rc == SQLITE_ROW) {
    sqlite3_bind_value(fork_.get(), 6, sqlite3_column_value(creator, kCreatorsParent));
  } else if (with_parent) {
    sqlite3_bind_null(fork_.get(), 6);
  }
  sqlite3_reset(creator);
  if (rc == SQLITE_ROW || rc == SQLITE_DONE) return absl::OkStatus();
  return SqliteError(sqlite3_db_handle(creator), rc, "creator of a process");
}

absl::Status ProcessRows::Exit(const EventView& event, int64_t time_ns) {
  const auto record = event.As<wire_process_exit>();
  const wire_header& header = event.header();
  if (Begun* const waiting = Waiting(header.exec_id)) {
    waiting->ending.end_ns = time_ns;
    waiting->ending.exit_status = record.status;
    waiting->ending.exit_signal = record.signal;
    return absl::OkStatus();
  }
  sqlite3_stmt* const statement = exit_.get();
  BindNumber(statement, 1, header.exec_id);
  BindInteger(statement, 2, run_);
  BindInteger(statement, 3, header.pid);
  BindInteger(statement, 4, header.uid);
  BindText(statement, 5, event.comm());
  BindNumber(statement, 6, header.cgroup_id);
  BindInteger(statement, 7, WallTime(event, time_ns, record.start_ns));
  BindInteger(statement, 8, time_ns);
  BindInteger(statement, 9, record.status);
  BindInteger(statement, 10, record.signal);
  return StepDone(statement, "ended process");
}

}  // namespace vedette
