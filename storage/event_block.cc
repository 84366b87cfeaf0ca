// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_tables_test writes every kind and reads it back.
#include "storage/event_block.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace vedette {
namespace {

using Events = absl::Span<const PlacedEvent* const>;

constexpr size_t kEventsAtOnce = 128;  // Their records stay in the cache for all columns.

std::string AddressText(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text;
  inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(),
            static_cast<socklen_t>(text.size()));
  return text.data();
}

// Each address becomes text once.
void FillNetwork(const Member& member, Events events, ColumnData& column) {
  absl::flat_hash_map<std::pair<bool, std::array<uint8_t, 16>>, uint32_t> known;
  for (const PlacedEvent* event : events) {
    const Value value = event->view.Get(member);
    if (value.kind == Value::Kind::kUnsigned) {
      column.AddNumber(static_cast<int64_t>(value.number));
    } else if (value.kind != Value::Kind::kAddress) {
      column.AddNull();
    } else {
      const auto [at, is_new] = known.try_emplace({value.address.is_v6, value.address.bytes}, 0);
      if (is_new) at->second = column.texts.Add(AddressText(value.address));
      column.numbers.push_back(at->second);
    }
  }
}

template <typename Number>
void FillNumbersOf(size_t offset, Events events, ColumnData& column) {
  const size_t begin = column.rows();
  column.numbers.resize(begin + events.size());
  int64_t* to = column.numbers.data() + begin;
  for (const PlacedEvent* event : events) {
    Number number;
    std::memcpy(&number, event->view.bytes().data() + offset, sizeof(number));
    *to++ = static_cast<int64_t>(number);
  }
}

// As EventView::Number(), but what depends on the member is decided once.
void FillNumbers(const Member& member, Events events, ColumnData& column) {
  switch (member.is_signed ? -member.size : int{member.size}) {
    case 1:
      return FillNumbersOf<uint8_t>(member.offset, events, column);
    case 2:
      return FillNumbersOf<uint16_t>(member.offset, events, column);
    case 4:
      return FillNumbersOf<uint32_t>(member.offset, events, column);
    case -4:
      return FillNumbersOf<int32_t>(member.offset, events, column);
    case 8:
    case -8:
      return FillNumbersOf<int64_t>(member.offset, events, column);
    default:
      for (const PlacedEvent* event : events) {
        column.numbers.push_back(static_cast<int64_t>(event->view.Number(member)));
      }
  }
}

void FillIdentity(const Member& member, Events events, ColumnData& column) {
  const size_t begin = column.rows();
  FillNumbers(member, events, column);
  for (size_t row = begin; row < column.rows(); ++row) {
    if (!column.nulls.empty() || column.numbers[row] == 0) {
      column.nulls.resize(row, 0);
      column.nulls.push_back(column.numbers[row] == 0 ? 1 : 0);
    }
  }
}

void FillArguments(const Member& member, Events events, ColumnData& column) {
  std::string joined;
  for (const PlacedEvent* event : events) {
    joined.clear();
    AppendArguments(event->view.Text(member), joined);
    column.AddText(joined);
  }
}

void FillSplit(const Member& member, Events events, ColumnData& column) {
  for (const PlacedEvent* event : events) {
    column.AddText(SplitOfArguments(event->view.Text(member)));
  }
}

void FillTruncated(const KindInfo& kind, Events events, ColumnData& column) {
  std::vector<const Member*> texts;
  for (const Member& member : kind.members) {
    if (member.shape == MemberShape::kText) texts.push_back(&member);
  }
  const auto is_cut = [](const PlacedEvent* event, const Member* member) {
    wire_text slot;
    std::memcpy(&slot, event->view.bytes().data() + member->offset, sizeof(slot));
    return (slot.length & WIRE_TEXT_TRUNCATED) != 0;
  };
  std::string names;
  for (const PlacedEvent* event : events) {
    names.clear();
    for (const Member* const member : texts) {
      if (!is_cut(event, member)) continue;
      if (!names.empty()) names.push_back(' ');
      names.append(member->name.data(), member->name.size());
    }
    column.AddText(names);
  }
}

void Fill(const KindInfo& kind, const EventColumn& definition, Events events, ColumnData& column) {
  switch (definition.source) {
    case ColumnSource::kId:
      for (const PlacedEvent* event : events) column.numbers.push_back(event->place.id);
      return;
    case ColumnSource::kTime:
      for (const PlacedEvent* event : events) column.numbers.push_back(event->place.time_ns);
      return;
    case ColumnSource::kRecordFlags:
      for (const PlacedEvent* event : events) column.numbers.push_back(event->view.header().flags);
      return;
    case ColumnSource::kTruncated:
      return FillTruncated(kind, events, column);
    case ColumnSource::kLane:
      for (const PlacedEvent* event : events) column.numbers.push_back(event->view.header().lane);
      return;
    case ColumnSource::kNumber:
      return FillNumbers(*definition.member, events, column);
    case ColumnSource::kIdentity:
      return FillIdentity(*definition.member, events, column);
    case ColumnSource::kNetwork:
      return FillNetwork(*definition.member, events, column);
    case ColumnSource::kText:
      for (const PlacedEvent* event : events) column.AddText(event->view.Text(*definition.member));
      return;
    case ColumnSource::kArguments:
      return FillArguments(*definition.member, events, column);
    case ColumnSource::kSplit:
      return FillSplit(*definition.member, events, column);
  }
}

