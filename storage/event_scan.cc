// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_tables_test compares its answers with those of plain tables.
#include "storage/event_scan.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/database.h"
#include "storage/event_block.h"

namespace vedette {
namespace {

EventValue Integer(int64_t number) {
  return {.type = EventValue::Type::kInteger, .integer = number, .text = {}};
}

EventValue Text(absl::string_view text) {
  if (text.empty()) return {};
  return {.type = IsSqlText(text) ? EventValue::Type::kText : EventValue::Type::kBlob,
          .integer = 0,
          .text = text};
}

}  // namespace

bool EventScan::KindIsWanted(EventKind kind) const {
  const std::vector<OutputColumn>& outputs = table_.OutputsOf(kind);
  return std::all_of(question_.conditions.begin(), question_.conditions.end(),
                     [&](const Condition& condition) {
                       return KindMayHave(kind, outputs[condition.column], condition);
                     });
}

// By ids and times, which the list of segments has.
bool EventScan::RangeIsWanted(const SegmentInfo& info) const {
  if (!question_.since_ns.empty() && info.end_ns < question_.since_ns[0]) return false;
  if (!question_.until_ns.empty() && table_.group_time == kTimeColumn &&
      info.start_ns >= question_.until_ns[0]) {
    return false;
  }
  const std::vector<OutputColumn>& outputs = table_.OutputsOf(info.kind);
  for (const Condition& condition : question_.conditions) {
    const OutputColumn& output = outputs[condition.column];
    if (output.source != OutputSource::kStored || condition.is_text || condition.numbers.empty()) {
      continue;
    }
    if (output.stored != kIdColumn && output.stored != kTimeColumn) continue;
    const bool is_id = output.stored == kIdColumn;
    const int64_t least = is_id ? info.first_id : info.start_ns;
    const int64_t most = is_id ? info.last_id : info.end_ns;
    const int64_t low = condition.numbers.front(), high = condition.numbers.back();
    switch (condition.op) {
      case ConditionOp::kEqual:
        if (high < least || low > most) return false;
        break;
      case ConditionOp::kGreater:
      case ConditionOp::kGreaterOrEqual:
        if (most < low) return false;
        break;
      case ConditionOp::kLess:
      case ConditionOp::kLessOrEqual:
        if (least > low) return false;
        break;
      default:
        break;
    }
  }
  return true;
}

const Condition* EventScan::IdCondition(EventKind kind) const {
  const std::vector<OutputColumn>& outputs = table_.OutputsOf(kind);
  for (const Condition& condition : question_.conditions) {
    const OutputColumn& output = outputs[condition.column];
    if (output.source == OutputSource::kStored && output.stored == kIdColumn &&
        condition.op == ConditionOp::kEqual && !condition.is_text) {
      return &condition;
    }
  }
  return nullptr;
}

absl::Status EventScan::ListSegments() {
  const Condition* const ids = table_.IsOfProcesses() ? IdCondition(kProcessesKind) : nullptr;
  if (ids != nullptr) {
    ASSIGN_OR_RETURN(const ProcessIndex* const index, catalog_.ProcessesFor(ids->numbers.size()));
    if (index != nullptr) {
      std::vector<size_t> places;
      for (const int64_t id : ids->numbers) {
        if (const auto place = index->SegmentOf(id); place.has_value()) places.push_back(*place);
      }
      std::sort(places.begin(), places.end());
      places.erase(std::unique(places.begin(), places.end()), places.end());
      for (const size_t place : places) segments_.push_back(catalog_.segments()[place]);
      return absl::OkStatus();
    }
  }
  std::vector<uint8_t> wanted(WIRE_KIND_LIMIT, 0);
  for (const EventKind kind : table_.kinds) {
    wanted[kind] = KindIsWanted(kind) ? 1 : 0;
    if (wanted[kind] != 0 && catalog_.HasOldRows(kind)) old_kinds_.push_back(kind);
  }
  for (const SegmentInfo& info : catalog_.segments()) {
    if (wanted[info.kind] != 0 && RangeIsWanted(info)) segments_.push_back(info);
  }
  return absl::OkStatus();
}

absl::Status EventScan::Start(EventQuestion question) {
  question_ = std::move(question);
  segments_.clear();
  old_kinds_.clear();
  readings_.clear();
  free_readings_.clear();
  heap_.clear();
  next_segment_ = 0;
  old_id_ = INT64_MIN;
  batch_ = nullptr;
  if (question_.nothing) return absl::OkStatus();
  RETURN_IF_ERROR(catalog_.Refresh());
  RETURN_IF_ERROR(ListSegments());
  rows_to_come_ = table_.IsOfProcesses();
  next_row_ = INT64_MIN;
  if (question_.by_id || question_.by_time) return StartInOrder();
  return NextBatch();
}

absl::Status EventScan::Next() {
  if (question_.by_id || question_.by_time) return NextInOrder();
  const size_t end = table_.is_groups ? groups_.size() : rows_.size();
  if (++at_ < end) return absl::OkStatus();
  return NextBatch();
}

// The next one there is; null at the end.
absl::StatusOr<std::shared_ptr<EventBatch>> EventScan::TakeBatch() {
  while (next_segment_ < segments_.size()) {
    ASSIGN_OR_RETURN(std::shared_ptr<EventBatch> batch, catalog_.Open(segments_[next_segment_++]));
    if (batch != nullptr) return batch;  // Else it is damaged.
  }
  while (!old_kinds_.empty()) {
    ASSIGN_OR_RETURN(std::shared_ptr<EventBatch> old,
                     catalog_.OldRowsAfter(old_kinds_.front(), old_id_));
    if (old != nullptr) {
      old_id_ = old->info().last_id;
      return old;
    }
    old_kinds_.erase(old_kinds_.begin());
    old_id_ = INT64_MIN;
  }
  return rows_to_come_ ? TakeProcessRows() : std::shared_ptr<EventBatch>();
}

// By an index if a condition names what it has; else a piece after the other.
absl::StatusOr<std::shared_ptr<EventBatch>> EventScan::TakeProcessRows() {
  const std::vector<OutputColumn>& outputs = table_.OutputsOf(kProcessesKind);
  for (const Condition& condition : question_.conditions) {
    const OutputColumn& output = outputs[condition.column];
    if (output.source != OutputSource::kStored || condition.op != ConditionOp::kEqual ||
        condition.is_text || !ProcessRowReader::CanFind(output.stored)) {
      continue;
    }
    rows_to_come_ = false;
    return process_rows_.Find(output.stored, condition.numbers);
  }
  ASSIGN_OR_RETURN(std::shared_ptr<EventBatch> rows, process_rows_.From(next_row_));
  rows_to_come_ = rows != nullptr && rows->info().last_id != INT64_MAX;
  if (rows_to_come_) next_row_ = rows->info().last_id + 1;
  return rows;
}

absl::Status EventScan::NextBatch() {
  while (true) {
    ASSIGN_OR_RETURN(batch_, TakeBatch());
    if (batch_ == nullptr) return absl::OkStatus();
    outputs_ = &table_.OutputsOf(batch_->info().kind);
    RETURN_IF_ERROR(Select(*batch_, rows_));
    at_ = 0;
    if (rows_.empty()) continue;
    if (table_.is_groups) RETURN_IF_ERROR(MakeGroups(*batch_, rows_));
    return absl::OkStatus();
  }
}

absl::Status EventScan::Select(EventBatch& batch, std::vector<uint32_t>& rows) {
  const std::vector<OutputColumn>& outputs = table_.OutputsOf(batch.info().kind);
  rows.clear();
  for (const Condition& condition : question_.conditions) {
    if (!BatchMayHave(batch, outputs[condition.column], condition)) return absl::OkStatus();
  }
  const Condition* const by_id = IdCondition(batch.info().kind);
  if (by_id != nullptr && batch.HeadOf(kIdColumn) != nullptr) {
    // The rows of segments are sorted by it.
    ASSIGN_OR_RETURN(const ColumnData* const data, batch.Column(kIdColumn));
    const std::vector<int64_t>& ids = data->numbers;
    for (const int64_t id : by_id->numbers) {
      const auto at = std::lower_bound(ids.begin(), ids.end(), id);
      if (at != ids.end() && *at == id) rows.push_back(static_cast<uint32_t>(at - ids.begin()));
    }
    if (rows.empty()) return absl::OkStatus();
  } else {
    rows.resize(batch.rows());
    std::iota(rows.begin(), rows.end(), 0);
  }
  for (const Condition& condition : question_.conditions) {
    RETURN_IF_ERROR(KeepRows(batch, outputs[condition.column], condition, rows));
    if (rows.empty()) return absl::OkStatus();
  }
  return SelectTime(batch, rows);
}

absl::Status EventScan::SelectTime(EventBatch& batch, std::vector<uint32_t>& rows) {
  // What the list of segments says of times is about kTimeColumn.
  const bool others = table_.group_time != kTimeColumn;
  const bool since =
      !question_.since_ns.empty() && (others || batch.info().start_ns < question_.since_ns[0]);
  const bool until =
      !question_.until_ns.empty() && (others || batch.info().end_ns >= question_.until_ns[0]);
  if (!since && !until) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ColumnData* const times, batch.Column(table_.group_time));
  rows.erase(std::remove_if(rows.begin(), rows.end(),
                            [&](uint32_t row) {
                              const int64_t time = times->numbers[row];
                              return (since && time < question_.since_ns[0]) ||
                                     (until && time >= question_.until_ns[0]);
                            }),
             rows.end());
  return absl::OkStatus();
}

