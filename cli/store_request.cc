// SPDX-License-Identifier: Apache-2.0
// No unit test: alert_request_test and suppression_request_test ask a daemon and do without one.
#include "cli/store_request.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <memory>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(5);  // Until the daemon's writer has written.
constexpr absl::Duration kLook = absl::Milliseconds(20);

std::string NameOfUser(uint32_t uid) {
  const passwd* const entry = getpwuid(uid);
  return entry == nullptr ? absl::StrCat(uid) : std::string(entry->pw_name);
}

absl::StatusOr<bool> IsWritten(StoreReader& reader, const std::string& sql) {
  bool found = false;
  const auto end = reader.Query(
      sql, {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue>) {
        found = true;
        return false;
      });
  // Until the daemon's first one an older store has no such table.
  if (!end.ok() && !absl::IsInvalidArgument(end.status())) return end.status();
  return found;
}

absl::Status AskTheDaemon(const StoreRequest& request, const std::string& socket,
                          StoreReader& reader) {
  if (request.line.size() > ControlSocket::kRequestMax) {
    return absl::InvalidArgumentError("the text is too long for a running daemon; shorten it");
  }
  ASSIGN_OR_RETURN(const std::string answer, AskDaemon(socket, request.line));
  absl::string_view text = absl::StripSuffix(answer, "\n");
  if (absl::ConsumePrefix(&text, "error: ")) return absl::FailedPreconditionError(text);
  if (text != "ok") {
    return absl::UnavailableError(
        absl::StrCat("what listens at ", socket, " is no daemon that knows of alerts"));
  }
  for (const absl::Time end = absl::Now() + kPatience; absl::Now() < end; absl::SleepFor(kLook)) {
    ASSIGN_OR_RETURN(const bool written, IsWritten(reader, request.is_written));
    if (written) return absl::OkStatus();
  }
  return absl::UnavailableError(
      "the daemon has taken it but has not written it yet; `vedette status` says how its store "
      "is, and `vedette alerts show` or `suppressions` whether it is there");
}

}  // namespace

std::string JoinParts(const std::vector<std::string>& parts) {
  std::string line;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) line += '\t';
    line += absl::Utf8SafeCEscape(part);
  }
  return line;
}

std::optional<std::vector<std::string>> SplitParts(absl::string_view line) {
  std::vector<std::string> parts = absl::StrSplit(line, '\t');
  for (std::string& part : parts) {
    std::string plain;
    if (!absl::CUnescape(part, &plain)) return std::nullopt;
    part = std::move(plain);
  }
  return parts;
}

std::string CanonicalPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&free)> real(realpath(path.c_str(), nullptr), free);
  return real == nullptr ? path : std::string(real.get());
}

std::string NewRequestName() {
  std::random_device device;
  const auto word = [&] { return absl::StrCat(absl::Hex(uint32_t{device()}, absl::kZeroPad8)); };
  return word() + word() + word() + word();
}

std::string RefuseOtherStore(const std::string& path, const StoreRequestContext& context) {
  if (context.store != nullptr && path == CanonicalPath(context.store_path)) return "";
  return absl::StrCat("error: this daemon writes to ",
                      context.store == nullptr ? "no store" : context.store_path.c_str(),
                      "; --socket names another one\n");
}

Author AuthorOf(const ControlPeer& peer, const StoreRequestContext& context) {
  const uint32_t login_uid = LoginUidOf(peer.pid);
  return {login_uid, peer.uid, context.user_name(login_uid == kNoLoginUid ? peer.uid : login_uid)};
}

Author ThisAuthor() {
  const uint32_t login_uid = LoginUidOf(getpid()), uid = getuid();
  return {login_uid, uid, NameOfUser(login_uid == kNoLoginUid ? uid : login_uid)};
}

uint32_t LoginUidOf(int pid) {
  const auto text = ReadFile(absl::StrCat("/proc/", pid, "/loginuid"), 64);
  uint32_t uid = kNoLoginUid;
  return text.ok() && absl::SimpleAtoi(*text, &uid) ? uid : kNoLoginUid;
}

absl::Status CarryOut(const StoreRequest& request, const std::string& socket, StoreReader& reader) {
  const absl::Status direct = request.write();
  if (!absl::IsFailedPrecondition(direct)) return direct;
  // Most likely a daemon has it.
  const absl::Status asked = AskTheDaemon(request, socket, reader);
  if (!absl::IsUnavailable(asked) || !absl::StartsWith(asked.message(), "no daemon listens")) {
    return asked;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(direct.message(), " (", asked.message(), "; --socket says where it listens)"));
}

}  // namespace vedette
