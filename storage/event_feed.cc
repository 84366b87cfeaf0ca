// SPDX-License-Identifier: Apache-2.0
#include "storage/event_feed.h"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "storage/history_plan.h"
#include "storage/tables.h"

namespace vedette {
namespace {

// Behind all events of a run that came in order.
int64_t EndOfRun(int64_t run) { return run * kNumbersPerRun + kFirstSeenNumber; }

// All columns of the kind, and what the store has worked out beside them: of a process that begins
// what its row says, of a DNS message the name.
std::string SelectOf(EventKind kind) {
  const std::string from = absl::StrCat(" FROM \"", FindKind(kind)->name, "\" AS e");
  switch (kind) {
    case WIRE_process_exec:
    case WIRE_process_seen:
      return absl::StrCat("SELECT e.*, p.start_ns AS process_start_ns, p.parent_name", from,
                          " LEFT JOIN processes AS p ON p.exec_id = e.exec_id");
    case WIRE_process_fork:
      return absl::StrCat(
          "SELECT e.*, p.start_ns AS process_start_ns, p.parent_name, p.ppid AS parent_pid,"
          " p.login_uid, p.exe_path, p.args, p.cwd",
          from, " LEFT JOIN processes AS p ON p.exec_id = e.child_exec_id");
    case WIRE_network_dns:
      return absl::StrCat("SELECT e.*, dns_name(e.payload) AS dns_name", from);
    default:
      return absl::StrCat("SELECT e.*", from);
  }
}

// The beginning of a digest: SHA-256, so that nobody finds a second run with the same one.
std::string KeyOf(absl::string_view hostname, absl::string_view boot_id, int64_t start_ns) {
  const std::string text = absl::StrCat(hostname, absl::string_view("\0", 1), boot_id,
                                        absl::string_view("\0", 1), start_ns);
  unsigned char digest[EVP_MAX_MD_SIZE];
  CHECK(EVP_Digest(text.data(), text.size(), digest, nullptr, EVP_sha256(), nullptr) == 1);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), 8));
}

std::string IdList(const std::vector<int64_t>& ids) { return absl::StrJoin(ids, ","); }

}  // namespace

absl::StatusOr<std::unique_ptr<EventFeed>> EventFeed::Open(const std::string& path) {
  ASSIGN_OR_RETURN(StoreReader reader, StoreReader::Open(path));
  std::unique_ptr<EventFeed> feed(new EventFeed(std::move(reader)));
  RETURN_IF_ERROR(feed->ReadRuns());
  return feed;
}

absl::Status EventFeed::Ask(const std::string& sql, Row row) {
  return reader_
      .Query(
          sql, {}, [](absl::Span<const std::string>) {},
          [&](absl::Span<const SqlValue> values) {
            row(values);
            return true;
          })
      .status();
}

// 0 for NULL.
absl::StatusOr<int64_t> EventFeed::Integer(const std::string& sql) {
  int64_t found = 0;
  RETURN_IF_ERROR(Ask(sql, [&](absl::Span<const SqlValue> row) { found = row[0].integer; }));
  return found;
}

absl::Status EventFeed::ReadRuns() {
  runs_.clear();
  ASSIGN_OR_RETURN(const int64_t born, Integer("SELECT start_ns FROM runs ORDER BY run LIMIT 1"));
  store_ = absl::StrCat(born);
  return Ask("SELECT run, hostname, boot_id, start_ns FROM runs WHERE recording IS NULL",
             [&](absl::Span<const SqlValue> row) {
               runs_[row[0].integer] = {.run = row[0].integer,
                                        .hostname = std::string(row[1].bytes),
                                        .boot_id = std::string(row[2].bytes),
                                        .key = KeyOf(row[1].bytes, row[2].bytes, row[3].integer)};
             });
}

const FedRun* EventFeed::RunOf(int64_t id) const {
  const auto found = runs_.find(id / kNumbersPerRun);
  return found == runs_.end() ? nullptr : &found->second;
}

// The last id of the run that may have come in order, or the beginning of the run. Not by what is
// known of segments: they are joined over runs.
absl::StatusOr<int64_t> EventFeed::LastInOrder(int64_t run) {
  const int64_t begin = run * kNumbersPerRun;
  ASSIGN_OR_RETURN(const int64_t last,
                   Integer(absl::StrCat("SELECT id FROM events WHERE id > ", begin, " AND id < ",
                                        EndOfRun(run), " ORDER BY id DESC LIMIT 1")));
  return std::max(last, begin);
}

