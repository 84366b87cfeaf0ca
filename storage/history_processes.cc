// SPDX-License-Identifier: Apache-2.0
//
// Who was there when a stretch of the history begins.
//
// No unit test: history_test asks.
#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/status_macros.h"
#include "sensor/decode/event_view.h"
#include "storage/event_block.h"
#include "storage/history_plan.h"
#include "storage/record_maker.h"
#include "storage/tables.h"

namespace vedette {
namespace {

constexpr int kCreatorHopsMax = 16;

// Programs that ran at ?1 (one that an earlier run did not see end has ended since), and all that
// they descend from. ?2: the run.
constexpr absl::string_view kThere = R"(
WITH RECURSIVE there(exec_id) AS (
  SELECT exec_id FROM processes
  WHERE start_ns < ?1 AND coalesce(exec_ns, start_ns) < ?1
    AND (end_ns >= ?1 OR (end_ns IS NULL AND run >= ?2))
  UNION SELECT p.parent_exec_id FROM processes AS p JOIN there USING (exec_id)
  WHERE p.parent_exec_id IS NOT NULL)
SELECT p.exec_id, p.parent_exec_id, p.previous_exec_id, p.pid, p.ppid, p.uid, p.login_uid,
  p.name, p.exe_path, p.args, p.cwd, p.cgroup_id, p.cgroup, p.from_fork, p.start_ns, p.exec_ns,
  p.exe_sha256
FROM processes AS p JOIN there USING (exec_id)
ORDER BY coalesce(p.exec_ns, p.start_ns), p.exec_id)";

struct Row {
  int64_t exec_id = 0, parent = 0, previous = 0, cgroup_id = 0;
  int64_t pid = 0, ppid = 0, uid = 0, login_uid = 0, from_fork = 0;
  int64_t start_ns = 0, since_ns = 0;
  std::string name, exe_path, args, cwd, cgroup, digest;
};

absl::StatusOr<std::vector<Row>> RowsAt(sqlite3* db, int64_t run, int64_t from_ns) {
  ASSIGN_OR_RETURN(const Statement statement, Prepare(db, kThere));
  BindInteger(statement.get(), 1, from_ns);
  BindInteger(statement.get(), 2, run);
  std::vector<Row> rows;
  int rc;
  while ((rc = sqlite3_step(statement.get())) == SQLITE_ROW) {
    const auto number = [&](int column) { return sqlite3_column_int64(statement.get(), column); };
    const auto text = [&](int column) { return std::string(ColumnBytes(statement.get(), column)); };
    Row& row = rows.emplace_back();
    row.exec_id = number(0);
    row.parent = number(1);
    row.previous = number(2);
    row.pid = number(3);
    row.ppid = number(4);
    row.uid = number(5);
    row.login_uid = number(6);
    row.name = text(7);
    row.exe_path = text(8);
    row.args = text(9);
    row.cwd = text(10);
    row.cgroup_id = number(11);
    row.cgroup = text(12);
    row.from_fork = number(13);
    row.start_ns = number(14);
    row.since_ns = number(15) != 0 ? number(15) : number(14);
    row.digest = BytesOfHex(text(16)).value_or("");
    if (row.digest.size() != 32) row.digest.clear();
  }
  if (rc != SQLITE_DONE) return SqliteError(db, rc, "list processes");
  return rows;
}

// Records of a kind by what is in a column of theirs, of the events before a time; the latest.
class Found {
 public:
  Found(HistoryDecoder& decoder, int64_t last_id) : decoder_(decoder), last_id_(last_id) {}

  absl::Status Look(EventKind kind, absl::string_view column,
                    const absl::flat_hash_set<int64_t>& wanted, int64_t before_ns) {
    const std::vector<EventColumn>& columns = EventColumns(kind);
    const auto at = std::find_if(columns.begin(), columns.end(),
                                 [&](const EventColumn& each) { return each.name == column; });
    const auto index = static_cast<size_t>(at - columns.begin());
    for (const SegmentInfo& info : decoder_.catalog().segments()) {
      if (info.kind != kind || info.first_id > last_id_ || info.start_ns >= before_ns) continue;
      RETURN_IF_ERROR(decoder_.PassOver(info, LookIn(info, index, wanted, before_ns)));
    }
    return absl::OkStatus();
  }

