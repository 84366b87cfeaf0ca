// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/loss_meter.h"

namespace vedette {
namespace {

wire_lost MakeLost(uint64_t from_ns, uint64_t to_ns, uint64_t count) {
  wire_lost lost = {};
  lost.header.size = sizeof(lost);
  lost.header.kind = WIRE_lost;
  lost.header.lane = WIRE_LANE_CRITICAL;
  lost.header.time_ns = to_ns;
  lost.header.repeats = 1;
  lost.header.syscall = -1;
  for (__u64& word : lost.header.survivors) word = ~__u64{0};
  lost.from_ns = from_ns;
  lost.to_ns = to_ns;
  lost.count = count;
  lost.lost_cpu = ~__u32{0};
  return lost;
}

}  // namespace

void LossMeter::Update(uint64_t now_ns, const std::array<Losses, WIRE_KIND_LIMIT>& losses,
                       Emit emit) {
  const auto report = [&](uint32_t kind, uint32_t lane, uint32_t stage, uint64_t before,
                          uint64_t after) {
    if (after <= before) return;
    wire_lost lost = MakeLost(last_ns_, now_ns, after - before);
    lost.lost_kind = kind;
    lost.lost_lane = lane;
    lost.stage = stage;
    emit(lost);
  };
  for (uint32_t kind = 0; kind < WIRE_KIND_LIMIT; ++kind) {
    const Losses& before = seen_[kind];
    const Losses& after = losses[kind];
    for (uint32_t lane = 0; lane < WIRE_LANES; ++lane) {
      report(kind, lane, WIRE_LOST_ring_full, before.ring_full[lane], after.ring_full[lane]);
    }
    report(kind, 0, WIRE_LOST_scratch_busy, before.scratch_busy, after.scratch_busy);
    report(kind, 0, WIRE_LOST_state_full, before.state_full, after.state_full);
    report(kind, WIRE_LANE_BULK, WIRE_LOST_limited, before.limited, after.limited);
  }
  seen_ = losses;
  last_ns_ = now_ns;
}

}  // namespace vedette