absl::StatusOr<EventCursor> EventFeed::End() {
  RETURN_IF_ERROR(ReadRuns());
  EventCursor end;
  if (!runs_.empty()) {
    ASSIGN_OR_RETURN(end.id, LastInOrder(runs_.rbegin()->first));
  }
  ASSIGN_OR_RETURN(end.late, Integer("SELECT max(arrival) FROM late_events"));
  ASSIGN_OR_RETURN(end.gap, Integer("SELECT max(gap) FROM gaps"));
  ASSIGN_OR_RETURN(end.drop, Integer("SELECT max(\"drop\") FROM event_drops"));
  return end;
}

absl::StatusOr<FedBatch> EventFeed::Next(const EventCursor& from, size_t max, FeedReceiver& to) {
  FedBatch batch{.next = from};
  size_t given = 0;
  RETURN_IF_ERROR(NextGaps(max, batch, given, to));
  RETURN_IF_ERROR(NextDrops(batch, to));
  if (given == 0) RETURN_IF_ERROR(NextLate(max, batch, given, to));
  if (given == 0) RETURN_IF_ERROR(NextInOrder(max, batch, given, to));
  batch.is_last = batch.next == from;
  return batch;
}

absl::Status EventFeed::NextGaps(size_t max, FedBatch& batch, size_t& given, FeedReceiver& to) {
  // The table may have become empty and begun anew.
  ASSIGN_OR_RETURN(const int64_t last, Integer("SELECT max(gap) FROM gaps"));
  if (last < batch.next.gap) batch.next.gap = 0;
  return Ask(absl::StrCat("SELECT gap, run, start_ns, end_ns, kind, stage, count FROM gaps"
                          " WHERE gap > ",
                          batch.next.gap, " ORDER BY gap LIMIT ", max),
             [&](absl::Span<const SqlValue> row) {
               batch.next.gap = row[0].integer;
               const FedRun* const run = RunOf(row[1].integer * kNumbersPerRun);
               if (run == nullptr) return;
               ++given;
               to.OnGap({.run = run,
                         .row = row[0].integer,
                         .start_ns = row[2].integer,
                         .end_ns = row[3].integer,
                         .kind = std::string(row[4].bytes),
                         .stage = std::string(row[5].bytes),
                         .count = static_cast<uint64_t>(row[6].integer)});
             });
}

// What went was lost for us as far as it lay behind the cursor.
absl::Status EventFeed::NextDrops(FedBatch& batch, FeedReceiver& to) {
  return Ask(absl::StrCat("SELECT \"drop\", first_id, last_id, start_ns, end_ns, count FROM "
                          "event_drops WHERE \"drop\" > ",
                          batch.next.drop, " ORDER BY \"drop\" LIMIT 1000"),
             [&](absl::Span<const SqlValue> row) {
               batch.next.drop = row[0].integer;
               const int64_t first = row[1].integer, last = row[2].integer;
               const FedRun* const run = RunOf(last);
               if (run == nullptr || last <= batch.next.id) return;
               // Of a segment that was given in part: about its share.
               const int64_t from = std::max(first, batch.next.id + 1);
               const double share = static_cast<double>(last - from + 1) /
                                    static_cast<double>(std::max<int64_t>(last - first + 1, 1));
               const auto count = std::max<uint64_t>(
                   1, static_cast<uint64_t>(share * static_cast<double>(row[5].integer)));
               batch.lost += count;
               to.OnGap({.run = run,
                         .row = row[0].integer,
                         .is_drop = true,
                         .start_ns = row[3].integer,
                         .end_ns = row[4].integer,
                         .kind = "",
                         .stage = "not_delivered",
                         .count = count});
             });
}

absl::Status EventFeed::NextLate(size_t max, FedBatch& batch, size_t& given, FeedReceiver& to) {
  std::vector<int64_t> ids;
  int64_t before = batch.next.late;
  RETURN_IF_ERROR(Ask(absl::StrCat("SELECT arrival, id FROM late_events WHERE arrival > ",
                                   batch.next.late, " ORDER BY arrival LIMIT ", max),
                      [&](absl::Span<const SqlValue> row) {
                        // Rows are given without holes: one is what was trimmed.
                        if (before > 0)
                          batch.lost += static_cast<uint64_t>(row[0].integer - before - 1);
                        before = row[0].integer;
                        if (RunOf(row[1].integer) != nullptr) ids.push_back(row[1].integer);
                      }));
  batch.next.late = before;
  if (ids.empty()) return absl::OkStatus();
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ASSIGN_OR_RETURN(const Looked looked, Look(absl::StrCat("id IN (", IdList(ids), ")"), to));
  batch.lost += ids.size() - looked.events();
  return Give(looked, batch, given, to);
}

