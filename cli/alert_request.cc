// SPDX-License-Identifier: Apache-2.0
#include "cli/alert_request.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "cli/sql_text.h"

namespace vedette {
namespace {

constexpr absl::string_view kWord = "alert";
constexpr size_t kParts = 8;

}  // namespace

std::string FormatAlertRequest(const AlertRequest& request) {
  const AlertChange& change = request.change;
  return JoinParts({std::string(kWord), request.store, absl::StrCat(change.alert), change.alert_id,
                    std::string(AlertActionName(change.action)), change.value, change.comment,
                    change.request});
}

bool IsAlertRequest(absl::string_view line) {
  return absl::StartsWith(line, absl::StrCat(kWord, "\t"));
}

absl::StatusOr<AlertRequest> ParseAlertRequest(absl::string_view line) {
  const absl::Status malformed = absl::InvalidArgumentError("the request is malformed");
  const auto parts = SplitParts(line);
  if (!parts.has_value() || parts->size() != kParts || parts->at(0) != kWord) return malformed;
  AlertRequest request;
  request.store = parts->at(1);
  AlertChange& change = request.change;
  const std::optional<AlertAction> action = ParseAlertAction(parts->at(4));
  if (!absl::SimpleAtoi(parts->at(2), &change.alert) || !action.has_value()) return malformed;
  change.alert_id = parts->at(3);
  change.action = *action;
  change.value = parts->at(5);
  change.comment = parts->at(6);
  change.request = parts->at(7);
  if (change.request.size() > kChangeValueMax) return malformed;
  RETURN_IF_ERROR(CheckChange(change));
  return request;
}

std::string AnswerAlertRequest(const std::string& line, const ControlPeer& peer,
                               const StoreRequestContext& context) {
  auto request = ParseAlertRequest(line);
  if (!request.ok()) return absl::StrCat("error: ", request.status().message(), "\n");
  std::string refused = RefuseOtherStore(request->store, context);
  if (!refused.empty()) return refused;
  SetAuthor(AuthorOf(peer, context), request->change);
  request->change.time = context.now;
  if (!context.store->OfferChange(std::move(request->change))) {
    return "error: too many changes wait to be written; try again\n";
  }
  return "ok\n";
}

absl::Status ChangeAlert(const std::string& store_path, const std::string& socket,
                         StoreReader& reader, AlertChange change) {
  RETURN_IF_ERROR(CheckChange(change));
  change.request = NewRequestName();
  SetAuthor(ThisAuthor(), change);
  change.time = absl::Now();
  return CarryOut(
      {.line = FormatAlertRequest({CanonicalPath(store_path), change}),
       .write = [&] { return WriteAlertChange(store_path, change); },
       .is_written = absl::StrCat("SELECT 1 FROM alert_changes WHERE alert = ", change.alert,
                                  " AND request = ", SqlText(change.request))},
      socket, reader);
}

}  // namespace vedette
