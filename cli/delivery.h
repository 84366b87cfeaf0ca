// SPDX-License-Identifier: Apache-2.0
//
// The daemon's sinks: those of the configuration and standard output, each with its place in the
// store; and how they become others while the daemon runs.
#ifndef VEDETTE_CLI_DELIVERY_H_
#define VEDETTE_CLI_DELIVERY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "cli/config/config.h"
#include "integrations/dispatcher.h"
#include "storage/delivery_log.h"

namespace vedette {

// Not thread-safe; its dispatcher is. `clock` outlives it.
class Delivery {
 public:
  explicit Delivery(Clock& clock) : clock_(clock) {}

  // Opens what the sinks open. Before Start(), once.
  absl::Status SetUp(const Config& config);
  // `store_path` empty: there is no store. The first call of dispatcher() comes after this.
  absl::Status Start(const std::string& store_path, const std::string& hostname);

  // From now on these sinks; those that stay the same are not disturbed, and whoever has a place in
  // the store loses nothing. False: an earlier change is still under way, try again. An error:
  // nothing has changed. Never waits for a sink.
  absl::StatusOr<bool> Change(const std::vector<Config::SinkEntry>& entries);

  Dispatcher& dispatcher() { return *dispatcher_; }

 private:
  static absl::Status SetUpEntry(const Config::SinkEntry& entry, std::vector<SinkSetup>& to);
  absl::Status FindPlace(SinkSetup& sink);
  void LeaveOutEvents(std::vector<SinkSetup>& sinks) const;

  Clock& clock_;
  std::string store_path_, hostname_;
  std::vector<Config::SinkEntry> entries_;
  std::vector<SinkSetup> setups_;  // Until Start().
  std::unique_ptr<DeliveryLog> log_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_DELIVERY_H_