bool IsPath(const EventColumn& column) {
  return column.member != nullptr && column.member->type == FieldType::kPath;
}

// pid and tid, uid and gid: neighbours that say the same of a process, mostly.
bool IsTwinOf(const EventColumn& column, const EventColumn& before) {
  return column.source == ColumnSource::kNumber && before.source == ColumnSource::kNumber &&
         column.member->type == before.member->type && column.name.size() == 3 &&
         before.name.size() == 3 && absl::EndsWith(column.name, "id") &&
         absl::EndsWith(before.name, "id");
}

// Numbers that people search for one by one.
bool IsSought(const EventColumn& column) {
  return column.source == ColumnSource::kIdentity || column.source == ColumnSource::kNetwork ||
         (column.source == ColumnSource::kNumber &&
          (absl::EndsWith(column.name, "pid") || absl::EndsWith(column.name, "_id")));
}

bool IsSoughtText(const EventColumn& column) {
  if (!column.IsText() || column.member == nullptr) return false;
  const FieldType type = column.member->type;
  return type == FieldType::kPath || type == FieldType::kText || type == FieldType::kAddress;
}

ColumnHint HintOf(const std::vector<EventColumn>& columns, size_t index, int exec_id, int path) {
  const EventColumn& column = columns[index];
  const auto self = static_cast<int>(index);
  ColumnHint hint;
  hint.in_filter = IsSought(column) || IsSoughtText(column);
  hint.has_folders = IsPath(column);
  if (index > 0 && IsTwinOf(column, columns[index - 1])) hint.difference = self - 1;
  if (column.member != nullptr && column.member->type == FieldType::kBootTime) {
    hint.difference = static_cast<int>(kTimeColumn);
  }
  if (column.name == "sequence") {
    const auto cpu = std::find_if(columns.begin(), columns.end(),
                                  [](const EventColumn& other) { return other.name == "cpu"; });
    if (cpu != columns.end()) hint.keyed = static_cast<int>(cpu - columns.begin());
  }
  hint.is_identity = column.member != nullptr && !column.IsText() && column.member->size == 8 &&
                     (absl::EndsWith(column.name, "id") || absl::EndsWith(column.name, "ino"));
  // Neither what all others may refer to, nor what differs in each row.
  if (self == exec_id || index <= kTimeColumn) return hint;
  if (column.IsText() && path >= 0 && self != path) hint.base = path;
  hint.per_entry.push_back(exec_id);
  if (path >= 0 && self != path) hint.per_entry.push_back(path);
  return hint;
}

// Of processes: what is a function of what, and what people look for.
struct ProcessHint {
  absl::string_view column;
  absl::string_view difference = {};
  std::vector<absl::string_view> per_entry = {};
  bool is_identity = false, in_filter = false, has_folders = false;
  absl::string_view base = {};
};

std::vector<ColumnHint> MakeProcessHints() {
  const ProcessHint kHints[] = {
      {.column = "exec_id", .in_filter = true},
      {.column = "parent_exec_id", .is_identity = true, .in_filter = true},
      {.column = "previous_exec_id", .in_filter = true},
      {.column = "next_exec_id", .in_filter = true},
      {.column = "requested_by_exec_id", .is_identity = true, .in_filter = true},
      {.column = "pid", .in_filter = true},
      {.column = "ppid", .per_entry = {"parent_exec_id"}},
      {.column = "uid", .per_entry = {"parent_exec_id", "exe_path"}},
      {.column = "login_uid", .per_entry = {"parent_exec_id", "exe_path"}},
      {.column = "exe_path", .in_filter = true, .has_folders = true},
      {.column = "name", .per_entry = {"exe_path"}, .in_filter = true},
      {.column = "cwd", .per_entry = {"exe_path"}},
      {.column = "cgroup_id", .per_entry = {"exe_path"}, .is_identity = true},
      {.column = "cgroup", .per_entry = {"cgroup_id", "exe_path"}},
      {.column = "start_ns", .difference = "end_ns"},
      {.column = "exec_ns", .difference = "start_ns"},
      {.column = "exe_sha256", .per_entry = {"exe_path"}},
      {.column = "exe_sha256_state", .per_entry = {"exe_path"}},
      {.column = "requested_via", .per_entry = {"requested_by_exec_id"}},
      {.column = "parent_name", .per_entry = {"parent_exec_id"}, .base = "name"},
  };
  const std::vector<EventColumn>& columns = EventColumns(kProcessesKind);
  const auto place = [&](absl::string_view name) {
    const auto at = std::find_if(columns.begin(), columns.end(),
                                 [&](const EventColumn& column) { return column.name == name; });
    return at == columns.end() ? -1 : static_cast<int>(at - columns.begin());
  };
  std::vector<ColumnHint> hints(columns.size());
  for (const ProcessHint& from : kHints) {
    ColumnHint& hint = hints[static_cast<size_t>(place(from.column))];
    hint.difference = place(from.difference);
    hint.base = place(from.base);
    for (const absl::string_view other : from.per_entry) hint.per_entry.push_back(place(other));
    hint.is_identity = from.is_identity;
    hint.in_filter = from.in_filter;
    hint.has_folders = from.has_folders;
  }
  return hints;
}

