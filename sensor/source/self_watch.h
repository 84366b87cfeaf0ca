// SPDX-License-Identifier: Apache-2.0
//
// The sensor watches itself: what was lost, which hooks have stopped, and whether somebody else
// writes to the programs' tables.
#ifndef VEDETTE_SENSOR_SOURCE_SELF_WATCH_H_
#define VEDETTE_SENSOR_SOURCE_SELF_WATCH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "sensor/source/heartbeat_thread.h"
#include "sensor/source/loss_meter.h"
#include "sensor/source/record_source.h"
#include "sensor/source/self_report.h"
#include "sensor/source/sensor_object.h"

namespace vedette {

// Not thread-safe.
class SelfWatch {
 public:
  // `sensor` must outlive it.
  SelfWatch(SensorObject& sensor, const SelfIdentity& self, const RingSourceOptions& options);

  // Looks about once a second, whenever it is called; hands out records of kind lost, sensor_drop
  // and sensor_hook, and logs hooks that stop. The heartbeat's thread begins with the first call,
  // so it has what rights the process has then.
  void Report(RecordCallback each);

  // Ends the heartbeat, before the hooks are detached. From then on each call of Report() hands out
  // what has been lost, and nothing else.
  void End();

  // Sections of hooks that do not run now.
  std::vector<std::string> StoppedHooks() const;

 private:
  void ReportLosses(uint64_t now_ns, RecordCallback each);
  void ReportHooks(RecordCallback each);
  void ReportTables(uint64_t now_ns, RecordCallback each);
  void Tell(const HookReport& report, RecordCallback each);

  SensorObject& sensor_;
  const SelfIdentity self_;
  const uint64_t drop_threshold_;
  const absl::Duration heartbeat_interval_;
  LossMeter losses_;
  absl::Time next_;
  uint64_t tables_seen_ns_;  // Then they were as they have to be.
  std::map<std::string, HookHealth> stopped_;
  std::unique_ptr<HeartbeatThread> heartbeat_;
  bool ended_ = false;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_SELF_WATCH_H_
