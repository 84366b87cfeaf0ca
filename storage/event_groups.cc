// SPDX-License-Identifier: Apache-2.0
//
// The events of a batch that are alike, together: a row of a table of groups.
//
// No unit test: event_tables_test compares its answers with those of plain tables.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "storage/event_block.h"
#include "storage/event_scan.h"

namespace vedette {
namespace {

// Splits groups by a number of each row that is below `width`.
template <typename CodeOf>
void SplitByCode(CodeOf code_of, size_t width, const std::vector<uint32_t>& rows,
                 std::vector<uint32_t>& group_of, uint32_t& groups) {
  constexpr uint32_t kNone = ~uint32_t{0};
  uint32_t next = 0;
  std::vector<uint32_t> known(width * groups, kNone);
  for (size_t i = 0; i < rows.size(); ++i) {
    uint32_t& group = known[group_of[i] * width + static_cast<size_t>(code_of(rows[i]))];
    if (group == kNone) group = next++;
    group_of[i] = group;
  }
  groups = next;
}

// Few combinations: a table of them is faster than a hash.
bool FitsTable(size_t width, uint32_t groups) { return width * groups <= (size_t{1} << 16); }

template <typename KeyOf>
void SplitByKey(KeyOf key_of, const std::vector<uint32_t>& rows, std::vector<uint32_t>& group_of,
                uint32_t& groups) {
  uint32_t next = 0;
  absl::flat_hash_map<std::pair<uint64_t, int64_t>, uint32_t> known;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto [null, key] = key_of(rows[i]);
    const auto [at, is_new] =
        known.try_emplace({group_of[i] | (null ? uint64_t{1} << 32 : 0), key}, next);
    if (is_new) ++next;
    group_of[i] = at->second;
  }
  groups = next;
}

}  // namespace

absl::Status EventScan::MakeGroups(EventBatch& batch, const std::vector<uint32_t>& rows) {
  groups_.clear();
  std::vector<uint32_t> group_of(rows.size(), 0);
  uint32_t count = 1;
  for (const size_t column : question_.alike) {
    const OutputColumn& output = (*outputs_)[column];
    if (output.source == OutputSource::kStored) {
      RETURN_IF_ERROR(SplitGroups(batch, output.stored, rows, group_of, count));
    } else if (output.source == OutputSource::kExePath) {
      RETURN_IF_ERROR(SplitGroupsByPath(batch, output.stored, rows, group_of, count));
    } else if (output.source == OutputSource::kObject) {
      for (const size_t text : output.texts) {
        RETURN_IF_ERROR(SplitGroups(batch, text, rows, group_of, count));
      }
      for (const std::optional<size_t>& part : {output.address, output.port}) {
        if (part.has_value()) RETURN_IF_ERROR(SplitGroups(batch, *part, rows, group_of, count));
      }
    }
  }
  groups_.resize(count);
  if (!question_.wants_time) {
    for (size_t i = 0; i < rows.size(); ++i) {
      Group& group = groups_[group_of[i]];
      if (group.count++ == 0) group.row = rows[i];
    }
    return absl::OkStatus();
  }
  const bool whole = count == 1 && rows.size() == batch.rows() &&
                     table_.group_time == kTimeColumn && batch.HeadOf(kTimeColumn) != nullptr;
  if (whole) {
    groups_[0] = {.row = 0,
                  .count = static_cast<int64_t>(rows.size()),
                  .first_ns = batch.info().start_ns,
                  .last_ns = batch.info().end_ns};
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const ColumnData* const times, batch.Column(table_.group_time));
  for (size_t i = 0; i < rows.size(); ++i) {
    Group& group = groups_[group_of[i]];
    const int64_t time = times->numbers[rows[i]];
    if (group.count++ == 0) {
      group.row = rows[i];
      group.first_ns = group.last_ns = time;
    }
    group.first_ns = std::min(group.first_ns, time);
    group.last_ns = std::max(group.last_ns, time);
  }
  return absl::OkStatus();
}

absl::Status EventScan::SplitGroups(EventBatch& batch, size_t stored,
                                    const std::vector<uint32_t>& rows,
                                    std::vector<uint32_t>& group_of, uint32_t& groups) {
  ASSIGN_OR_RETURN(const ColumnData* const data, batch.Column(stored));
  const bool has_codes = data->is_text || !data->codes.empty();
  const size_t width = data->is_text ? data->texts.size() : data->entries;
  if (has_codes && FitsTable(width, groups)) {
    const std::vector<int64_t>& codes = data->is_text ? data->numbers : data->codes;
    SplitByCode([&](uint32_t row) { return codes[row]; }, width, rows, group_of, groups);
  } else {
    SplitByKey([&](uint32_t row) { return std::pair(data->IsNull(row), data->numbers[row]); }, rows,
               group_of, groups);
  }
  return absl::OkStatus();
}

// Each process of a segment is looked up once.
absl::Status EventScan::SplitGroupsByPath(EventBatch& batch, size_t exec_id,
                                          const std::vector<uint32_t>& rows,
                                          std::vector<uint32_t>& group_of, uint32_t& groups) {
  ASSIGN_OR_RETURN(const ProcessIndex* const index, catalog_.Processes());
  ASSIGN_OR_RETURN(const ColumnData* const data, batch.Column(exec_id));
  absl::flat_hash_map<uint32_t, uint32_t> local;  // Numbers of the paths that occur here.
  const auto number_of = [&](size_t row) {
    const uint32_t path = data->IsNull(row) ? 0 : index->PathOf(data->numbers[row]);
    return local.emplace(path, static_cast<uint32_t>(local.size())).first->second;
  };
  constexpr uint32_t kUnknown = ~uint32_t{0};
  const bool has_codes = !data->codes.empty() && data->nulls.empty();
  std::vector<uint32_t> by_entry(has_codes ? data->entries : 0, kUnknown);
  std::vector<uint32_t> paths(batch.rows());
  for (const uint32_t row : rows) {
    if (!has_codes) {
      paths[row] = number_of(row);
      continue;
    }
    uint32_t& known = by_entry[static_cast<size_t>(data->codes[row])];
    if (known == kUnknown) known = number_of(row);
    paths[row] = known;
  }
  if (FitsTable(local.size(), groups)) {
    SplitByCode([&](uint32_t row) { return paths[row]; }, local.size(), rows, group_of, groups);
  } else {
    SplitByKey([&](uint32_t row) { return std::pair(false, int64_t{paths[row]}); }, rows, group_of,
               groups);
  }
  return absl::OkStatus();
}

}  // namespace vedette
