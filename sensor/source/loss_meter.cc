// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/loss_meter.h"

#include "sensor/source/self_report.h"

namespace vedette {

std::vector<wire_lost> LossMeter::Update(uint64_t now_ns,
                                         const std::array<Losses, WIRE_KIND_LIMIT>& losses) {
  std::vector<wire_lost> found;
  const auto report = [&](uint32_t kind, uint32_t lane, wire_loss_stage stage, uint64_t before,
                          uint64_t after) {
    if (after <= before) return;
    found.push_back(MakeLost(last_ns_, now_ns, kind, stage, after - before));
    found.back().lost_lane = lane;
  };
  for (uint32_t kind = 0; kind < WIRE_KIND_LIMIT; ++kind) {
    const Losses& before = seen_[kind];
    const Losses& after = losses[kind];
    for (uint32_t lane = 0; lane < WIRE_LANES; ++lane) {
      report(kind, lane, WIRE_LOST_ring_full, before.ring_full[lane], after.ring_full[lane]);
    }
    report(kind, 0, WIRE_LOST_scratch_busy, before.scratch_busy, after.scratch_busy);
    report(kind, 0, WIRE_LOST_skipped, before.skipped, after.skipped);
    report(kind, 0, WIRE_LOST_state_full, before.state_full, after.state_full);
    report(kind, WIRE_LANE_BULK, WIRE_LOST_limited, before.limited, after.limited);
  }
  seen_ = losses;
  last_ns_ = now_ns;
  return found;
}

}  // namespace vedette
