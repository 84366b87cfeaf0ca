// SPDX-License-Identifier: Apache-2.0
// No unit test: formats_test.cc holds every format against its published rules.
//
// CEF and LEEF: one line of keys and values. Control characters and what else a terminal would obey
// become visible (base/text.h) before the format's own escapes.
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/text.h"
#include "integrations/format/formats.h"
#include "integrations/format/product.h"

namespace vedette {
namespace {

// From 0 to 10, 10 is the worst.
int SeverityOf(Priority priority) {
  constexpr int kOfPriority[] = {10, 9, 8, 7, 6, 4, 2, 1};
  return kOfPriority[static_cast<size_t>(priority) % std::size(kOfPriority)];
}

std::string CefHeader(absl::string_view text) {
  return absl::StrReplaceAll(EscapeControl(text), {{"\\", "\\\\"}, {"|", "\\|"}});
}

// Keys end at the last blank before "=", so "=" is what must not stand free in a value.
std::string CefValue(absl::string_view text) {
  return absl::StrReplaceAll(EscapeControl(text), {{"\\", "\\\\"}, {"=", "\\="}});
}

class CefLine {
 public:
  explicit CefLine(std::string& to) : to_(to) {}
  void Add(absl::string_view key, absl::string_view text) {
    if (text.empty()) return;
    absl::StrAppend(&to_, first_ ? "" : " ", key, "=", CefValue(text));
    first_ = false;
  }
  void AddLabelled(absl::string_view key, absl::string_view label, absl::string_view text) {
    if (text.empty()) return;
    Add(key, text);
    Add(absl::StrCat(key, "Label"), label);
  }

 private:
  std::string& to_;
  bool first_ = true;
};

// Of the header: it has no escape.
std::string LeefHeader(absl::string_view text) {
  return absl::StrReplaceAll(EscapeControl(text), {{"|", "/"}});
}

void AddLeef(absl::string_view key, absl::string_view text, std::string& to) {
  if (text.empty()) return;
  // EscapeControl leaves no tab: only ours separate.
  absl::StrAppend(&to, to.back() == '|' ? "" : "\t", key, "=", EscapeControl(text));
}

// Only an address is good for keys that want one.
bool IsAddress(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isxdigit(static_cast<uint8_t>(c)) && c != '.' && c != ':') return false;
  }
  return absl::StrContains(text, '.') || absl::StrContains(text, ':');
}

}  // namespace

void AppendCef(const Alert& alert, std::string& to) {
  absl::StrAppend(&to, "CEF:0|Vedette|Vedette|", kProductVersion, "|", CefHeader(alert.rule), "|",
                  CefHeader(alert.rule), "|", SeverityOf(alert.priority), "|");
  CefLine line(to);
  line.Add("rt", absl::StrCat(absl::ToUnixMillis(alert.time)));
  line.Add("externalId", alert.id);
  line.Add("dvchost", alert.hostname);
  line.Add("act", alert.event_type);
  line.Add("cat", alert.event_kind);
  line.Add("msg", alert.message);
  if (!alert.processes.empty()) {
    const AlertProcess& process = alert.processes[0];
    line.Add("spid", absl::StrCat(process.pid));
    line.Add("sproc", process.exe_path.empty() ? process.name : process.exe_path);
    line.Add("suser", process.user);
    line.AddLabelled("cs1", "commandLine", process.command_line);
  }
  const AlertObject object = ObjectOf(alert);
  if (object.kind == AlertObject::Kind::kFile) line.Add("filePath", object.text);
  if (object.kind == AlertObject::Kind::kAddress && IsAddress(object.text)) {
    const bool v6 = absl::StrContains(object.text, ':');
    if (v6) line.AddLabelled("c6a3", "Destination IPv6 Address", object.text);
    if (!v6) line.Add("dst", object.text);
    line.Add("dpt", object.port);
  }
  line.AddLabelled("cs2", "tags", absl::StrJoin(alert.tags, ","));
  if (alert.container_id != "host") line.AddLabelled("cs3", "container", alert.container_id);
  line.AddLabelled("cs4", "attack", absl::StrJoin(alert.attack, ","));
  line.AddLabelled("cs5", "reason", alert.reason);
  if (alert.processes.size() > 1) {
    line.AddLabelled("cs6", "parentCommandLine", alert.processes[1].command_line);
  }
}

void AppendLeef(const Alert& alert, std::string& to) {
  absl::StrAppend(&to, "LEEF:2.0|Vedette|Vedette|", kProductVersion, "|", LeefHeader(alert.rule),
                  "|x09|");
  AddLeef("devTime", absl::StrCat(absl::ToUnixMillis(alert.time)), to);
  AddLeef("sev", absl::StrCat(SeverityOf(alert.priority)), to);
  AddLeef("cat", alert.event_kind, to);
  AddLeef("identHostName", alert.hostname, to);
  AddLeef("alertId", alert.id, to);
  AddLeef("rule", alert.rule, to);
  AddLeef("action", alert.event_type, to);
  AddLeef("message", alert.message, to);
  if (!alert.processes.empty()) {
    const AlertProcess& process = alert.processes[0];
    AddLeef("usrName", process.user, to);
    AddLeef("pid", absl::StrCat(process.pid), to);
    AddLeef("process", process.exe_path.empty() ? process.name : process.exe_path, to);
    AddLeef("commandLine", process.command_line, to);
  }
  if (alert.processes.size() > 1) {
    AddLeef("parentCommandLine", alert.processes[1].command_line, to);
  }
  const AlertObject object = ObjectOf(alert);
  if (object.kind == AlertObject::Kind::kFile) AddLeef("filePath", object.text, to);
  if (object.kind == AlertObject::Kind::kAddress && IsAddress(object.text)) {
    AddLeef("dst", object.text, to);
    AddLeef("dstPort", object.port, to);
  }
  AddLeef("tags", absl::StrJoin(alert.tags, ","), to);
  AddLeef("attack", absl::StrJoin(alert.attack, ","), to);
  if (alert.container_id != "host") AddLeef("container", alert.container_id, to);
  AddLeef("reason", alert.reason, to);
}

}  // namespace vedette
