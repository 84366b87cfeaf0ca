// SPDX-License-Identifier: Apache-2.0
//
// The history of one host in one SQLite file: processes, events, alerts and gaps as rows.
#ifndef VEDETTE_STORAGE_EVENT_STORE_H_
#define VEDETTE_STORAGE_EVENT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "engine/match/alert.h"
#include "storage/alert_change.h"
#include "storage/mark_queue.h"
#include "storage/stored_container.h"
#include "storage/suppression.h"

namespace vedette {

// A stretch of time in which something was lost. Times by the wall clock.
struct Gap {
  absl::Time from, to;
  std::string kind;   // Name of the event kind, "alert" for alerts, "" if unknown.
  std::string stage;  // LossStageName, "not_running" or "store_damaged".
  uint64_t count = 0;
};

// A combination of values that a rule with `first_seen` knows. Times in nanoseconds since 1970.
struct SeenCombination {
  std::string rule, fields;
  std::string combination;  // Empty: of the rule itself; `first_ns` is since when it learns.
  int64_t first_ns = 0, last_ns = 0;
  int64_t expires_ns = 0;  // Then the row goes.
  bool forgotten = false;  // It goes now.
};

// What the records of a process do not say, for its row in `processes`. What is empty or 0 is not
// known, and stays as it is.
struct StoredProcessNote {
  uint64_t exec_id = 0;
  std::string exe_sha256;        // 64 digits.
  std::string exe_sha256_state;  // DigestStateName
  uint64_t requested_by_exec_id = 0;
  std::string requested_via;          // A unix socket.
  uint32_t requested_candidates = 0;  // How many may have asked.
};

// What a replay puts in.
struct StoredRecording {
  std::string name;  // The same for the same recording, another for any other.
  absl::Time begin = absl::InfiniteFuture();  // Of its first event.
};

struct StoreOptions {
  std::string path;
  size_t queue_bytes_max = 16 << 20;  // Memory for what waits; a quarter is kept for alerts.
  absl::Duration commit_interval = absl::Milliseconds(200);  // An alert is committed at once.
  // Runs on the writer thread, after the alerts have been committed.
  std::function<void(std::vector<Alert>)> on_committed;
  // Runs on the writer thread with alerts that are counted as dropped because the store has failed
  // for longer than `alert_patience`: a full disk must not silence them. None: they are gone.
  std::function<void(std::vector<Alert>)> on_unstored;
  absl::Duration alert_patience = absl::Seconds(2);
  // Retention: the oldest events go first; those that alerts point to stay, until nothing else can
  // go.
  uint64_t bytes_max = uint64_t{1} << 30;  // Of the file and its write-ahead log; at least 16 MiB.
  absl::Duration age_max = absl::Hours(30 * 24);
  // Who is asking, for the tables `runs`, `users` and `groups`. May be empty.
  std::string hostname;
  std::string boot_id;
  std::map<uint32_t, std::string> users, groups;
  std::optional<StoredRecording> recording;  // Of a replay.
  int64_t run = 0;  // Of a copy: its number in the host's store, ascending. 0: the next one.
  Clock* clock = nullptr;                    // Null: the real one.
};

// Exact: offered = written + dropped + waiting. After Close(), waiting is 0.
struct StoreCounts {
  uint64_t events_offered = 0, events_written = 0, events_dropped = 0;
  uint64_t alerts_offered = 0, alerts_written = 0, alerts_dropped = 0;
  uint64_t gaps_written = 0;
};

// The writer: one per file and host. Offer*() never wait for the disk; any thread may call them. A
// thread of its own writes in batches and tries again while the disk refuses: meanwhile events wait
// in the queue, and are dropped and counted when it is full.
class EventStore {
 public:
  // Makes the file (0600), its directory (0700) and its tables where missing. kFailedPrecondition:
  // another daemon holds it, or it is of a newer version, or of another program; kAlreadyExists: it
  // has the recording, or was written to by the daemon while that was made; kDataLoss: it is
  // damaged (SetAsideDamaged is the way out). Each error names the path and the way out.
  static absl::StatusOr<std::unique_ptr<EventStore>> Open(StoreOptions options);
  virtual ~EventStore() = default;

  // `record` is one record as EventView::Parse accepts it; copied. `number` counts from the start
  // of the daemon, each once. `time` is its wall time. False: no room; it has been counted, and a
  // gap row will say so.
  virtual bool OfferEvent(absl::Span<const std::byte> record, uint64_t number, absl::Time time) = 0;
  virtual bool OfferAlert(Alert alert) = 0;
  virtual bool OfferGap(Gap gap) = 0;
  // False: no room, or closed; nothing is counted, for it can be offered again.
  virtual bool OfferSeen(SeenCombination seen) = 0;
  // Behind the event that began the process. False: no room, or closed; the row stays without it.
  virtual bool OfferNote(StoredProcessNote note) = 0;
  // False: no room, or closed; then the container stays without its row.
  virtual bool OfferContainer(StoredContainer container) = 0;
  // Behind everything that was offered before. False: closed.
  virtual bool OfferMark(StoreMark mark) = 0;
  // Marks that are on disk since the last call, of each key the last one.
  virtual std::vector<StoreMark> TakeCommittedMarks() = 0;
  // Committed at once and synced, like an alert; one of an alert that is not there is passed over.
  // False: no room, or closed.
  virtual bool OfferChange(AlertChange change) = 0;
  // The same of a suppression: whoever has taken it applies it to alerts offered behind it.
  virtual bool OfferSuppression(SuppressionAct act) = 0;
  // The suppressions that were there when the store was opened; once.
  virtual std::vector<StoredSuppression> TakeSuppressions() = 0;
  // What was there when the store was opened, by last time; once.
  virtual std::vector<SeenCombination> TakeSeen() = 0;
  // The marks that were there; once.
  virtual std::vector<StoreMark> TakeMarks() = 0;

  // Writes what waits, and returns when it is on disk or has been counted as lost; then that is an
  // error.
  virtual absl::Status Close() = 0;
  virtual StoreCounts Counts() const = 0;
  // Why the last attempt to write failed; OK if it did not. kDataLoss does not heal: Close(),
  // SetAsideDamaged(), Open() again.
  virtual absl::Status Health() const { return absl::OkStatus(); }
  // Of the chain as it is on disk, hexadecimal; empty if there is none. Any thread.
  virtual std::string ChainHead() const { return ""; }
};

// Renames a damaged store and its log to `<path>.damaged-<time>`, so that it can be looked at
// later, and returns that path. kFailedPrecondition: a daemon holds it.
absl::StatusOr<std::string> SetAsideDamaged(const std::string& path, absl::Time now);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_STORE_H_
