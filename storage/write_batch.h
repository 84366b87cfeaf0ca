// SPDX-License-Identifier: Apache-2.0
//
// What goes from the queue to the writer.
#ifndef VEDETTE_STORAGE_WRITE_BATCH_H_
#define VEDETTE_STORAGE_WRITE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "storage/event_store.h"
#include "storage/mark_queue.h"
#include "storage/stored_container.h"

namespace vedette {

// Events one behind the other, each with its number and time.
class EventChunk {
 public:
  static constexpr size_t kRowsMax = 1024;
  struct Entry {
    absl::Span<const std::byte> record;
    uint64_t number;
    int64_t time_ns;
  };

  explicit EventChunk(size_t capacity);
  bool Append(absl::Span<const std::byte> record, uint64_t number, int64_t time_ns);
  bool HasRoom(size_t bytes) const { return rows_ < kRowsMax && bytes <= capacity_ - used_; }
  void Clear() { used_ = rows_ = 0; }
  size_t rows() const { return rows_; }
  // The entry at byte `at`, which then stands behind it. It points into the chunk.
  std::optional<Entry> Next(size_t& at) const;

 private:
  std::unique_ptr<std::byte[]> bytes_;
  size_t capacity_, used_ = 0, rows_ = 0;
};

// What the writer has taken and holds until it is committed. Its memory still counts.
struct WriteBatch {
  std::deque<EventChunk> chunks;
  std::vector<Alert> alerts;
  std::vector<Gap> gaps;
  std::vector<SeenCombination> seen;
  std::vector<StoredProcessNote> notes;
  std::vector<StoredContainer> containers;
  std::vector<StoreMark> marks;
  std::vector<AlertChange> changes;
  std::vector<SuppressionAct> suppressions;
  bool synced = false;  // It must survive a power cut.
  bool empty() const;
};

// An event that no table takes.
struct RejectedEvent {
  uint16_t kind;  // 0: the record is malformed.
  int64_t time_ns;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_WRITE_BATCH_H_
