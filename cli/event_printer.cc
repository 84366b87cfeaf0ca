// SPDX-License-Identifier: Apache-2.0
#include "cli/event_printer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "cli/field_list.h"
#include "cli/table.h"
#include "integrations/format/json.h"

namespace vedette {
namespace {

constexpr size_t kCellBytesMax = 4096;
constexpr size_t kOtherWidth = 12;

FieldRef Named(absl::string_view name) {
  FieldRef ref;
  const Field* field = FindField(name);
  if (field != nullptr) ref.id = IdOf(*field);
  return ref;
}

bool Only(KindSet kinds, EventKind kind) { return kinds == KindBit(kind); }

std::string Text(const Event& event, const FieldRef& field) {
  std::string text;
  AppendField(event, field, text);
  return EscapeControl(TruncateUtf8(text, kCellBytesMax));
}

void AppendJsonValue(const Event& event, const FieldRef& field, std::string& to) {
  Values values;
  GetField(event, field, values);
  if (values.empty()) {
    to += "null";
    return;
  }
  std::string text;
  AppendField(event, field, text);
  const Value::Kind kind = values[0].kind;
  const bool plain =
      values.size() == 1 &&
      ((kind == Value::Kind::kBool && (text == "true" || text == "false")) ||
       ((kind == Value::Kind::kSigned || kind == Value::Kind::kUnsigned) && IsJsonNumber(text)));
  if (plain) {
    to += text;
  } else {
    AppendJsonString(text, to);
  }
}

}  // namespace

EventPrinter::EventPrinter(std::vector<FieldRef> fields, KindSet kinds, bool json,
                           absl::TimeZone zone)
    : json_(json), chosen_(!fields.empty()), zone_(zone) {
  columns_.push_back({"TIME", 12, false, {}, &EventPrinter::Time});
  if (chosen_) {
    for (FieldRef& field : fields) {
      std::string title = FieldRefName(field);
      const size_t width = std::max(kOtherWidth, title.size());
      columns_.push_back({std::move(title), width, false, std::move(field)});
    }
    return;
  }
  AddField("proc.pid", "PID", 7, true);
  if (Only(kinds, WIRE_process_exec)) AddField("proc.ppid", "PPID", 7, true);
  AddField("user.name", "USER", 8);
  AddField("proc.name", "NAME", 15);
  if (Only(kinds, WIRE_process_exec)) {
    AddField("proc.exeline", "COMMAND", 0);
    return;
  }
  if ((kinds & (kinds - 1)) != 0) AddField("evt.kind", "EVENT", 15);
  AddField("evt.res", "RESULT", 7);
  columns_.push_back({"OBJECT", 0, false, {}, &EventPrinter::Subject});
}

void EventPrinter::AddField(absl::string_view name, absl::string_view title, size_t width,
                            bool right) {
  columns_.push_back({std::string(title), width, right, Named(name)});
}

std::string EventPrinter::Header() const {
  if (json_) return "";
  std::string line;
  for (const Column& column : columns_) {
    const std::string blanks(column.width - std::min(column.width, column.title.size()), ' ');
    absl::StrAppend(&line, line.empty() ? "" : "  ", column.right ? blanks : "", column.title,
                    column.right ? "" : blanks);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string EventPrinter::Line(const Event& event) {
  if (json_) return JsonLine(event);
  std::string line;
  for (const Column& column : columns_) {
    const std::string cell =
        column.make != nullptr ? (this->*column.make)(event) : Text(event, column.field);
    const std::string blanks(column.width - std::min(column.width, DisplayWidth(cell)), ' ');
    absl::StrAppend(&line, &column == columns_.data() ? "" : "  ", column.right ? blanks : "", cell,
                    column.right ? "" : blanks);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string EventPrinter::Time(const Event& event) {
  return absl::FormatTime("%H:%M:%E3S", event.time, zone_);
}

// What was acted on: the file or the peer; for processes the command.
std::string EventPrinter::Subject(const Event& event) {
  static const FieldRef kObject = Named("evt.object"), kCommand = Named("proc.exeline"),
                        kChild = Named("fork.child_pid"), kStatus = Named("exit.status");
  switch (event.view.kind()) {
    case WIRE_process_fork:
      return absl::StrCat("child ", Text(event, kChild));
    case WIRE_process_exit:
      return absl::StrCat("status ", Text(event, kStatus));
    case WIRE_process_exec:
      return Text(event, kCommand);
    default:
      return Text(event, kObject);
  }
}

std::string EventPrinter::JsonLine(const Event& event) {
  std::string line =
      absl::StrCat("{\"time\":\"",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", event.time, absl::UTCTimeZone()), "\"");
  const auto add = [&](absl::string_view key, const FieldRef& field) {
    line += ',';
    AppendJsonString(key, line);
    line += ':';
    AppendJsonValue(event, field, line);
  };
  if (chosen_) {
    for (size_t i = 1; i < columns_.size(); ++i) add(columns_[i].title, columns_[i].field);
  } else {
    // Nobody has chosen: what there is to say about every kind.
    for (const absl::string_view name :
         {"evt.kind", "evt.type", "evt.res", "proc.pid", "proc.ppid", "proc.name", "proc.exepath",
          "proc.exeline", "user.name", "fd.name", "evt.object", "container.id"}) {
      add(name, Named(name));
    }
  }
  return line + "}\n";
}

}  // namespace vedette
