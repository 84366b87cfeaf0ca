// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_tables_test asks them, tables_test compares them with the golden file.
#include "storage/event_table.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "storage/event_block.h"
#include "storage/tables.h"

namespace vedette {
namespace {

std::optional<size_t> PlaceOf(EventKind kind, absl::string_view name) {
  const std::vector<EventColumn>& columns = EventColumns(kind);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return i;
  }
  return std::nullopt;
}

OutputColumn Stored(EventKind kind, absl::string_view name) {
  OutputColumn output;
  const std::optional<size_t> place = PlaceOf(kind, name);
  if (!place.has_value()) return output;
  output.source = OutputSource::kStored;
  output.stored = *place;
  return output;
}

// The first path that the event has, or the first address with its port, or the first other text
// (a module's name, say).
OutputColumn ObjectOf(const KindInfo& kind) {
  OutputColumn output;
  std::optional<size_t> text;
  for (const Member& member : kind.members) {
    const std::optional<size_t> place = PlaceOf(kind.kind, member.name);
    if (!place.has_value()) continue;
    if (member.shape == MemberShape::kText && member.type == FieldType::kPath) {
      output.texts.push_back(*place);
    }
    if (!text.has_value() && member.type == FieldType::kText) text = place;
    if (!output.address.has_value() && member.type == FieldType::kAddress) output.address = place;
    if (!output.port.has_value() && member.type == FieldType::kPort) output.port = place;
  }
  if (!output.port.has_value()) output.address.reset();
  if (output.texts.empty() && !output.address.has_value() && text.has_value()) {
    output.texts.push_back(*text);
  }
  const bool any = !output.texts.empty() || output.address.has_value();
  output.source = any ? OutputSource::kObject : OutputSource::kNothing;
  return output;
}

OutputColumn ResultOf(const KindInfo& kind) {
  for (const Member& member : kind.members) {
    if (member.rule_name == "evt.rawres") return Stored(kind.kind, member.name);
  }
  return {};
}

OutputColumn Plain(OutputSource source, size_t stored = 0) {
  OutputColumn output;
  output.source = source;
  output.stored = stored;
  return output;
}

// Columns that tell a group's events from each other, always.
bool IsOfOneEvent(const EventColumn& column) {
  return column.source == ColumnSource::kId || column.source == ColumnSource::kTime ||
         column.name == "boot_time_ns" || column.name == "sequence";
}

class Maker {
 public:
  explicit Maker(std::string name) { table_.name = std::move(name); }

  void Column(std::string name, bool is_text, bool is_hidden = false) {
    table_.columns.push_back({std::move(name), is_text, is_hidden});
  }
  void GroupColumns(std::string count = "events", size_t time = kTimeColumn) {
    table_.is_groups = true;
    table_.group_time = time;
    Column(std::move(count), false);
    Column("first_ns", false);
    Column("last_ns", false);
    Column("since_ns", false, true);
    Column("until_ns", false, true);
  }
  void Kind(EventKind kind, std::vector<OutputColumn> outputs) {
    if (table_.is_groups) {
      for (const OutputSource source :
           {OutputSource::kCount, OutputSource::kFirst, OutputSource::kLast, OutputSource::kSince,
            OutputSource::kUntil}) {
        outputs.push_back(Plain(source));
      }
    }
    CHECK_EQ(outputs.size(), table_.columns.size());
    table_.kinds.push_back(kind);
    table_.outputs.push_back(std::move(outputs));
  }
  EventTable Done() { return std::move(table_); }

