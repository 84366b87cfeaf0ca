// SPDX-License-Identifier: Apache-2.0
//
// The daemon's ear for those who ask how it is: HTTP on a Unix socket (0600, for `vedette status`)
// and, where asked for, on a TCP address.
//
//   /metrics   for Prometheus
//   /healthz   200 while the daemon's loop comes round
//   /readyz    200 if besides nothing is wrong; else 503 and a sentence for each problem
//   /status    text for people; 200 or 503 as /readyz
//   /status.json  everything, for `vedette top`
//   POST /reload  on the Unix socket alone: asks for the configuration to be read again
#ifndef VEDETTE_INTEGRATIONS_STATUS_STATUS_SERVER_H_
#define VEDETTE_INTEGRATIONS_STATUS_STATUS_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/file.h"
#include "integrations/status/status_report.h"

namespace vedette {

// A report that is older says that the daemon's loop hangs.
inline constexpr absl::Duration kReportAgeMax = absl::Seconds(15);

// A socket that listens: "127.0.0.1:9765"
absl::StatusOr<OwnedFd> ListenOnAddress(const std::string& address);

// Has one thread. A request has two seconds and at most 8 KiB; of each listener's askers 16 are
// heard at once, and the one who has waited longest makes room for the next. So whoever asks
// slowly, without end or very often delays nobody at another listener, and not the daemon.
class StatusServer {
 public:
  StatusServer(Clock& clock, std::vector<OwnedFd> listeners);
  ~StatusServer();
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

  void Publish(StatusReport report);  // Any thread.
  // Whether somebody has asked for a reload since the last call. Any thread.
  bool TakeReloadRequest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct StatusAnswer {
  int status = 0;
  std::string body;
};
// Asks a daemon at its Unix socket. kUnavailable: none answers.
absl::StatusOr<StatusAnswer> AskStatus(const std::string& socket_path, const std::string& target,
                                       absl::string_view method = "GET");
// The same at its address, HOST:PORT: `status.listen` of its configuration.
absl::StatusOr<StatusAnswer> AskStatusAt(const std::string& address, const std::string& target);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_STATUS_STATUS_SERVER_H_
