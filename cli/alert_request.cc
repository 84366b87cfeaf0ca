// SPDX-License-Identifier: Apache-2.0
#include "cli/alert_request.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <memory>
#include <random>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "cli/sql_text.h"

namespace vedette {
namespace {

constexpr absl::string_view kWord = "alert";
constexpr size_t kParts = 8;
constexpr absl::Duration kPatience = absl::Seconds(5);  // Until the daemon's writer has written.
constexpr absl::Duration kLook = absl::Milliseconds(20);

std::string Canonical(const std::string& path) {
  const std::unique_ptr<char, decltype(&free)> real(realpath(path.c_str(), nullptr), free);
  return real == nullptr ? path : std::string(real.get());
}

std::string NewRequestName() {
  std::random_device device;
  const auto word = [&] { return absl::StrCat(absl::Hex(uint32_t{device()}, absl::kZeroPad8)); };
  return word() + word() + word() + word();
}

std::string NameOfUser(uint32_t uid) {
  const passwd* const entry = getpwuid(uid);
  return entry == nullptr ? absl::StrCat(uid) : std::string(entry->pw_name);
}

absl::StatusOr<bool> IsWritten(StoreReader& reader, const AlertChange& change) {
  bool found = false;
  const auto end = reader.Query(
      absl::StrCat("SELECT 1 FROM alert_changes WHERE alert = ", change.alert,
                   " AND request = ", SqlText(change.request)),
      {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue>) {
        found = true;
        return false;
      });
  // Until the daemon's first change an older store has no such table.
  if (!end.ok() && !absl::IsInvalidArgument(end.status())) return end.status();
  return found;
}

absl::Status ChangeByDaemon(const std::string& store_path, const std::string& socket,
                            StoreReader& reader, const AlertChange& change) {
  const std::string line = FormatAlertRequest({Canonical(store_path), change});
  if (line.size() > ControlSocket::kRequestMax) {
    return absl::InvalidArgumentError("the comment is too long for a running daemon; shorten it");
  }
  ASSIGN_OR_RETURN(const std::string answer, AskDaemon(socket, line));
  absl::string_view text = absl::StripSuffix(answer, "\n");
  if (absl::ConsumePrefix(&text, "error: ")) return absl::FailedPreconditionError(text);
  if (text != "ok") {
    return absl::UnavailableError(
        absl::StrCat("what listens at ", socket, " is no daemon that knows of alerts"));
  }
  for (const absl::Time end = absl::Now() + kPatience; absl::Now() < end; absl::SleepFor(kLook)) {
    ASSIGN_OR_RETURN(const bool written, IsWritten(reader, change));
    if (written) return absl::OkStatus();
  }
  return absl::UnavailableError(
      "the daemon has taken the change but has not written it yet; `vedette status` says how its "
      "store is, and `vedette alerts show` whether the change is there");
}

}  // namespace

std::string FormatAlertRequest(const AlertRequest& request) {
  const AlertChange& change = request.change;
  std::string line(kWord);
  for (const std::string& part : {request.store, absl::StrCat(change.alert), change.alert_id,
                                  std::string(AlertActionName(change.action)), change.value,
                                  change.comment, change.request}) {
    absl::StrAppend(&line, "\t", absl::Utf8SafeCEscape(part));
  }
  return line;
}

bool IsAlertRequest(absl::string_view line) {
  return absl::StartsWith(line, absl::StrCat(kWord, "\t"));
}

absl::StatusOr<AlertRequest> ParseAlertRequest(absl::string_view line) {
  const absl::Status malformed = absl::InvalidArgumentError("the request is malformed");
  std::vector<std::string> parts = absl::StrSplit(line, '\t');
  if (parts.size() != kParts || parts[0] != kWord) return malformed;
  for (std::string& part : parts) {
    std::string plain;
    if (!absl::CUnescape(part, &plain)) return malformed;
    part = std::move(plain);
  }
  AlertRequest request;
  request.store = parts[1];
  AlertChange& change = request.change;
  const std::optional<AlertAction> action = ParseAlertAction(parts[4]);
  if (!absl::SimpleAtoi(parts[2], &change.alert) || !action.has_value()) return malformed;
  change.alert_id = parts[3];
  change.action = *action;
  change.value = parts[5];
  change.comment = parts[6];
  change.request = parts[7];
  if (change.request.size() > kChangeValueMax) return malformed;
  RETURN_IF_ERROR(CheckChange(change));
  return request;
}

std::string AnswerAlertRequest(const std::string& line, const ControlPeer& peer,
                               const AlertRequestContext& context) {
  auto request = ParseAlertRequest(line);
  if (!request.ok()) return absl::StrCat("error: ", request.status().message(), "\n");
  if (context.store == nullptr || request->store != Canonical(context.store_path)) {
    return absl::StrCat("error: this daemon writes to ",
                        context.store == nullptr ? "no store" : context.store_path.c_str(),
                        "; --socket names another one\n");
  }
  AlertChange& change = request->change;
  change.login_uid = LoginUidOf(peer.pid);
  change.uid = peer.uid;
  change.user = context.user_name(change.login_uid == kNoLoginUid ? change.uid : change.login_uid);
  change.time = context.now;
  if (!context.store->OfferChange(std::move(change))) {
    return "error: too many changes wait to be written; try again\n";
  }
  return "ok\n";
}

absl::Status ChangeAlert(const std::string& store_path, const std::string& socket,
                         StoreReader& reader, AlertChange change) {
  RETURN_IF_ERROR(CheckChange(change));
  change.request = NewRequestName();
  change.login_uid = LoginUidOf(getpid());
  change.uid = getuid();
  change.user = NameOfUser(change.login_uid == kNoLoginUid ? change.uid : change.login_uid);
  change.time = absl::Now();
  const absl::Status direct = WriteAlertChange(store_path, change);
  if (!absl::IsFailedPrecondition(direct)) return direct;
  // Most likely a daemon has it.
  const absl::Status asked = ChangeByDaemon(store_path, socket, reader, change);
  if (!absl::IsUnavailable(asked) || !absl::StartsWith(asked.message(), "no daemon listens")) {
    return asked;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(direct.message(), " (", asked.message(), "; --socket says where it listens)"));
}

uint32_t LoginUidOf(int pid) {
  const auto text = ReadFile(absl::StrCat("/proc/", pid, "/loginuid"), 64);
  uint32_t uid = kNoLoginUid;
  return text.ok() && absl::SimpleAtoi(*text, &uid) ? uid : kNoLoginUid;
}

}  // namespace vedette