absl::StatusOr<EventValue> EventScan::Value(size_t column) {
  const OutputColumn& output = (*outputs_)[column];
  switch (output.source) {
    case OutputSource::kStored:
      return StoredValue(output.stored);
    case OutputSource::kTime: {
      ASSIGN_OR_RETURN(const EventValue time, StoredValue(output.stored));
      if (time.type != EventValue::Type::kInteger) return EventValue{};
      text_ = TimeText(time.integer);
      return Text(text_);
    }
    case OutputSource::kKind:
      return Text(FindKind(batch_->info().kind)->name);
    case OutputSource::kObject:
      return ObjectValue(output);
    case OutputSource::kExePath: {
      ASSIGN_OR_RETURN(const EventValue exec_id, StoredValue(output.stored));
      ASSIGN_OR_RETURN(const ProcessIndex* const index, catalog_.Processes());
      return Text(index->Path(index->PathOf(exec_id.integer)));
    }
    case OutputSource::kNothing:
      return EventValue{};
    case OutputSource::kCount:
      return Integer(groups_[at_].count);
    case OutputSource::kFirst:
      return Integer(groups_[at_].first_ns);
    case OutputSource::kLast:
      return Integer(groups_[at_].last_ns);
    case OutputSource::kSince:
      return question_.since_ns.empty() ? EventValue{} : Integer(question_.since_ns[0]);
    case OutputSource::kUntil:
      return question_.until_ns.empty() ? EventValue{} : Integer(question_.until_ns[0]);
  }
  return EventValue{};
}

