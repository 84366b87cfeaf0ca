// SPDX-License-Identifier: Apache-2.0
//
// What the fleet has of one host, as a store of that host: so that commands which want more than
// rows (rules matched by the engine, trees, cases) are the same for a fleet as for a host. The copy
// is in a folder of its own, for the user alone, and goes with the object.
#ifndef VEDETTE_CLI_FLEET_COPY_H_
#define VEDETTE_CLI_FLEET_COPY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/io.h"
#include "cli/question.h"
#include "engine/match/alert.h"
#include "integrations/fleet/fleet_reader.h"
#include "sensor/schema/schema.h"

namespace vedette {

struct FleetCopyWish {
  std::string host;
  std::string events;  // A condition on the table; empty: all.
  std::string alerts;  // The same; "0": none.
};

class FleetCopy {
 public:
  static absl::StatusOr<std::unique_ptr<FleetCopy>> Make(FleetReader& fleet,
                                                         const FleetCopyWish& wish);
  ~FleetCopy();
  FleetCopy(const FleetCopy&) = delete;
  FleetCopy& operator=(const FleetCopy&) = delete;

  const std::string& store() const { return store_; }  // Its path.
  const std::string& host() const { return host_; }
  uint64_t events() const { return events_; }
  // Says whose history it is, and what of it the fleet does not have.
  void TellLimits(Io& io) const;

 private:
  FleetCopy() = default;
  absl::Status Fill(FleetReader& fleet, const FleetCopyWish& wish);

  std::string folder_, store_, host_;
  uint64_t events_ = 0, not_whole_ = 0;
};

// Of which host and process `what` speaks, as FindFleetRoots() does. kInvalidArgument: several
// hosts have it, named.
struct FleetProcess {
  std::string host;
  std::string exec_id;  // 16 hexadecimal digits.
};
absl::StatusOr<FleetProcess> FindFleetProcess(FleetReader& fleet, const std::string& host,
                                              const std::string& what);

// A process with all that it descends from and that descend from it, the alerts of these, and...
enum class CopiedEvents : uint8_t { kLives, kOfProcess, kOfLineage };
absl::StatusOr<std::unique_ptr<FleetCopy>> CopyFleetProcess(FleetReader& fleet,
                                                            const FleetProcess& process,
                                                            CopiedEvents events,
                                                            const TimeRange& times = {});

// The same for a command's options: `what` is how it is called in the copy.
struct FleetProcessCopy {
  std::unique_ptr<FleetCopy> copy;
  std::string what;
};
absl::StatusOr<FleetProcessCopy> CopyFleetProcess(const std::string& address,
                                                  const std::string& host, const std::string& what,
                                                  CopiedEvents events);

// An alert with its lineage's events from `before` to `after` it. `id` may be a beginning of it.
// kNotFound; kInvalidArgument: several begin so.
struct FleetAlertCopy {
  std::unique_ptr<FleetCopy> copy;
  Alert alert;  // With its place in the chain of its host, which the copy has not.
};
absl::StatusOr<FleetAlertCopy> CopyFleetAlert(const std::string& address, const std::string& host,
                                              const std::string& id, absl::Duration before,
                                              absl::Duration after);

// Hosts that have events then, by name; `host` alone if it is not empty.
absl::StatusOr<std::vector<std::string>> FleetHosts(FleetReader& fleet, const std::string& host,
                                                    const TimeRange& times);

// Events of these kinds in that time, and before its end all that begin and end processes.
std::string FleetEventsOf(KindSet kinds, const TimeRange& times);

}  // namespace vedette

#endif  // VEDETTE_CLI_FLEET_COPY_H_
