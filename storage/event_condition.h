// SPDX-License-Identifier: Apache-2.0
//
// What a statement wants of a column, and which events may have it. SQLite tests every row that is
// given to it once more: here a row may be kept in vain, but never left out wrongly.
#ifndef VEDETTE_STORAGE_EVENT_CONDITION_H_
#define VEDETTE_STORAGE_EVENT_CONDITION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/event_table.h"
#include "storage/segment_catalog.h"

namespace vedette {

enum class ConditionOp : uint8_t {
  kEqual,  // To one of the values.
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual,
  kIsNull,
  kIsNotNull,
  kLike,  // As SQLite's, without ESCAPE.
  kGlob,
};

struct Condition {
  size_t column = 0;  // Of the table.
  ConditionOp op = ConditionOp::kEqual;
  bool is_text = false;  // Which of the two below holds the values: one, for kEqual any number.
  std::vector<int64_t> numbers;    // Sorted.
  std::vector<std::string> texts;  // Sorted.
  std::string folder;  // kLike, kGlob: what matches lies in this folder; "" if that cannot be said.

  // Sorts, and works out `folder`.
  void Prepare();
};

// False: no event of the kind can have it, whatever the segment.
bool KindMayHave(EventKind kind, const OutputColumn& output, const Condition& condition);
// False: by what is known without decoding a column, no event of the batch has it.
bool BatchMayHave(const EventBatch& batch, const OutputColumn& output, const Condition& condition);
// Takes those out of `rows` that do not have it. Decodes what it needs.
absl::Status KeepRows(EventBatch& batch, const OutputColumn& output, const Condition& condition,
                      std::vector<uint32_t>& rows);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_CONDITION_H_
