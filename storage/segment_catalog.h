// SPDX-License-Identifier: Apache-2.0
//
// What a connection knows of the segments: which there are, and those that it has read lately. For
// readers: one per connection, used with it.
#ifndef VEDETTE_STORAGE_SEGMENT_CATALOG_H_
#define VEDETTE_STORAGE_SEGMENT_CATALOG_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/process_index.h"
#include "storage/segment_damage.h"
#include "storage/segment_reader.h"
#include "storage/segment_table.h"

namespace vedette {

// Events of one kind that are read together: a segment, or a piece of a table of rows, as older
// versions had them.
class EventBatch {
 public:
  virtual ~EventBatch() = default;
  const SegmentInfo& info() const { return info_; }
  size_t rows() const { return static_cast<size_t>(info_.rows); }
  // `column`: of EventColumns(info().kind). Valid as long as this.
  virtual absl::StatusOr<const ColumnData*> Column(size_t column) = 0;
  // How it is stored; null: as rows, or it is not. Then only the column itself can say.
  virtual const ColumnHead* HeadOf(size_t column) const = 0;
  virtual absl::string_view filter() const = 0;
  // Whether the filter has UnresolvedKey() where it must.
  virtual bool MarksUnresolved() const = 0;
  // The key of a number in the filter.
  virtual uint64_t KeyOf(size_t column, int64_t number) const = 0;
  virtual size_t Bytes() const = 0;

 protected:
  SegmentInfo info_;
};

class SegmentCatalog {
 public:
  static constexpr size_t kBytesMax = 128 << 20;  // Of what is kept decoded.

  // `db` and `damage` must outlive this. With `damage`, a column that cannot be read is NULL, and
  // that is put there; without, it is an error.
  explicit SegmentCatalog(sqlite3* db, DamageLog* damage = nullptr) : db_(db), damage_(damage) {}

  // Looks what there is now, if anything may have changed. Within a statement that reads, so that
  // all that follows sees the same.
  absl::Status Refresh();
  // By their last time.
  const std::vector<SegmentInfo>& segments() const { return segments_; }
  int64_t rows() const { return rows_; }            // Of events.
  int64_t processes() const { return processes_; }  // In segments.

  // Null, with `damage` only: its head cannot be read.
  absl::StatusOr<std::shared_ptr<EventBatch>> Open(const SegmentInfo& info);
  // The same for what is read once: it is not kept.
  absl::StatusOr<std::shared_ptr<EventBatch>> Read(const SegmentInfo& info) const;

  // Of older versions' tables of rows: the piece after `id`; null: there is none.
  absl::StatusOr<std::shared_ptr<EventBatch>> OldRowsAfter(EventKind kind, int64_t id) const;
  bool HasOldRows(EventKind kind) const { return (old_rows_ & KindBit(kind)) != 0; }

  // Of what there was at the last Refresh(). Made when it is asked for.
  absl::StatusOr<const ProcessIndex*> Processes();
  // The same if it is there, or has become worth making: after `lookups` more of them.
  absl::StatusOr<const ProcessIndex*> ProcessesFor(size_t lookups);

  sqlite3* db() const { return db_; }

 private:
  using Lru = std::list<std::pair<int64_t, std::shared_ptr<EventBatch>>>;

  sqlite3* const db_;
  DamageLog* const damage_;
  bool is_read_ = false;
  uint32_t data_version_ = 0;  // No statement is kept: it would keep the connection from closing.
  Layouts layouts_;
  std::vector<SegmentInfo> segments_;
  int64_t rows_ = 0, processes_ = 0;
  std::unique_ptr<ProcessIndex> process_index_;
  size_t lookups_ = 0;
  KindSet old_rows_ = 0;
  Lru recent_;  // The latest first.
  absl::flat_hash_map<int64_t, Lru::iterator> open_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SEGMENT_CATALOG_H_