absl::Status EventFeed::NextInOrder(size_t max, FedBatch& batch, size_t& given, FeedReceiver& to) {
  RETURN_IF_ERROR(ReadRuns());
  auto run = runs_.lower_bound(batch.next.id / kNumbersPerRun);
  for (; run != runs_.end(); ++run) {
    const int64_t after = std::max(batch.next.id, run->first * kNumbersPerRun);
    ASSIGN_OR_RETURN(const int64_t end, LastInOrder(run->first));
    if (end <= after) continue;
    ASSIGN_OR_RETURN(
        Looked looked,
        Look(absl::StrCat("id > ", after, " AND id <= ", end, " ORDER BY id LIMIT ", max), to));
    batch.next.id = looked.events() < max ? end : looked.last_id;
    // Asked last, so that none can have come between.
    std::set<int64_t> late;
    RETURN_IF_ERROR(Ask(
        absl::StrCat("SELECT id FROM late_events WHERE id > ", after, " AND id <= ", batch.next.id),
        [&](absl::Span<const SqlValue> row) { late.insert(row[0].integer); }));
    looked.Without(late);
    return Give(looked, batch, given, to);
  }
  return absl::OkStatus();
}

size_t EventFeed::Looked::events() const {
  size_t events = others.size();
  for (const auto& [kind, ids] : wanted) events += ids.size();
  return events;
}

void EventFeed::Looked::Without(const std::set<int64_t>& late) {
  if (late.empty()) return;
  std::erase_if(others, [&](int64_t id) { return late.contains(id); });
  for (auto& [kind, ids] : wanted) {
    std::erase_if(ids, [&](const auto& one) { return late.contains(one.first); });
  }
}

absl::StatusOr<EventFeed::Looked> EventFeed::Look(const std::string& condition, FeedReceiver& to) {
  Looked looked;
  RETURN_IF_ERROR(Ask(absl::StrCat("SELECT id, kind, object FROM events WHERE ", condition),
                      [&](absl::Span<const SqlValue> row) {
                        looked.last_id = row[0].integer;
                        const KindInfo* const kind = FindKindByName(row[1].bytes);
                        if (kind != nullptr && to.Wants(kind->kind, row[2].bytes)) {
                          looked.wanted[kind->kind][looked.last_id] = std::string(row[2].bytes);
                        } else {
                          looked.others.push_back(looked.last_id);
                        }
                      }));
  return looked;
}

absl::Status EventFeed::Give(const Looked& looked, FedBatch& batch, size_t& given,
                             FeedReceiver& to) {
  batch.filtered += looked.others.size();
  for (const auto& wanted : looked.wanted) {
    const EventKind number = wanted.first;
    const auto& objects = wanted.second;  // For clang 14 no lambda takes a structured binding.
    if (objects.empty()) continue;
    given += objects.size();
    const KindInfo* const kind = FindKind(number);
    std::vector<int64_t> ids;
    for (const auto& [id, object] : objects) ids.push_back(id);
    std::vector<std::string> names;
    size_t id = 0, time = 0;
    const auto columns = [&](absl::Span<const std::string> all) {
      names.assign(all.begin(), all.end());
      const auto place = [&](absl::string_view name) {
        return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
      };
      id = place("id");
      time = place("time_ns");
    };
    const auto give = [&](absl::Span<const SqlValue> values) {
      const auto object = objects.find(values[id].integer);
      if (object == objects.end()) return true;
      to.OnEvent({.kind = kind,
                  .run = RunOf(object->first),
                  .id = object->first,
                  .time_ns = values[time].integer,
                  .object = object->second,
                  .names = names,
                  .values = values});
      return true;
    };
    const std::string sql =
        absl::StrCat(SelectOf(kind->kind), " WHERE e.id IN (", IdList(ids), ")");
    RETURN_IF_ERROR(reader_.Query(sql, {}, columns, give).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> EventFeed::Behind(const EventCursor& from) {
  ASSIGN_OR_RETURN(
      const int64_t rows,
      Integer(absl::StrCat(
          "SELECT sum(CASE WHEN first_id > ", from.id,
          " THEN rows ELSE max(1, CAST(rows * (1.0 * (last_id - ", from.id,
          ") / (last_id - first_id + 1)) AS INTEGER)) END) FROM segments AS s JOIN layouts AS l"
          " USING (layout) JOIN runs AS r ON r.run = s.last_id / ",
          kNumbersPerRun, " WHERE l.kind <> 'processes' AND r.recording IS NULL AND s.last_id > ",
          from.id, " AND s.last_id % ", kNumbersPerRun, " < ", kFirstSeenNumber)));
  ASSIGN_OR_RETURN(
      const int64_t late,
      Integer(absl::StrCat("SELECT count(*) FROM late_events WHERE arrival > ", from.late)));
  return static_cast<uint64_t>(rows + late);
}

}  // namespace vedette