  const std::string* Find(int64_t exec_id) const {
    const auto at = records_.find(exec_id);
    return at == records_.end() ? nullptr : &at->second;
  }

 private:
  absl::Status LookIn(const SegmentInfo& info, size_t column,
                      const absl::flat_hash_set<int64_t>& wanted, int64_t before_ns) {
    ASSIGN_OR_RETURN(const std::shared_ptr<EventBatch> batch, decoder_.catalog().Read(info));
    ASSIGN_OR_RETURN(const ColumnData* const ids, batch->Column(column));
    ASSIGN_OR_RETURN(const ColumnData* const times, batch->Column(kTimeColumn));
    std::optional<RecordMaker> maker;
    for (uint32_t row = 0; row < batch->rows(); ++row) {
      if (ids->IsNull(row) || times->numbers[row] >= before_ns) continue;
      if (!wanted.contains(ids->numbers[row])) continue;
      if (!maker.has_value()) {
        ASSIGN_OR_RETURN(maker, RecordMaker::Create(*batch));
      }
      std::string& record = records_[ids->numbers[row]];
      record.clear();
      maker->Append(row, {}, record);
    }
    return absl::OkStatus();
  }

  HistoryDecoder& decoder_;
  const int64_t last_id_;
  absl::flat_hash_map<int64_t, std::string> records_;
};

template <typename Wire>
Wire As(const std::string& record) {
  Wire wire;
  std::memcpy(&wire, record.data(), sizeof(wire));
  return wire;
}

class Maker {
 public:
  Maker(int64_t wall_minus_boot_ns, bool digests)
      : wall_minus_boot_ns_(wall_minus_boot_ns), digests_(digests) {}

  // Of a program that the process began itself; or, with a `fork`, that its creator had begun.
  std::string FromRecord(const Row& row, const std::string& program,
                         const std::string* fork) const {
    std::string record = program;
    auto seen = As<wire_process_seen>(record);
    seen.header.kind = WIRE_process_seen;
    if (seen.parent_exec_id == 0) seen.parent_exec_id = static_cast<__u64>(row.parent);
    if (fork != nullptr) {
      Identify(row, seen);
      seen.from_fork = 1;
      seen.vpid = As<wire_process_fork>(*fork).child_vpid;
    }
    if (digests_ && !row.digest.empty() && seen.exe_digest_algorithm == 0) {
      seen.exe_digest = Add(row.digest, record);
      seen.exe_digest_algorithm = 5;  // 1 + HASH_ALGO_SHA256 of linux/hash_info.h
    }
    seen.header.size = static_cast<__u32>(record.size());
    std::memcpy(record.data(), &seen, sizeof(seen));
    return record;
  }

  std::string FromRow(const Row& row) const {
    std::string record(sizeof(wire_process_seen), '\0');
    wire_process_seen seen{};
    seen.header.kind = WIRE_process_seen;
    seen.header.syscall = -1;
    seen.header.repeats = 1;
    std::fill(std::begin(seen.header.survivors), std::end(seen.header.survivors), ~uint64_t{0});
    Identify(row, seen);
    seen.login_uid = static_cast<__s32>(row.login_uid);
    seen.from_fork = row.from_fork != 0 ? 1 : 0;
    std::string arguments;
    AppendSplitArguments(row.args, "", arguments);
    seen.exe_path = Add(row.exe_path, record);
    seen.args = Add(arguments, record);
    seen.cwd = Add(row.cwd, record);
    seen.cgroup = Add(row.cgroup, record);
    std::memcpy(record.data(), &seen, sizeof(seen));
    return FromRecord(row, record, nullptr);
  }

 private:
  __u64 Boot(int64_t wall_ns) const { return static_cast<__u64>(wall_ns - wall_minus_boot_ns_); }

