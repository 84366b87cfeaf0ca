// SPDX-License-Identifier: Apache-2.0
//
// Brings alerts to the sinks: for each a thread of its own (lane.h), so that one that is slow or
// down changes nothing for the caller or the others. A sink takes its alerts from its backlog, the
// store, where they wait as long as it takes; one without a backlog, and what the store could not
// take, from a bounded queue in memory.
#ifndef VEDETTE_INTEGRATIONS_DISPATCHER_H_
#define VEDETTE_INTEGRATIONS_DISPATCHER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "engine/match/alert.h"
#include "integrations/backlog.h"
#include "integrations/latency.h"
#include "integrations/sink.h"
#include "integrations/sinks/registry.h"
#include "integrations/sinks/selector.h"

namespace vedette {

enum class Overflow : uint8_t { kDropOldest, kDropNewest };

struct SinkSetup {
  std::string name;  // For counts and messages, and of its cursor.
  std::string type;  // As in sinks.def.
  std::unique_ptr<Sink> sink;
  std::unique_ptr<Backlog> backlog;  // Null: from memory alone.
  // For Change(): opens the backlog once an earlier sink of this name has let go of it. Null: none.
  std::function<absl::StatusOr<std::unique_ptr<Backlog>>()> open_backlog;
  bool wants_backlog = true;  // Where there is a store.
  bool late = false;          // Set by Change().
  bool from_oldest = false;   // A new sink begins with the oldest alert of the store.
  AlertSelector selector;
  std::optional<EventSelector> events;  // It carries these events, and no alerts.
  // How often an idle sink looks at the store and at the time for a heartbeat. The store tells of
  // each alert; this is for what it did not tell, such as a store that was opened again. Events are
  // collected for so long.
  absl::Duration idle_look = absl::Seconds(1);
  uint64_t rate_per_minute = 0;                     // Alerts; 0: no limit.
  absl::Duration heartbeat = absl::ZeroDuration();  // Between two; 0: none.
  std::string hostname;                             // For heartbeats.
  // Of the alerts that wait. An alert that several sinks wait for is in memory once, and counts for
  // each.
  size_t queue_bytes_max = size_t{8} << 20;
  Overflow overflow = Overflow::kDropOldest;
  size_t batch_max = 64;                               // Alerts per Deliver().
  absl::Duration deliver_timeout = absl::Seconds(10);  // For one Deliver().
  absl::Duration retry_min =
      absl::Milliseconds(100);                   // Pause after the first kUnavailable; it doubles,
  absl::Duration retry_max = absl::Seconds(30);  // up to this, and half of it is random.
};

// Of what went through memory, exact at every moment: offered = delivered + dropped + filtered +
// waiting; after Close(), waiting is 0. What comes out of the backlog is in `backlog`.
struct SinkCounts {
  std::string name, type;
  uint64_t offered = 0;
  uint64_t delivered = 0;
  uint64_t dropped = 0;     // No room, refused by the sink, or left when the dispatcher was closed.
  uint64_t filtered = 0;    // The sink does not want them.
  uint64_t waiting = 0;     // Under delivery, too.
  uint64_t heartbeats = 0;  // Part of `offered`.
  uint64_t retried = 0;     // Attempts after the first one of a batch.
  bool down = false;        // The last attempt was answered with kUnavailable.
  std::string last_error;   // Of the last attempt; empty if it went well.
  LatencyCounts latency;    // From what happened to the sink's confirmation; no heartbeats.
  // What happened this long ago is under delivery and not confirmed; 0: nothing is.
  absl::Duration lag = absl::ZeroDuration();
  bool late = false;        // It came by Change(), and has not been offered all.
  bool from_store = false;  // It has a backlog:
  BacklogCounts backlog;
};

// From a configuration: the sink's own options and CommonSinkOptions(). Opens what the sink opens,
// or later if that cannot be opened now (late_sink.h). kInvalidArgument: a mistake in the options.
absl::StatusOr<SinkSetup> SetUpSink(absl::string_view type, const SinkOptions& options);
// The one beside it that carries events, if `events` asks for one.
absl::StatusOr<std::optional<SinkSetup>> SetUpEventSink(absl::string_view type,
                                                        const SinkOptions& options);

class Lane;

// Thread-safe. `clock` outlives it.
class Dispatcher {
 public:
  Dispatcher(Clock& clock, std::vector<SinkSetup> sinks);
  ~Dispatcher();  // Close(0): what waits is lost.
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Never waits for a sink. After Close() every alert is counted as dropped.
  void Offer(Alert alert);
  void Offer(std::vector<Alert> alerts);

  // Alerts that are in the store: sinks with a backlog will find them there.
  void OfferCommitted(std::vector<Alert> alerts);
  // The store at the backlogs' path has been opened anew, and may be another one.
  void StoreReplaced();
  // The end of the store's chain, for heartbeats.
  void SetChainHead(const std::string& head);

  // Ends the sinks of these names as Close() would, for a short time, and begins those of `added`
  // when they have ended: meanwhile alerts wait in the store. A sink without a backlog begins at
  // once. Does not wait; call it from one thread, and not while IsChanging().
  void Change(const std::vector<std::string>& removed, std::vector<SinkSetup> added);
  bool IsChanging() const;

  // Delivers what waits, trying again where a sink is down, for at most `timeout`; counts the rest
  // as dropped, unless it is in a backlog, where it stays; flushes the sinks and ends the threads.
  // A Deliver() that is under way is not cut short: a sink that keeps to its deadline delays the
  // end by `deliver_timeout` at most. Any number of calls.
  void Close(absl::Duration timeout);

  // In the order of the constructor and of Change().
  std::vector<SinkCounts> Counts() const;

 private:
  using Lanes = std::vector<std::shared_ptr<Lane>>;
  Lanes Now() const;
  void Begin(SinkSetup setup);

  Clock& clock_;
  mutable std::mutex mu_;
  Lanes lanes_ ABSL_GUARDED_BY(mu_);
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  std::future<void> changing_;  // Change() and Close() only.
};

// An alert's share of memory, about.
size_t MemoryOf(const Alert& alert);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_DISPATCHER_H_
