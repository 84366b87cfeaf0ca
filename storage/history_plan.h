// SPDX-License-Identifier: Apache-2.0
//
// Which segments a run's events are in, and how one of them becomes records.
#ifndef VEDETTE_STORAGE_HISTORY_PLAN_H_
#define VEDETTE_STORAGE_HISTORY_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/database.h"
#include "storage/history.h"
#include "storage/segment_catalog.h"

namespace vedette {

// Events of these ids, both ends included, in a segment.
struct HistoryTask {
  SegmentInfo info;
  int64_t first_id = 0, last_id = 0;
};

// Its records, one behind the other in `bytes`, in their order.
struct HistoryPiece {
  struct Entry {
    int64_t key = 0, id = 0;
    size_t begin = 0, end = 0;
  };
  std::string bytes;
  std::vector<Entry> entries;
  uint64_t gone = 0;  // Rows that are nowhere any more.
};

// Records have this order: as they came, but process_seen records of a run before all others, which
// are numbered from kFirstSeenNumber on (cli/store_output.h).
inline constexpr int64_t kFirstSeenNumber = 9'000'000'000'000;
int64_t HistoryKey(int64_t id);

// Kinds that begin and end processes.
KindSet LifeKinds();

// By their first keys.
std::vector<HistoryTask> TasksOf(int64_t run, const HistoryQuestion& question,
                                 const std::vector<SegmentInfo>& segments);

// Rows of the ids and times in question, ascending; and those of them that its chooser wants.
absl::Status RowsInQuestion(EventBatch& batch, const HistoryTask& task,
                            const HistoryQuestion& question, std::vector<uint32_t>& rows);
absl::Status WantedRows(EventBatch& batch, const HistoryTask& task, const HistoryQuestion& question,
                        std::vector<uint32_t>& rows);
// A column by its name in SQL; null: the kind has none of that name.
absl::StatusOr<const ColumnData*> ColumnNamed(EventBatch& batch, absl::string_view name);

// A connection of its own that makes pieces. Used by one thread at a time.
class HistoryDecoder {
 public:
  // `damage` must outlive it: what cannot be read is put there.
  static absl::StatusOr<HistoryDecoder> Open(const HistoryQuestion& question, DamageLog& damage);

  SegmentCatalog& catalog() { return *catalog_; }
  sqlite3* db() { return db_.get(); }
  // OK for damage that is one segment's: it is told, and the segment is passed over.
  absl::Status PassOver(const SegmentInfo& info, const absl::Status& status);
  // `rows`: those that are wanted of its segment (history_lean.h); null: what the question says.
  absl::StatusOr<HistoryPiece> Decode(const HistoryTask& task, const HistoryQuestion& question,
                                      const std::vector<uint32_t>* rows);
  // The task's segment, as it is while `holder` lives. Null: it is gone.
  absl::StatusOr<std::shared_ptr<EventBatch>> Read(const HistoryTask& task, Statement& holder);
  // The digest of what a process runs, 32 bytes; empty if there is none.
  absl::StatusOr<std::string> DigestOf(int64_t exec_id);

 private:
  absl::Status DecodeBatch(EventBatch& batch, const HistoryTask& task,
                           const HistoryQuestion& question, HistoryPiece& piece);
  absl::Status DecodeRows(EventBatch& batch, const std::vector<uint32_t>& rows,
                          const HistoryQuestion& question, HistoryPiece& piece);
  absl::StatusOr<bool> Hold(int64_t segment, Statement& holder);
  absl::Status DecodeElsewhere(const HistoryTask& task, const HistoryQuestion& question,
                               HistoryPiece& piece);

  absl::StatusOr<HistoryPiece> DecodeTask(const HistoryTask& task, const HistoryQuestion& question,
                                          const std::vector<uint32_t>* rows);

  DamageLog* damage_ = nullptr;
  Database db_;
  std::unique_ptr<SegmentCatalog> catalog_;  // Of whole segments: no record is made of a part.
  Statement digest_;
};

// process_seen records of who was there at `from` in the run: as far as events tell, from them.
// `by_row` counts those of which only the row in `processes` is left.
absl::StatusOr<std::vector<std::string>> ProcessesAt(HistoryDecoder& decoder, int64_t run,
                                                     absl::Time from, int64_t wall_minus_boot_ns,
                                                     bool digests, uint64_t& by_row);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_HISTORY_PLAN_H_
