// SPDX-License-Identifier: Apache-2.0
// No unit test: formats_test.cc holds every format against its published rules.
//
// Elastic Common Schema 8.11. Names with dots stand for nested objects: Elasticsearch and
// OpenSearch take both. Fields of the rule's output that ECS has go by its name (the schema's rows
// carry it); all of them are under `vedette.fields` by ours.
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "integrations/format/formats.h"
#include "integrations/format/json_writer.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

// Values that ECS allows for event.category and event.type.
struct Categories {
  absl::string_view kind;  // The first row that ours begins with.
  absl::string_view category, type;
};
constexpr Categories kCategories[] = {
    {"file_open", "file", "access"},
    {"file_unlink", "file", "deletion"},
    {"file_mkdir", "file", "creation"},
    {"file_mknod", "file", "creation"},
    {"file_link", "file", "creation"},
    {"file_symlink", "file", "creation"},
    {"file_", "file", "change"},
    {"process_exec", "process", "start"},
    {"process_fork", "process", "start"},
    {"process_exit", "process", "end"},
    {"process_", "process", "info"},
    {"network_connect", "network", "connection"},
    {"network_accept", "network", "connection"},
    {"network_", "network", "info"},
    {"kernel_module", "driver", "start"},
    {"", "host", "info"},
};

const Categories& CategoriesOf(absl::string_view kind) {
  const Categories* row = kCategories;
  while (!absl::StartsWith(kind, row->kind)) ++row;
  return *row;
}

// ECS's name of a rule's field, "" if it has none.
absl::string_view EcsNameOf(absl::string_view name, const KindInfo* kind) {
  const Field* field = FindField(name);
  if (field == nullptr) return "";
  const Member* member = field->member;
  if (field->source == FieldSource::kEvent && kind != nullptr) {
    member = MemberOf(*field, kind->kind);
  }
  return member == nullptr ? "" : member->ecs_name;
}

// Sets each name once: the first counts.
class Document {
 public:
  explicit Document(std::string& to) : out_(to) { out_.Begin('{'); }
  void Text(absl::string_view name, absl::string_view text) {
    if (!text.empty() && Take(name)) out_.Key(name).Text(text);
  }
  void Number(absl::string_view name, int64_t number) {
    if (Take(name)) out_.Key(name).Number(number);
  }
  void Texts(absl::string_view name, const std::vector<std::string>& texts) {
    if (!texts.empty() && Take(name)) out_.Key(name).Texts(texts);
  }
  void Raw(absl::string_view name, absl::string_view json) {
    if (Take(name)) out_.Key(name).Raw(json);
  }
  void End() { out_.End('}'); }

 private:
  bool Take(absl::string_view name) { return taken_.insert(std::string(name)).second; }
  JsonWriter out_;
  std::set<std::string> taken_;
};

void AddProcess(const AlertProcess& process, const std::string& prefix, Document& doc) {
  doc.Number(absl::StrCat(prefix, "pid"), process.pid);
  doc.Text(absl::StrCat(prefix, "name"), process.name);
  doc.Text(absl::StrCat(prefix, "executable"), process.exe_path);
  doc.Text(absl::StrCat(prefix, "command_line"), process.command_line);
  if (process.exec_id != 0) {
    doc.Text(absl::StrCat(prefix, "entity_id"),
             absl::StrCat(absl::Hex(process.exec_id, absl::kZeroPad16)));
  }
}

void AddFields(const Alert& alert, Document& doc) {
  const KindInfo* kind = FindKindByName(alert.event_kind);
  for (const AlertField& field : alert.fields) {
    const absl::string_view name = EcsNameOf(field.name, kind);
    if (name.empty() || field.json == AlertField::Json::kNull) continue;
    if (field.json == AlertField::Json::kNumber && IsJsonNumber(field.text)) {
      doc.Raw(name, field.text);
    } else {
      doc.Text(name, field.text);
    }
  }
  std::string fields;
  AppendOutputFields(alert, fields);
  doc.Raw("vedette.fields", fields);
}

void AddObject(const Alert& alert, Document& doc) {
  const AlertObject object = ObjectOf(alert);
  if (object.kind == AlertObject::Kind::kFile) {
    doc.Text("file.path", object.text);
  } else if (object.kind == AlertObject::Kind::kAddress) {
    doc.Text("destination.address", object.text);
    uint32_t port = 0;
    if (absl::SimpleAtoi(object.port, &port)) doc.Number("destination.port", port);
  }
}

}  // namespace

void AppendEcs(const Alert& alert, std::string& to) {
  const Categories& categories = CategoriesOf(alert.event_kind);
  Document doc(to);
  doc.Text("@timestamp", absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", alert.time, absl::UTCTimeZone()));
  doc.Text("ecs.version", "8.11.0");
  doc.Text("event.kind", "alert");
  doc.Texts("event.category", {std::string(categories.category)});
  doc.Texts("event.type", {std::string(categories.type)});
  doc.Text("event.action", alert.event_type);
  doc.Text("event.id", alert.id);
  doc.Text("event.module", "vedette");
  doc.Text("event.dataset", "vedette.alert");
  doc.Text("event.provider", "vedette");
  // ECS leaves the scale to the source; larger is worse.
  doc.Number("event.severity", 7 - static_cast<int64_t>(alert.priority));
  doc.Number("event.sequence", static_cast<int64_t>(alert.event_number));
  doc.Text("event.reason", alert.reason.empty() ? alert.message : alert.reason);
  doc.Text("message", alert.message);
  doc.Text("log.level", PriorityName(alert.priority));
  doc.Text("rule.name", alert.rule);
  if (!alert.references.empty()) doc.Text("rule.reference", alert.references[0]);
  doc.Text("host.hostname", alert.hostname);
  doc.Text("host.name", alert.hostname);
  if (alert.container_id != "host") doc.Text("container.id", alert.container_id);
  doc.Texts("tags", alert.tags);
  doc.Texts("threat.technique.id", alert.attack);
  if (!alert.attack.empty()) doc.Text("threat.framework", "MITRE ATT&CK");
  if (!alert.processes.empty()) {
    AddProcess(alert.processes[0], "process.", doc);
    doc.Text("user.name", alert.processes[0].user);
  }
  if (alert.processes.size() > 1) AddProcess(alert.processes[1], "process.parent.", doc);
  AddObject(alert, doc);
  AddFields(alert, doc);
  doc.End();
}

}  // namespace vedette
