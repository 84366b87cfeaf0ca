// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_tables_test and event_store_test drive it.
#include "storage/segment_writer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/segment_head.h"
#include "storage/tables.h"

namespace vedette {
namespace {

constexpr size_t kMergeAtCount = 16;
constexpr int64_t kMergedBytesMax = 1 << 20;  // A transaction stays small beside the log's share.

int64_t RowsOf(const std::vector<SegmentInfo>& segments) {
  int64_t rows = 0;
  for (const SegmentInfo& info : segments) rows += info.rows;
  return rows;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SegmentWriter>> SegmentWriter::Create(sqlite3* db,
                                                                     absl::Duration span_max) {
  std::unique_ptr<SegmentWriter> writer(new SegmentWriter(db));
  writer->span_max_ns_ = absl::ToInt64Nanoseconds(span_max);
  ASSIGN_OR_RETURN(writer->table_, SegmentTable::Create(db));
  ASSIGN_OR_RETURN(writer->oldest_,
                   Prepare(db,
                           "SELECT segment, layout, rows, first_id, last_id, start_ns, end_ns"
                           " FROM segments WHERE kept = 0 ORDER BY end_ns LIMIT 1"));
  ASSIGN_OR_RETURN(writer->scrub_, SegmentScrub::Create(db));
  RETURN_IF_ERROR(writer->ReadDamaged());
  RETURN_IF_ERROR(writer->catalog_.Refresh());
  for (const SegmentInfo& info : writer->catalog_.segments()) writer->Remember(info);
  for (const KindInfo& kind : Kinds()) {
    if (writer->catalog_.HasOldRows(kind.kind)) writer->old_rows_ |= KindBit(kind.kind);
  }
  return writer;
}

int SegmentWriter::ClassOf(int64_t rows) {
  if (rows < 64) return 0;
  if (rows < 1024) return 1;
  return rows < static_cast<int64_t>(kSegmentRows / 2) ? 2 : kClasses;
}

SegmentWriter::SmallKey SegmentWriter::KeyOf(const SegmentInfo& info) {
  return {2 * info.kind + (info.kept ? 1 : 0), ClassOf(info.rows)};
}

absl::Status SegmentWriter::ReadDamaged() {
  ASSIGN_OR_RETURN(const Statement all, Prepare(db_, "SELECT segment FROM damaged_segments"));
  int rc;
  while ((rc = sqlite3_step(all.get())) == SQLITE_ROW) {
    damaged_.insert(sqlite3_column_int64(all.get(), 0));
  }
  return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(db_, rc, "read damaged segments");
}

void SegmentWriter::LeaveAlone(int64_t segment) {
  damaged_.insert(segment);
  for (auto& [key, segments] : small_) {
    std::erase_if(segments, [&](const SegmentInfo& info) { return info.segment == segment; });
  }
}

void SegmentWriter::Remember(const SegmentInfo& info) {
  if (damaged_.contains(info.segment)) return;
  if (ClassOf(info.rows) < kClasses) small_[KeyOf(info)].push_back(info);
}

void SegmentWriter::Add(const EventView& event, const EventPlace& place) {
  events_[event.kind()].push_back({event, place});
}

absl::Status SegmentWriter::Flush(std::vector<RejectedEvent>& rejected) {
  absl::Status status;
  for (size_t kind = 0; kind < events_.size(); ++kind) {
    if (!events_[kind].empty() && status.ok()) {
      status = FlushKind(static_cast<EventKind>(kind), events_[kind], rejected);
    }
    events_[kind].clear();
  }
  return status;
}

absl::Status SegmentWriter::FlushKind(EventKind kind, std::vector<PlacedEvent>& events,
                                      std::vector<RejectedEvent>& rejected) {
  std::vector<const PlacedEvent*> order;
  order.reserve(events.size());
  for (const PlacedEvent& event : events) order.push_back(&event);
  const auto by_id = [](const PlacedEvent* a, const PlacedEvent* b) {
    return a->place.id < b->place.id;
  };
  if (!std::is_sorted(order.begin(), order.end(), by_id)) {
    std::stable_sort(order.begin(), order.end(), by_id);
  }
  const auto again =
      std::unique(order.begin(), order.end(), [&](const PlacedEvent* a, const PlacedEvent* b) {
        if (a->place.id != b->place.id) return false;
        rejected.push_back({.kind = static_cast<uint16_t>(kind), .time_ns = b->place.time_ns});
        return true;
      });
  order.erase(again, order.end());
  std::vector<ColumnData> columns = ColumnsOf(kind, order);
  return Put(kind, columns, /*kept=*/false);
}

absl::Status SegmentWriter::Put(EventKind kind, std::vector<ColumnData>& columns, bool kept) {
  ASSIGN_OR_RETURN(SegmentInfo info, table_.Insert(kind, columns, kept));
  added_.push_back(info);
  return absl::OkStatus();
}

absl::Status SegmentWriter::PutKept(const SegmentInfo& info, const Places& places,
                                    absl::Span<const int64_t> keep) {
  ASSIGN_OR_RETURN(const std::vector<ColumnData> all, ReadAllColumns(db_, info, places));
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < all[kIdColumn].rows(); ++row) {
    const int64_t id = all[kIdColumn].numbers[row];
    if (std::binary_search(keep.begin(), keep.end(), id)) rows.push_back(row);
  }
  if (rows.empty()) return absl::OkStatus();
  std::vector<ColumnData> kept = EmptyColumns(info.kind);
  for (size_t i = 0; i < kept.size(); ++i) kept[i].AddRows(all[i], rows);
  return Put(info.kind, kept, /*kept=*/true);
}

absl::Status SegmentWriter::Drop(const SegmentInfo& info, absl::Span<const int64_t> keep) {
  // Null: of a newer program's kind. It goes as a whole.
  const Places* const places = table_.layouts().Find(info.layout);
  if (!keep.empty() && places != nullptr) {
    const absl::Status status = PutKept(info, *places, keep);
    if (IsSegmentDamage(status)) {
      found_.push_back({info, status});
    } else {
      RETURN_IF_ERROR(status);
    }
  }
  RETURN_IF_ERROR(table_.Delete(info.segment));
  dropped_.push_back(info);
  return absl::OkStatus();
}

void SegmentWriter::Committed() {
  for (const SegmentInfo& info : dropped_) {
    const auto at = small_.find(KeyOf(info));
    if (at == small_.end()) continue;
    std::erase_if(at->second,
                  [&](const SegmentInfo& other) { return other.segment == info.segment; });
  }
  for (const SegmentInfo& info : added_) Remember(info);
  dropped_.clear();
  added_.clear();
}

void SegmentWriter::RolledBack() {
  dropped_.clear();
  added_.clear();
  for (std::vector<PlacedEvent>& events : events_) events.clear();
  table_.Forget();  // A layout may be gone with it.
}

template <typename Change>
absl::Status SegmentWriter::InTransaction(Change change) {
  RETURN_IF_ERROR(Execute(db_, "BEGIN IMMEDIATE"));
  absl::Status status = change();
  if (status.ok()) status = Execute(db_, "COMMIT");
  if (status.ok()) {
    Committed();
    return status;
  }
  if (sqlite3_get_autocommit(db_) == 0) Execute(db_, "ROLLBACK").IgnoreError();
  RolledBack();
  return status;
}

std::vector<SegmentInfo> SegmentWriter::TakeGroup(std::vector<SegmentInfo>& from) const {
  std::sort(from.begin(), from.end(), [](const SegmentInfo& a, const SegmentInfo& b) {
    return std::pair(a.start_ns, a.segment) < std::pair(b.start_ns, b.segment);
  });
  std::vector<SegmentInfo> group;
  int64_t rows = 0, bytes = 0;
  for (const SegmentInfo& info : from) {
    if (!group.empty() && (rows + info.rows > static_cast<int64_t>(kSegmentRows) ||
                           bytes + info.bytes > kMergedBytesMax ||
                           (!info.kept && info.end_ns - group.front().start_ns > span_max_ns_))) {
      break;
    }
    rows += info.rows;
    bytes += info.bytes;
    group.push_back(info);
  }
  from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(group.size()));
  return group;
}

absl::Status SegmentWriter::Merge(const std::vector<SegmentInfo>& group) {
  return InTransaction([&]() -> absl::Status {
    const EventKind kind = group.front().kind;
    std::vector<ColumnData> merged = EmptyColumns(kind);
    for (const SegmentInfo& info : group) {
      const Places* const places = table_.layouts().Find(info.layout);
      const absl::StatusOr<std::vector<ColumnData>> columns = ReadAllColumns(db_, info, *places);
      if (IsSegmentDamage(columns.status())) found_.push_back({info, columns.status()});
      RETURN_IF_ERROR(columns.status());
      for (size_t i = 0; i < merged.size(); ++i) merged[i].AddAllRows((*columns)[i]);
      RETURN_IF_ERROR(table_.Delete(info.segment));
      dropped_.push_back(info);
    }
    SortRowsById(merged);
    return Put(kind, merged, group.front().kept);
  });
}

absl::Status SegmentWriter::MergeWhatIsWhole(std::vector<SegmentInfo> group) {
  while (group.size() >= 2) {
    const absl::Status status = Merge(group);
    if (!IsSegmentDamage(status)) return status;
    const int64_t damaged = found_.back().info.segment;
    LeaveAlone(damaged);
    std::erase_if(group, [&](const SegmentInfo& info) { return info.segment == damaged; });
  }
  for (const SegmentInfo& info : group) Remember(info);
  return absl::OkStatus();
}

absl::StatusOr<bool> SegmentWriter::Step() {
  if (old_rows_ != 0) return MoveOldRows();
  for (auto& [key, segments] : small_) {
    if (segments.size() < kMergeAtCount && RowsOf(segments) < static_cast<int64_t>(kSegmentRows)) {
      continue;
    }
    // What cannot be merged is taken off the list and stays as it is.
    std::vector<SegmentInfo> group = TakeGroup(segments);
    if (group.size() >= 2) {
      const absl::Status status = MergeWhatIsWhole(group);
      if (!status.ok()) {
        segments.insert(segments.end(), group.begin(), group.end());
        return status;
      }
    }
    return true;
  }
  return false;
}

absl::Status SegmentWriter::MergeAll() {
  std::map<int, std::vector<SegmentInfo>> by_kind;
  for (const auto& [key, segments] : small_) {
    std::vector<SegmentInfo>& all = by_kind[key.first];
    all.insert(all.end(), segments.begin(), segments.end());
  }
  for (auto& [kind, segments] : by_kind) {
    while (segments.size() >= 2) {
      const std::vector<SegmentInfo> group = TakeGroup(segments);
      if (group.size() >= 2) RETURN_IF_ERROR(MergeWhatIsWhole(group));
    }
  }
  return absl::OkStatus();
}

// A table of rows of version 1, a segment a step; the empty table goes.
absl::StatusOr<bool> SegmentWriter::MoveOldRows() {
  for (const KindInfo& kind : Kinds()) {
    if ((old_rows_ & KindBit(kind.kind)) == 0) continue;
    const std::string name = EventTableName(kind);
    ASSIGN_OR_RETURN(const std::shared_ptr<EventBatch> piece,
                     catalog_.OldRowsAfter(kind.kind, INT64_MIN));
    const absl::Status moved = InTransaction([&]() -> absl::Status {
      if (piece == nullptr) return Execute(db_, absl::StrCat("DROP TABLE \"", name, "\""));
      std::vector<ColumnData> columns = EmptyColumns(kind.kind);
      for (size_t i = 0; i < columns.size(); ++i) {
        ASSIGN_OR_RETURN(const ColumnData* const column, piece->Column(i));
        columns[i].AddAllRows(*column);
      }
      RETURN_IF_ERROR(Put(kind.kind, columns, /*kept=*/false));
      return Execute(db_, absl::StrCat("DELETE FROM \"", name, "\" WHERE id BETWEEN ",
                                       piece->info().first_id, " AND ", piece->info().last_id));
    });
    RETURN_IF_ERROR(moved);
    if (piece == nullptr) old_rows_ &= ~KindBit(kind.kind);
    return true;
  }
  return false;
}

absl::StatusOr<SegmentInfo> SegmentWriter::Oldest() {
  const int rc = sqlite3_step(oldest_.get());
  SegmentInfo info;
  if (rc == SQLITE_ROW) {
    int64_t* const columns[] = {&info.segment, &info.layout,   &info.rows,  &info.first_id,
                                &info.last_id, &info.start_ns, &info.end_ns};
    for (int i = 0; i < 7; ++i) *columns[i] = sqlite3_column_int64(oldest_.get(), i);
    table_.layouts().Identify(info);
  }
  sqlite3_reset(oldest_.get());
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return SqliteError(db_, rc, "oldest events");
  return info;
}

}  // namespace vedette
