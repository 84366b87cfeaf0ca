// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_SENSOR_SOURCE_LOSS_METER_H_
#define VEDETTE_SENSOR_SOURCE_LOSS_METER_H_

#include <array>
#include <cstdint>
#include <vector>

#include "sensor/schema/control.h"
#include "sensor/schema/layout.h"

namespace vedette {

// Turns counters that only grow into records of kind `lost`: each growth is reported once, with the
// stretch of time in which it happened. Not thread-safe.
class LossMeter {
 public:
  // Stages that the kernel counts, by kind.
  struct Losses {
    std::array<uint64_t, WIRE_LANES> ring_full = {};
    uint64_t scratch_busy = 0;
    uint64_t skipped = 0;  // By the kernel itself.
    uint64_t state_full = 0;
    uint64_t limited = 0;
  };

  explicit LossMeter(uint64_t start_ns) : last_ns_(start_ns) {}

  // So much has been reported before, by somebody else.
  void Restore(const std::array<Losses, WIRE_KIND_LIMIT>& told) { seen_ = told; }

  // `now_ns` is on the boot clock. A record for each stage and lane of each kind that grew since
  // the last call: at most 6 for a kind.
  std::vector<wire_lost> Update(uint64_t now_ns, const std::array<Losses, WIRE_KIND_LIMIT>& losses);

 private:
  uint64_t last_ns_;
  std::array<Losses, WIRE_KIND_LIMIT> seen_ = {};
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_LOSS_METER_H_
