// SPDX-License-Identifier: Apache-2.0
//
// Suppressions that people make and end, as requests (store_request.h).
#ifndef VEDETTE_CLI_SUPPRESSION_REQUEST_H_
#define VEDETTE_CLI_SUPPRESSION_REQUEST_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/control_socket.h"
#include "cli/store_request.h"
#include "cli/suppressor.h"
#include "storage/queries.h"
#include "storage/suppression.h"

namespace vedette {

// A line for the control socket. Who asks is not in it: that the daemon knows.
struct SuppressionRequest {
  std::string store;  // Path, as realpath() gives it.
  SuppressionAct act;
};
std::string FormatSuppressionRequest(const SuppressionRequest& request);
bool IsSuppressionRequest(absl::string_view line);
// Safe on any bytes.
absl::StatusOr<SuppressionRequest> ParseSuppressionRequest(absl::string_view line);

// "ok\n" once it covers alerts and is on its way to the disk, or "error: ...\n". Never waits.
std::string AnswerSuppressionRequest(const std::string& line, const ControlPeer& peer,
                                     const StoreRequestContext& context, Suppressor& suppressor);

// For the command: does it, by whoever runs this process, and returns when it is on disk. `act` has
// its id and time; its author is set here.
absl::Status CarryOutSuppression(const std::string& store_path, const std::string& socket,
                                 StoreReader& reader, SuppressionAct act);

}  // namespace vedette

#endif  // VEDETTE_CLI_SUPPRESSION_REQUEST_H_
