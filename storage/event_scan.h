// SPDX-License-Identifier: Apache-2.0
//
// Goes through the events of a table that may have what is wanted: passes over segments that cannot
// have any, decodes the columns that conditions need, and then those that are asked for.
#ifndef VEDETTE_STORAGE_EVENT_SCAN_H_
#define VEDETTE_STORAGE_EVENT_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/event_condition.h"
#include "storage/event_table.h"
#include "storage/process_row_reader.h"
#include "storage/segment_catalog.h"

namespace vedette {

struct EventQuestion {
  std::vector<Condition> conditions;  // All must hold.
  bool nothing = false;               // They cannot.
  // For groups: the columns in which a group's events are alike, and the time of its events.
  std::vector<size_t> alike;
  bool wants_time = false;                  // That of the first or the last of a group.
  std::vector<int64_t> since_ns, until_ns;  // None or one.
  // In the order of `id`, or of `time_ns`, if one of them is set.
  bool by_id = false, by_time = false, descending = false;
  bool then_by_id = false;  // Of by_time, ascending.
};

// A value as SQL has it. `text` is valid until the next row.
struct EventValue {
  enum class Type : uint8_t { kNull, kInteger, kText, kBlob };
  Type type = Type::kNull;
  int64_t integer = 0;
  absl::string_view text;
};

class EventScan {
 public:
  // Both outlive this.
  EventScan(SegmentCatalog& catalog, const EventTable& table)
      : catalog_(catalog), table_(table), process_rows_(catalog.db()) {}

  // Begins, at the first row. Within a statement that reads.
  absl::Status Start(EventQuestion question);
  absl::Status Next();
  bool AtEnd() const { return batch_ == nullptr; }
  // Of the row; not at the end.
  absl::StatusOr<EventValue> Value(size_t column);
  // The id of the row's event; of a group, of one of its events. Tells rows from each other.
  absl::StatusOr<int64_t> Id();

 private:
  struct Group {
    uint32_t row = 0;  // One of its events.
    int64_t count = 0, first_ns = 0, last_ns = 0;
  };
  struct Reading {  // Of one batch.
    std::shared_ptr<EventBatch> batch;
    std::vector<uint32_t> rows;
    size_t at = 0;
  };

  bool KindIsWanted(EventKind kind) const;
  bool RangeIsWanted(const SegmentInfo& info) const;
  absl::Status ListSegments();
  // The condition that names ids; null: none does.
  const Condition* IdCondition(EventKind kind) const;
  absl::Status NextBatch();
  absl::StatusOr<std::shared_ptr<EventBatch>> TakeBatch();
  absl::StatusOr<std::shared_ptr<EventBatch>> TakeProcessRows();
  // Its rows that may be wanted into `rows`.
  absl::Status Select(EventBatch& batch, std::vector<uint32_t>& rows);
  absl::Status SelectTime(EventBatch& batch, std::vector<uint32_t>& rows);
  absl::Status MakeGroups(EventBatch& batch, const std::vector<uint32_t>& rows);
  absl::Status SplitGroups(EventBatch& batch, size_t stored, const std::vector<uint32_t>& rows,
                           std::vector<uint32_t>& group_of, uint32_t& groups);
  absl::Status SplitGroupsByPath(EventBatch& batch, size_t exec_id,
                                 const std::vector<uint32_t>& rows, std::vector<uint32_t>& group_of,
                                 uint32_t& groups);
  absl::StatusOr<EventValue> StoredValue(size_t stored);
  absl::StatusOr<EventValue> ObjectValue(const OutputColumn& output);

  // The way in order: batches are opened when the order reaches them.
  struct Head {
    int64_t key;
    int64_t then = 0;  // The id, where that comes second.
    size_t reading;
    bool operator>(const Head& other) const {
      return std::tuple(key, then, reading) > std::tuple(other.key, other.then, other.reading);
    }
  };
  absl::Status StartInOrder();
  absl::Status NextInOrder();
  absl::StatusOr<int64_t> KeyAt(const Reading& reading, size_t column);
  absl::Status Push(size_t reading);

  SegmentCatalog& catalog_;
  const EventTable& table_;
  EventQuestion question_;
  std::vector<SegmentInfo> segments_;
  size_t next_segment_ = 0;
  std::vector<EventKind> old_kinds_;  // Whose rows of older versions are still to come.
  int64_t old_id_ = INT64_MIN;        // Of the first of them: read up to here.
  ProcessRowReader process_rows_;
  bool rows_to_come_ = false;  // Of the table of processes.
  int64_t next_row_ = INT64_MIN;

  std::shared_ptr<EventBatch> batch_;
  const std::vector<OutputColumn>* outputs_ = nullptr;
  std::vector<uint32_t> rows_;
  std::vector<Group> groups_;
  size_t at_ = 0;
  std::string text_;

  std::vector<Reading> readings_;
  std::vector<size_t> free_readings_;
  std::vector<Head> heap_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_SCAN_H_