absl::StatusOr<int64_t> EventScan::Id() {
  ASSIGN_OR_RETURN(const EventValue id, StoredValue(kIdColumn));
  return id.integer;
}

absl::StatusOr<EventValue> EventScan::StoredValue(size_t stored) {
  const size_t row = table_.is_groups ? groups_[at_].row : rows_[at_];
  ASSIGN_OR_RETURN(const ColumnData* const data, batch_->Column(stored));
  if (data->IsNull(row)) return EventValue{};
  return data->is_text ? Text(data->Text(row)) : Integer(data->numbers[row]);
}

absl::StatusOr<EventValue> EventScan::ObjectValue(const OutputColumn& output) {
  for (const size_t text : output.texts) {
    ASSIGN_OR_RETURN(const EventValue value, StoredValue(text));
    if (value.type != EventValue::Type::kNull) return value;
  }
  if (!output.address.has_value()) return EventValue{};
  ASSIGN_OR_RETURN(const EventValue address, StoredValue(*output.address));
  ASSIGN_OR_RETURN(const EventValue port, StoredValue(*output.port));
  if (address.type == EventValue::Type::kNull || port.type == EventValue::Type::kNull) {
    return EventValue{};
  }
  const bool is_v6 = address.text.find(':') != absl::string_view::npos;
  text_ = is_v6 ? absl::StrCat("[", address.text, "]:", port.integer)
                : absl::StrCat(address.text, ":", port.integer);
  return Text(text_);
}

