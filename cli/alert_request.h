// SPDX-License-Identifier: Apache-2.0
//
// Changes of alerts, `vedette alerts ack` and its like, as requests (store_request.h).
#ifndef VEDETTE_CLI_ALERT_REQUEST_H_
#define VEDETTE_CLI_ALERT_REQUEST_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/control_socket.h"
#include "cli/store_request.h"
#include "storage/alert_change.h"
#include "storage/queries.h"

namespace vedette {

// A line for the control socket. Who asks and when is not in it: that the daemon knows.
struct AlertRequest {
  std::string store;  // Path, as realpath() gives it.
  AlertChange change;
};
std::string FormatAlertRequest(const AlertRequest& request);
bool IsAlertRequest(absl::string_view line);
// Safe on any bytes.
absl::StatusOr<AlertRequest> ParseAlertRequest(absl::string_view line);

// "ok\n" once the change is on its way to the disk, or "error: ...\n". Never waits.
std::string AnswerAlertRequest(const std::string& line, const ControlPeer& peer,
                               const StoreRequestContext& context);

// For the command: makes the change, by whoever runs this process, and returns when it is on disk.
// `reader` reads that store.
absl::Status ChangeAlert(const std::string& store_path, const std::string& socket,
                         StoreReader& reader, AlertChange change);

}  // namespace vedette

#endif  // VEDETTE_CLI_ALERT_REQUEST_H_
