// SPDX-License-Identifier: Apache-2.0
//
// No unit test: history_test and tests/hunt read through it.
#include "storage/history_lean.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "storage/event_block.h"

namespace vedette {
namespace {

constexpr int32_t kOnHost = -1;

// The begins or ends of processes in one task: whose, who is known by it, and in which container.
struct Lives {
  std::vector<uint32_t> rows;
  std::vector<int64_t> exec_ids;
  std::vector<int64_t> related[2];  // Empty: nobody.
  std::vector<int32_t> containers;  // Empty: does not say.
};

// What a kind's rows say of a life; empty names: nothing.
struct LifeColumns {
  absl::string_view exec_id, related[2], cgroup;
};
LifeColumns LifeColumnsOf(EventKind kind) {
  switch (kind) {
    case WIRE_process_fork:
      return {"child_exec_id", {"exec_id", "child_parent_exec_id"}, ""};
    case WIRE_process_exec:
    case WIRE_process_seen:
      return {"exec_id", {"previous_exec_id", "parent_exec_id"}, "cgroup"};
    default:
      return {"exec_id", {"", ""}, ""};
  }
}

class LeanReader {
 public:
  LeanReader(const std::vector<HistoryTask>& tasks, const HistoryQuestion& question)
      : tasks_(tasks), question_(question), lives_(tasks.size()), rows_(tasks.size()) {}

  // Takes tasks as long as there are any. On several threads at once.
  void Work(HistoryDecoder& decoder) {
    while (!given_up_) {
      const size_t index = next_++;
      if (index >= tasks_.size()) return;
      absl::Status status = Look(index, decoder);
      if (status.ok()) continue;
      status = decoder.PassOver(tasks_[index].info, status);
      lives_[index] = Lives();
      rows_[index].clear();
      if (status.ok()) continue;
      const std::lock_guard lock(mu_);
      status_.Update(status);
      given_up_ = true;
    }
  }

  absl::StatusOr<std::optional<std::vector<std::vector<uint32_t>>>> Rows() {
    RETURN_IF_ERROR(status_);
    if (given_up_) return std::nullopt;
    in_question_.resize(container_numbers_.size());
    while (FindRelated()) {
    }
    // Whoever has ended is still who it was; a container whose entry point has ended has another.
    const bool ends_matter =
        std::find(in_question_.begin(), in_question_.end(), true) != in_question_.end();
    for (size_t i = 0; i < tasks_.size(); ++i) {
      std::vector<uint32_t>& rows = rows_[i];
      const Lives& lives = lives_[i];
      if (lives.related[0].empty() && !ends_matter) continue;
      for (size_t at = 0; at < lives.rows.size(); ++at) {
        if (Concerns(lives, at)) rows.push_back(lives.rows[at]);
      }
      std::sort(rows.begin(), rows.end());
      rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    }
    return std::move(rows_);
  }

 private:
  absl::Status Look(size_t index, HistoryDecoder& decoder) {
    const HistoryTask& task = tasks_[index];
    Statement holder;
    ASSIGN_OR_RETURN(const std::shared_ptr<EventBatch> batch, decoder.Read(task, holder));
    if (batch == nullptr) {
      given_up_ = true;
      return absl::OkStatus();
    }
    const KindSet kind = KindBit(task.info.kind);
    if ((LifeKinds() & kind) != 0) RETURN_IF_ERROR(ReadLives(*batch, index));
    if ((question_.kinds & kind) != 0) RETURN_IF_ERROR(ReadWanted(*batch, index));
    return absl::OkStatus();
  }

  absl::Status ReadWanted(EventBatch& batch, size_t index) {
    std::vector<uint32_t>& rows = rows_[index];
    RETURN_IF_ERROR(WantedRows(batch, tasks_[index], question_, rows));
    if (rows.empty()) return absl::OkStatus();
    if ((wanted_ += rows.size()) > kLeanEventsMax) {
      given_up_ = true;
      return absl::OkStatus();
    }
    for (const absl::string_view name : {"exec_id", "target_exec_id"}) {
      ASSIGN_OR_RETURN(const ColumnData* const column, ColumnNamed(batch, name));
      if (column == nullptr) continue;
      const std::lock_guard lock(mu_);
      for (const uint32_t row : rows) AddConcerned(column->numbers[row]);
    }
    return absl::OkStatus();
  }