absl::StatusOr<int64_t> EventScan::KeyAt(const Reading& reading, size_t column) {
  ASSIGN_OR_RETURN(const ColumnData* const keys, reading.batch->Column(column));
  return keys->numbers[reading.rows[reading.at]];
}

// The heap has the least key in front; descending, keys are taken with the other sign.
absl::Status EventScan::Push(size_t reading) {
  Head head{.key = 0, .reading = reading};
  ASSIGN_OR_RETURN(head.key, KeyAt(readings_[reading], question_.by_id ? kIdColumn : kTimeColumn));
  if (question_.descending) head.key = ~head.key;
  if (question_.then_by_id) {
    ASSIGN_OR_RETURN(head.then, KeyAt(readings_[reading], kIdColumn));
  }
  heap_.push_back(head);
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  return absl::OkStatus();
}

absl::Status EventScan::StartInOrder() {
  const auto begin_of = [this](const SegmentInfo& info) {
    if (question_.by_id) return question_.descending ? ~info.last_id : info.first_id;
    return question_.descending ? ~info.end_ns : info.start_ns;
  };
  std::stable_sort(
      segments_.begin(), segments_.end(),
      [&](const SegmentInfo& a, const SegmentInfo& b) { return begin_of(a) < begin_of(b); });
  return NextInOrder();
}

absl::Status EventScan::NextInOrder() {
  if (batch_ != nullptr) {
    // The row that was shown last is that of the heap's front.
    const size_t shown = heap_.front().reading;
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    heap_.pop_back();
    if (++readings_[shown].at < readings_[shown].rows.size()) {
      RETURN_IF_ERROR(Push(shown));
    } else {
      readings_[shown] = Reading();
      free_readings_.push_back(shown);
    }
  }
  // Open what may begin before the front.
  while (true) {
    if (next_segment_ < segments_.size() && !heap_.empty()) {
      const SegmentInfo& info = segments_[next_segment_];
      int64_t begin = question_.by_id ? info.first_id : info.start_ns;
      if (question_.descending) begin = ~(question_.by_id ? info.last_id : info.end_ns);
      if (begin > heap_.front().key) break;
    }
    Reading reading;
    ASSIGN_OR_RETURN(reading.batch, TakeBatch());
    if (reading.batch == nullptr) break;
    RETURN_IF_ERROR(Select(*reading.batch, reading.rows));
    if (reading.rows.empty()) continue;
    ASSIGN_OR_RETURN(const ColumnData* const keys,
                     reading.batch->Column(question_.by_id ? kIdColumn : kTimeColumn));
    std::stable_sort(reading.rows.begin(), reading.rows.end(), [&](uint32_t a, uint32_t b) {
      return question_.descending ? keys->numbers[a] > keys->numbers[b]
                                  : keys->numbers[a] < keys->numbers[b];
    });
    if (free_readings_.empty()) {
      free_readings_.push_back(readings_.size());
      readings_.emplace_back();
    }
    const size_t place = free_readings_.back();
    free_readings_.pop_back();
    readings_[place] = std::move(reading);
    RETURN_IF_ERROR(Push(place));
  }
  batch_ = nullptr;
  if (heap_.empty()) return absl::OkStatus();
  const Reading& front = readings_[heap_.front().reading];
  batch_ = front.batch;
  outputs_ = &table_.OutputsOf(batch_->info().kind);
  rows_.assign(1, front.rows[front.at]);
  at_ = 0;
  return absl::OkStatus();
}

}  // namespace vedette
