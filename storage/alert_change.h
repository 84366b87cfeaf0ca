// SPDX-License-Identifier: Apache-2.0
//
// What people do with an alert after it was written: they take it, give it to somebody, say
// something, close it. An alert itself never changes; its state is what its changes say, the last
// one of each sort. Each change is a row of `alert_changes` and a link of the chain.
#ifndef VEDETTE_STORAGE_ALERT_CHANGE_H_
#define VEDETTE_STORAGE_ALERT_CHANGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace vedette {

enum class AlertAction : uint8_t { kAck, kAssign, kComment, kClose, kReopen };
absl::string_view AlertActionName(AlertAction action);  // "ack", "assign", ...
std::optional<AlertAction> ParseAlertAction(absl::string_view name);

struct AlertVerdict {
  absl::string_view name, doc;
};
// What an alert can be closed as.
absl::Span<const AlertVerdict> AlertVerdicts();
bool IsAlertVerdict(absl::string_view name);

inline constexpr absl::string_view kAlertStates[] = {"open", "acknowledged", "closed"};

inline constexpr uint32_t kNoLoginUid = ~uint32_t{0};  // As the kernel writes it.
inline constexpr size_t kChangeCommentMax = 2000;      // Bytes.
inline constexpr size_t kChangeValueMax = 128;         // Bytes.

struct AlertChange {
  int64_t alert = 0;     // Its row, and
  std::string alert_id;  // its id: a row of another store must not be meant.
  AlertAction action = AlertAction::kComment;
  std::string value;    // kAssign: to whom, "" for nobody; kClose: the verdict.
  std::string comment;  // Bytes as somebody wrote them: escape when printing.
  // Who: who logged in, who they are now, and the name of the first, or of the second if nobody
  // logged in.
  uint32_t login_uid = kNoLoginUid, uid = 0;
  std::string user;
  absl::Time time = absl::UnixEpoch();
  std::string request;  // Made by whoever asks, to find the row again. May be empty.
};

// Whether it makes sense by itself: a verdict that there is, texts of the length that they may
// have.
absl::Status CheckChange(const AlertChange& change);

// Writes a change into a store that no daemon writes to: takes the writer's lock, commits, syncs,
// signs and lets go. kFailedPrecondition: a daemon has it, or it is no store; kNotFound: there is
// no such store or alert. Makes no run: nobody has watched.
absl::Status WriteAlertChange(const std::string& store_path, const AlertChange& change);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_ALERT_CHANGE_H_
