// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_tables_test asks through the tables that stand on it.
#include "storage/segment_catalog.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/event_block.h"
#include "storage/segment_filter.h"
#include "storage/tables.h"

namespace vedette {
namespace {

ColumnData NullColumn(EventKind kind, size_t column, size_t rows) {
  ColumnData data;
  data.is_text = EventColumns(kind)[column].IsText();
  data.numbers.assign(rows, 0);
  if (!data.is_text) data.nulls.assign(rows, 1);
  return data;
}

class Segment final : public EventBatch {
 public:
  // Null: damaged, which is in `damage` now.
  static absl::StatusOr<std::shared_ptr<EventBatch>> Read(sqlite3* db, const SegmentInfo& info,
                                                          const Places& places, DamageLog* damage) {
    auto segment = std::make_shared<Segment>();
    segment->info_ = info;
    segment->places_ = places;
    segment->damage_ = damage;
    absl::StatusOr<std::unique_ptr<SegmentReader>> reader =
        OpenSegment(db, info, &segment->filter_);
    if (damage != nullptr && absl::IsDataLoss(reader.status())) {
      damage->Add(info, reader.status());
      return std::shared_ptr<EventBatch>();
    }
    ASSIGN_OR_RETURN(segment->reader_, std::move(reader));
    segment->missing_.resize(places.size());
    return segment;
  }

  absl::StatusOr<const ColumnData*> Column(size_t column) override {
    std::optional<ColumnData>& missing = missing_[column];
    if (HeadOf(column) != nullptr && !missing.has_value()) {
      const absl::StatusOr<const ColumnData*> data =
          reader_->Column(static_cast<size_t>(places_[column]));
      if (damage_ == nullptr || !absl::IsDataLoss(data.status())) return data;
      damage_->Add(info_, data.status());
    }
    if (!missing.has_value()) missing = NullColumn(info_.kind, column, rows());
    return &*missing;
  }

  // None, too, for a column that had another type.
  const ColumnHead* HeadOf(size_t column) const override {
    const auto place = static_cast<size_t>(places_[column]);
    if (places_[column] < 0 || place >= reader_->head().columns.size()) return nullptr;
    const ColumnHead& head = reader_->head().columns[place];
    return head.is_text == EventColumns(info_.kind)[column].IsText() ? &head : nullptr;
  }

  absl::string_view filter() const override { return filter_; }
  bool MarksUnresolved() const override { return reader_->head().HasChecksums(); }
  uint64_t KeyOf(size_t column, int64_t number) const override {
    return NumberKey(static_cast<size_t>(places_[column]), number);
  }
  size_t Bytes() const override {
    return reader_->Bytes() + filter_.size() + places_.size() * (sizeof(ColumnHead) + 64);
  }

 private:
  Places places_;
  std::string filter_;
  std::unique_ptr<SegmentReader> reader_;
  DamageLog* damage_ = nullptr;
  std::vector<std::optional<ColumnData>> missing_;  // And those that cannot be read.
};

class OldRows final : public EventBatch {
 public:
  OldRows(sqlite3* db, const SegmentInfo& info)
      : db_(db), columns_(EventColumns(info.kind).size()) {
    info_ = info;
  }

  absl::StatusOr<const ColumnData*> Column(size_t column) override {
    std::optional<ColumnData>& data = columns_[column];
    if (!data.has_value()) {
      ASSIGN_OR_RETURN(data, Read(column));
      bytes_ += data->Bytes();
    }
    return &*data;
  }

  const ColumnHead* HeadOf(size_t) const override { return nullptr; }
  absl::string_view filter() const override { return {}; }
  bool MarksUnresolved() const override { return false; }
  uint64_t KeyOf(size_t, int64_t) const override { return 0; }
  size_t Bytes() const override { return bytes_; }

 private:
  absl::StatusOr<ColumnData> Read(size_t column) {
    const EventColumn& definition = EventColumns(info_.kind)[column];
    const auto statement = Prepare(db_, absl::StrCat("SELECT \"", definition.name, "\" FROM ",
                                                     EventTableName(*FindKind(info_.kind)),
                                                     " WHERE id BETWEEN ?1 AND ?2 ORDER BY id"));
    // A column that is newer than the table.
    if (!statement.ok()) return NullColumn(info_.kind, column, rows());
    BindInteger(statement->get(), 1, info_.first_id);
    BindInteger(statement->get(), 2, info_.last_id);
    ColumnData data;
    data.is_text = definition.IsText();
    int rc;
    while ((rc = sqlite3_step(statement->get())) == SQLITE_ROW && data.rows() < rows()) {
      if (sqlite3_column_type(statement->get(), 0) == SQLITE_NULL) {
        data.AddNull();
      } else if (data.is_text) {
        data.AddText(ColumnBytes(statement->get(), 0));
      } else {
        data.AddNumber(sqlite3_column_int64(statement->get(), 0));
      }
    }
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) return SqliteError(db_, rc, "read old rows");
    while (data.rows() < rows()) data.AddNull();
    return data;
  }

