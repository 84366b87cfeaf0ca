// SPDX-License-Identifier: Apache-2.0
//
// Suppressions: until a time, alerts of a description are kept but not told. Whoever makes or ends
// one adds a row to `suppressions`, which never changes and is a link of the chain; what is in
// force follows from the rows. Which alerts one covers is cli/suppressor.h's business.
#ifndef VEDETTE_STORAGE_SUPPRESSION_H_
#define VEDETTE_STORAGE_SUPPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "storage/alert_change.h"

namespace vedette {

inline constexpr size_t kSuppressionTextMax = 512;  // Bytes, of each criterion.
inline constexpr size_t kSuppressionsMax = 1024;    // In force at once.
inline constexpr absl::Duration kSuppressionTimeMax = absl::Hours(24 * 366);

// Globs that must all match; one that is empty matches everything.
struct SuppressionCriteria {
  std::string rule;
  std::string program;    // Path of the executable that acted.
  std::string ancestor;   // Of any of its ancestors.
  std::string command;    // Its command line.
  std::string account;    // Its user.
  std::string object;     // What was acted on.
  std::string container;  // Id, or "host".
  // Only if an alert of such a rule, told and about the same event, came before.
  std::string duplicate_of;
};

// A criterion by its name: columns, JSON, requests and help walk this table.
struct SuppressionCriterion {
  absl::string_view name;  // Of the column; as an option with - for _.
  std::string SuppressionCriteria::*value;
  absl::string_view doc;
};
absl::Span<const SuppressionCriterion> SuppressionCriterions();

// A row: somebody makes a suppression, or ends it.
struct SuppressionAct {
  bool ends = false;
  std::string id;                // 16 hex digits, given by whoever asks.
  SuppressionCriteria criteria;  // Of one that is made, as `expires`.
  absl::Time expires = absl::UnixEpoch();
  std::string reason;
  // Who, as AlertChange says it.
  uint32_t login_uid = kNoLoginUid, uid = 0;
  std::string user;
  absl::Time time = absl::UnixEpoch();
};

// Whether it makes sense by itself: criteria, lengths, a reason, an end that comes.
absl::Status CheckSuppression(const SuppressionAct& act);

// What was made, with its end if it was ended. In the order in which they were made.
struct StoredSuppression {
  SuppressionAct made;
  bool ended = false;
  SuppressionAct end;  // If ended.

  bool InForce(absl::Time at) const { return !ended && at < made.expires; }
};

// As WriteAlertChange(). kFailedPrecondition, too, if that changes nothing.
absl::Status WriteSuppression(const std::string& store_path, const SuppressionAct& act);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SUPPRESSION_H_
