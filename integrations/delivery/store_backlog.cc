// SPDX-License-Identifier: Apache-2.0
#include "integrations/delivery/store_backlog.h"

#include <atomic>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "integrations/format/json.h"
#include "storage/queries.h"
#include "storage/tables.h"

namespace vedette {
namespace {

// Columns of integers, row by row.
absl::StatusOr<std::vector<int64_t>> Integers(StoreReader& reader, absl::string_view sql) {
  std::vector<int64_t> found;
  RETURN_IF_ERROR(reader
                      .Query(
                          sql, {}, [](absl::Span<const std::string>) {},
                          [&](absl::Span<const SqlValue> row) {
                            for (const SqlValue& value : row) found.push_back(value.integer);
                            return true;
                          })
                      .status());
  return found;
}

class StoreBacklog : public Backlog {
 public:
  explicit StoreBacklog(StoreBacklogOptions options) : options_(std::move(options)) {
    cursor_.sink = options_.sink;
  }

  absl::Status Begin() {
    ASSIGN_OR_RETURN(const std::optional<DeliveryCursor> known,
                     options_.log->Cursor(options_.sink));
    RETURN_IF_ERROR(OpenReader());
    if (known.has_value()) {
      const std::string store = std::exchange(cursor_, *known).store;
      if (cursor_.store != store) MoveTo(store);
    } else if (!options_.from_oldest && !options_.log->after_damage) {
      ASSIGN_OR_RETURN(cursor_.row, reader_->LastAlertRow());
    }
    RETURN_IF_ERROR(Save({}));
    ASSIGN_OR_RETURN(const int64_t last, reader_->LastAlertRow());
    Publish(last);
    return absl::OkStatus();
  }

  absl::StatusOr<Batch> Next(size_t max, const AlertSelector& selector) override {
    if (!reader_.has_value()) {
      RETURN_IF_ERROR(Later(Reopen()));
    }
    const absl::Status read = Later(ReadBatch(max, selector));
    if (!read.ok()) {
      reader_.reset();  // Whatever is wrong with it, a new connection sees the file as it is now.
      return read;
    }
    return Batch{.alerts = batch_};
  }

  absl::Status Done(absl::Span<const Rejection> rejected) override {
    std::vector<DeadLetter> letters;
    for (const Rejection& one : rejected) {
      CHECK(one.index < batch_.size()) << options_.sink;
      const Alert& alert = batch_[one.index];
      letters.push_back({.sink = options_.sink,
                         .alert_id = alert.id,
                         .rule = alert.rule,
                         .alert_row = rows_[one.index],
                         .time = options_.clock->Now(),
                         .reason = one.reason,
                         .alert = FormatJson(alert)});
    }
    Advance();
    cursor_.delivered += batch_.size() - rejected.size();
    cursor_.dead += rejected.size();
    batch_.clear();
    rows_.clear();
    Publish(last_);
    return Save(letters);
  }

  void Reset() override { reader_.reset(); }

  void Measure() override {
    if (!reader_.has_value()) return;
    const absl::StatusOr<int64_t> last = reader_->LastAlertRow();
    if (last.ok()) Publish(last_ = *last);  // An error is Next()'s to tell.
  }

  BacklogCounts Counts() const override {
    return {.delivered = delivered_,
            .filtered = filtered_,
            .dead = dead_,
            .lost = lost_,
            .behind = behind_};
  }

 private:
  // The store may come back, be trimmed or be replaced: nothing here is the end.
  static absl::Status Later(const absl::Status& status) {
    return status.ok() ? status : absl::UnavailableError(status.message());
  }

  absl::Status OpenReader() {
    ASSIGN_OR_RETURN(StoreReader reader, StoreReader::Open(options_.store_path));
    // A store is born with its first run, at a time that no other has.
    ASSIGN_OR_RETURN(const std::vector<int64_t> born,
                     Integers(reader, "SELECT start_ns FROM runs ORDER BY run LIMIT 1"));
    ASSIGN_OR_RETURN(const std::vector<int64_t> replays,
                     Integers(reader, "SELECT run FROM runs WHERE recording IS NOT NULL"));
    cursor_.store = born.empty() ? "" : absl::StrCat(born[0]);
    replays_ = {replays.begin(), replays.end()};
    reader_.emplace(std::move(reader));
    return absl::OkStatus();
  }

