// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_tables_test and event_store_test go through it in both directions.
#include "storage/segment_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "storage/byte_code.h"
#include "storage/checksum.h"
#include "storage/event_block.h"
#include "storage/segment_damage.h"
#include "storage/tables.h"

namespace vedette {
namespace {

std::string NamesOf(EventKind kind) {
  return absl::StrJoin(EventColumns(kind), " ", [](std::string* to, const EventColumn& column) {
    absl::StrAppend(to, column.name);
  });
}

Places PlacesOf(EventKind kind, absl::string_view names) {
  const std::vector<absl::string_view> stored = absl::StrSplit(names, ' ', absl::SkipEmpty());
  Places places;
  for (const EventColumn& column : EventColumns(kind)) {
    const auto at = std::find(stored.begin(), stored.end(), column.name);
    places.push_back(at == stored.end() ? -1 : static_cast<int>(at - stored.begin()));
  }
  return places;
}

absl::string_view LayoutName(EventKind kind) {
  return kind == kProcessesKind ? kProcessesTable : FindKind(kind)->name;
}

std::optional<EventKind> KindOfName(absl::string_view name) {
  if (name == kProcessesTable) return kProcessesKind;
  const KindInfo* const kind = FindKindByName(name);
  return kind == nullptr ? std::nullopt : std::optional(kind->kind);
}

// Of the head, the filter, and of what the row says of them.
uint32_t HeadChecksum(absl::string_view head, absl::string_view filter, const SegmentInfo& info) {
  std::string numbers;
  for (const int64_t number : {int64_t{info.layout_checksum}, info.rows, info.first_id,
                               info.last_id, info.start_ns, info.end_ns}) {
    AppendSigned(number, numbers);
  }
  return Checksum(numbers, Checksum(filter, Checksum(head)));
}

constexpr size_t kHeadChecksumBytes = 4;

struct CloseBlob {
  void operator()(sqlite3_blob* blob) const { sqlite3_blob_close(blob); }
};

struct SegmentBytes {
  std::string head, filter;
};
absl::StatusOr<SegmentBytes> ReadSegmentHead(sqlite3* db, const SegmentInfo& info) {
  ASSIGN_OR_RETURN(const Statement read,
                   Prepare(db, "SELECT head, filter FROM segments WHERE segment = ?1"));
  BindInteger(read.get(), 1, info.segment);
  const int rc = sqlite3_step(read.get());
  if (rc == SQLITE_DONE) return SegmentDamage("it is gone");
  if (rc != SQLITE_ROW) return SqliteError(db, rc, "read a segment");
  SegmentBytes bytes{std::string(ColumnBytes(read.get(), 0)),
                     std::string(ColumnBytes(read.get(), 1))};
  if (bytes.head.empty() || static_cast<uint8_t>(bytes.head[0]) < kSegmentVersionOfChecksums) {
    return bytes;
  }
  if (bytes.head.size() < kHeadChecksumBytes) return SegmentDamage("its head is cut");
  const size_t size = bytes.head.size() - kHeadChecksumBytes;
  const uint32_t check = ByteReader(absl::string_view(bytes.head).substr(size)).Fixed32();
  bytes.head.resize(size);
  if (check != HeadChecksum(bytes.head, bytes.filter, info)) return SegmentDamage(kWrongChecksum);
  return bytes;
}

// Reads of the data of a segment; no handle stays open between calls.
SegmentReader::ReadData DataOf(sqlite3* db, int64_t segment) {
  return [db, segment](uint64_t offset, size_t size, std::string& to) -> absl::Status {
    sqlite3_blob* raw = nullptr;
    int rc = sqlite3_blob_open(db, "main", "segments", "data", segment, 0, &raw);
    const std::unique_ptr<sqlite3_blob, CloseBlob> blob(raw);
    if (rc != SQLITE_OK) return SqliteError(db, rc, "read a segment");
    const auto bytes = static_cast<uint64_t>(sqlite3_blob_bytes(raw));
    if (offset > bytes || size > bytes - offset) {
      return SegmentDamage("it is cut");
    }
    to.resize(size);
    rc = sqlite3_blob_read(raw, to.data(), static_cast<int>(size), static_cast<int>(offset));
    return rc == SQLITE_OK ? absl::OkStatus() : SqliteError(db, rc, "read a segment");
  };
}

}  // namespace

std::string SealedHead(absl::string_view head, absl::string_view filter, const SegmentInfo& info) {
  std::string sealed(head);
  AppendFixed32(HeadChecksum(head, filter, info), sealed);
  return sealed;
}

absl::Status Layouts::Load(sqlite3* db) {
  layouts_.clear();
  checksums_.clear();
  current_.clear();
  ASSIGN_OR_RETURN(const Statement all, Prepare(db, "SELECT layout, kind, columns FROM layouts"));
  int rc;
  while ((rc = sqlite3_step(all.get())) == SQLITE_ROW) {
    const int64_t layout = sqlite3_column_int64(all.get(), 0);
    const absl::string_view names = ColumnBytes(all.get(), 2);
    const absl::string_view name = ColumnBytes(all.get(), 1);
    checksums_[layout] = std::max(1u, Checksum(names, Checksum(name)));
    const std::optional<EventKind> kind = KindOfName(name);
    if (!kind.has_value()) continue;
    layouts_[layout] = {*kind, PlacesOf(*kind, names)};
    if (names == NamesOf(*kind)) current_[*kind] = layout;
  }
  return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(db, rc, "read layouts");
}

const Places* Layouts::Find(int64_t layout) const {
  const auto at = layouts_.find(layout);
  return at == layouts_.end() ? nullptr : &at->second.places;
}

void Layouts::Identify(SegmentInfo& info) const {
  const auto checksum = checksums_.find(info.layout);
  info.layout_checksum = checksum == checksums_.end() ? 0 : checksum->second;
  info.is_of_known_kind = Find(info.layout) != nullptr;
  if (info.is_of_known_kind) info.kind = KindOf(info.layout);
}

EventKind Layouts::KindOf(int64_t layout) const {
  const auto at = layouts_.find(layout);
  return at == layouts_.end() ? EventKind{} : at->second.kind;
}

int64_t Layouts::Current(EventKind kind) const {
  const auto at = current_.find(kind);
  return at == current_.end() ? 0 : at->second;
}

absl::StatusOr<std::vector<SegmentInfo>> ReadSegmentInfos(sqlite3* db, const Layouts& layouts,
                                                          DamageLog* damage) {
  // In the order of columns of the index segments_by_time, which alone is read.
  ASSIGN_OR_RETURN(const Statement all,
                   Prepare(db,
                           "SELECT end_ns, start_ns, first_id, last_id, layout, rows, kept, bytes,"
                           " segment"
                           " FROM segments ORDER BY end_ns, start_ns"));
  std::vector<SegmentInfo> infos;
  int rc;
  while ((rc = sqlite3_step(all.get())) == SQLITE_ROW) {
    sqlite3_stmt* const row = all.get();
    SegmentInfo info;
    info.end_ns = sqlite3_column_int64(row, 0);
    info.start_ns = sqlite3_column_int64(row, 1);
    info.first_id = sqlite3_column_int64(row, 2);
    info.last_id = sqlite3_column_int64(row, 3);
    info.layout = sqlite3_column_int64(row, 4);
    info.rows = sqlite3_column_int64(row, 5);
    info.kept = sqlite3_column_int64(row, 6) != 0;
    info.bytes = sqlite3_column_int64(row, 7);
    info.segment = sqlite3_column_int64(row, 8);
    layouts.Identify(info);
    if (!info.is_of_known_kind) {
      if (damage == nullptr) continue;
      const absl::Status status = OpenSegment(db, info).status();
      if (absl::IsDataLoss(status)) damage->Add(info, status);
      continue;
    }
    infos.push_back(info);
  }
  if (rc != SQLITE_DONE) return SqliteError(db, rc, "list segments");
  return infos;
}

absl::StatusOr<std::unique_ptr<SegmentReader>> OpenSegment(sqlite3* db, const SegmentInfo& info,
                                                           std::string* filter) {
  if (info.layout_checksum == 0) return SegmentDamage(kLostLayout);
  ASSIGN_OR_RETURN(SegmentBytes bytes, ReadSegmentHead(db, info));
  ASSIGN_OR_RETURN(std::unique_ptr<SegmentReader> reader,
                   SegmentReader::Create(bytes.head, DataOf(db, info.segment)));
  if (reader->rows() != static_cast<size_t>(info.rows)) {
    return SegmentDamage("it has other rows than the table says");
  }
  if (filter != nullptr) *filter = std::move(bytes.filter);
  return reader;
}

absl::StatusOr<std::vector<ColumnData>> ReadAllColumns(sqlite3* db, const SegmentInfo& info,
                                                       const Places& places) {
  ASSIGN_OR_RETURN(const std::unique_ptr<SegmentReader> reader, OpenSegment(db, info));
  std::vector<ColumnData> columns = EmptyColumns(info.kind);
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto place = static_cast<size_t>(places[i]);
    if (places[i] < 0 || place >= reader->head().columns.size()) {
      for (size_t row = 0; row < reader->rows(); ++row) columns[i].AddNull();
      continue;
    }
    ASSIGN_OR_RETURN(const ColumnData* const stored, reader->Column(place));
    columns[i].AddAllRows(*stored);
  }
  return columns;
}

