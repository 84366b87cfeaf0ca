// SPDX-License-Identifier: Apache-2.0
//
// Questions to a store, while its daemon runs and after it has ended in whatever way. Only reads:
// no statement that could change the file, open another one or load code gets through, and a
// malicious file cannot run anything.
#ifndef VEDETTE_STORAGE_QUERIES_H_
#define VEDETTE_STORAGE_QUERIES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/match/alert.h"
#include "storage/alert_change.h"
#include "storage/chain_report.h"
#include "storage/event_store.h"
#include "storage/process_tree.h"
#include "storage/segment_damage.h"
#include "storage/suppression.h"

struct sqlite3;

namespace vedette {

// One value of a row. `bytes` are valid during the callback only, and as the kernel gave them:
// escape when printing.
struct SqlValue {
  enum class Type : uint8_t { kNull, kInteger, kReal, kText, kBlob };
  Type type = Type::kNull;
  int64_t integer = 0;
  double real = 0;
  absl::string_view bytes = {};
};

struct QueryLimits {
  uint64_t rows_max = ~uint64_t{0};
  absl::Duration time_max = absl::InfiniteDuration();
  const std::atomic<bool>* cancelled =
      nullptr;  // Looked at every few thousand steps, and between rows.
};

struct QueryEnd {
  uint64_t rows = 0;
  bool more = false;  // There were rows beyond rows_max, or the callback wanted no more.
};

// Called once, before the rows, also if there are none.
using ColumnsCallback = absl::FunctionRef<void(absl::Span<const std::string> names)>;
using RowCallback = absl::FunctionRef<bool(absl::Span<const SqlValue> values)>;  // False: enough.

enum class Suppressed : uint8_t { kAny, kNo, kOnly };

// Those that are set must all hold.
struct AlertFilter {
  absl::Time since = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  std::string rule = {};                     // The whole name, ignoring ASCII case; "" for all.
  Priority priority_min = Priority::kDebug;  // This one or more urgent.
  std::string state = {};                    // Of kAlertStates; "" for all.
  std::string assignee = {};                 // The whole name; "" for all.
  Suppressed suppressed = Suppressed::kAny;  // Those that a suppression covered.
  int64_t after_row = 0;                     // Rows above this one: to follow.
  bool newest_first = false;                 // With `limit`: the newest ones.
  size_t limit = 1000;
};

// What its changes say of an alert.
struct AlertState {
  std::string state = "open";             // One of kAlertStates.
  std::string assignee, closed_as;        // Empty: nobody; not closed.
  std::vector<AlertChange> changes = {};  // Oldest first.
};

struct StoredAlert {
  int64_t row = 0;       // In order of arrival: AlertFilter::after_row.
  int64_t event_id = 0;  // Of its event's row; the row itself may not be kept.
  Alert alert;
  AlertState state;
};

// Used by one thread at a time; another may set `cancelled`.
class StoreReader {
 public:
  // kNotFound: no such file. kPermissionDenied, kUnavailable: says what to do. kDataLoss: damaged.
  static absl::StatusOr<StoreReader> Open(const std::string& path);
  StoreReader(StoreReader&&) noexcept;
  StoreReader& operator=(StoreReader&&) noexcept;
  ~StoreReader();

  // One statement that reads. kInvalidArgument: not SQL, or more than one statement;
  // kPermissionDenied: it would do more than read; kDeadlineExceeded; kCancelled. In SQL there is
  // one more function: exec_id('...') makes the stored number out of an identity as alerts and JSON
  // show it (or as 16 hex digits behind 0x).
  absl::StatusOr<QueryEnd> Query(absl::string_view sql, const QueryLimits& limits,
                                 ColumnsCallback columns, RowCallback row);

  // By arrival, oldest first.
  absl::StatusOr<std::vector<StoredAlert>> ListAlerts(const AlertFilter& filter);
  // By id, or by a beginning of it that only one id has; of several with that id the newest.
  // kNotFound; kInvalidArgument: several ids begin so.
  absl::StatusOr<StoredAlert> GetAlert(absl::string_view id);
  // What its runtime said; none: nothing, or the file is of a Vedette that did not keep it.
  absl::StatusOr<std::optional<StoredContainer>> GetContainer(absl::string_view id);
  // Suppressions, in the order in which they were made, with their end.
  absl::StatusOr<std::vector<StoredSuppression>> Suppressions();
  // The row of the newest alert, 0 if there is none: where to begin to follow.
  absl::StatusOr<int64_t> LastAlertRow();
  // Gaps that overlap [from, to], oldest first.
  absl::StatusOr<std::vector<Gap>> Gaps(absl::Time from, absl::Time to);

  // Segments that answers could not read whole so far: they lack rows of them, or values (NULL).
  std::vector<DamagedSegment> Damaged() const;

  // Whether alerts and gaps are as they were written: see VerifyChain() in chain.h.
  absl::StatusOr<ChainReport> Verify(const VerifyOptions& options);
  // What SQLite finds wrong in pages and indexes; CheckAllSegments(). Both read the whole file.
  absl::StatusOr<std::vector<std::string>> CheckFile();
  absl::StatusOr<SegmentCheck> CheckSegments(SegmentCheckProgress progress);

  // Around the process with an exec_id, the latest with a pid, or that of an alert, in this order
  // of trying.
  absl::StatusOr<ProcessTree> Tree(absl::string_view exec_id_pid_or_alert,
                                   const TreeLimits& limits);
  absl::StatusOr<ProcessTree> TreeOf(uint64_t exec_id, const TreeLimits& limits);

 private:
  struct State;
  explicit StoreReader(std::unique_ptr<State> state);
  absl::StatusOr<uint64_t> FindProcess(absl::string_view text);

  std::unique_ptr<State> state_;
};

// An identity as people write it: decimal (unsigned, or negative as SQL shows it), or hex behind
// 0x.
std::optional<uint64_t> ParseExecId(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_QUERIES_H_
