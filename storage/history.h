// SPDX-License-Identifier: Apache-2.0
//
// Reads events of a store back as records, in the order in which they had arrived: what hunting and
// recording begin with. Segments are decoded on several threads ahead of the reader. No transaction
// stays open: the daemon may write, join and drop segments meanwhile. What was joined is found
// again; what was dropped for its age is counted.
#ifndef VEDETTE_STORAGE_HISTORY_H_
#define VEDETTE_STORAGE_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "sensor/schema/schema.h"
#include "storage/event_chooser.h"
#include "storage/segment_damage.h"

namespace vedette {

struct HistoryQuestion {
  std::string path;
  absl::Time from = absl::InfinitePast(), to = absl::InfiniteFuture();  // `to` is not in it.
  // What is wanted. Events that begin and end processes come besides, whole.
  KindSet kinds = ~KindSet{0};
  const EventChooser* chooser = nullptr;  // Of these kinds; outlives the history. Null: all events.
  // Of events that begin and end processes only those come that concern who did a wanted one, as
  // long as these are few: its ancestors, its earlier programs, its container. Nobody is then found
  // by a process id.
  bool lean = false;  // Needs a chooser.
  // Digests that the daemon has made stand in for the kernel's (IMA).
  bool digests = false;
  size_t threads = 1;  // Beside that of the reader; 0: it decodes for itself.
  // After each segment, on the reader's thread, with events_done(). False: enough.
  std::function<bool(uint64_t events_done)> on_progress = nullptr;
};

// What one run of the daemon has written, or one recording that was put in.
struct HistoryRun {
  int64_t run = 0;
  std::string hostname, boot_id;
  std::string recording;           // Empty: the daemon's own.
  int64_t wall_minus_boot_ns = 0;  // Of its clocks.
  int64_t events = 0;              // To look at: an estimate from above.
  size_t segments = 0;
};

struct HistoryRecord {
  absl::Span<const std::byte> record;  // As EventView::Parse accepts it; valid during the call.
  // The event's; 0: no event of the time in question, but a process_seen record of a process that
  // was there when it began.
  int64_t id = 0;
};
using HistoryCallback = absl::FunctionRef<bool(const HistoryRecord&)>;  // False: enough.

// Used by one thread.
class History {
 public:
  // kFailedPrecondition: the store has events of version 1, which a daemon has to move first.
  // Others as StoreReader::Open.
  static absl::StatusOr<std::unique_ptr<History>> Open(HistoryQuestion question);
  virtual ~History() = default;

  // Those that have something in that time, by number.
  virtual const std::vector<HistoryRun>& runs() const = 0;
  // Of which there is any event in that time.
  virtual KindSet kinds() const = 0;
  // Who was there when the time in question began, and then every event of segments that are not
  // damaged.
  virtual absl::Status Read(const HistoryRun& run, HistoryCallback each) = 0;

  // Events of segments that have been decoded or passed over, over all calls.
  virtual uint64_t events_done() const = 0;
  // Events that retention has dropped before they were read.
  virtual uint64_t events_gone() const = 0;
  // Processes that were there at the beginning, and of which only the row in `processes` is left.
  virtual uint64_t processes_by_row() const = 0;
  // Segments that were passed over.
  virtual std::vector<DamagedSegment> damaged() const = 0;
};

// Names by id, as the host knew them last.
struct StoredNames {
  std::map<uint32_t, std::string> users, groups;
};
absl::StatusOr<StoredNames> ReadStoredNames(const std::string& path);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_HISTORY_H_