  absl::Status ReadLives(EventBatch& batch, size_t index) {
    const LifeColumns names = LifeColumnsOf(batch.info().kind);
    Lives& lives = lives_[index];
    RETURN_IF_ERROR(RowsInQuestion(batch, tasks_[index], question_, lives.rows));
    const auto take = [&](absl::string_view name, std::vector<int64_t>& to) -> absl::Status {
      ASSIGN_OR_RETURN(const ColumnData* const column, ColumnNamed(batch, name));
      to.reserve(lives.rows.size());
      for (const uint32_t row : lives.rows) to.push_back(column->numbers[row]);
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(take(names.exec_id, lives.exec_ids));
    for (int i = 0; i < 2; ++i) {
      if (!names.related[i].empty()) RETURN_IF_ERROR(take(names.related[i], lives.related[i]));
    }
    if (names.cgroup.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const ColumnData* const cgroup, ColumnNamed(batch, names.cgroup));
    std::vector<int32_t> numbers(cgroup->texts.size());
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = ContainerNumber(cgroup->texts[i]);
    for (const uint32_t row : lives.rows) {
      lives.containers.push_back(numbers[static_cast<size_t>(cgroup->numbers[row])]);
    }
    return absl::OkStatus();
  }

  int32_t ContainerNumber(absl::string_view cgroup) {
    std::string id = question_.chooser->ContainerOf(cgroup);
    if (id.empty()) return kOnHost;
    const std::lock_guard lock(mu_);
    const auto number = static_cast<int32_t>(container_numbers_.size());
    return container_numbers_.try_emplace(std::move(id), number).first->second;
  }

  // Nearly nobody is, so most are told by a bit of their number.
  static size_t BitOf(int64_t exec_id) {
    return static_cast<size_t>(static_cast<uint64_t>(exec_id) * 0x9e3779b97f4a7c15ull >> 44);
  }
  bool AddConcerned(int64_t exec_id) {
    maybe_[BitOf(exec_id)] = true;
    return concerned_.insert(exec_id).second;
  }
  bool Concerns(const Lives& lives, size_t at) const {
    const int64_t exec_id = lives.exec_ids[at];
    if (maybe_[BitOf(exec_id)] && concerned_.contains(exec_id)) return true;
    return !lives.containers.empty() && lives.containers[at] != kOnHost &&
           in_question_[static_cast<size_t>(lives.containers[at])];
  }

  // From the latest back, as whoever is known by a begin began before it: nearly everybody is found
  // the first time. True if somebody new was.
  bool FindRelated() {
    bool is_new = false;
    for (size_t i = tasks_.size(); i-- > 0;) {
      const Lives& lives = lives_[i];
      if (lives.related[0].empty()) continue;  // Ends tell of nobody.
      for (size_t at = lives.rows.size(); at-- > 0;) {
        if (!Concerns(lives, at)) continue;
        is_new |= AddConcerned(lives.exec_ids[at]);
        for (const std::vector<int64_t>& related : lives.related) {
          if (!related.empty() && related[at] != 0) {
            is_new |= AddConcerned(related[at]);
          }
        }
        if (lives.containers.empty() || lives.containers[at] == kOnHost) continue;
        const auto container = static_cast<size_t>(lives.containers[at]);
        is_new |= !in_question_[container];
        in_question_[container] = true;
      }
    }
    return is_new;
  }

  const std::vector<HistoryTask>& tasks_;
  const HistoryQuestion& question_;
  std::atomic<size_t> next_ = 0, wanted_ = 0;
  std::atomic<bool> given_up_ = false;
  std::vector<Lives> lives_;                 // By task; each is written by one thread.
  std::vector<std::vector<uint32_t>> rows_;  // The same.
  std::mutex mu_;                            // Of what follows, until all threads are done.
  absl::Status status_;
  absl::flat_hash_set<int64_t> concerned_;
  std::vector<bool> maybe_ = std::vector<bool>(size_t{1} << 20);
  absl::flat_hash_map<std::string, int32_t> container_numbers_;
  std::vector<bool> in_question_;  // By container.
};

}  // namespace

absl::StatusOr<std::optional<std::vector<std::vector<uint32_t>>>> LeanRowsOf(
    const std::vector<HistoryTask>& tasks, const HistoryQuestion& question,
    std::vector<HistoryDecoder>& decoders) {
  int64_t life_rows = 0;
  for (const HistoryTask& task : tasks) {
    if ((LifeKinds() & KindBit(task.info.kind)) != 0) life_rows += task.info.rows;
  }
  if (life_rows > kLeanLifeRowsMax) return std::nullopt;
  LeanReader reader(tasks, question);
  std::vector<std::thread> threads;
  for (size_t i = 1; i < decoders.size(); ++i) {
    threads.emplace_back([&reader, &decoders, i] { reader.Work(decoders[i]); });
  }
  reader.Work(decoders[0]);
  for (std::thread& thread : threads) thread.join();
  return reader.Rows();
}

}  // namespace vedette