 private:
  EventTable table_;
};

EventTable TableOf(const KindInfo& kind, bool is_groups) {
  Maker maker(absl::StrCat(kind.name, is_groups ? "_groups" : ""));
  std::vector<OutputColumn> outputs;
  for (const EventColumn& column : EventColumns(kind.kind)) {
    if (is_groups && IsOfOneEvent(column)) continue;
    maker.Column(column.name, column.IsText());
    outputs.push_back(Stored(kind.kind, column.name));
    if (column.source != ColumnSource::kId) continue;
    maker.Column("time", true);
    outputs.push_back(Plain(OutputSource::kTime, kTimeColumn));
  }
  if (is_groups) maker.GroupColumns();
  maker.Kind(kind.kind, std::move(outputs));
  return maker.Done();
}

EventTable TableOfAll(bool is_groups) {
  Maker maker(is_groups ? "events_groups" : "events");
  if (!is_groups) {
    maker.Column("id", false);
    maker.Column("time", true);
    maker.Column("time_ns", false);
  }
  maker.Column("kind", true);
  maker.Column("exec_id", false);
  maker.Column("pid", false);
  maker.Column("name", true);
  maker.Column("uid", false);
  maker.Column("object", true);
  maker.Column("result", false);
  if (is_groups) maker.Column("exe_path", true);
  if (is_groups) maker.GroupColumns();
  for (const KindInfo& kind : Kinds()) {
    std::vector<OutputColumn> outputs;
    if (!is_groups) {
      outputs = {Stored(kind.kind, "id"), Plain(OutputSource::kTime, kTimeColumn),
                 Stored(kind.kind, "time_ns")};
    }
    outputs.push_back(Plain(OutputSource::kKind));
    for (const char* name : {"exec_id", "pid", "comm", "uid"}) {
      outputs.push_back(Stored(kind.kind, name));
    }
    outputs.push_back(ObjectOf(kind));
    outputs.push_back(ResultOf(kind));
    if (is_groups) {
      outputs.push_back(Plain(OutputSource::kExePath, *PlaceOf(kind.kind, "exec_id")));
    }
    maker.Kind(kind.kind, std::move(outputs));
  }
  return maker.Done();
}

// In the order in which they are in the table of rows.
EventTable TableOfProcesses(bool is_groups) {
  Maker maker(absl::StrCat(kProcessesTable, is_groups ? "_groups" : ""));
  std::vector<OutputColumn> outputs;
  const auto place = [](absl::string_view name) { return PlaceOf(kProcessesKind, name); };
  for (const Table& table : Tables()) {
    if (table.name != kProcessRowsTable) continue;
    for (const Table::Column& column : table.columns) {
      const std::optional<size_t> stored = place(column.name);
      // "start" stands for "start_ns".
      const std::optional<size_t> ns = place(absl::StrCat(column.name, "_ns"));
      if (is_groups &&
          (!stored.has_value() || *stored == kIdColumn || absl::EndsWith(column.name, "_ns"))) {
        continue;
      }
      maker.Column(column.name,
                   !stored.has_value() || EventColumns(kProcessesKind)[*stored].IsText());
      outputs.push_back(stored.has_value() ? Plain(OutputSource::kStored, *stored)
                                           : Plain(OutputSource::kTime, *ns));
    }
  }
  if (is_groups) maker.GroupColumns("processes", *place("start_ns"));
  maker.Kind(kProcessesKind, std::move(outputs));
  return maker.Done();
}

}  // namespace

bool EventTable::IsOfProcesses() const { return kinds[0] == kProcessesKind; }

const std::vector<OutputColumn>& EventTable::OutputsOf(EventKind kind) const {
  const auto at = std::find(kinds.begin(), kinds.end(), kind);
  CHECK(at != kinds.end());
  return outputs[static_cast<size_t>(at - kinds.begin())];
}

std::string EventTable::Declaration() const {
  return absl::StrCat("CREATE TABLE x (",
                      absl::StrJoin(columns, ", ",
                                    [](std::string* to, const Column& column) {
                                      absl::StrAppend(to, "\"", column.name, "\" ",
                                                      column.is_text ? "TEXT" : "INTEGER",
                                                      column.is_hidden ? " HIDDEN" : "");
                                    }),
                      ")");
}

const std::vector<EventTable>& EventTables() {
  static const auto* const all = [] {
    auto* tables = new std::vector<EventTable>;
    for (const bool is_groups : {false, true}) {
      for (const KindInfo& kind : Kinds()) tables->push_back(TableOf(kind, is_groups));
      tables->push_back(TableOfAll(is_groups));
      tables->push_back(TableOfProcesses(is_groups));
    }
    return tables;
  }();
  return *all;
}

const EventTable* FindEventTable(absl::string_view name) {
  for (const EventTable& table : EventTables()) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

std::string TimeText(int64_t time_ns) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixNanos(time_ns),
                          absl::UTCTimeZone());
}

}  // namespace vedette
