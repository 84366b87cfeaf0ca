// SPDX-License-Identifier: Apache-2.0
//
// The tables `segments` and `layouts`: where segments are kept. A layout says which columns the
// segments of a kind had when they were written: their place in it is their name for good.
#ifndef VEDETTE_STORAGE_SEGMENT_TABLE_H_
#define VEDETTE_STORAGE_SEGMENT_TABLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sensor/schema/schema.h"
#include "storage/column_data.h"
#include "storage/database.h"
#include "storage/segment_reader.h"

namespace vedette {

class DamageLog;

// A row of `segments` without its bytes. Ids and times are those of its first and last events.
struct SegmentInfo {
  int64_t segment = 0;
  EventKind kind{};
  bool is_of_known_kind =
      true;  // Else of a newer program's, or nobody can say; `kind` says nothing.
  int64_t layout = 0;
  int64_t rows = 0;
  int64_t bytes = 0;  // Of head, filter and data.
  int64_t first_id = 0, last_id = 0;
  int64_t start_ns = 0, end_ns = 0;
  bool kept = false;             // Only what alerts point to.
  uint32_t layout_checksum = 0;  // Of kind and columns of its layout; 0: that is not there.
};

// Where the columns of EventColumns(kind) are in segments of a layout; -1: they have none.
using Places = std::vector<int>;

class Layouts {
 public:
  // Reads those that are there; those of kinds that this program does not know are passed over.
  absl::Status Load(sqlite3* db);
  // Null: of no kind that this program knows.
  const Places* Find(int64_t layout) const;
  // Only if Find() gives something.
  EventKind KindOf(int64_t layout) const;
  // Says of a segment what its layout says: its kind, if that is known here, and the checksum.
  void Identify(SegmentInfo& info) const;
  // The layout of what this program writes; 0 if it is not in the table yet.
  int64_t Current(EventKind kind) const;

 private:
  struct Layout {
    EventKind kind;
    Places places;
  };
  absl::flat_hash_map<int64_t, Layout> layouts_;
  absl::flat_hash_map<int64_t, uint32_t> checksums_;  // Of all.
  absl::flat_hash_map<int, int64_t> current_;
};

// All of them, by their last time; of kinds that this program knows. Of the others those are in
// `damage`, unless that is null, whose layout is not there, or not what it was.
absl::StatusOr<std::vector<SegmentInfo>> ReadSegmentInfos(sqlite3* db, const Layouts& layouts,
                                                          DamageLog* damage = nullptr);

// A head as it is stored: with the checksum of itself, of the filter, and of what the table and the
// layout say.
std::string SealedHead(absl::string_view head, absl::string_view filter, const SegmentInfo& info);
// What does not fit its checksum, or the row of the segment, is SegmentDamage(). `db` must outlive
// the reader; no handle stays open between calls.
absl::StatusOr<std::unique_ptr<SegmentReader>> OpenSegment(sqlite3* db, const SegmentInfo& info,
                                                           std::string* filter = nullptr);
// All columns of a segment, as EmptyColumns(info.kind) has them.
absl::StatusOr<std::vector<ColumnData>> ReadAllColumns(sqlite3* db, const SegmentInfo& info,
                                                       const Places& places);

// Writes and deletes. Lives on the writer thread, in its transactions.
class SegmentTable {
 public:
  // The tables must exist. `db` must outlive this.
  static absl::StatusOr<SegmentTable> Create(sqlite3* db);

  // `columns` as of EmptyColumns(kind), at least one row, sorted by id; changes them. What is
  // inserted in a transaction that is rolled back was not: call Forget() then.
  absl::StatusOr<SegmentInfo> Insert(EventKind kind, std::vector<ColumnData>& columns, bool kept);
  absl::Status Delete(int64_t segment);
  void Forget() { stale_ = true; }

  const Layouts& layouts() const { return layouts_; }

 private:
  absl::StatusOr<int64_t> LayoutOf(EventKind kind);

  sqlite3* db_ = nullptr;
  Layouts layouts_;
  bool stale_ = false;
  Statement insert_, delete_, layout_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SEGMENT_TABLE_H_
