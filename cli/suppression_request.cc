// SPDX-License-Identifier: Apache-2.0
#include "cli/suppression_request.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/sql_text.h"

namespace vedette {
namespace {

constexpr absl::string_view kWord = "suppress";
constexpr size_t kFirstCriterion = 6;  // Of the parts.

}  // namespace

std::string FormatSuppressionRequest(const SuppressionRequest& request) {
  const SuppressionAct& act = request.act;
  std::vector<std::string> parts = {std::string(kWord),
                                    request.store,
                                    act.ends ? "end" : "make",
                                    act.id,
                                    absl::StrCat(absl::ToUnixNanos(act.expires)),
                                    act.reason};
  for (const SuppressionCriterion& one : SuppressionCriterions()) {
    parts.push_back(act.criteria.*one.value);
  }
  return JoinParts(parts);
}

bool IsSuppressionRequest(absl::string_view line) {
  return absl::StartsWith(line, absl::StrCat(kWord, "\t"));
}

absl::StatusOr<SuppressionRequest> ParseSuppressionRequest(absl::string_view line) {
  const absl::Status malformed = absl::InvalidArgumentError("the request is malformed");
  const auto parts = SplitParts(line);
  if (!parts.has_value() || parts->size() != kFirstCriterion + SuppressionCriterions().size() ||
      parts->at(0) != kWord) {
    return malformed;
  }
  SuppressionRequest request;
  request.store = parts->at(1);
  SuppressionAct& act = request.act;
  if (parts->at(2) != "make" && parts->at(2) != "end") return malformed;
  act.ends = parts->at(2) == "end";
  act.id = parts->at(3);
  int64_t expires_ns = 0;
  if (!absl::SimpleAtoi(parts->at(4), &expires_ns)) return malformed;
  act.expires = absl::FromUnixNanos(expires_ns);
  act.reason = parts->at(5);
  size_t at = kFirstCriterion;
  for (const SuppressionCriterion& one : SuppressionCriterions()) {
    act.criteria.*one.value = parts->at(at++);
  }
  return request;
}

std::string AnswerSuppressionRequest(const std::string& line, const ControlPeer& peer,
                                     const StoreRequestContext& context, Suppressor& suppressor) {
  auto request = ParseSuppressionRequest(line);
  const auto error = [](const absl::Status& status) {
    return absl::StrCat("error: ", status.message(), "\n");
  };
  if (!request.ok()) return error(request.status());
  std::string refused = RefuseOtherStore(request->store, context);
  if (!refused.empty()) return refused;
  SuppressionAct& act = request->act;
  SetAuthor(AuthorOf(peer, context), act);
  act.time = context.now;
  absl::Status status = CheckSuppression(act);
  if (status.ok()) status = suppressor.Apply(act);
  if (!status.ok()) return error(status);
  // One that could not be written would cover alerts and be found nowhere: it is taken back.
  if (context.store->OfferSuppression(act)) return "ok\n";
  if (!act.ends) {
    act.ends = true;
    suppressor.Apply(act).IgnoreError();
  }
  return "error: too many suppressions wait to be written; try again\n";
}

absl::Status CarryOutSuppression(const std::string& store_path, const std::string& socket,
                                 StoreReader& reader, SuppressionAct act) {
  SetAuthor(ThisAuthor(), act);
  RETURN_IF_ERROR(CheckSuppression(act));
  return CarryOut(
      {.line = FormatSuppressionRequest({CanonicalPath(store_path), act}),
       .write = [&] { return WriteSuppression(store_path, act); },
       .is_written = absl::StrCat("SELECT 1 FROM suppressions WHERE id = ", SqlText(act.id),
                                  " AND action = ", act.ends ? "'end'" : "'make'")},
      socket, reader);
}

}  // namespace vedette
