// SPDX-License-Identifier: Apache-2.0
//
// No unit test: tests/hunt compares what is found through it with the naive evaluator.
#include "cli/hunt_chooser.h"

#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "engine/enrich/container.h"
#include "sensor/schema/classify_mode.h"
#include "storage/segment_filter.h"

namespace vedette {
namespace {

constexpr size_t kWords = std::size(Survivors{}.words);
constexpr size_t kFoldersMax = 16;  // Beyond them one looks the path up at once.
constexpr size_t kNeedMax = 64;     // Texts of a list: beyond them it is no longer worth asking.

bool Any(const Survivors& a) {
  return std::any_of(std::begin(a.words), std::end(a.words), [](uint64_t w) { return w != 0; });
}

Survivors And(const Survivors& a, const Survivors& b) {
  Survivors both;
  for (size_t i = 0; i < kWords; ++i) both.words[i] = a.words[i] & b.words[i];
  return both;
}

// The keys of a set that has finitely many of them, or prefixes; none for one that nearly all are
// in.
std::vector<std::string> KeysOf(const DimensionSet& set) {
  std::vector<std::string> keys;
  if (set.otherwise()) return keys;
  for (const DimensionSet::Point& point : set.points()) {
    if (point.in) keys.push_back(point.key);
  }
  if (keys.size() > kNeedMax) keys.clear();
  return keys;
}

// The vectors of all texts of a column.
template <typename VectorOf>
std::vector<Survivors> VectorsOf(const ColumnData& column, VectorOf vector_of) {
  std::vector<Survivors> vectors(column.texts.size());
  for (size_t i = 0; i < vectors.size(); ++i) vectors[i] = vector_of(column.texts[i]);
  return vectors;
}

// The numbers that the mode of an act is made of; null where the kind has none such.
struct ModeColumns {
  const ColumnData* flags = nullptr;
  const ColumnData* created = nullptr;
  const ColumnData* result = nullptr;
  const ColumnData* mode = nullptr;
  bool is_known = false;
};

uint32_t NumberAt(const ColumnData* column, uint32_t row) {
  return column == nullptr ? 0 : static_cast<uint32_t>(column->numbers[row]);
}

absl::StatusOr<ModeColumns> ModeColumnsOf(ChoosableEvents& events) {
  ModeColumns columns;
  ASSIGN_OR_RETURN(const ColumnData* const family, events.Column("family"));
  if (family != nullptr) return columns;  // Of sockets: the address counts, too.
  ASSIGN_OR_RETURN(columns.result, events.Column("result"));
  ASSIGN_OR_RETURN(columns.mode, events.Column("mode"));
  if (events.kind() == WIRE_file_open) {
    ASSIGN_OR_RETURN(columns.flags, events.Column("flags"));
    ASSIGN_OR_RETURN(columns.created, events.Column("created"));
  }
  columns.is_known = true;
  return columns;
}

uint32_t ModeAt(EventKind kind, const ModeColumns& columns, uint32_t row) {
  const auto result = static_cast<int32_t>(NumberAt(columns.result, row));
  const uint32_t mode = NumberAt(columns.mode, row);
  if (kind == WIRE_file_open) {
    return classify_mode_of_open(NumberAt(columns.flags, row), NumberAt(columns.created, row),
                                 result, mode);
  }
  if (columns.result == nullptr && columns.mode == nullptr) return 0;
  return classify_mode_of_object(result, mode);
}

}  // namespace

// Which rows' paths the kernel would not have judged: it saw a part of them.
struct HuntChooser::Judged {
  const ColumnData* flags = nullptr;
  const ColumnData* truncated = nullptr;
  bool all = false;
  bool Is(uint32_t row) const {
    return all ||
           ((flags->numbers[row] & WIRE_FLAG_LOOSE_PATH) == 0 && truncated->numbers[row] == 0);
  }
};

// A row, and the terms that are left of it.
struct HuntChooser::Left {
  uint32_t row = 0;
  Survivors survivors;
};

absl::StatusOr<HuntChooser::Judged> HuntChooser::JudgedOf(ChoosableEvents& events) {
  Judged judged;
  ASSIGN_OR_RETURN(judged.flags, events.Column("record_flags"));
  ASSIGN_OR_RETURN(judged.truncated, events.Column("truncated"));
  bool all = true;
  for (uint32_t row = 0; all && row < judged.flags->rows(); ++row) all = judged.Is(row);
  judged.all = all;
  return judged;
}

HuntChooser::HuntChooser(const ClassifierTables& tables, bool wants_requests)
    : classifier_(tables),
      wants_requests_(wants_requests),
      needs_(WIRE_KIND_LIMIT),
      path_filters_(WIRE_KIND_LIMIT),
      any_mode_(WIRE_KIND_LIMIT) {
  for (const KindTables& kind : tables.kinds) {
    for (uint32_t mode = 0; mode < CLASSIFY_MODES; ++mode) {
      const Survivors of_mode = classifier_.OfMode(kind.kind, mode);
      for (size_t i = 0; i < kWords; ++i) any_mode_[kind.kind].words[i] |= of_mode.words[i];
      const bool is_failed_open = kind.kind == WIRE_file_open && (mode & CLASSIFY_FAILED) != 0;
      wants_failed_opens_ |= is_failed_open && Any(of_mode);
    }
    for (const Term& term : kind.terms) {
      Need need;
      for (std::string& comm : KeysOf(term.box.sets[CLASSIFY_comm])) {
        need.comms.push_back(comm.substr(0, comm.find('\0')));
      }
      for (const std::string& path : KeysOf(term.box.sets[CLASSIFY_path])) {
        if (absl::EndsWith(path, absl::string_view("\0", 1))) {
          need.paths.push_back(path.substr(0, path.size() - 1));
        } else {
          need.folders.push_back(path.substr(0, path.rfind('/') + 1));
        }
      }
      path_filters_[kind.kind].Add(need.paths, need.folders);
      needs_[kind.kind].push_back(std::move(need));
    }
  }
}

void HuntChooser::PathFilter::Add(const std::vector<std::string>& more_paths,
                                  const std::vector<std::string>& more_folders) {
  if (more_paths.empty() && more_folders.empty()) all = true;
  for (const std::string& path : more_paths) {
    paths.insert(path);
    lengths[std::min(path.size(), lengths.size() - 1)] = true;
  }
  for (const std::string& folder : more_folders) {
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
      folders.push_back(folder);
    }
  }
  if (folders.size() > kFoldersMax) all = true;
}

