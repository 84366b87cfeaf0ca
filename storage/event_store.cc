// SPDX-License-Identifier: Apache-2.0
//
// The writer's thread: takes batches from the queue, writes them, and tries again while the disk
// refuses.
#include "storage/event_store.h"


#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "storage/first_seen_rows.h"
#include "storage/mark_rows.h"
#include "storage/retention.h"
#include "storage/store_file.h"
#include "storage/store_writer.h"
#include "storage/suppression_rows.h"
#include "storage/write_queue.h"

namespace vedette {
namespace {

constexpr absl::Duration kTrimInterval = absl::Seconds(5);
constexpr absl::Duration kIdle = absl::Seconds(10);  // Retention by age goes on without events.
constexpr absl::Duration kBackOffMin = absl::Milliseconds(50), kBackOffMax = absl::Seconds(5);

// The log is moved into the file when it has reached half of its share; a transaction more has to
// fit, and a whole batch of events may need 4.5 MiB.
size_t ChunksPerBatch(uint64_t bytes_max) {
  const bool roomy = RetentionLimits{.bytes_max = bytes_max, .age_max = {}}.LogShare() >= 10 << 20;
  return roomy ? WriteQueue::kChunksPerBatch : WriteQueue::kChunksPerBatch / 2;
}

// What was in the store when it was opened.
struct Found {
  std::vector<SeenCombination> seen;
  std::vector<StoreMark> marks;
  std::vector<StoredSuppression> suppressions;
};

class SqliteEventStore final : public EventStore {
 public:
  SqliteEventStore(StoreOptions options, Clock& clock, std::unique_ptr<StoreWriter> writer,
                   Found found)
      : options_(std::move(options)),
        clock_(clock),
        queue_(options_.queue_bytes_max, ChunksPerBatch(options_.bytes_max)),
        writer_(std::move(writer)),
        found_(std::move(found)) {}

  void Start() {
    PublishHead();
    thread_ = std::thread([this] { Run(); });
  }

  ~SqliteEventStore() override { Close().IgnoreError(); }

  bool OfferEvent(absl::Span<const std::byte> record, uint64_t number, absl::Time time) override {
    return queue_.OfferEvent(record, number, time);
  }
  bool OfferAlert(Alert alert) override { return queue_.OfferAlert(std::move(alert)); }
  bool OfferGap(Gap gap) override { return queue_.OfferGap(std::move(gap)); }
  bool OfferSeen(SeenCombination seen) override { return queue_.OfferSeen(std::move(seen)); }
  bool OfferNote(StoredProcessNote note) override { return queue_.OfferNote(std::move(note)); }
  bool OfferContainer(StoredContainer container) override {
    return queue_.OfferContainer(std::move(container));
  }
  bool OfferMark(StoreMark mark) override { return queue_.OfferMark(std::move(mark)); }
  std::vector<StoreMark> TakeCommittedMarks() override { return queue_.TakeCommittedMarks(); }
  std::vector<StoreMark> TakeMarks() override { return std::exchange(found_.marks, {}); }
  bool OfferChange(AlertChange change) override { return queue_.OfferChange(std::move(change)); }
  bool OfferSuppression(SuppressionAct act) override {
    return queue_.OfferSuppression(std::move(act));
  }
  std::vector<StoredSuppression> TakeSuppressions() override {
    return std::exchange(found_.suppressions, {});
  }
  std::vector<SeenCombination> TakeSeen() override { return std::exchange(found_.seen, {}); }
  StoreCounts Counts() const override { return queue_.Counts(); }

  absl::Status Health() const override {
    const std::lock_guard lock(mu_);
    return health_;
  }

  std::string ChainHead() const override {
    const std::lock_guard lock(mu_);
    return chain_head_;
  }

  absl::Status Close() override {
    queue_.Close();
    const std::lock_guard lock(close_mu_);
    if (thread_.joinable()) thread_.join();
    return Health();
  }

 private:
  void Run() {
    WriteBatch batch;
    absl::Duration idle = kIdle;
    while (queue_.Take(batch, options_.commit_interval, idle)) {
      if (!batch.empty() && !WriteUntilDone(batch)) break;
      idle = Maintain() ? absl::ZeroDuration() : kIdle;
    }
    if (Health().ok()) SetHealth(WithWayOut(writer_->Finish(clock_.Now()), options_.path));
    writer_.reset();  // Closes the file and gives its lock back.
  }