absl::StatusOr<SegmentTable> SegmentTable::Create(sqlite3* db) {
  SegmentTable table;
  table.db_ = db;
  RETURN_IF_ERROR(table.layouts_.Load(db));
  ASSIGN_OR_RETURN(table.insert_,
                   Prepare(db,
                           "INSERT INTO segments (layout, rows, first_id, last_id, start_ns,"
                           " end_ns, kept, bytes, head, filter, data)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"));
  ASSIGN_OR_RETURN(table.delete_, Prepare(db, "DELETE FROM segments WHERE segment = ?1"));
  ASSIGN_OR_RETURN(table.layout_,
                   Prepare(db, "INSERT INTO layouts (kind, columns) VALUES (?1, ?2)"));
  return table;
}

absl::StatusOr<int64_t> SegmentTable::LayoutOf(EventKind kind) {
  if (stale_) {
    RETURN_IF_ERROR(layouts_.Load(db_));
    stale_ = false;
  }
  if (const int64_t known = layouts_.Current(kind); known != 0) return known;
  const std::string names = NamesOf(kind);
  BindText(layout_.get(), 1, LayoutName(kind));
  BindText(layout_.get(), 2, names);
  RETURN_IF_ERROR(StepDone(layout_.get(), "layout"));
  RETURN_IF_ERROR(layouts_.Load(db_));
  return layouts_.Current(kind);
}

