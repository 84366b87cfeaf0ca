// SPDX-License-Identifier: Apache-2.0
//
// What the sensor says of itself, as records: holes for the store, and events for rules. Recorded
// like any other record, so a replay gives the same alerts.
#ifndef VEDETTE_SENSOR_SOURCE_SELF_REPORT_H_
#define VEDETTE_SENSOR_SOURCE_SELF_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sensor/schema/layout.h"

namespace vedette {

// The process in whose name the sensor speaks: the daemon's own.
struct SelfIdentity {
  uint32_t pid = 0;      // As the kernel counts it.
  uint64_t exec_id = 0;  // 0: unknown.
};

// A hole of `count` records of the kind (0: nobody knows how many) between two times on the boot
// clock.
wire_lost MakeLost(uint64_t from_ns, uint64_t to_ns, uint32_t kind, wire_loss_stage stage,
                   uint64_t count);

// One sensor_drop for each hole, if all of them together are at least `threshold` records (0: never
// enough), or if one is of the critical lane: that one must lose nothing. `lost` are the holes of
// the same stretch of time.
std::vector<std::vector<std::byte>> MakeDrops(const SelfIdentity& self,
                                              absl::Span<const wire_lost> lost, uint64_t threshold);

enum class HookHealth : uint8_t {
  kRunning,
  kDetached,  // Its link, or its place among the handlers, is gone.
  kSilent,    // It is attached, and is not called by an act that it is there for.
  kChanged,   // Somebody else has written what the daemon tells it.
};
absl::string_view HookHealthName(HookHealth health);  // "detached"; of kRunning "running"

struct HookReport {
  absl::string_view section = "";  // "lsm/file_open"
  absl::string_view kind = "";     // Name of the kind that it serves; "" for all.
  HookHealth health = HookHealth::kRunning;
  int cpu = -1;              // kSilent: the CPU on which it is; -1: on all that were tried.
  uint64_t last_run_ns = 0;  // Boot clock: until then it was fine.
  uint64_t now_ns = 0;
};
std::vector<std::byte> MakeHook(const SelfIdentity& self, const HookReport& report);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_SELF_REPORT_H_
