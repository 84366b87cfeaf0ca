// SPDX-License-Identifier: Apache-2.0
//
// Events into segments. Each transaction of the writer makes one small segment for each kind that
// it has events of; small ones become larger ones in steps, so that each event is written a few
// times at most, and what is committed is where readers look for it at once. Lives on the writer
// thread.
#ifndef VEDETTE_STORAGE_SEGMENT_WRITER_H_
#define VEDETTE_STORAGE_SEGMENT_WRITER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/event_block.h"
#include "storage/segment_catalog.h"
#include "storage/segment_check.h"
#include "storage/segment_table.h"
#include "storage/write_queue.h"

namespace vedette {

class SegmentWriter {
 public:
  // The tables must exist. `db` must outlive this. No segment is made of smaller ones that are
  // further than `span_max` apart: retention drops whole segments.
  static absl::StatusOr<std::unique_ptr<SegmentWriter>> Create(sqlite3* db,
                                                               absl::Duration span_max);

  // In a transaction of the caller, who tells how it ended:

  // The record that `event` points into must live until Flush().
  void Add(const EventView& event, const EventPlace& place);
  // Writes what was added. An event that has the id of another one of them is added to `rejected`.
  absl::Status Flush(std::vector<RejectedEvent>& rejected);
  // Takes a segment away, but for the events whose ids are in `keep` (sorted).
  absl::Status Drop(const SegmentInfo& info, absl::Span<const int64_t> keep);
  // Adds a segment of rows that are sorted by id.
  absl::Status Put(EventKind kind, std::vector<ColumnData>& columns, bool kept);
  void Committed();
  void RolledBack();

  // One step, in a transaction of its own: makes one segment of small ones, or of old rows. True if
  // there is more to do.
  absl::StatusOr<bool> Step();
  // Makes as few segments as possible of the small ones. Takes a second at most.
  absl::Status MergeAll();

  // Reads a few segments now and then to see whether they are damaged.
  absl::Status Scrub(absl::Time now) { return scrub_.Step(now, table_.layouts(), found_); }
  // Those that were found since the last call, here or by Scrub(): they are left as they are. May
  // name one more than once.
  std::vector<FoundDamage> TakeDamage() { return std::exchange(found_, {}); }
  // Those of them that could not be told.
  void PutBack(std::vector<FoundDamage> found) { found_ = std::move(found); }
  // Does not touch it any more, but for Drop().
  void LeaveAlone(int64_t segment);

  // The segment that ends first, if it is no evidence; rows 0: there is none.
  absl::StatusOr<SegmentInfo> Oldest();

 private:
  // Small segments of a kind, by how many rows they have.
  static constexpr int kClasses = 3;
  using SmallKey = std::pair<int, int>;  // Kind (and whether it is kept), class.

  explicit SegmentWriter(sqlite3* db) : db_(db), catalog_(db) {}

  static int ClassOf(int64_t rows);
  static SmallKey KeyOf(const SegmentInfo& info);
  void Remember(const SegmentInfo& info);
  absl::Status FlushKind(EventKind kind, std::vector<PlacedEvent>& events,
                         std::vector<RejectedEvent>& rejected);
  // Makes a segment of what is to be kept of another one.
  absl::Status PutKept(const SegmentInfo& info, const Places& places,
                       absl::Span<const int64_t> keep);
  // What can become one segment out of a list: taken off it. Fewer than two: nothing to do.
  std::vector<SegmentInfo> TakeGroup(std::vector<SegmentInfo>& from) const;
  absl::Status Merge(const std::vector<SegmentInfo>& group);
  // The same without those that turn out to be damaged.
  absl::Status MergeWhatIsWhole(std::vector<SegmentInfo> group);
  absl::Status ReadDamaged();
  absl::StatusOr<bool> MoveOldRows();
  template <typename Change>
  absl::Status InTransaction(Change change);

  sqlite3* const db_;
  int64_t span_max_ns_ = 0;
  SegmentTable table_;
  SegmentCatalog catalog_;  // Of old rows.
  KindSet old_rows_ = 0;
  std::array<std::vector<PlacedEvent>, WIRE_KIND_LIMIT> events_;
  std::map<SmallKey, std::vector<SegmentInfo>> small_;
  std::vector<SegmentInfo> added_;  // By the transaction that is under way.
  std::vector<SegmentInfo> dropped_;
  SegmentScrub scrub_;
  std::vector<FoundDamage> found_;
  absl::flat_hash_set<int64_t> damaged_;
  Statement oldest_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SEGMENT_WRITER_H_
