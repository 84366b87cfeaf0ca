// SPDX-License-Identifier: Apache-2.0
// No unit test: alerts_test changes alerts.
#include "cli/alert_changes.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/alert_request.h"
#include "cli/store_flags.h"

namespace vedette {
namespace {

struct Options {
  AlertAction action = AlertAction::kAck;
  std::vector<std::string> ids;
  std::string store, socket, value, comment;
  bool nobody = false;
};

// What the state does not allow: closing what is closed says the same twice.
absl::Status CheckState(AlertAction action, const StoredAlert& stored) {
  const std::string& state = stored.state.state;
  const bool idle = (action == AlertAction::kAck && state == "acknowledged") ||
                    (action == AlertAction::kReopen && state == "open");
  if (idle || (action == AlertAction::kAck && state == "closed")) {
    return absl::FailedPreconditionError(
        absl::StrCat("the alert ", stored.alert.id, " is ", state, " already",
                     state == "closed" ? "; `vedette alerts reopen` opens it again" : ""));
  }
  return absl::OkStatus();
}

std::string Done(const Options& options, const Alert& alert) {
  const std::string what =
      absl::StrCat("alert ", EscapeControl(alert.id), " (", EscapeControl(alert.rule), ") ");
  switch (options.action) {
    case AlertAction::kAck:
      return absl::StrCat(what, "is acknowledged\n");
    case AlertAction::kAssign:
      return absl::StrCat(what, "is assigned to ",
                          options.nobody ? "nobody" : EscapeControl(options.value), "\n");
    case AlertAction::kComment:
      return absl::StrCat(what, "has a comment more\n");
    case AlertAction::kClose:
      return absl::StrCat(what, "is closed: ", options.value, "\n");
    case AlertAction::kReopen:
      return absl::StrCat(what, "is open again\n");
  }
  return "";
}

absl::Status ChangeOne(const Options& options, const std::string& path, const std::string& socket,
                       const std::string& id, Io& io) {
  ASSIGN_OR_RETURN(StoreReader reader, StoreReader::Open(path));
  ASSIGN_OR_RETURN(const StoredAlert stored, reader.GetAlert(id));
  RETURN_IF_ERROR(CheckState(options.action, stored));
  AlertChange change;
  change.alert = stored.row;
  change.alert_id = stored.alert.id;
  change.action = options.action;
  change.value = options.value;
  change.comment = options.comment;
  RETURN_IF_ERROR(ChangeAlert(path, socket, reader, std::move(change)));
  io.Print(Done(options, stored.alert));
  return absl::OkStatus();
}

// Each by itself: one that does not go does not keep the others.
ExitCode Change(const Options& options, Io& io) {
  if (options.action == AlertAction::kAssign && options.value.empty() != options.nobody) {
    io.Complain("say to whom: --to NAME, or --to-nobody");
    return ExitCode::kUsage;
  }
  const auto path = StorePath(options.store);
  if (!path.ok()) return io.Fail(path.status());
  const auto socket = ControlSocketPath(options.socket);
  if (!socket.ok()) return io.Fail(socket.status());
  ExitCode code = ExitCode::kDone;
  for (const std::string& id : options.ids) {
    const absl::Status status = ChangeOne(options, *path, *socket, id, io);
    if (!status.ok()) code = io.Fail(status);
  }
  return code;
}

std::string VerdictList() {
  return absl::StrJoin(AlertVerdicts(), ", ", [](std::string* to, const AlertVerdict& verdict) {
    absl::StrAppend(to, verdict.name);
  });
}

}  // namespace

void DefineAlertChanges(Command& alerts, const std::function<void(Command&, CommandAction)>& runs) {
  const auto define = [&](AlertAction action, const std::string& doc) {
    auto options = std::make_shared<Options>();
    options->action = action;
    Command sub = alerts.Sub(std::string(AlertActionName(action)), doc);
    sub.Option("ids", options->ids, "ID", "Alerts: their ids, or how they begin")->required();
    AddStoreFlag(sub, options->store);
    sub.Option("--socket", options->socket, "PATH",
               "Where the daemon listens, if one runs (`enforce.socket` in its configuration)");
    CLI::Option* const comment =
        sub.Option("-m,--comment", options->comment, "TEXT", "What there is to say about it");
    if (action == AlertAction::kComment) comment->required();
    runs(sub, [options](Io& io) { return Change(*options, io); });
    return std::pair(sub, options);
  };
  auto [ack, ack_options] = define(AlertAction::kAck, "Say that you have seen an alert");
  ack.Examples({{"sudo vedette alerts ack 5d1e7c0a", "I look after it"}});

  auto [assign, assign_options] = define(AlertAction::kAssign, "Give alerts to somebody");
  assign.Option("--to", assign_options->value, "NAME", "To whom");
  assign.Flag("--to-nobody", assign_options->nobody, "Take it away again");
  assign.Examples({{"sudo vedette alerts assign 5d1e7c0a 77ab01 --to alice", "Two at once"}});

  auto [comment, comment_options] = define(AlertAction::kComment, "Say something about an alert");
  comment.Examples(
      {{"sudo vedette alerts comment 5d1e7c0a -m \"see ticket 812\"", "For whoever comes next"}});

  auto [close, close_options] = define(AlertAction::kClose, "Close alerts, with a verdict");
  close.Option("--verdict", close_options->value, "VERDICT", VerdictList())->required();
  close.Examples({{"sudo vedette alerts close 5d1e7c0a --verdict benign -m \"the backup\"",
                   "It happened, and may happen"}});

  auto [reopen, reopen_options] = define(AlertAction::kReopen, "Open alerts again");
  reopen.Examples({{"sudo vedette alerts reopen 5d1e7c0a -m \"it came back\"", "It was not over"}});
}

}  // namespace vedette