  // False: the store was closed while the disk refused, and everything that waited is counted as
  // lost.
  bool WriteUntilDone(WriteBatch& batch) {
    const absl::Duration since = clock_.Monotonic();
    absl::Duration back_off = kBackOffMin;
    std::vector<RejectedEvent> rejected;
    while (true) {
      rejected.clear();
      absl::Status status = writer_->MakeRoom(clock_.Now());
      if (status.ok()) status = writer_->Write(batch, clock_.Now(), rejected);
      // First the queue: whoever has seen the store fail finds what is lost from then on so
      // counted.
      queue_.SetFailing(!status.ok());
      SetHealth(WithWayOut(status, options_.path));
      if (status.ok()) break;
      const bool closed = queue_.closed();
      if (closed || clock_.Monotonic() - since >= options_.alert_patience) {
        HandOver(options_.on_unstored, queue_.DropAlerts(batch));
      }
      if (closed) {
        queue_.DropEvents(batch);
        return false;
      }
      queue_.WaitToRetry(batch, back_off);
      back_off = std::min(back_off * 2, kBackOffMax);
    }
    PublishHead();
    HandOver(options_.on_committed, queue_.Committed(batch, rejected));
    return true;
  }

  void PublishHead() {
    const std::lock_guard lock(mu_);
    chain_head_ = writer_->ChainHead();
  }

  static void HandOver(const std::function<void(std::vector<Alert>)>& to,
                       std::vector<Alert> alerts) {
    if (to && !alerts.empty()) to(std::move(alerts));
  }

  // True if there is more to do. What fails here is tried again later: a store that is not trimmed
  // still works.
  bool Maintain() {
    if (const absl::Duration now = clock_.Monotonic(); now >= next_trim_) {
      next_trim_ = now + kTrimInterval;
      GiveBackFreedMemory();
    }
    const absl::StatusOr<bool> more = writer_->Maintain(clock_.Now());
    if (!more.ok()) SetHealth(WithWayOut(more.status(), options_.path));
    return more.ok() && *more;
  }

  // Logs each change between working and failing once.
  void SetHealth(absl::Status status) {
    const std::lock_guard lock(mu_);
    if (status.ok() && !health_.ok()) LOG_INFO("the store works again: ", options_.path);
    if (!status.ok() && health_.code() != status.code()) LOG_ERROR("store: ", status.message());
    health_ = std::move(status);
  }

  const StoreOptions options_;
  Clock& clock_;
  WriteQueue queue_;
  std::unique_ptr<StoreWriter> writer_;              // The writer thread's, once that runs.
  absl::Duration next_trim_ = absl::ZeroDuration();  // The same.
  Found found_;
  mutable std::mutex mu_;
  absl::Status health_;     // Guarded by mu_.
  std::string chain_head_;  // As well.
  std::mutex close_mu_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<EventStore>> EventStore::Open(StoreOptions options) {
  static auto* const real_clock = new RealClock();
  Clock& clock = options.clock == nullptr ? *real_clock : *options.clock;
  const absl::Time now = clock.Now();
  ASSIGN_OR_RETURN(StoreFile file, OpenStoreFile(options, now));
  const int64_t blind_since_ns = file.blind_since_ns;
  Found found;
  ASSIGN_OR_RETURN(found.seen, ReadFirstSeen(file.db.get(), now));
  ASSIGN_OR_RETURN(found.marks, ReadMarks(file.db.get()));
  ASSIGN_OR_RETURN(found.suppressions, ReadSuppressions(file.db.get()));
  const RetentionLimits limits{.bytes_max = options.bytes_max, .age_max = options.age_max};
  ASSIGN_OR_RETURN(std::unique_ptr<StoreWriter> writer,
                   StoreWriter::Create(std::move(file), limits));
  auto store = std::make_unique<SqliteEventStore>(std::move(options), clock, std::move(writer),
                                                  std::move(found));
  if (blind_since_ns != 0) {
    store->OfferGap({.from = absl::FromUnixNanos(blind_since_ns),
                     .to = now,
                     .kind = "",
                     .stage = "not_running",
                     .count = 0});
  }
  store->Start();
  return store;
}

}  // namespace vedette
