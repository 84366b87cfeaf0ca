// SPDX-License-Identifier: Apache-2.0
#include "integrations/dispatcher.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "integrations/backoff.h"

namespace vedette {
namespace {

// While a sink is down, its thread looks at the clock this often: the clock may be a test's, and
// Close() may come.
constexpr absl::Duration kLook = absl::Milliseconds(50);

// A sink that comes and goes is reported once in this time.
constexpr absl::Duration kQuiet = absl::Seconds(10);

struct Shared {
  Alert alert;
  size_t bytes;
};
using SharedAlert = std::shared_ptr<const Shared>;

}  // namespace

// One sink, its queue and its thread.
class Dispatcher::Lane {
 public:
  Lane(Clock& clock, SinkSetup setup)
      : clock_(clock),
        setup_(std::move(setup)),
        backoff_({.min = setup_.retry_min, .max = setup_.retry_max}, Seed()) {
    CHECK(setup_.sink != nullptr) << setup_.name;
    CHECK(setup_.batch_max > 0) << setup_.name;
    counts_.name = setup_.name;
    std::lock_guard lock(join_mu_);
    thread_ = std::thread([this] { Run(); });
    const std::string name = absl::StrCat("sink/", setup_.name).substr(0, 15);
    pthread_setname_np(thread_.native_handle(), name.c_str());  // For ps and gdb only.
  }
  ~Lane() { Join(); }

  void Offer(const SharedAlert& alert) {
    std::lock_guard lock(mu_);
    ++counts_.offered;
    const bool full = bytes_ + alert->bytes > setup_.queue_bytes_max;
    const bool refuse = close_at_.has_value() || alert->bytes > setup_.queue_bytes_max ||
                        (full && setup_.overflow == Overflow::kDropNewest);
    if (refuse) {
      ++counts_.dropped;
      return;
    }
    while (!queue_.empty() && bytes_ + alert->bytes > setup_.queue_bytes_max) {
      bytes_ -= queue_.front()->bytes;
      queue_.pop_front();
      ++counts_.dropped;
    }
    bytes_ += alert->bytes;
    queue_.push_back(alert);
    changed_.notify_all();
  }

  // The first call decides how long.
  void BeginClose(absl::Duration timeout) {
    std::lock_guard lock(mu_);
    if (!close_at_.has_value()) close_at_ = clock_.Monotonic() + timeout;
    changed_.notify_all();
  }
  void Join() {
    std::lock_guard lock(join_mu_);
    if (thread_.joinable()) thread_.join();
  }

  SinkCounts Counts() const {
    std::lock_guard lock(mu_);
    SinkCounts counts = counts_;
    counts.waiting = counts.offered - counts.delivered - counts.dropped;
    return counts;
  }

 private:
  // Different on every host and for every sink, as far as time and address layout differ.
  uint64_t Seed() {
    return static_cast<uint64_t>(absl::ToUnixNanos(clock_.Now())) ^
           reinterpret_cast<uintptr_t>(this);
  }

  void Run() {
    while (true) {
      const std::vector<Alert> batch = Take();
      if (batch.empty()) break;
      const bool delivered = DeliverBatch(batch);
      std::lock_guard lock(mu_);
      (delivered ? counts_.delivered : counts_.dropped) += batch.size();
    }
    const absl::Status flushed = setup_.sink->Flush();
    if (!flushed.ok()) LOG_WARNING("sink ", setup_.name, ": flush: ", flushed.message());
  }