absl::StatusOr<SegmentInfo> SegmentTable::Insert(EventKind kind, std::vector<ColumnData>& columns,
                                                 bool kept) {
  SegmentInfo info;
  info.kind = kind;
  info.kept = kept;
  ASSIGN_OR_RETURN(info.layout, LayoutOf(kind));
  layouts_.Identify(info);
  const std::vector<int64_t>& ids = columns[kIdColumn].numbers;
  const std::vector<int64_t>& times = columns[kTimeColumn].numbers;
  const auto [start, end] = std::minmax_element(times.begin(), times.end());
  info.rows = static_cast<int64_t>(ids.size());
  info.first_id = ids.front();
  info.last_id = ids.back();
  info.start_ns = *start;
  info.end_ns = *end;
  EncodedSegment segment = EncodeSegment(columns, HintsOf(kind));
  segment.head = SealedHead(segment.head, segment.filter, info);
  info.bytes = static_cast<int64_t>(segment.bytes());
  const int64_t numbers[] = {info.layout,   info.rows,   info.first_id, info.last_id,
                             info.start_ns, info.end_ns, kept ? 1 : 0,  info.bytes};
  for (int i = 0; i < 8; ++i) BindInteger(insert_.get(), i + 1, numbers[i]);
  int at = 9;
  for (const std::string* bytes : {&segment.head, &segment.filter, &segment.data}) {
    sqlite3_bind_blob(insert_.get(), at++, bytes->data(), static_cast<int>(bytes->size()),
                      SQLITE_STATIC);
  }
  RETURN_IF_ERROR(StepDone(insert_.get(), "segment"));
  info.segment = sqlite3_last_insert_rowid(db_);
  return info;
}

absl::Status SegmentTable::Delete(int64_t segment) {
  BindInteger(delete_.get(), 1, segment);
  return StepDone(delete_.get(), "delete a segment");
}

}  // namespace vedette
