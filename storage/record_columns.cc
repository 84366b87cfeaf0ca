// SPDX-License-Identifier: Apache-2.0
#include "storage/record_columns.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "storage/event_block.h"
#include "storage/record_maker.h"
#include "storage/tables.h"

namespace vedette {

RecordColumns::RecordColumns(EventKind kind) : kind_(kind), columns_(EmptyColumns(kind)) {
  for (ColumnData& column : columns_) column.AddNull();
}

ColumnData* RecordColumns::Find(absl::string_view column, bool is_text) {
  const std::vector<EventColumn>& all = EventColumns(kind_);
  const auto at = std::find_if(all.begin(), all.end(),
                               [&](const EventColumn& each) { return each.name == column; });
  if (at == all.end()) return nullptr;
  ColumnData& found = columns_[static_cast<size_t>(at - all.begin())];
  if (found.is_text != is_text) return nullptr;
  found = ColumnData();
  found.is_text = is_text;
  return &found;
}

bool RecordColumns::SetNumber(absl::string_view column, int64_t number) {
  ColumnData* const found = Find(column, /*is_text=*/false);
  if (found != nullptr) found->AddNumber(number);
  return found != nullptr;
}

bool RecordColumns::SetText(absl::string_view column, absl::string_view text) {
  ColumnData* const found = Find(column, /*is_text=*/true);
  if (found != nullptr) found->AddText(text);
  return found != nullptr;
}

absl::StatusOr<std::string> RecordColumns::Record() const {
  ASSIGN_OR_RETURN(const RecordMaker maker,
                   RecordMaker::Create(kind_, [this](size_t index) { return &columns_[index]; }));
  std::string record;
  maker.Append(0, {}, record);
  return record;
}

}  // namespace vedette