  absl::Status Reopen() {
    const std::string store = cursor_.store;
    const absl::Status opened = OpenReader();
    if (!opened.ok()) {
      cursor_.store = store;
      return opened;
    }
    const std::string now = std::exchange(cursor_.store, store);
    if (now != store) {
      MoveTo(now);
      return Save({});
    }
    return absl::OkStatus();
  }

  // Another store: everything in it is news.
  void MoveTo(const std::string& store) {
    LOG_WARNING("sink ", options_.sink,
                ": the store is another one than before; alerts of the earlier one that were not "
                "delivered stay in it");
    cursor_.store = store;
    cursor_.row = 0;
    passed_ = {};
  }

  // From the cursor on until `max` are wanted or there are no more; what is passed over before the
  // first wanted one is done with.
  absl::Status ReadBatch(size_t max, const AlertSelector& selector) {
    batch_.clear();
    rows_.clear();
    ASSIGN_OR_RETURN(last_, reader_->LastAlertRow());
    read_up_to_ = cursor_.row;
    passed_ = {};
    while (batch_.empty() && read_up_to_ < last_) {
      AlertFilter filter;
      filter.after_row = read_up_to_;
      filter.limit = max;
      ASSIGN_OR_RETURN(std::vector<StoredAlert> stored, reader_->ListAlerts(filter));
      if (stored.empty()) break;
      for (StoredAlert& one : stored) Take(one, selector);
      if (!batch_.empty()) break;
      Advance();
      RETURN_IF_ERROR(Save({}));
    }
    Publish(last_);
    return absl::OkStatus();
  }

  void Take(StoredAlert& stored, const AlertSelector& selector) {
    // Numbers are given without holes, so a hole is what retention took. Before the first alert of
    // a sink there is nothing to miss.
    if (read_up_to_ > 0) passed_.lost += static_cast<uint64_t>(stored.row - read_up_to_ - 1);
    read_up_to_ = stored.row;
    if (!stored.alert.suppressed_by.empty() ||
        replays_.contains(stored.event_id / kNumbersPerRun) || !selector.Wants(stored.alert)) {
      ++passed_.filtered;
      return;
    }
    rows_.push_back(stored.row);
    batch_.push_back(std::move(stored.alert));
  }

  void Advance() {
    cursor_.row = read_up_to_;
    cursor_.filtered += std::exchange(passed_.filtered, 0);
    cursor_.lost += std::exchange(passed_.lost, 0);
  }

  absl::Status Save(absl::Span<const DeadLetter> letters) {
    cursor_.updated = options_.clock->Now();
    return options_.log->Put(cursor_, letters);
  }

  void Publish(int64_t last) {
    delivered_ = cursor_.delivered;
    filtered_ = cursor_.filtered;
    dead_ = cursor_.dead;
    lost_ = cursor_.lost;
    behind_ = last > cursor_.row ? static_cast<uint64_t>(last - cursor_.row) : 0;
  }

  const StoreBacklogOptions options_;
  std::optional<StoreReader> reader_;
  std::set<int64_t> replays_;  // Runs that are none of the daemon's.
  DeliveryCursor cursor_;
  std::vector<Alert> batch_;   // Of the last Next(), and
  std::vector<int64_t> rows_;  // where each stands.
  int64_t read_up_to_ = 0, last_ = 0;
  BacklogCounts passed_;  // On the way to read_up_to_: filtered and lost.
  std::atomic<uint64_t> delivered_ = 0, filtered_ = 0, dead_ = 0, lost_ = 0, behind_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DeliveryLog>> OpenDeliveryLog(const std::string& store_path,
                                                             absl::Time now) {
  const std::string path = DeliveryLogPath(store_path);
  auto log = DeliveryLog::Open(path);
  if (!absl::IsDataLoss(log.status())) return log;
  ASSIGN_OR_RETURN(const std::string aside, SetAsideDamaged(path, now));
  LOG_ERROR("sinks: ", log.status().message(), "; it is now ", aside,
            ", and every sink begins with the oldest alert of the store");
  ASSIGN_OR_RETURN(std::unique_ptr<DeliveryLog> fresh, DeliveryLog::Open(path));
  fresh->after_damage = true;
  return fresh;
}

absl::StatusOr<std::unique_ptr<Backlog>> OpenStoreBacklog(StoreBacklogOptions options) {
  auto backlog = std::make_unique<StoreBacklog>(std::move(options));
  RETURN_IF_ERROR(backlog->Begin());
  return backlog;
}

}  // namespace vedette
