// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_STOP_SIGNALS_H_
#define VEDETTE_CLI_STOP_SIGNALS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/file.h"

namespace vedette {

// SIGINT, SIGTERM and SIGHUP as things to look at instead of interruptions: while one of these
// lives, they are blocked and wait here. Make it before any thread, which then blocks them too. Not
// thread-safe.
class StopSignals {
 public:
  static absl::StatusOr<StopSignals> Take();
  StopSignals(StopSignals&&) = default;
  StopSignals& operator=(StopSignals&&) = default;

  // The next signal that has come; none if none has. Never waits.
  std::optional<int> Next();

 private:
  explicit StopSignals(OwnedFd fd) : fd_(std::move(fd)) {}
  OwnedFd fd_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_STOP_SIGNALS_H_