  // The next alerts, in order; none when the dispatcher is closed and nothing waits.
  std::vector<Alert> Take() {
    std::vector<SharedAlert> taken;
    {
      std::unique_lock lock(mu_);
      changed_.wait(lock, [this] { return !queue_.empty() || close_at_.has_value(); });
      if (LeftToClose() <= absl::ZeroDuration()) DropAll();
      while (!queue_.empty() && taken.size() < setup_.batch_max) {
        bytes_ -= queue_.front()->bytes;
        taken.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    std::vector<Alert> batch;
    batch.reserve(taken.size());
    for (const SharedAlert& alert : taken) batch.push_back(alert->alert);
    return batch;
  }

  // With mu_ held, as LeftToClose().
  void DropAll() {
    counts_.dropped += queue_.size();
    queue_.clear();
    bytes_ = 0;
  }

  // False: the batch is lost.
  bool DeliverBatch(const std::vector<Alert>& batch) {
    for (bool again = false;; again = true) {
      const absl::Duration left = TimeLeft();
      if (left <= absl::ZeroDuration()) return false;
      const absl::Duration timeout = std::min(left, setup_.deliver_timeout);
      const absl::Status status = setup_.sink->Deliver(batch, clock_.Now() + timeout);
      Note(status, again);
      if (status.ok()) {
        backoff_.Reset();
        return true;
      }
      if (!absl::IsUnavailable(status)) return false;
      Pause(backoff_.Next());
    }
  }

  // Until Close()'s time is over.
  absl::Duration LeftToClose() const {
    return close_at_.has_value() ? *close_at_ - clock_.Monotonic() : absl::InfiniteDuration();
  }
  absl::Duration TimeLeft() const {
    std::lock_guard lock(mu_);
    return LeftToClose();
  }

  void Note(const absl::Status& status, bool again) {
    {
      std::lock_guard lock(mu_);
      if (again) ++counts_.retried;
      counts_.last_error = std::string(status.message());
    }
    if (status.ok()) {
      if (said_down_) LOG_INFO("sink ", setup_.name, ": works again");
      said_down_ = false;
      return;
    }
    const absl::Duration now = clock_.Monotonic();
    if (said_down_ || now < quiet_until_) return;
    LOG_WARNING("sink ", setup_.name, ": ", status.message());
    said_down_ = true;
    quiet_until_ = now + kQuiet;
  }

  // Ends early when Close() begins, for one more attempt at once, and when its time is over.
  void Pause(absl::Duration pause) {
    const absl::Duration until = clock_.Monotonic() + pause;
    const bool was_closing = TimeLeft() < absl::InfiniteDuration();
    while (TimeLeft() > absl::ZeroDuration()) {
      const absl::Duration left = until - clock_.Monotonic();
      if (left <= absl::ZeroDuration()) return;
      if (was_closing) {
        absl::SleepFor(std::min(left, kLook));
        continue;
      }
      std::unique_lock lock(mu_);
      const auto closing = [this] { return close_at_.has_value(); };
      if (changed_.wait_for(lock, absl::ToChronoNanoseconds(std::min(left, kLook)), closing)) {
        return;
      }
    }
  }

  Clock& clock_;
  const SinkSetup setup_;
  // The lane's thread only.
  Backoff backoff_;
  bool said_down_ = false;
  absl::Duration quiet_until_ = -absl::InfiniteDuration();  // On the monotonic clock.

  // Not absl::Mutex: ThreadSanitizer cannot look into the distribution's library.
  mutable std::mutex mu_;
  std::condition_variable changed_;  // queue_ or close_at_.
  std::deque<SharedAlert> queue_ ABSL_GUARDED_BY(mu_);
  size_t bytes_ ABSL_GUARDED_BY(mu_) = 0;  // Of queue_.
  SinkCounts counts_ ABSL_GUARDED_BY(mu_);
  std::optional<absl::Duration> close_at_ ABSL_GUARDED_BY(mu_);  // On the monotonic clock.

  std::mutex join_mu_;
  std::thread thread_ ABSL_GUARDED_BY(join_mu_);
};

Dispatcher::Dispatcher(Clock& clock, std::vector<SinkSetup> sinks) {
  for (SinkSetup& setup : sinks) lanes_.push_back(std::make_unique<Lane>(clock, std::move(setup)));
}

Dispatcher::~Dispatcher() { Close(absl::ZeroDuration()); }

void Dispatcher::Offer(Alert alert) {
  const size_t bytes = MemoryOf(alert);
  const auto shared = std::make_shared<const Shared>(Shared{std::move(alert), bytes});
  for (const std::unique_ptr<Lane>& lane : lanes_) lane->Offer(shared);
}

void Dispatcher::Offer(std::vector<Alert> alerts) {
  for (Alert& alert : alerts) Offer(std::move(alert));
}

void Dispatcher::Close(absl::Duration timeout) {
  for (const std::unique_ptr<Lane>& lane : lanes_) lane->BeginClose(timeout);
  for (const std::unique_ptr<Lane>& lane : lanes_) lane->Join();
}

std::vector<SinkCounts> Dispatcher::Counts() const {
  std::vector<SinkCounts> counts;
  for (const std::unique_ptr<Lane>& lane : lanes_) counts.push_back(lane->Counts());
  return counts;
}

size_t MemoryOf(const Alert& alert) {
  size_t bytes = sizeof(Shared);
  const auto add = [&bytes](const std::string& text) {
    bytes += text.capacity() > sizeof(std::string) ? text.capacity() : 0;
  };
  for (const std::string* text :
       {&alert.id, &alert.rule, &alert.message, &alert.object, &alert.event_kind, &alert.event_type,
        &alert.hostname, &alert.container_id}) {
    add(*text);
  }
  for (const std::string& tag : alert.tags) {
    bytes += sizeof(tag);
    add(tag);
  }
  for (const AlertField& field : alert.fields) {
    bytes += sizeof(field);
    add(field.name);
    add(field.text);
  }
  for (const AlertProcess& process : alert.processes) {
    bytes += sizeof(process);
    for (const std::string* text :
         {&process.name, &process.exe_path, &process.command_line, &process.user}) {
      add(*text);
    }
  }
  return bytes;
}

absl::StatusOr<SinkSetup> SetUpSink(absl::string_view type, const SinkOptions& options) {
  SinkSetup setup;
  setup.name = std::string(type);
  ASSIGN_OR_RETURN(setup.sink, MakeSink(type, options));
  const CheckedOptions common(CommonSinkOptions(), options);
  setup.queue_bytes_max = static_cast<size_t>(common.Number("queue_bytes_max"));
  setup.overflow =
      common.Text("overflow") == "drop_newest" ? Overflow::kDropNewest : Overflow::kDropOldest;
  setup.retry_max = common.Duration("retry_max");
  return setup;
}

}  // namespace vedette
