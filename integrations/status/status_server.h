// SPDX-License-Identifier: Apache-2.0
//
// The daemon's ear for those who ask how it is: HTTP on a Unix socket (0600, for `vedette status`)
// and, where asked for, on a TCP address.
//
//   /metrics   for Prometheus
//   /healthz   200 while the daemon's loop comes round
//   /readyz    200 if besides nothing is wrong; else 503 and a sentence for each problem
//   /status    text for people; 200 or 503 as /readyz
#ifndef VEDETTE_INTEGRATIONS_STATUS_STATUS_SERVER_H_
#define VEDETTE_INTEGRATIONS_STATUS_STATUS_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/file.h"
#include "integrations/status/status_report.h"

namespace vedette {

// A report that is older says that the daemon's loop hangs.
inline constexpr absl::Duration kReportAgeMax = absl::Seconds(15);

// Sockets that listen. `path`: an old socket that nobody answers at is replaced;
// kFailedPrecondition: somebody does. Its folder is made where missing.
absl::StatusOr<OwnedFd> ListenOnPath(const std::string& path);
// "127.0.0.1:9765"
absl::StatusOr<OwnedFd> ListenOnAddress(const std::string& address);

// Has one thread. Answers one request at a time, each in at most two seconds and from at most 8
// KiB, so whoever asks slowly or without end delays other askers and nobody else.
class StatusServer {
 public:
  StatusServer(Clock& clock, std::vector<OwnedFd> listeners);
  ~StatusServer();
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

  void Publish(StatusReport report);  // Any thread.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct StatusAnswer {
  int status = 0;
  std::string body;
};
// Asks a daemon at its Unix socket. kUnavailable: none answers.
absl::StatusOr<StatusAnswer> AskStatus(const std::string& socket_path, const std::string& target);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_STATUS_STATUS_SERVER_H_
