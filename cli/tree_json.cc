// SPDX-License-Identifier: Apache-2.0
#include "cli/tree_json.h"

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "integrations/format/json.h"

namespace vedette {
namespace {

void AppendText(absl::string_view key, absl::string_view text, std::string& to) {
  absl::StrAppend(&to, ",\"", key, "\":");
  if (text.empty()) {
    to += "null";
  } else {
    AppendJsonString(text, to);
  }
}

void AppendNumber(absl::string_view key, const std::optional<int64_t>& number, std::string& to) {
  absl::StrAppend(&to, ",\"", key, "\":");
  to += number.has_value() ? absl::StrCat(*number) : "null";
}

std::string Iso(const std::optional<absl::Time>& time) {
  if (!time.has_value()) return "";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", *time, absl::UTCTimeZone());
}

// Without the closing brace.
void AppendProcess(const StoredProcess& process, const TreeMarks& marks, std::string& to) {
  absl::StrAppend(&to, "{\"exec_id\":\"", absl::Hex(process.exec_id, absl::kZeroPad16),
                  "\",\"pid\":", process.pid);
  AppendText("name", process.name, to);
  AppendText("executable", process.exe_path, to);
  AppendText("arguments", process.args, to);
  AppendText("folder", process.cwd, to);
  const bool has_user = process.uid >= 0;
  AppendNumber("uid", has_user ? std::optional<int64_t>(process.uid) : std::nullopt, to);
  AppendText("user", process.user, to);
  AppendText("created", Iso(process.start), to);
  AppendText("program_begun", Iso(process.exec), to);
  AppendText("ended", Iso(process.end), to);
  AppendNumber("exit_status", process.exit_status, to);
  AppendNumber("exit_signal", process.exit_signal, to);
  to += ",\"alerts\":[";
  if (const auto found = marks.find(process.exec_id); found != marks.end()) {
    for (const std::string& mark : found->second) {
      if (&mark != found->second.data()) to += ',';
      AppendJsonString(mark, to);
    }
  }
  to += ']';
}

}  // namespace

void AppendTreeJson(const TreeNode& node, const TreeMarks& marks, std::string& to) {
  AppendProcess(node.process, marks, to);
  absl::StrAppend(&to, ",\"after_exec\":", node.after_exec ? "true" : "false",
                  ",\"more_children\":", node.more_children ? "true" : "false", ",\"children\":[");
  for (const TreeNode& child : node.children) {
    if (&child != node.children.data()) to += ',';
    AppendTreeJson(child, marks, to);
  }
  to += "]}";
}

std::string TreeJson(const ProcessTree& tree, const TreeMarks& marks) {
  std::string json = "{\"ancestors\":[";
  for (const StoredProcess& process : tree.ancestors) {
    if (&process != tree.ancestors.data()) json += ',';
    AppendProcess(process, marks, json);
    json += '}';
  }
  json += "],\"tree\":";
  AppendTreeJson(tree.root, marks, json);
  absl::StrAppend(&json, ",\"complete\":", tree.complete ? "true" : "false", "}");
  return json;
}

}  // namespace vedette
