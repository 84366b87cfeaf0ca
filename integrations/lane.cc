// SPDX-License-Identifier: Apache-2.0
// No unit test: dispatcher_test and delivery/store_backlog_test drive it from its thread.
#include "integrations/lane.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/log.h"

namespace vedette {
namespace {

// While a sink is down, its thread looks at the clock this often: the clock may be a test's, and
// Close() may come.
constexpr absl::Duration kLook = absl::Milliseconds(50);

// A sink that comes and goes is reported once in this time.
constexpr absl::Duration kQuiet = absl::Seconds(10);

uint64_t Fnv1a(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

Lane::Lane(Clock& clock, SinkSetup setup)
    : clock_(clock),
      setup_(std::move(setup)),
      backoff_({.min = setup_.retry_min, .max = setup_.retry_max}, Seed()),
      allowance_(static_cast<double>(setup_.rate_per_minute)),
      allowance_at_(clock.Monotonic()),
      next_beat_(clock.Monotonic()) {
  CHECK(setup_.sink != nullptr) << setup_.name;
  CHECK(setup_.batch_max > 0) << setup_.name;
  counts_.name = setup_.name;
  counts_.type = setup_.type;
  counts_.from_store = has_backlog();
  counts_.late = setup_.late;
  std::lock_guard lock(join_mu_);
  thread_ = std::thread([this] { Run(); });
  const std::string name = absl::StrCat("sink/", setup_.name).substr(0, 15);
  pthread_setname_np(thread_.native_handle(), name.c_str());  // For ps and gdb only.
}

void Lane::Offer(const std::shared_ptr<const SharedAlert>& alert) {
  std::lock_guard lock(mu_);
  ++counts_.offered;
  if (!setup_.selector.Wants(alert->alert)) {
    ++counts_.filtered;
    return;
  }
  if (!Enqueue(alert)) ++counts_.dropped;
}

// False: no room for it.
bool Lane::Enqueue(const std::shared_ptr<const SharedAlert>& alert) {
  const bool full = bytes_ + alert->bytes > setup_.queue_bytes_max;
  const bool refuse = close_at_.has_value() || alert->bytes > setup_.queue_bytes_max ||
                      (full && setup_.overflow == Overflow::kDropNewest);
  if (refuse) return false;
  while (!queue_.empty() && bytes_ + alert->bytes > setup_.queue_bytes_max) {
    bytes_ -= queue_.front()->bytes;
    queue_.pop_front();
    ++counts_.dropped;
  }
  bytes_ += alert->bytes;
  queue_.push_back(alert);
  changed_.notify_all();
  return true;
}

void Lane::Wake() {
  std::lock_guard lock(mu_);
  wake_ = true;
  changed_.notify_all();
}

void Lane::ResetBacklog() {
  std::lock_guard lock(mu_);
  reset_ = wake_ = true;
  changed_.notify_all();
}

void Lane::SetChainHead(const std::string& head) {
  std::lock_guard lock(mu_);
  chain_head_ = head;
}

void Lane::BeginClose(absl::Duration timeout) {
  std::lock_guard lock(mu_);
  if (!close_at_.has_value()) close_at_ = clock_.Monotonic() + timeout;
  changed_.notify_all();
}

void Lane::Join() {
  std::lock_guard lock(join_mu_);
  if (thread_.joinable()) thread_.join();
}

SinkCounts Lane::Counts() const {
  std::lock_guard lock(mu_);
  SinkCounts counts = counts_;
  counts.waiting = counts.offered - counts.delivered - counts.dropped - counts.filtered;
  if (has_backlog()) counts.backlog = setup_.backlog->Counts();
  if (oldest_.has_value()) {
    counts.lag = std::max(clock_.Now() - *oldest_, absl::ZeroDuration());
  }
  counts.latency = latency_.Counts();
  return counts;
}

// Different on every host and for every sink, as far as time and address layout differ.
uint64_t Lane::Seed() {
  return static_cast<uint64_t>(absl::ToUnixNanos(clock_.Now())) ^ reinterpret_cast<uintptr_t>(this);
}

void Lane::Run() {
  while (true) {
    const Work work = Take();
    if (work.batch.empty()) break;
    Finish(work);
  }
  const absl::Status flushed = setup_.sink->Flush();
  if (!flushed.ok()) LOG_WARNING("sink ", setup_.name, ": flush: ", flushed.message());
}

// The next alerts, in order; none when the dispatcher is closed and nothing waits, or its time is
// over. What is in memory goes first: the store could not take it, so it has waited already.
Lane::Work Lane::Take() {
  Work work;
  if (std::exchange(collect_, false)) {
    std::unique_lock lock(mu_);
    WaitForWork(lock);
  }
  while (true) {
    {
      std::unique_lock lock(mu_);
      if (LeftToClose() <= absl::ZeroDuration()) {
        DropAll();
        return work;
      }
      BeatIfDue();
      if (TakeQueued(work)) return work;
      wake_ = false;
    }
    if (has_backlog()) {
      std::optional<Batch> found = TakeBacklog();
      if (!found.has_value()) continue;  // The store could not be read; it has been waited for.
      // Not into `work`: what is put into that later is from memory.
      if (!found->empty()) return {*std::move(found), true};
    }
    std::unique_lock lock(mu_);
    if (queue_.empty() && close_at_.has_value()) return work;
    WaitForWork(lock);
  }
}

bool Lane::TakeQueued(Work& work) {
  while (!queue_.empty() && work.batch.size() < BatchMax()) {
    bytes_ -= queue_.front()->bytes;
    work.batch.alerts.push_back(queue_.front()->alert);
    queue_.pop_front();
  }
  return !work.batch.empty();
}

void Lane::WaitForWork(std::unique_lock<std::mutex>& lock) {
  const auto something = [this] { return !queue_.empty() || wake_ || close_at_.has_value(); };
  const bool idle_look = has_backlog() || setup_.heartbeat > absl::ZeroDuration();
  if (idle_look) {
    changed_.wait_for(lock, absl::ToChronoNanoseconds(setup_.idle_look), something);
  } else {
    changed_.wait(lock, something);
  }
}

std::optional<Batch> Lane::TakeBacklog() {
  bool reset;
  {
    std::lock_guard lock(mu_);
    reset = std::exchange(reset_, false);
  }
  if (reset) setup_.backlog->Reset();
  absl::StatusOr<Batch> batch = setup_.backlog->Next(BatchMax(), setup_.selector);
  if (batch.ok()) return *std::move(batch);
  Note(absl::Status(batch.status().code(), absl::StrCat("store: ", batch.status().message())),
       false);
  Pause(backoff_.Next());
  return std::nullopt;
}

// So that silence is noticed where the alerts are read.
void Lane::BeatIfDue() {
  if (setup_.heartbeat <= absl::ZeroDuration() || clock_.Monotonic() < next_beat_) return;
  next_beat_ = clock_.Monotonic() + setup_.heartbeat;
  const absl::Time now = clock_.Now();
  SharedAlert beat;
  Alert& alert = beat.alert;
  // Hosts that beat in the same moment are not one row where ids are keys.
  alert.id = absl::StrCat(absl::Hex(Fnv1a(absl::StrCat(setup_.hostname, "\n", setup_.name, "\n",
                                                       absl::ToUnixNanos(now))),
                                    absl::kZeroPad16));
  alert.time = now;
  alert.rule = "Vedette heartbeat";
  alert.priority = Priority::kInformational;
  alert.tags = {"heartbeat"};
  alert.message =
      absl::StrCat("vedette on ", setup_.hostname, " is watching; the next heartbeat is due in ",
                   absl::FormatDuration(setup_.heartbeat));
  alert.chain_head = chain_head_;
  if (!chain_head_.empty()) {
    absl::StrAppend(&alert.message, "; its store's chain is at ", chain_head_);
  }
  alert.event_kind = alert.event_type = "heartbeat";
  alert.hostname = setup_.hostname;
  alert.container_id = "host";
  beat.bytes = MemoryOf(alert);
  // None on top of one that waits: a sink that was down for a day does not get a day of them.
  if (!queue_.empty() && queue_.back()->alert.rule == alert.rule) return;
  if (Enqueue(std::make_shared<const SharedAlert>(std::move(beat)))) {
    ++counts_.offered;
    ++counts_.heartbeats;
  }
}

void Lane::DropAll() {
  counts_.dropped += queue_.size();
  queue_.clear();
  bytes_ = 0;
}

void Lane::Confirm(absl::Span<const Alert> batch) {
  const absl::Time now = clock_.Now();
  for (const Alert& alert : batch) {
    if (alert.event_number != 0 && alert.repeats == 0) latency_.Add(now - alert.time);
  }
}

void Lane::Finish(const Work& work) {
  {
    std::lock_guard lock(mu_);
    const Batch& batch = work.batch;
    oldest_ = batch.alerts.empty() ? batch.events.front().time : batch.alerts.front().time;
  }
  std::vector<Rejection> rejected;
  const Outcome outcome = DeliverParts(work.batch, rejected);
  if (work.from_backlog) {
    if (outcome == Outcome::kGivenUp) return;  // The next daemon begins with them.
    collect_ = carries_events() && work.batch.size() < BatchMax();
    const absl::Status done = setup_.backlog->Done(rejected);
    if (!done.ok()) LOG_WARNING("sink ", setup_.name, ": its cursor: ", done.message());
    std::lock_guard lock(mu_);
    oldest_.reset();
    return;
  }
  std::lock_guard lock(mu_);
  oldest_.reset();
  const size_t lost = outcome == Outcome::kGivenUp ? work.batch.size() : rejected.size();
  counts_.dropped += lost;
  counts_.delivered += work.batch.size() - lost;
}

// A batch that is refused is halved until the alerts stand alone at which the sink takes offence.
Lane::Outcome Lane::DeliverParts(const Batch& batch, std::vector<Rejection>& rejected) {
  std::vector<Part> parts = {{0, batch.size()}};
  while (!parts.empty()) {
    const Part part = parts.back();
    parts.pop_back();
    const Outcome outcome = DeliverUntilAnswered(batch, part);
    if (outcome == Outcome::kGivenUp) return outcome;
    if (outcome == Outcome::kDelivered) continue;
    if (part.size == 1) {
      rejected.push_back({part.begin, refusal_});
      continue;
    }
    const size_t half = part.size / 2;
    parts.push_back({part.begin + half, part.size - half});
    parts.push_back({part.begin, half});
  }
  return Outcome::kDelivered;
}

absl::Status Lane::Deliver(const Batch& batch, Part part, absl::Time deadline) {
  if (batch.events.empty()) {
    const auto alerts = absl::MakeConstSpan(batch.alerts).subspan(part.begin, part.size);
    const absl::Status status = setup_.sink->Deliver(alerts, deadline);
    if (status.ok()) Confirm(alerts);
    return status;
  }
  const auto events = absl::MakeConstSpan(batch.events).subspan(part.begin, part.size);
  return setup_.sink->DeliverEvents(events, deadline);
}

Lane::Outcome Lane::DeliverUntilAnswered(const Batch& batch, Part part) {
  if (!WaitForPace(part.size)) return Outcome::kGivenUp;
  for (bool again = false;; again = true) {
    const absl::Duration left = TimeLeft();
    if (left <= absl::ZeroDuration()) return Outcome::kGivenUp;
    const absl::Duration timeout = std::min(left, setup_.deliver_timeout);
    const absl::Status status = Deliver(batch, part, clock_.Now() + timeout);
    Note(status, again);
    if (status.ok()) {
      backoff_.Reset();
      return Outcome::kDelivered;
    }
    if (!absl::IsUnavailable(status)) {
      refusal_ = std::string(status.message());
      return Outcome::kRefused;
    }
    Pause(backoff_.Next());
  }
}

// A bucket that holds a minute's alerts. False: the end came first.
bool Lane::WaitForPace(size_t alerts) {
  if (setup_.rate_per_minute == 0) return true;
  const auto rate = static_cast<double>(setup_.rate_per_minute);
  while (true) {
    const absl::Duration now = clock_.Monotonic();
    allowance_ = std::min(rate, allowance_ + absl::ToDoubleMinutes(now - allowance_at_) * rate);
    allowance_at_ = now;
    const double missing = static_cast<double>(alerts) - allowance_;
    if (missing <= 0) {
      allowance_ -= static_cast<double>(alerts);
      return true;
    }
    if (TimeLeft() < absl::InfiniteDuration()) return false;  // What is over the pace stays.
    Pause(absl::Minutes(missing / rate) + absl::Milliseconds(1));
  }
}

size_t Lane::BatchMax() const {
  if (setup_.rate_per_minute == 0) return setup_.batch_max;
  return std::min(setup_.batch_max, static_cast<size_t>(setup_.rate_per_minute));
}

// Until Close()'s time is over.
absl::Duration Lane::LeftToClose() const {
  return close_at_.has_value() ? *close_at_ - clock_.Monotonic() : absl::InfiniteDuration();
}

absl::Duration Lane::TimeLeft() const {
  std::lock_guard lock(mu_);
  return LeftToClose();
}

void Lane::Note(const absl::Status& status, bool again) {
  {
    std::lock_guard lock(mu_);
    if (again) ++counts_.retried;
    counts_.last_error = std::string(status.message());
    counts_.down = absl::IsUnavailable(status);
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

// While a sink is down nothing is taken from the backlog, but its length is what one wants to know.
void Lane::MeasureIfWoken() {
  {
    std::lock_guard lock(mu_);
    // Take() looks without being woken.
    if (!has_backlog() || !std::exchange(wake_, false)) return;
  }
  setup_.backlog->Measure();
}

// Ends early when Close() begins, for one more attempt at once, and when its time is over.
void Lane::Pause(absl::Duration pause) {
  const absl::Duration until = clock_.Monotonic() + pause;
  const bool was_closing = TimeLeft() < absl::InfiniteDuration();
  if (carries_events()) Wake();  // Nobody tells of events.
  while (TimeLeft() > absl::ZeroDuration()) {
    MeasureIfWoken();
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

}  // namespace vedette
