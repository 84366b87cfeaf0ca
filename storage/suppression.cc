// SPDX-License-Identifier: Apache-2.0
#include "storage/suppression.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "storage/chain.h"
#include "storage/signing_key.h"
#include "storage/store_file.h"
#include "storage/suppression_rows.h"

namespace vedette {
namespace {

constexpr SuppressionCriterion kCriterions[] = {
    {"rule", &SuppressionCriteria::rule, "The rule's name"},
    {"program", &SuppressionCriteria::program, "Path of the executable that acted"},
    {"ancestor", &SuppressionCriteria::ancestor, "Path of the executable of any of its ancestors"},
    {"command", &SuppressionCriteria::command, "Its command line"},
    {"account", &SuppressionCriteria::account, "Its user"},
    {"object", &SuppressionCriteria::object, "Path, executable or address that was acted on"},
    {"container", &SuppressionCriteria::container, "The container's id, or host"},
    {"duplicate_of", &SuppressionCriteria::duplicate_of,
     "Only if a rule of this name has alerted about the same event before, as gravely or more"},
};

absl::Status CheckMade(const SuppressionAct& act) {
  size_t given = 0;
  for (const SuppressionCriterion& one : kCriterions) {
    const std::string& value = act.criteria.*one.value;
    const bool fits_all = value.find_first_not_of("*?") == std::string::npos;  // Also if empty.
    const bool is_duplicate = one.value == &SuppressionCriteria::duplicate_of && !value.empty();
    if (is_duplicate || !fits_all) ++given;
    if (value.size() > kSuppressionTextMax) {
      return absl::InvalidArgumentError(
          absl::StrCat(one.name, " is too long: it may have ", kSuppressionTextMax, " bytes"));
    }
  }
  if (given == 0) {
    return absl::InvalidArgumentError(
        "that would silence every alert: say which, by --rule, --program, --object and so on");
  }
  if (act.expires <= act.time) {
    return absl::InvalidArgumentError("it would end before it begins: --for says how long");
  }
  if (act.expires - act.time > kSuppressionTimeMax) {
    return absl::InvalidArgumentError(
        "a suppression ends after 366 days at most: for good, give the rule an exception");
  }
  return absl::OkStatus();
}

absl::Status Write(const StoreFile& file, const SuppressionAct& act) {
  sqlite3* const db = file.db.get();
  ASSIGN_OR_RETURN(SigningKey key, SigningKey::ReadOrMake(file.key_path));
  ASSIGN_OR_RETURN(Chain chain, Chain::Create(db, std::move(key)));
  ASSIGN_OR_RETURN(SuppressionRows rows, SuppressionRows::Create(db));
  ASSIGN_OR_RETURN(const int64_t row, rows.Insert(act));
  if (row == 0) {
    return absl::NotFoundError(absl::StrCat("the store has no suppression ", EscapeControl(act.id),
                                            " that could be ended"));
  }
  RETURN_IF_ERROR(chain.AddSuppression(row));
  return chain.MaybeSign(act.time, /*now_or_never=*/true);
}

}  // namespace

absl::Span<const SuppressionCriterion> SuppressionCriterions() { return kCriterions; }

absl::Status CheckSuppression(const SuppressionAct& act) {
  const bool is_id = act.id.size() == 16 && std::all_of(act.id.begin(), act.id.end(), [](char c) {
                       return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                     });
  if (!is_id) return absl::InvalidArgumentError("the id of a suppression has 16 hex digits");
  if (act.reason.empty()) return absl::InvalidArgumentError("say why: -m TEXT");
  if (act.reason.size() > kChangeCommentMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("the reason is too long: it may have ", kChangeCommentMax, " bytes"));
  }
  return act.ends ? absl::OkStatus() : CheckMade(act);
}

absl::Status WriteSuppression(const std::string& store_path, const SuppressionAct& act) {
  RETURN_IF_ERROR(CheckSuppression(act));
  return AmendStore(store_path, [&](const StoreFile& file) { return Write(file, act); });
}

}  // namespace vedette
