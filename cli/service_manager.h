// SPDX-License-Identifier: Apache-2.0
//
// What a service tells systemd that starts it with Type=notify: sd_notify(3), whose protocol is a
// datagram. Where nobody has asked, all of this does nothing.
#ifndef VEDETTE_CLI_SERVICE_MANAGER_H_
#define VEDETTE_CLI_SERVICE_MANAGER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/file.h"

namespace vedette {

// Not thread-safe. Never waits.
class ServiceManager {
 public:
  // From the environment (NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID), which children must not
  // inherit: it is removed there. `clock` outlives it.
  explicit ServiceManager(Clock& clock);

  bool present() const { return socket_.valid(); }
  // Half of what systemd allows between two signs of life; zero: it does not ask for any.
  absl::Duration watchdog_interval() const { return interval_; }

  void Ready(absl::string_view status);  // At the start, and when Reloading() is over.
  void Reloading();
  void Stopping();
  // Call it as often as the loop comes round: it speaks when it is time to.
  void Alive();

 private:
  void Send(absl::string_view message);

  Clock& clock_;
  OwnedFd socket_;  // Connected.
  absl::Duration interval_;
  absl::Duration next_;  // On the monotonic clock.
};

}  // namespace vedette

#endif  // VEDETTE_CLI_SERVICE_MANAGER_H_