std::vector<ColumnHint> MakeHints(EventKind kind) {
  const std::vector<EventColumn>& columns = EventColumns(kind);
  int exec_id = -1, path = -1;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == "exec_id") exec_id = static_cast<int>(i);
    if (path < 0 && columns[i].IsText() && IsPath(columns[i])) path = static_cast<int>(i);
  }
  std::vector<ColumnHint> hints;
  for (size_t i = 0; i < columns.size(); ++i) {
    hints.push_back(HintOf(columns, i, exec_id, path));
    if (kind == WIRE_file_open && columns[i].name == "name") hints.back().resolved = path;
  }
  return hints;
}

}  // namespace

void AppendArguments(absl::string_view arguments, std::string& to) {
  const size_t begin = to.size();
  ForEachArgument(arguments, [&](absl::string_view argument) {
    if (to.size() > begin) to.push_back(' ');
    to.append(argument.data(), argument.size());
  });
}

std::string SplitOfArguments(absl::string_view arguments) {
  if (arguments.empty()) return "";
  const bool ended = arguments.back() == '\0';
  const bool has_blank = arguments.find(' ') != absl::string_view::npos;
  if (ended && !has_blank && arguments.front() != '\0') return "";
  std::string split;
  ForEachArgument(arguments, [&](absl::string_view argument) {
    absl::StrAppend(&split, split.empty() ? "" : " ", argument.size());
  });
  if (!ended) split.push_back('-');
  return split;
}

void AppendSplitArguments(absl::string_view joined, absl::string_view split, std::string& to) {
  if (split.empty()) {
    if (joined.empty()) return;
    const size_t begin = to.size();
    to.append(joined.data(), joined.size());
    std::replace(to.begin() + static_cast<std::ptrdiff_t>(begin), to.end(), ' ', '\0');
    to.push_back('\0');
    return;
  }
  const bool ended = !absl::ConsumeSuffix(&split, "-");
  bool first = true, any = false;  // No blank was put before the first byte.
  for (const absl::string_view length : absl::StrSplit(split, ' ')) {
    size_t size = 0;
    if (!absl::SimpleAtoi(length, &size)) return;
    if (!first) {
      to.push_back('\0');
      if (any && !joined.empty()) joined.remove_prefix(1);
    }
    first = false;
    size = std::min(size, joined.size());
    any = any || size > 0;
    to.append(joined.data(), size);
    joined.remove_prefix(size);
  }
  if (ended) to.push_back('\0');
}

std::vector<ColumnData> EmptyColumns(EventKind kind) {
  std::vector<ColumnData> columns;
  for (const EventColumn& definition : EventColumns(kind)) {
    columns.emplace_back().is_text = definition.IsText();
  }
  return columns;
}

std::vector<ColumnData> ColumnsOf(EventKind kind, Events events) {
  std::vector<ColumnData> columns = EmptyColumns(kind);
  const KindInfo& info = *FindKind(kind);
  for (ColumnData& column : columns) column.numbers.reserve(events.size());
  for (size_t at = 0; at < events.size(); at += kEventsAtOnce) {
    const Events some = events.subspan(at, kEventsAtOnce);
    for (size_t i = 0; i < columns.size(); ++i) {
      Fill(info, EventColumns(kind)[i], some, columns[i]);
    }
  }
  return columns;
}

void SortRowsById(std::vector<ColumnData>& columns) {
  const std::vector<int64_t>& ids = columns[kIdColumn].numbers;
  if (std::is_sorted(ids.begin(), ids.end())) return;
  std::vector<uint32_t> order(ids.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return ids[a] < ids[b]; });
  for (ColumnData& column : columns) {
    ColumnData sorted;
    sorted.is_text = column.is_text;
    sorted.AddRows(column, order);
    column = std::move(sorted);
  }
}

const std::vector<ColumnHint>& HintsOf(EventKind kind) {
  static const auto* const all = [] {
    auto* hints = new std::array<std::vector<ColumnHint>, WIRE_KIND_LIMIT>;
    for (const KindInfo& info : Kinds()) (*hints)[info.kind] = MakeHints(info.kind);
    (*hints)[kProcessesKind] = MakeProcessHints();
    return hints;
  }();
  return (*all)[kind];
}

}  // namespace vedette