  sqlite3* const db_;
  std::vector<std::optional<ColumnData>> columns_;
  size_t bytes_ = 0;
};

}  // namespace

absl::Status SegmentCatalog::Refresh() {
  uint32_t version = 0;
  const int rc = sqlite3_file_control(db_, "main", SQLITE_FCNTL_DATA_VERSION, &version);
  if (rc == SQLITE_OK && is_read_ && version == data_version_) return absl::OkStatus();
  is_read_ = false;
  RETURN_IF_ERROR(layouts_.Load(db_));
  ASSIGN_OR_RETURN(segments_, ReadSegmentInfos(db_, layouts_));
  rows_ = processes_ = 0;
  for (const SegmentInfo& info : segments_) {
    (info.kind == kProcessesKind ? processes_ : rows_) += info.rows;
  }
  process_index_.reset();
  lookups_ = 0;
  ASSIGN_OR_RETURN(const Statement tables,
                   Prepare(db_, "SELECT name FROM sqlite_schema WHERE type = 'table'"));
  old_rows_ = 0;
  while (sqlite3_step(tables.get()) == SQLITE_ROW) {
    for (const KindInfo& kind : Kinds()) {
      if (ColumnBytes(tables.get(), 0) == EventTableName(kind)) old_rows_ |= KindBit(kind.kind);
    }
  }
  data_version_ = version;
  is_read_ = true;
  return absl::OkStatus();
}

absl::StatusOr<const ProcessIndex*> SegmentCatalog::Processes() {
  if (process_index_ == nullptr) {
    auto made = std::make_unique<ProcessIndex>();
    RETURN_IF_ERROR(made->Fill(db_, *this));
    process_index_ = std::move(made);
  }
  return process_index_.get();
}

absl::StatusOr<const ProcessIndex*> SegmentCatalog::ProcessesFor(size_t lookups) {
  constexpr size_t kLookupsPerIndex = 1000;
  lookups_ += lookups;
  if (process_index_ == nullptr && lookups_ < kLookupsPerIndex) return nullptr;
  return Processes();
}

// The number of a segment is never used again, so what is remembered stays true.
absl::StatusOr<std::shared_ptr<EventBatch>> SegmentCatalog::Open(const SegmentInfo& info) {
  if (const auto at = open_.find(info.segment); at != open_.end()) {
    recent_.splice(recent_.begin(), recent_, at->second);
    return recent_.front().second;
  }
  // What grew since it was opened counts, too.
  size_t bytes = 0;
  for (auto at = recent_.begin(); at != recent_.end();) {
    bytes += at->second->Bytes();
    if (bytes <= kBytesMax) {
      ++at;
      continue;
    }
    open_.erase(at->first);
    at = recent_.erase(at);
  }
  ASSIGN_OR_RETURN(std::shared_ptr<EventBatch> segment,
                   Segment::Read(db_, info, *layouts_.Find(info.layout), damage_));
  if (segment == nullptr) return segment;
  recent_.emplace_front(info.segment, segment);
  open_[info.segment] = recent_.begin();
  return segment;
}

absl::StatusOr<std::shared_ptr<EventBatch>> SegmentCatalog::Read(const SegmentInfo& info) const {
  return Segment::Read(db_, info, *layouts_.Find(info.layout), damage_);
}

absl::StatusOr<std::shared_ptr<EventBatch>> SegmentCatalog::OldRowsAfter(EventKind kind,
                                                                         int64_t id) const {
  ASSIGN_OR_RETURN(const Statement piece,
                   Prepare(db_, absl::StrCat("SELECT min(id), max(id), count(*) FROM (SELECT id"
                                             " FROM ",
                                             EventTableName(*FindKind(kind)),
                                             " WHERE id > ?1 ORDER BY id LIMIT ?2)")));
  BindInteger(piece.get(), 1, id);
  BindInteger(piece.get(), 2, kSegmentRows);
  const int rc = sqlite3_step(piece.get());
  if (rc != SQLITE_ROW) return SqliteError(db_, rc, "read old rows");
  SegmentInfo info;
  info.kind = kind;
  info.rows = sqlite3_column_int64(piece.get(), 2);
  if (info.rows == 0) return std::shared_ptr<EventBatch>();
  info.first_id = sqlite3_column_int64(piece.get(), 0);
  info.last_id = sqlite3_column_int64(piece.get(), 1);
  info.start_ns = std::numeric_limits<int64_t>::min();
  info.end_ns = std::numeric_limits<int64_t>::max();
  return std::shared_ptr<EventBatch>(std::make_shared<OldRows>(db_, info));
}

}  // namespace vedette
