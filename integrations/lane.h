// SPDX-License-Identifier: Apache-2.0
//
// One sink, what waits for it, and its thread: batches, patience while the sink is down, pace, and
// what becomes of alerts that it refuses. dispatcher.h is its door.
#ifndef VEDETTE_INTEGRATIONS_LANE_H_
#define VEDETTE_INTEGRATIONS_LANE_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "integrations/backoff.h"
#include "integrations/dispatcher.h"

namespace vedette {

// An alert that several lanes wait for is in memory once.
struct SharedAlert {
  Alert alert;
  size_t bytes;
};

// Thread-safe. `clock` outlives it.
class Lane {
 public:
  Lane(Clock& clock, SinkSetup setup);
  ~Lane() { Join(); }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  const std::string& name() const { return setup_.name; }
  bool has_backlog() const { return setup_.backlog != nullptr; }
  bool carries_events() const { return setup_.events.has_value(); }
  // Into the memory queue, if the sink wants it. Not to one that carries events.
  void Offer(const std::shared_ptr<const SharedAlert>& alert);
  // There is something new in the backlog.
  void Wake();
  // The backlog's store is another one.
  void ResetBacklog();
  // For heartbeats: Alert::chain_head.
  void SetChainHead(const std::string& head);
  // The first call decides how long.
  void BeginClose(absl::Duration timeout);
  void Join();
  SinkCounts Counts() const;

 private:
  struct Work {
    Batch batch;
    bool from_backlog = false;
  };
  struct Part {  // Of a batch.
    size_t begin, size;
  };
  enum class Outcome : uint8_t { kDelivered, kRefused, kGivenUp };

  void Run();
  Work Take();
  bool TakeQueued(Work& work) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void WaitForWork(std::unique_lock<std::mutex>& lock);  // Of mu_.
  std::optional<Batch> TakeBacklog();
  void BeatIfDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void DropAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool Enqueue(const std::shared_ptr<const SharedAlert>& alert) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  void Finish(const Work& work);
  void Confirm(absl::Span<const Alert> batch);
  Outcome DeliverParts(const Batch& batch, std::vector<Rejection>& rejected);
  Outcome DeliverUntilAnswered(const Batch& batch, Part part);
  absl::Status Deliver(const Batch& batch, Part part, absl::Time deadline);
  bool WaitForPace(size_t alerts);
  void Note(const absl::Status& status, bool again);
  void Pause(absl::Duration pause);
  void MeasureIfWoken();
  absl::Duration LeftToClose() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Duration TimeLeft() const;
  size_t BatchMax() const;
  uint64_t Seed();

  Clock& clock_;
  const SinkSetup setup_;
  // The lane's thread only.
  Backoff backoff_;
  bool said_down_ = false;
  absl::Duration quiet_until_ = -absl::InfiniteDuration();  // On the monotonic clock, as below.
  double allowance_ = 0;                                    // Alerts that may go at once.
  absl::Duration allowance_at_;
  std::string refusal_;   // Of the last refused batch.
  bool collect_ = false;  // The last batch of events was all there was: let more come together.

  LatencyMeter latency_;

  // Not absl::Mutex: ThreadSanitizer cannot look into the distribution's library.
  mutable std::mutex mu_;
  std::condition_variable changed_;  // queue_, wake_, reset_ or close_at_.
  std::deque<std::shared_ptr<const SharedAlert>> queue_ ABSL_GUARDED_BY(mu_);
  size_t bytes_ ABSL_GUARDED_BY(mu_) = 0;  // Of queue_.
  bool wake_ ABSL_GUARDED_BY(mu_) = true;
  bool reset_ ABSL_GUARDED_BY(mu_) = false;
  absl::Duration next_beat_ ABSL_GUARDED_BY(mu_);
  SinkCounts counts_ ABSL_GUARDED_BY(mu_);
  std::optional<absl::Time> oldest_ ABSL_GUARDED_BY(mu_);  // Of the alerts under delivery.
  std::string chain_head_ ABSL_GUARDED_BY(mu_);
  std::optional<absl::Duration> close_at_ ABSL_GUARDED_BY(mu_);

  std::mutex join_mu_;
  std::thread thread_ ABSL_GUARDED_BY(join_mu_);
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_LANE_H_