// A term whose program's name is that of a thread with no text (an empty comm) is not sought.
bool HuntChooser::SegmentMayHave(const ChoosableEvents& events, bool all_judged) const {
  const auto has_text = [&](const std::string& text) {
    return text.empty() || events.MayHaveText(text);
  };
  const auto has_folder = [&](const std::string& folder) {
    return folder.empty() || events.MayHaveFolder(folder);
  };
  const std::vector<Need>& needs = needs_[events.kind()];
  return std::any_of(needs.begin(), needs.end(), [&](const Need& need) {
    if (!need.comms.empty() && std::none_of(need.comms.begin(), need.comms.end(), has_text)) {
      return false;
    }
    if (!all_judged || (need.paths.empty() && need.folders.empty())) return true;
    return std::any_of(need.paths.begin(), need.paths.end(), has_text) ||
           std::any_of(need.folders.begin(), need.folders.end(), has_folder);
  });
}

bool HuntChooser::PathFilter::MayBeWanted(absl::string_view path) const {
  if (all) return true;
  if (lengths[std::min(path.size(), lengths.size() - 1)] && paths.contains(path)) return true;
  return std::any_of(folders.begin(), folders.end(),
                     [&](const std::string& folder) { return absl::StartsWith(path, folder); });
}

absl::Status HuntChooser::Choose(ChoosableEvents& events, std::vector<uint32_t>& rows) const {
  const EventKind kind = events.kind();
  ASSIGN_OR_RETURN(const Judged judged, JudgedOf(events));
  const ColumnData* families = nullptr;
  if (wants_requests_ && kind == WIRE_network_connect) {
    ASSIGN_OR_RETURN(families, events.Column("family"));
  }
  if (families == nullptr && !SegmentMayHave(events, judged.all)) {
    // Paths that the filter cannot know, as they were asked for in another way? Only a rule about
    // opens that failed makes one look: it takes as long as all else.
    bool has_unknown = false;
    if (judged.all && wants_failed_opens_ && SegmentMayHave(events, false)) {
      ASSIGN_OR_RETURN(has_unknown, events.MayHaveUnresolved());
    }
    if (!has_unknown) {
      rows.clear();
      return absl::OkStatus();
    }
  }
  std::vector<Left> left;
  RETURN_IF_ERROR(NarrowByTexts(events, judged, rows, left));
  if (families == nullptr && left.empty()) {
    rows.clear();
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(NarrowByNumbers(events, judged, left));
  std::vector<uint32_t> wanted;
  auto next = left.begin();
  for (const uint32_t row : rows) {
    const bool is_left = next != left.end() && next->row == row;
    if (is_left) ++next;
    if (is_left || (families != nullptr && families->numbers[row] == AF_UNIX)) {
      wanted.push_back(row);
    }
  }
  rows = std::move(wanted);
  return absl::OkStatus();
}

std::string HuntChooser::ContainerOf(absl::string_view cgroup) const {
  const Container container = vedette::ContainerOf(cgroup);
  return container.IsHost() ? std::string() : std::string(container.id);
}

// By the path, which leaves nothing of most segments, and by the program's name.
absl::Status HuntChooser::NarrowByTexts(ChoosableEvents& events, const Judged& judged,
                                        const std::vector<uint32_t>& rows,
                                        std::vector<Left>& left) const {
  const EventKind kind = events.kind();
  RETURN_IF_ERROR(NarrowByPath(events, judged, rows, left));
  if (left.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ColumnData* const comm, events.Column("comm"));
  std::vector<std::optional<Survivors>> by_comm(comm->texts.size());
  const auto is_out = [&](Left& each) {
    const auto text = static_cast<size_t>(comm->numbers[each.row]);
    if (!by_comm[text]) by_comm[text] = classifier_.OfComm(kind, comm->texts[text]);
    each.survivors = And(each.survivors, *by_comm[text]);
    return !Any(each.survivors);
  };
  left.erase(std::remove_if(left.begin(), left.end(), is_out), left.end());
  return absl::OkStatus();
}

absl::Status HuntChooser::NarrowByPath(ChoosableEvents& events, const Judged& judged,
                                       const std::vector<uint32_t>& rows,
                                       std::vector<Left>& left) const {
  const EventKind kind = events.kind();
  const Member* const member = ClassifiedPath(kind);
  if (member == nullptr) {
    for (const uint32_t row : rows) left.push_back({row, any_mode_[kind]});
    return absl::OkStatus();
  }
  const PathFilter& filter = path_filters_[kind];
  const auto of_path = [&](absl::string_view text) {
    const bool is_wanted = text.empty() || filter.MayBeWanted(text);
    return is_wanted ? And(any_mode_[kind], classifier_.OfPath(kind, text)) : Survivors();
  };
  ASSIGN_OR_RETURN(const ColumnData* const path, events.Column(member->name));
  const std::vector<Survivors> by_path = VectorsOf(*path, of_path);
  std::vector<uint8_t> is_wanted;  // Most paths are not.
  for (const Survivors& survivors : by_path) is_wanted.push_back(Any(survivors) ? 1 : 0);
  const ColumnData* name = nullptr;
  std::vector<std::optional<Survivors>> by_name;
  for (const uint32_t row : rows) {
    const auto text = static_cast<size_t>(path->numbers[row]);
    if (is_wanted[text] == 0 && judged.Is(row)) continue;
    Survivors survivors = judged.Is(row) ? by_path[text] : any_mode_[kind];
    if (kind == WIRE_file_open && text == 0 && judged.Is(row) && Any(survivors)) {
      if (name == nullptr) {
        ASSIGN_OR_RETURN(name, events.Column("name"));
        by_name.resize(name->texts.size());
      }
      const auto asked = static_cast<size_t>(name->numbers[row]);
      std::optional<Survivors>& of_name = by_name[asked];
      // The path of an open that failed is the name that was asked for, made absolute.
      if (!of_name) of_name = of_path(IsPlainPath(name->texts[asked]) ? name->texts[asked] : "");
      survivors = And(survivors, *of_name);
    }
    if (Any(survivors)) left.push_back({row, survivors});
  }
  return absl::OkStatus();
}

absl::Status HuntChooser::NarrowByNumbers(ChoosableEvents& events, const Judged& judged,
                                          std::vector<Left>& left) const {
  const EventKind kind = events.kind();
  ASSIGN_OR_RETURN(const ModeColumns modes, ModeColumnsOf(events));
  ASSIGN_OR_RETURN(const ColumnData* const calls, events.Column("syscall"));
  std::map<std::pair<int64_t, int64_t>, Survivors> by_call;
  const auto is_out = [&](const Left& each) {
    const Survivors of_mode =
        modes.is_known ? classifier_.OfMode(kind, ModeAt(kind, modes, each.row)) : any_mode_[kind];
    const Survivors survivors = And(each.survivors, of_mode);
    if (!Any(survivors)) return true;
    const std::pair<int64_t, int64_t> call(calls->numbers[each.row],
                                           judged.flags->numbers[each.row]);
    const auto [at, is_new] = by_call.try_emplace(call);
    if (is_new) {
      at->second = classifier_.OfCall(kind, static_cast<int32_t>(call.first),
                                      static_cast<uint8_t>(call.second));
    }
    return !Any(And(survivors, at->second));
  };
  left.erase(std::remove_if(left.begin(), left.end(), is_out), left.end());
  return absl::OkStatus();
}

}  // namespace vedette
