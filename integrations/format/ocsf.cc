// SPDX-License-Identifier: Apache-2.0
// No unit test: formats_test.cc holds every format against its published rules.
//
// OCSF 1.3.0, class Detection Finding (2004) of category Findings (2).
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "integrations/format/formats.h"
#include "integrations/format/json_writer.h"
#include "integrations/format/product.h"

namespace vedette {
namespace {

constexpr int kOther = 99;

// What kind of activity the event is, in OCSF's words.
struct Activity {
  absl::string_view kind;  // Ours; an event belongs to the first row that it begins with.
  int class_uid;
  int activity_id;
  absl::string_view type;
};
constexpr Activity kActivities[] = {
    {"file_open", 1001, 14, "File System Activity: Open"},
    {"file_unlink", 1001, 4, "File System Activity: Delete"},
    {"file_rename", 1001, 5, "File System Activity: Rename"},
    {"file_link", 1001, 1, "File System Activity: Create"},
    {"file_symlink", 1001, 1, "File System Activity: Create"},
    {"file_mkdir", 1001, 1, "File System Activity: Create"},
    {"file_mknod", 1001, 1, "File System Activity: Create"},
    {"file_chmod", 1001, 7, "File System Activity: Set Security"},
    {"file_chown", 1001, 7, "File System Activity: Set Security"},
    {"file_xattr", 1001, 6, "File System Activity: Set Attributes"},
    {"file_truncate", 1001, 3, "File System Activity: Update"},
    {"file_mount", 1001, 12, "File System Activity: Mount"},
    {"file_umount", 1001, 13, "File System Activity: Unmount"},
    {"file_", 1001, kOther, "File System Activity: Other"},
    {"process_exec", 1007, 1, "Process Activity: Launch"},
    {"process_fork", 1007, 1, "Process Activity: Launch"},
    {"process_exit", 1007, 2, "Process Activity: Terminate"},
    {"process_", 1007, kOther, "Process Activity: Other"},
    {"network_connect", 4001, 1, "Network Activity: Open"},
    {"network_", 4001, kOther, "Network Activity: Other"},
    {"kernel_module", 1002, 1, "Kernel Extension Activity: Load"},
    {"kernel_", 1003, kOther, "Kernel Activity: Other"},
    {"", 0, kOther, "Base Event: Other"},
};

const Activity& ActivityOf(absl::string_view kind) {
  const Activity* row = kActivities;
  while (!absl::StartsWith(kind, row->kind)) ++row;  // The last one begins everything.
  return *row;
}

struct Severity {
  int id;
  absl::string_view name;
};

Severity SeverityOf(Priority priority) {
  switch (priority) {
    case Priority::kEmergency:
      return {6, "Fatal"};
    case Priority::kAlert:
    case Priority::kCritical:
      return {5, "Critical"};
    case Priority::kError:
      return {4, "High"};
    case Priority::kWarning:
      return {3, "Medium"};
    case Priority::kNotice:
      return {2, "Low"};
    case Priority::kInformational:
    case Priority::kDebug:
      return {1, "Informational"};
  }
  return {0, "Unknown"};
}

int64_t Milliseconds(absl::Time time) { return absl::ToUnixMillis(time); }

absl::string_view BaseName(absl::string_view path) {
  const absl::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0.
  return name.empty() ? path : name;
}

void WriteFile(absl::string_view path, JsonWriter& out) {
  out.Begin('{').Member("name", BaseName(path)).Member("path", path);
  out.Member("type_id", int64_t{0}).End('}');
}

// The process at `at` with its ancestors as parents of one another.
void WriteProcess(const Alert& alert, size_t at, JsonWriter& out) {
  size_t open = 0;
  for (size_t i = at; i < alert.processes.size(); ++i, ++open) {
    const AlertProcess& process = alert.processes[i];
    if (i > at) out.Key("parent_process");
    out.Begin('{').Member("name", process.name).Member("pid", process.pid);
    if (process.exec_id != 0) {
      out.Member("uid", absl::StrCat(absl::Hex(process.exec_id, absl::kZeroPad16)));
    }
    out.Member("cmd_line", process.command_line);
    if (!process.exe_path.empty()) {
      out.Key("file");
      WriteFile(process.exe_path, out);
    }
    if (!process.user.empty()) {
      out.Key("user").Begin('{').Member("name", process.user).End('}');
    }
  }
  while (open-- > 0) out.End('}');
}

void WriteFindingInfo(const Alert& alert, JsonWriter& out) {
  out.Key("finding_info").Begin('{');
  out.Member("uid", alert.id.empty() ? "0" : absl::string_view(alert.id));
  out.Member("title", alert.rule.empty() ? "alert" : absl::string_view(alert.rule));
  out.Member("desc", alert.message);
  out.Member("created_time", Milliseconds(alert.time));
  if (!alert.references.empty()) out.Member("src_url", alert.references[0]);
  out.Key("analytic").Begin('{').Member("name", alert.rule);
  out.Member("type_id", int64_t{1}).Member("type", "Rule").End('}');
  if (!alert.attack.empty()) {
    out.Key("attacks").Begin('[');
    for (const std::string& id : alert.attack) {
      out.Begin('{').Key("technique").Begin('{').Member("uid", id).End('}').End('}');
    }
    out.End(']');
  }
  const Activity& activity = ActivityOf(alert.event_kind);
  out.Key("related_events").Begin('[').Begin('{');
  out.Member("uid", absl::StrCat(alert.event_number));
  out.Member("type_uid", int64_t{activity.class_uid} * 100 + activity.activity_id);
  out.Member("type", activity.type).End('}').End(']');
  out.End('}');
}

void WriteEvidence(const Alert& alert, JsonWriter& out) {
  out.Key("evidences").Begin('[').Begin('{');
  if (!alert.processes.empty()) {
    out.Key("actor").Begin('{').Key("process");
    WriteProcess(alert, 0, out);
    out.End('}');
  }
  const AlertObject object = ObjectOf(alert);
  if (object.kind == AlertObject::Kind::kFile) {
    out.Key("file");
    WriteFile(object.text, out);
  } else if (object.kind == AlertObject::Kind::kAddress) {
    out.Key("dst_endpoint").Begin('{').Member("ip", object.text);
    uint32_t port = 0;
    if (absl::SimpleAtoi(object.port, &port)) out.Member("port", int64_t{port});
    out.End('}');
  }
  out.Key("data").Begin('{').Member("kind", alert.event_kind).Member("type", alert.event_type);
  out.Member("object", alert.object).Member("reason", alert.reason);
  std::string fields;
  AppendOutputFields(alert, fields);
  out.Key("fields").Raw(fields).End('}');
  out.End('}').End(']');
}

}  // namespace

void AppendOcsf(const Alert& alert, std::string& to) {
  const Severity severity = SeverityOf(alert.priority);
  JsonWriter out(to);
  out.Begin('{');
  out.Member("category_uid", int64_t{2}).Member("category_name", "Findings");
  out.Member("class_uid", int64_t{2004}).Member("class_name", "Detection Finding");
  out.Member("activity_id", int64_t{1}).Member("activity_name", "Create");
  out.Member("type_uid", int64_t{200401}).Member("type_name", "Detection Finding: Create");
  out.Member("severity_id", int64_t{severity.id}).Member("severity", severity.name);
  out.Member("status_id", int64_t{1}).Member("status", "New");
  out.Member("time", Milliseconds(alert.time)).Member("message", alert.message);
  out.Key("metadata").Begin('{').Member("version", "1.3.0");
  out.Member("uid", alert.id).Key("profiles").Begin('[').Text("host").Text("container").End(']');
  out.Key("product").Begin('{').Member("name", "Vedette").Member("vendor_name", "Vedette");
  out.Member("version", kProductVersion).End('}').End('}');
  WriteFindingInfo(alert, out);
  WriteEvidence(alert, out);
  out.Key("device").Begin('{').Member("hostname", alert.hostname);
  out.Member("type_id", int64_t{0}).End('}');
  if (!alert.container_id.empty() && alert.container_id != "host") {
    out.Key("container").Begin('{').Member("uid", alert.container_id).End('}');
  }
  out.End('}');
}

}  // namespace vedette
