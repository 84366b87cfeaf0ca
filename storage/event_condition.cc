// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_tables_test compares its answers with those of plain tables.
#include "storage/event_condition.h"

#include <sqlite3.h>

#include <algorithm>

#include "base/status_macros.h"
#include "storage/database.h"
#include "storage/event_block.h"
#include "storage/segment_filter.h"

namespace vedette {
namespace {

bool Compares(ConditionOp op) {
  return op == ConditionOp::kEqual || op == ConditionOp::kGreater ||
         op == ConditionOp::kGreaterOrEqual || op == ConditionOp::kLess ||
         op == ConditionOp::kLessOrEqual;
}

// How a value stands to that of a condition with one.
bool Holds(ConditionOp op, int order) {
  switch (op) {
    case ConditionOp::kEqual:
      return order == 0;
    case ConditionOp::kGreater:
      return order > 0;
    case ConditionOp::kGreaterOrEqual:
      return order >= 0;
    case ConditionOp::kLess:
      return order < 0;
    case ConditionOp::kLessOrEqual:
      return order <= 0;
    default:
      return true;
  }
}

int Order(int64_t a, int64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

bool NumberHas(const Condition& condition, int64_t number) {
  if (condition.op == ConditionOp::kEqual) {
    return std::binary_search(condition.numbers.begin(), condition.numbers.end(), number);
  }
  return Holds(condition.op, Order(number, condition.numbers[0]));
}

bool TextHas(const Condition& condition, absl::string_view text) {
  if (!IsSqlText(text)) return true;  // A BLOB in SQL, which has an order of its own.
  switch (condition.op) {
    case ConditionOp::kEqual:
      return std::binary_search(condition.texts.begin(), condition.texts.end(), text);
    case ConditionOp::kLike:
      return sqlite3_strlike(condition.texts[0].c_str(), std::string(text).c_str(), 0) == 0;
    case ConditionOp::kGlob:
      return sqlite3_strglob(condition.texts[0].c_str(), std::string(text).c_str()) == 0;
    default:
      return Holds(condition.op, text.compare(condition.texts[0]));
  }
}

// Whether any number of [least, most] has it.
bool RangeMayHave(const Condition& condition, int64_t least, int64_t most) {
  switch (condition.op) {
    case ConditionOp::kEqual: {
      const auto at = std::lower_bound(condition.numbers.begin(), condition.numbers.end(), least);
      return at != condition.numbers.end() && *at <= most;
    }
    case ConditionOp::kGreater:
    case ConditionOp::kGreaterOrEqual:
      return NumberHas(condition, most);
    case ConditionOp::kLess:
    case ConditionOp::kLessOrEqual:
      return NumberHas(condition, least);
    default:
      return true;
  }
}

// Whether all numbers of [least, most] have it.
bool RangeHas(const Condition& condition, int64_t least, int64_t most) {
  if (condition.op == ConditionOp::kEqual) return least == most && NumberHas(condition, least);
  return NumberHas(condition, least) && NumberHas(condition, most);
}

// The last of the folders in which everything is that begins so.
std::string FolderOf(absl::string_view pattern, absl::string_view wildcards) {
  pattern = pattern.substr(0, pattern.find_first_of(wildcards));
  const size_t slash = pattern.rfind('/');
  return std::string(pattern.substr(0, slash == absl::string_view::npos ? 0 : slash + 1));
}

bool FilterMayHaveText(absl::string_view filter, const Condition& condition, bool has_folders) {
  if (condition.op == ConditionOp::kEqual) {
    return std::any_of(
        condition.texts.begin(), condition.texts.end(),
        [&](const std::string& text) { return FilterMayHave(filter, TextKey(text)); });
  }
  if (!has_folders || condition.folder.empty()) return true;
  return FilterMayHave(filter, FolderKey(condition.folder));
}

bool TextMayHave(const EventBatch& batch, size_t column, const Condition& condition) {
  const ColumnHead* const head = batch.HeadOf(column);
  if (head == nullptr) return true;
  if (condition.op == ConditionOp::kIsNull) return true;
  if (head->all_null) return false;
  if (!condition.is_text || condition.op == ConditionOp::kIsNotNull || !head->in_filter) {
    return true;
  }
  return FilterMayHaveText(batch.filter(), condition, head->has_folders);
}

bool NumberMayHave(const EventBatch& batch, size_t column, const Condition& condition) {
  const ColumnHead* const head = batch.HeadOf(column);
  if (head == nullptr) return true;
  if (condition.op == ConditionOp::kIsNull) return head->all_null || head->has_nulls;
  if (head->all_null) return false;
  if (!Compares(condition.op) || condition.is_text) return true;
  if (!RangeMayHave(condition, head->min, head->max)) return false;
  if (condition.op != ConditionOp::kEqual || !head->in_filter) return true;
  return std::any_of(condition.numbers.begin(), condition.numbers.end(), [&](int64_t number) {
    return number >= head->min && number <= head->max &&
           FilterMayHave(batch.filter(), batch.KeyOf(column, number));
  });
}

// Texts of times have the order of the times.
bool TimeMayHave(const EventBatch& batch, size_t column, const Condition& condition) {
  if (column != kTimeColumn || !condition.is_text || !Compares(condition.op) ||
      batch.HeadOf(kTimeColumn) == nullptr) {
    return true;
  }
  const std::string start = TimeText(batch.info().start_ns), end = TimeText(batch.info().end_ns);
  switch (condition.op) {
    case ConditionOp::kGreater:
    case ConditionOp::kGreaterOrEqual:
      return TextHas(condition, end);
    case ConditionOp::kLess:
    case ConditionOp::kLessOrEqual:
      return TextHas(condition, start);
    default:
      return condition.texts.back() >= start && condition.texts.front() <= end;
  }
}

template <typename Keep>
void KeepIf(std::vector<uint32_t>& rows, Keep keep) {
  rows.erase(std::remove_if(rows.begin(), rows.end(), [&](uint32_t row) { return !keep(row); }),
             rows.end());
}

absl::Status KeepNumbers(EventBatch& batch, size_t column, const Condition& condition,
                         std::vector<uint32_t>& rows) {
  const ColumnHead* const head = batch.HeadOf(column);
  const bool compares = Compares(condition.op);
  if (compares && head != nullptr && !head->all_null && !head->has_nulls &&
      RangeHas(condition, head->min, head->max)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const ColumnData* const data, batch.Column(column));
  if (!compares) {
    const bool wants_null = condition.op == ConditionOp::kIsNull;
    KeepIf(rows, [&](uint32_t row) { return data->IsNull(row) == wants_null; });
  } else {
    KeepIf(rows, [&](uint32_t row) {
      return !data->IsNull(row) && NumberHas(condition, data->numbers[row]);
    });
  }
  return absl::OkStatus();
}

// Of each text of a column whether it has it: each is looked at once, however many rows have it.
absl::StatusOr<std::vector<uint8_t>> TextsThatHave(const ColumnData& data,
                                                   const Condition& condition) {
  std::vector<uint8_t> has(data.texts.size());
  has[0] = condition.op == ConditionOp::kIsNull;
  for (size_t i = 1; i < has.size(); ++i) {
    has[i] = condition.op == ConditionOp::kIsNotNull ||
             (condition.op != ConditionOp::kIsNull && TextHas(condition, data.texts[i]));
  }
  return has;
}

absl::Status KeepTexts(EventBatch& batch, const std::vector<size_t>& columns,
                       const Condition& condition, std::vector<uint32_t>& rows) {
  std::vector<const ColumnData*> data;
  std::vector<std::vector<uint8_t>> has;
  for (const size_t column : columns) {
    ASSIGN_OR_RETURN(data.emplace_back(), batch.Column(column));
    ASSIGN_OR_RETURN(has.emplace_back(), TextsThatHave(*data.back(), condition));
  }
  KeepIf(rows, [&](uint32_t row) {
    size_t at = 0;
    while (at + 1 < data.size() && data[at]->numbers[row] == 0) ++at;
    return has[at][static_cast<size_t>(data[at]->numbers[row])] != 0;
  });
  return absl::OkStatus();
}

bool IsPattern(ConditionOp op) { return op == ConditionOp::kLike || op == ConditionOp::kGlob; }

}  // namespace

void Condition::Prepare() {
  std::sort(numbers.begin(), numbers.end());
  std::sort(texts.begin(), texts.end());
  if (op == ConditionOp::kLike) folder = FolderOf(texts[0], "%_");
  if (op == ConditionOp::kGlob) folder = FolderOf(texts[0], "*?[");
}

bool KindMayHave(EventKind kind, const OutputColumn& output, const Condition& condition) {
  if (output.source == OutputSource::kNothing) return condition.op == ConditionOp::kIsNull;
  if (output.source != OutputSource::kKind || !condition.is_text) return true;
  return TextHas(condition, FindKind(kind)->name);
}

bool BatchMayHave(const EventBatch& batch, const OutputColumn& output, const Condition& condition) {
  switch (output.source) {
    case OutputSource::kStored:
      return EventColumns(batch.info().kind)[output.stored].IsText()
                 ? TextMayHave(batch, output.stored, condition)
                 : NumberMayHave(batch, output.stored, condition);
    case OutputSource::kTime:
      return TimeMayHave(batch, output.stored, condition);
    case OutputSource::kObject:
      if (output.address.has_value() || condition.op == ConditionOp::kIsNull) return true;
      return std::any_of(output.texts.begin(), output.texts.end(),
                         [&](size_t text) { return TextMayHave(batch, text, condition); });
    default:
      return true;
  }
}

absl::Status KeepRows(EventBatch& batch, const OutputColumn& output, const Condition& condition,
                      std::vector<uint32_t>& rows) {
  const bool is_null_test =
      condition.op == ConditionOp::kIsNull || condition.op == ConditionOp::kIsNotNull;
  if (output.source == OutputSource::kObject && !output.address.has_value()) {
    if (!condition.is_text && !is_null_test) return absl::OkStatus();
    return KeepTexts(batch, output.texts, condition, rows);
  }
  if (output.source != OutputSource::kStored) return absl::OkStatus();
  const bool is_text = EventColumns(batch.info().kind)[output.stored].IsText();
  if (!is_null_test && condition.is_text != is_text) return absl::OkStatus();
  if (is_text) return KeepTexts(batch, {output.stored}, condition, rows);
  if (IsPattern(condition.op)) return absl::OkStatus();
  return KeepNumbers(batch, output.stored, condition, rows);
}

}  // namespace vedette