  void Identify(const Row& row, wire_process_seen& seen) const {
    seen.header.exec_id = static_cast<__u64>(row.exec_id);
    seen.header.pid = seen.header.tid = static_cast<__u32>(row.pid);
    seen.header.uid = static_cast<__u32>(row.uid);
    seen.header.cgroup_id = static_cast<__u64>(row.cgroup_id);
    seen.header.time_ns = Boot(row.since_ns);
    std::memset(seen.header.comm, 0, sizeof(seen.header.comm));
    std::memcpy(seen.header.comm, row.name.data(),
                std::min(row.name.size(), sizeof(seen.header.comm)));
    seen.parent_exec_id = static_cast<__u64>(row.parent);
    seen.previous_exec_id = static_cast<__u64>(row.previous);
    seen.parent_pid = static_cast<__u32>(row.ppid);
    seen.start_ns = Boot(row.start_ns);
  }

  // At the end of the record.
  static wire_text Add(absl::string_view text, std::string& record) {
    const size_t room = std::min<size_t>(WIRE_TEXT_MAX, WIRE_RECORD_MAX - record.size());
    text = text.substr(0, room);
    const wire_text slot = {.offset = static_cast<__u16>(record.size()),
                            .length = static_cast<__u16>(text.size())};
    record.append(text.data(), text.size());
    return slot;
  }

  const int64_t wall_minus_boot_ns_;
  const bool digests_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ProcessesAt(HistoryDecoder& decoder, int64_t run,
                                                     absl::Time from, int64_t wall_minus_boot_ns,
                                                     bool digests, uint64_t& by_row) {
  const int64_t from_ns = absl::ToUnixNanos(from);
  ASSIGN_OR_RETURN(const std::vector<Row> rows, RowsAt(decoder.db(), run, from_ns));
  absl::flat_hash_set<int64_t> wanted;
  for (const Row& row : rows) wanted.insert(row.exec_id);
  const int64_t last_id = (run + 1) * kNumbersPerRun - 1;
  Found programs(decoder, last_id), forks(decoder, last_id);
  absl::flat_hash_map<int64_t, int64_t> creators;
  for (int hop = 0; hop < kCreatorHopsMax && !wanted.empty(); ++hop) {
    for (const EventKind kind : {WIRE_process_seen, WIRE_process_exec}) {
      RETURN_IF_ERROR(programs.Look(kind, "exec_id", wanted, from_ns));
    }
    absl::flat_hash_set<int64_t> unknown, next;
    for (const int64_t exec_id : wanted) {
      if (programs.Find(exec_id) == nullptr) unknown.insert(exec_id);
    }
    if (unknown.empty()) break;
    RETURN_IF_ERROR(forks.Look(WIRE_process_fork, "child_exec_id", unknown, from_ns));
    for (const int64_t exec_id : unknown) {
      const std::string* const fork = forks.Find(exec_id);
      if (fork == nullptr) continue;
      const auto creator = static_cast<int64_t>(As<wire_process_fork>(*fork).header.exec_id);
      creators[exec_id] = creator;
      if (programs.Find(creator) == nullptr) next.insert(creator);
    }
    wanted = std::move(next);
  }
  const Maker maker(wall_minus_boot_ns, digests);
  std::vector<std::string> records;
  for (const Row& row : rows) {
    int64_t at = row.exec_id;
    const std::string* program = programs.Find(at);
    for (int hop = 0; program == nullptr && hop < kCreatorHopsMax; ++hop) {
      const auto creator = creators.find(at);
      if (creator == creators.end()) break;
      at = creator->second;
      program = programs.Find(at);
    }
    if (program == nullptr) ++by_row;
    if (program == nullptr) {
      records.push_back(maker.FromRow(row));
    } else {
      const bool is_own = at == row.exec_id;
      records.push_back(
          maker.FromRecord(row, *program, is_own ? nullptr : forks.Find(row.exec_id)));
    }
  }
  return records;
}

}  // namespace vedette
