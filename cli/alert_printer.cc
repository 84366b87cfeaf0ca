// SPDX-License-Identifier: Apache-2.0
// No unit test: integrations/format has those of the texts; replay_test and alerts_test print.
#include "cli/alert_printer.h"

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "cli/when.h"
#include "integrations/format/json.h"
#include "integrations/format/terminal.h"

namespace vedette {
namespace {

void AppendTextOrNull(absl::string_view key, absl::string_view text, std::string& to) {
  absl::StrAppend(&to, ",\"", key, "\":");
  if (text.empty()) {
    to += "null";
  } else {
    AppendJsonString(text, to);
  }
}

void AppendChange(const AlertChange& change, std::string& to) {
  absl::StrAppend(&to, "{\"time\":\"",
                  absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", change.time, absl::UTCTimeZone()),
                  "\",\"action\":\"", AlertActionName(change.action), "\"");
  AppendTextOrNull("value", change.value, to);
  AppendTextOrNull("comment", change.comment, to);
  AppendTextOrNull("user", change.user, to);
  to += ",\"login_uid\":";
  to += change.login_uid == kNoLoginUid ? "null" : absl::StrCat(change.login_uid);
  absl::StrAppend(&to, ",\"uid\":", change.uid, "}");
}

std::string WhatChanged(const AlertChange& change) {
  switch (change.action) {
    case AlertAction::kAck:
      return "acknowledged";
    case AlertAction::kAssign:
      return change.value.empty() ? "assigned to nobody"
                                  : absl::StrCat("assigned to ", change.value);
    case AlertAction::kComment:
      return "comment";
    case AlertAction::kClose:
      return absl::StrCat("closed as ", change.value);
    case AlertAction::kReopen:
      return "opened again";
  }
  return "";
}

}  // namespace

void PrintAlert(const Alert& alert, bool json, Io& io) {
  if (json) {
    io.Print(absl::StrCat(FormatJson(alert), "\n"));
    return;
  }
  TerminalStyle style;
  style.colour = io.screen().colour;
  style.columns = io.screen().columns;
  style.zone = io.zone();
  io.Print(FormatTerminal(alert, style));
}

void PrintStoredAlert(const StoredAlert& stored, bool json, Io& io) {
  if (json) {
    io.Print(absl::StrCat(FormatStoredJson(stored), "\n"));
    return;
  }
  PrintAlert(stored.alert, false, io);
  if (!stored.alert.suppressed_by.empty()) {
    io.Print(absl::StrCat("  suppressed ", EscapeControl(stored.alert.suppressed_by),
                          ": it was told to nobody\n"));
  }
  if (stored.state.changes.empty()) return;
  io.Print(absl::StrCat("  state      ", EscapeControl(StateText(stored.state)), "\n"));
}

std::string FormatStoredJson(const StoredAlert& stored) {
  std::string json = FormatJson(stored.alert);
  json.pop_back();  // The closing brace.
  const AlertState& state = stored.state;
  json += ",\"state\":{\"state\":";
  AppendJsonString(state.state, json);
  AppendTextOrNull("assignee", state.assignee, json);
  AppendTextOrNull("closed_as", state.closed_as, json);
  json += ",\"changes\":[";
  for (const AlertChange& change : state.changes) {
    if (json.back() == '}') json += ',';
    AppendChange(change, json);
  }
  json += "]}";
  AppendTextOrNull("suppressed_by", stored.alert.suppressed_by, json);
  json += '}';
  return json;
}

std::string StateText(const AlertState& state) {
  std::string text = state.state;
  if (!state.closed_as.empty()) absl::StrAppend(&text, " as ", state.closed_as);
  if (!state.assignee.empty()) absl::StrAppend(&text, ", assigned to ", state.assignee);
  return text;
}

std::string ChangeText(const AlertChange& change, absl::TimeZone zone) {
  std::string text = absl::StrCat(ShownSecond(change.time, zone), "  ", EscapeControl(change.user),
                                  "  ", EscapeControl(WhatChanged(change)));
  if (!change.comment.empty()) absl::StrAppend(&text, ": ", EscapeControl(change.comment));
  return text;
}

void AddOutputFlag(Command& command, std::string& output) {
  command
      .Option("--output", output, "FORMAT",
              "How alerts are printed: terminal or json (one object per line)")
      ->check(CLI::IsMember({"terminal", "json"}));
}

}  // namespace vedette
