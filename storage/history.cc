// SPDX-License-Identifier: Apache-2.0
#include "storage/history.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/event_block.h"
#include "storage/history_lean.h"
#include "storage/history_plan.h"
#include "storage/read_only.h"
#include "storage/segment_check.h"
#include "storage/store_file.h"
#include "storage/tables.h"

namespace vedette {
namespace {

// Pieces of a list of tasks, in their order, decoded ahead on threads; or, without threads, when
// they are asked for.
class Pieces {
 public:
  static constexpr size_t kAheadPerThread = 2;

  // `rows`: of each task, as in HistoryDecoder::Decode(); empty: null for all.
  Pieces(const HistoryQuestion& question, const std::vector<HistoryTask>& tasks,
         const std::vector<std::vector<uint32_t>>& rows, std::vector<HistoryDecoder>& decoders)
      : question_(question),
        tasks_(tasks),
        rows_(rows),
        decoders_(decoders),
        ahead_max_(kAheadPerThread * (decoders.size() - 1)),
        results_(tasks.size()) {
    for (size_t i = 1; i < decoders.size(); ++i) {
      threads_.emplace_back([this, i] { Work(decoders_[i]); });
    }
  }
  ~Pieces() {
    {
      const std::lock_guard lock(mu_);
      closed_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  // The piece of task `index`; they are taken in order, each once.
  absl::StatusOr<HistoryPiece> Take(size_t index) {
    if (threads_.empty()) return Decode(index, decoders_[0]);
    std::unique_lock lock(mu_);
    while (!results_[index].has_value()) {
      if (MayBegin()) {
        DecodeNext(decoders_[0], lock);  // Rather than wait.
      } else {
        changed_.wait(lock);
      }
    }
    absl::StatusOr<HistoryPiece> piece = *std::exchange(results_[index], std::nullopt);
    taken_ = index + 1;
    lock.unlock();
    changed_.notify_all();
    return piece;
  }

 private:
  absl::StatusOr<HistoryPiece> Decode(size_t index, HistoryDecoder& decoder) {
    return decoder.Decode(tasks_[index], question_, rows_.empty() ? nullptr : &rows_[index]);
  }
  bool MayBegin() const { return next_ < tasks_.size() && next_ < taken_ + ahead_max_; }
  // Holds the lock before and after, not while it decodes.
  void DecodeNext(HistoryDecoder& decoder, std::unique_lock<std::mutex>& lock) {
    const size_t index = next_++;
    lock.unlock();
    absl::StatusOr<HistoryPiece> piece = Decode(index, decoder);
    lock.lock();
    results_[index] = std::move(piece);
    changed_.notify_all();
  }
  void Work(HistoryDecoder& decoder) {
    std::unique_lock lock(mu_);
    while (true) {
      changed_.wait(lock, [&] { return closed_ || next_ >= tasks_.size() || MayBegin(); });
      if (closed_ || next_ >= tasks_.size()) return;
      DecodeNext(decoder, lock);
    }
  }

  const HistoryQuestion& question_;
  const std::vector<HistoryTask>& tasks_;
  const std::vector<std::vector<uint32_t>>& rows_;
  std::vector<HistoryDecoder>& decoders_;  // [0] is the reader's own.
  const size_t ahead_max_;
  std::mutex mu_;  // Of what follows, but for the threads.
  std::condition_variable changed_;
  std::vector<std::optional<absl::StatusOr<HistoryPiece>>> results_;
  size_t next_ = 0, taken_ = 0;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

class HistoryReader final : public History {
 public:
  explicit HistoryReader(HistoryQuestion question) : question_(std::move(question)) {}

  absl::Status Begin() {
    for (size_t i = 0; i <= question_.threads; ++i) {
      ASSIGN_OR_RETURN(HistoryDecoder decoder, HistoryDecoder::Open(question_, damage_));
      decoders_.push_back(std::move(decoder));
    }
    for (const KindInfo& kind : Kinds()) {
      if (!decoders_[0].catalog().HasOldRows(kind.kind)) continue;
      return absl::FailedPreconditionError(
          absl::StrCat(question_.path,
                       " has events as version 1 kept them: `vedette run` moves them into"
                       " segments; try it again when it has run for a while"));
    }
    RETURN_IF_ERROR(FindLostLayouts(decoders_[0].db(), damage_));
    segments_ = decoders_[0].catalog().segments();
    std::erase_if(segments_, [](const SegmentInfo& info) { return info.kind == kProcessesKind; });
    return ListRuns();
  }

  const std::vector<HistoryRun>& runs() const override { return runs_; }
  KindSet kinds() const override {
    HistoryQuestion all = question_;
    all.kinds = ~KindSet{0};
    KindSet kinds = 0;
    for (const HistoryRun& run : runs_) {
      for (const HistoryTask& task : TasksOf(run.run, all, segments_)) {
        kinds |= KindBit(task.info.kind);
      }
    }
    return kinds;
  }
  uint64_t events_done() const override { return done_; }
  uint64_t events_gone() const override { return gone_; }
  uint64_t processes_by_row() const override { return by_row_; }
  std::vector<DamagedSegment> damaged() const override { return damage_.All(); }

  absl::Status Read(const HistoryRun& run, HistoryCallback each) override {
    if (question_.from > absl::InfinitePast()) {
      ASSIGN_OR_RETURN(const std::vector<std::string> processes,
                       ProcessesAt(decoders_[0], run.run, question_.from, run.wall_minus_boot_ns,
                                   question_.digests, by_row_));
      for (const std::string& record : processes) {
        if (!each({Bytes(record.data(), record.size()), 0})) return absl::OkStatus();
      }
    }
    std::vector<HistoryTask> tasks = TasksOf(run.run, question_, segments_);
    std::vector<std::vector<uint32_t>> rows;
    if (question_.lean) RETURN_IF_ERROR(LeaveOut(tasks, rows));
    Pieces pieces(question_, tasks, rows, decoders_);
    return Merge(tasks, pieces, each);
  }

 private:
  struct Head {
    int64_t key = 0;
    size_t piece = 0;
  };
  struct Open {
    HistoryPiece piece;
    size_t at = 0;
    int64_t rows = 0;
  };

  static absl::Span<const std::byte> Bytes(const char* data, size_t size) {
    return {reinterpret_cast<const std::byte*>(data), size};
  }
  static bool Later(const Head& a, const Head& b) {
    return std::pair(a.key, a.piece) > std::pair(b.key, b.piece);
  }

  // Tasks of which nothing is wanted, and what is of the others; nothing where that is too much.
  absl::Status LeaveOut(std::vector<HistoryTask>& tasks, std::vector<std::vector<uint32_t>>& rows) {
    ASSIGN_OR_RETURN(auto lean, LeanRowsOf(tasks, question_, decoders_));
    if (!lean) return absl::OkStatus();
    std::vector<HistoryTask> kept;
    for (size_t i = 0; i < tasks.size(); ++i) {
      if ((*lean)[i].empty()) {
        done_ += static_cast<uint64_t>(tasks[i].info.rows);
        continue;
      }
      kept.push_back(tasks[i]);
      rows.push_back(std::move((*lean)[i]));
    }
    tasks = std::move(kept);
    return absl::OkStatus();
  }

  absl::Status ListRuns();
  // Nothing: its segment is damaged.
  absl::StatusOr<std::optional<int64_t>> WallMinusBoot(const HistoryTask& task);
  absl::StatusOr<int64_t> ReadWallMinusBoot(const HistoryTask& task);

  absl::Status Merge(const std::vector<HistoryTask>& tasks, Pieces& pieces, HistoryCallback each) {
    std::vector<Open> open(tasks.size());
    std::vector<Head> heap;
    size_t next = 0;
    while (true) {
      while (next < tasks.size() &&
             (heap.empty() || HistoryKey(tasks[next].first_id) <= heap.front().key)) {
        ASSIGN_OR_RETURN(open[next].piece, pieces.Take(next));
        gone_ += open[next].piece.gone;
        done_ += static_cast<uint64_t>(tasks[next].info.rows);
        if (question_.on_progress && !question_.on_progress(done_)) return absl::OkStatus();
        if (!open[next].piece.entries.empty()) {
          heap.push_back({open[next].piece.entries[0].key, next});
          std::push_heap(heap.begin(), heap.end(), Later);
        }
        ++next;
      }
      if (heap.empty()) return absl::OkStatus();
      std::pop_heap(heap.begin(), heap.end(), Later);
      Head& head = heap.back();
      Open& front = open[head.piece];
      // As long as nothing else is before the next one of this piece.
      int64_t limit = heap.size() > 1 ? heap.front().key : INT64_MAX;
      if (next < tasks.size()) limit = std::min(limit, HistoryKey(tasks[next].first_id));
      const std::vector<HistoryPiece::Entry>& entries = front.piece.entries;
      do {
        const HistoryPiece::Entry& entry = entries[front.at];
        const char* const bytes = front.piece.bytes.data() + entry.begin;
        if (!each({Bytes(bytes, entry.end - entry.begin), entry.id})) return absl::OkStatus();
      } while (++front.at < entries.size() && entries[front.at].key < limit);
      if (front.at < entries.size()) {
        head.key = entries[front.at].key;
        std::push_heap(heap.begin(), heap.end(), Later);
      } else {
        front = Open();
        heap.pop_back();
      }
    }
  }

  const HistoryQuestion question_;
  DamageLog damage_;  // Outlives the decoders.
  std::vector<HistoryDecoder> decoders_;
  std::vector<SegmentInfo> segments_;
  std::vector<HistoryRun> runs_;
  uint64_t done_ = 0, gone_ = 0, by_row_ = 0;
};

absl::StatusOr<std::optional<int64_t>> HistoryReader::WallMinusBoot(const HistoryTask& task) {
  const absl::StatusOr<int64_t> read = ReadWallMinusBoot(task);
  if (read.ok()) return *read;
  RETURN_IF_ERROR(decoders_[0].PassOver(task.info, read.status()));
  return std::nullopt;
}

absl::StatusOr<int64_t> HistoryReader::ReadWallMinusBoot(const HistoryTask& task) {
  SegmentCatalog& catalog = decoders_[0].catalog();
  ASSIGN_OR_RETURN(const std::shared_ptr<EventBatch> batch, catalog.Read(task.info));
  const std::vector<EventColumn>& columns = EventColumns(task.info.kind);
  const auto boot = std::find_if(columns.begin(), columns.end(), [](const EventColumn& column) {
    return column.name == "boot_time_ns";
  });
  ASSIGN_OR_RETURN(const ColumnData* const ids, batch->Column(kIdColumn));
  ASSIGN_OR_RETURN(const ColumnData* const times, batch->Column(kTimeColumn));
  ASSIGN_OR_RETURN(const ColumnData* const boot_times,
                   batch->Column(static_cast<size_t>(boot - columns.begin())));
  for (size_t row = 0; row < ids->rows(); ++row) {
    if (ids->numbers[row] < task.first_id || ids->numbers[row] > task.last_id) continue;
    return times->numbers[row] - boot_times->numbers[row];
  }
  return 0;
}

absl::Status HistoryReader::ListRuns() {
  ASSIGN_OR_RETURN(const Statement all,
                   Prepare(decoders_[0].db(),
                           "SELECT run, hostname, boot_id, recording FROM runs ORDER BY run"));
  int rc;
  while ((rc = sqlite3_step(all.get())) == SQLITE_ROW) {
    HistoryRun run;
    run.run = sqlite3_column_int64(all.get(), 0);
    run.hostname = std::string(ColumnBytes(all.get(), 1));
    run.boot_id = std::string(ColumnBytes(all.get(), 2));
    run.recording = std::string(ColumnBytes(all.get(), 3));
    const std::vector<HistoryTask> tasks = TasksOf(run.run, question_, segments_);
    if (tasks.empty()) continue;
    for (const HistoryTask& task : tasks) run.events += task.info.rows;
    run.segments = tasks.size();
    for (const HistoryTask& task : tasks) {
      ASSIGN_OR_RETURN(const std::optional<int64_t> known, WallMinusBoot(task));
      if (!known.has_value()) continue;
      run.wall_minus_boot_ns = *known;
      break;
    }
    runs_.push_back(std::move(run));
  }
  return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(decoders_[0].db(), rc, "list runs");
}

absl::Status ReadNames(sqlite3* db, const char* sql, std::map<uint32_t, std::string>& names) {
  const auto statement = Prepare(db, sql);
  if (!statement.ok()) return absl::OkStatus();  // A store that is older than the table.
  int rc;
  while ((rc = sqlite3_step(statement->get())) == SQLITE_ROW) {
    names[static_cast<uint32_t>(sqlite3_column_int64(statement->get(), 0))] =
        std::string(ColumnBytes(statement->get(), 1));
  }
  return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(db, rc, "read names");
}

}  // namespace

absl::StatusOr<std::unique_ptr<History>> History::Open(HistoryQuestion question) {
  const std::string path = question.path;
  auto reader = std::make_unique<HistoryReader>(std::move(question));
  RETURN_IF_ERROR(WithWayOut(reader->Begin(), path));
  return std::unique_ptr<History>(std::move(reader));
}

absl::StatusOr<StoredNames> ReadStoredNames(const std::string& path) {
  ASSIGN_OR_RETURN(const Database db, OpenReadOnly(path));
  StoredNames names;
  RETURN_IF_ERROR(ReadNames(db.get(), "SELECT uid, name FROM users", names.users));
  RETURN_IF_ERROR(ReadNames(db.get(), "SELECT gid, name FROM groups", names.groups));
  return names;
}

}  // namespace vedette
