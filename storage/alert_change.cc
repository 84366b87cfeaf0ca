// SPDX-License-Identifier: Apache-2.0
#include "storage/alert_change.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "storage/alert_rows.h"
#include "storage/chain.h"
#include "storage/database.h"
#include "storage/signing_key.h"
#include "storage/store_file.h"

namespace vedette {
namespace {

constexpr AlertAction kActions[] = {AlertAction::kAck, AlertAction::kAssign, AlertAction::kComment,
                                    AlertAction::kClose, AlertAction::kReopen};

constexpr AlertVerdict kVerdicts[] = {
    {"true-positive", "It happened, and it should not have"},
    {"false-positive", "The rule is wrong: what it says has not happened"},
    {"benign", "It happened, and may happen"},
    {"duplicate", "Another alert tells the same"},
    {"test", "Somebody tried the rule, or the system"},
    {"inconclusive", "Nobody can tell"},
};

absl::Status Write(const StoreFile& file, const AlertChange& change) {
  sqlite3* const db = file.db.get();
  ASSIGN_OR_RETURN(SigningKey key, SigningKey::ReadOrMake(file.key_path));
  ASSIGN_OR_RETURN(Chain chain, Chain::Create(db, std::move(key)));
  ASSIGN_OR_RETURN(AlertRows rows, AlertRows::Create(db, 0));
  ASSIGN_OR_RETURN(const bool written, rows.Insert(change));
  if (!written) {
    return absl::NotFoundError(
        absl::StrCat("the store has no alert ", change.alert_id, " any more"));
  }
  RETURN_IF_ERROR(chain.AddChange(sqlite3_last_insert_rowid(db)));
  return chain.MaybeSign(change.time, /*now_or_never=*/true);
}

}  // namespace

absl::string_view AlertActionName(AlertAction action) {
  switch (action) {
    case AlertAction::kAck:
      return "ack";
    case AlertAction::kAssign:
      return "assign";
    case AlertAction::kComment:
      return "comment";
    case AlertAction::kClose:
      return "close";
    case AlertAction::kReopen:
      return "reopen";
  }
  return "corrupt";
}

std::optional<AlertAction> ParseAlertAction(absl::string_view name) {
  for (const AlertAction action : kActions) {
    if (name == AlertActionName(action)) return action;
  }
  return std::nullopt;
}

absl::Span<const AlertVerdict> AlertVerdicts() { return kVerdicts; }

bool IsAlertVerdict(absl::string_view name) {
  return std::any_of(std::begin(kVerdicts), std::end(kVerdicts),
                     [&](const AlertVerdict& verdict) { return verdict.name == name; });
}

absl::Status CheckChange(const AlertChange& change) {
  if (change.action == AlertAction::kClose && !IsAlertVerdict(change.value)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", EscapeControl(change.value), "\" is no verdict: ",
        absl::StrJoin(kVerdicts, ", ", [](std::string* to, const AlertVerdict& verdict) {
          absl::StrAppend(to, verdict.name);
        })));
  }
  if (change.comment.size() > kChangeCommentMax || change.value.size() > kChangeValueMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "too long: a comment may have ", kChangeCommentMax, " bytes, a name ", kChangeValueMax));
  }
  if (change.action == AlertAction::kComment && change.comment.empty()) {
    return absl::InvalidArgumentError("a comment needs a text");
  }
  return absl::OkStatus();
}

absl::Status WriteAlertChange(const std::string& store_path, const AlertChange& change) {
  RETURN_IF_ERROR(CheckChange(change));
  return AmendStore(store_path, [&](const StoreFile& file) { return Write(file, change); });
}

}  // namespace vedette
