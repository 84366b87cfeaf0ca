// SPDX-License-Identifier: Apache-2.0
//
// What waits to be written: bounded by bytes, with a share for alerts alone. Offer*() hold a mutex
// for one copy and never wait for the disk.
#ifndef VEDETTE_STORAGE_WRITE_QUEUE_H_
#define VEDETTE_STORAGE_WRITE_QUEUE_H_

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "sensor/schema/schema.h"
#include "storage/event_store.h"
#include "storage/mark_queue.h"
#include "storage/write_batch.h"

namespace vedette {

class WriteQueue {
 public:
  // At most 16,384 events of 4 MiB, and alerts of a quarter of that, are in a transaction: where
  // the load is high it makes segments that need not be written again.
  static constexpr size_t kChunksPerBatch = 16;
  static constexpr size_t kAlertBytesPerBatch = 1 << 20;
  // With more events than this in front of it an alert is committed alone: it need not wait for
  // them. Fewer cost less than a transaction of their own.
  static constexpr uint64_t kEventsBesideAlerts = 128;
  static constexpr size_t kGapsMax = 1024;      // Beyond them gaps are merged.
  static constexpr size_t kSeenMax = 4096;      // Beyond them they are refused: about 4 MiB.
  static constexpr size_t kNotesMax = 16384;    // The same: about 4 MiB.
  static constexpr size_t kContainersMax = 64;  // The same: about 2 MiB at the worst.
  static constexpr size_t kChangesMax = 256;    // The same, of each sort: below 1 MiB.

  // `chunks_per_batch`: fewer, where a small store has no room for such a transaction in its log.
  explicit WriteQueue(size_t bytes_max, size_t chunks_per_batch = kChunksPerBatch);

  bool OfferEvent(absl::Span<const std::byte> record, uint64_t number, absl::Time time);
  bool OfferAlert(Alert alert);
  bool OfferGap(Gap gap);  // False: closed.
  bool OfferSeen(SeenCombination seen);
  bool OfferNote(StoredProcessNote note);
  bool OfferContainer(StoredContainer container);
  bool OfferMark(StoreMark mark);
  bool OfferChange(AlertChange change);
  bool OfferSuppression(SuppressionAct act);
  void Close();  // From now on every offer is dropped.

  // Fills the batch up with what waits. If there is nothing to write it waits, at most `idle`; for
  // events alone it lets `commit_interval` pass, unless there is a batch full of them. What alerts
  // have overtaken comes at once with the next call, as durable as they are. False: closed, and
  // nothing is left.
  bool Take(WriteBatch& batch, absl::Duration commit_interval, absl::Duration idle);
  // Alerts that have come since, for a batch that is tried again. Waits for at most `wait`; returns
  // at once if closed.
  void WaitToRetry(WriteBatch& batch, absl::Duration wait);

  // The batch is committed, but for `rejected`. Returns its alerts and leaves it empty.
  std::vector<Alert> Committed(WriteBatch& batch, absl::Span<const RejectedEvent> rejected);
  // The writer gives up on the alerts of the batch and those that wait, and returns them.
  std::vector<Alert> DropAlerts(WriteBatch& batch);
  void DropEvents(WriteBatch& batch);  // And on everything else.
  // While set, what does not fit is lost at stage store_failed instead of queue_full.
  void SetFailing(bool failing);

  bool closed() const;
  StoreCounts Counts() const;
  std::vector<StoreMark> TakeCommittedMarks();

 private:
  struct Hole {
    absl::Time from = absl::InfiniteFuture(), to = absl::InfinitePast();
    uint64_t count = 0;
  };
  enum Stage { kQueueFull, kStoreFailed, kMalformed, kStages };
  static constexpr size_t kAlertSlot = WIRE_KIND_LIMIT;  // Behind the kinds.

  // False: closed, or `rows_max` wait.
  template <typename Row>
  bool Put(std::vector<Row>& waiting, size_t rows_max, Row row);
  void CountLost(Stage stage, size_t kind, absl::Time time);
  void AddGap(Gap gap);
  EventChunk* Room(size_t bytes);
  void TakeAlerts(WriteBatch& batch, size_t bytes_max);
  void TakeRest(WriteBatch& batch);
  bool HasUrgentRows() const;
  void HolesBecomeGaps();
  void Release(WriteBatch& batch);
  bool HasWork() const;
  bool Urgent() const;
  Stage StageNow() const { return failing_ ? kStoreFailed : kQueueFull; }

  const size_t chunks_per_batch_, chunk_bytes_, chunks_max_, alert_bytes_max_;
  // Of the standard library: ThreadSanitizer does not understand the mutex of a packaged Abseil.
  // It guards all that follows.
  mutable std::mutex mu_;
  std::condition_variable changed_;
  std::deque<EventChunk> chunks_;
  std::vector<EventChunk> spare_;
  size_t chunks_held_ = 0;  // Waiting and taken.
  std::deque<Alert> alerts_;
  size_t alert_bytes_ = 0;  // Waiting and taken.
  std::vector<Gap> gaps_;
  std::vector<SeenCombination> seen_;
  std::vector<StoredProcessNote> notes_;
  std::vector<StoredContainer> containers_;
  MarkQueue marks_;
  MarkQueue::Place accepted_, taken_;
  std::vector<AlertChange> changes_;
  std::vector<SuppressionAct> suppressions_;
  std::array<std::array<Hole, WIRE_KIND_LIMIT + 1>, kStages> holes_;
  bool has_holes_ = false;
  bool overtaken_ = false;  // By alerts: their evidence may be among what waits.
  StoreCounts counts_;
  bool failing_ = false, closed_ = false;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_WRITE_QUEUE_H_
