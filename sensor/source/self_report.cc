// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/self_report.h"

#include <algorithm>
#include <cstring>

#include "sensor/schema/schema.h"
#include "sensor/source/snapshot.h"

namespace vedette {
namespace {

constexpr char kComm[] = "vedette";

wire_header MakeHeader(EventKind kind, size_t size, uint64_t time_ns, const SelfIdentity& self) {
  wire_header header = {};
  header.size = static_cast<uint32_t>(size);
  header.kind = kind;
  header.lane = WIRE_LANE_CRITICAL;
  header.time_ns = time_ns;
  header.exec_id = self.exec_id;
  header.pid = header.tid = self.pid;
  header.repeats = 1;
  header.syscall = -1;
  static_assert(sizeof(kComm) <= WIRE_COMM_SIZE);
  std::memcpy(header.comm, kComm, sizeof(kComm));
  for (__u64& word : header.survivors) word = ~__u64{0};  // No classifier has judged it.
  return header;
}

template <typename Record>
std::vector<std::byte> BytesOf(const Record& record) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&record);
  return {bytes, bytes + sizeof(record)};
}

// Of some losses nobody knows the lane: it is decided after them.
absl::string_view LaneName(const wire_lost& lost) {
  if (lost.stage != WIRE_LOST_ring_full && lost.stage != WIRE_LOST_limited) return "";
  return lost.lost_lane == WIRE_LANE_CRITICAL ? "critical" : "bulk";
}

bool IsOfCriticalLane(const wire_lost& lost) {
  return lost.stage == WIRE_LOST_ring_full && lost.lost_lane == WIRE_LANE_CRITICAL;
}

absl::string_view KindName(uint32_t kind) {
  const KindInfo* info = kind < WIRE_KIND_LIMIT ? FindKind(static_cast<uint16_t>(kind)) : nullptr;
  return info == nullptr ? "" : info->name;
}

}  // namespace

wire_lost MakeLost(uint64_t from_ns, uint64_t to_ns, uint32_t kind, wire_loss_stage stage,
                   uint64_t count) {
  wire_lost lost = {};
  lost.header = MakeHeader(WIRE_lost, sizeof(lost), to_ns, {});
  lost.from_ns = from_ns;
  lost.to_ns = to_ns;
  lost.count = count;
  lost.lost_kind = kind;
  lost.stage = stage;
  lost.lost_cpu = ~__u32{0};
  return lost;
}

std::vector<std::vector<std::byte>> MakeDrops(const SelfIdentity& self,
                                              absl::Span<const wire_lost> lost,
                                              uint64_t threshold) {
  uint64_t total = 0;
  for (const wire_lost& hole : lost) total += hole.count;
  const bool enough = (threshold != 0 && total >= threshold) ||
                      std::any_of(lost.begin(), lost.end(), IsOfCriticalLane);
  std::vector<std::vector<std::byte>> drops;
  if (!enough) return drops;
  for (const wire_lost& hole : lost) {
    wire_sensor_drop drop = {};
    drop.header = MakeHeader(WIRE_sensor_drop, sizeof(drop), hole.to_ns, self);
    drop.count = hole.count;
    drop.total = total;
    drop.duration_ns = hole.to_ns - hole.from_ns;
    std::vector<std::byte> record = BytesOf(drop);
    AppendText(record, offsetof(wire_sensor_drop, drop_kind), KindName(hole.lost_kind));
    AppendText(record, offsetof(wire_sensor_drop, drop_lane), LaneName(hole));
    AppendText(record, offsetof(wire_sensor_drop, drop_stage), LossStageName(hole.stage));
    drops.push_back(std::move(record));
  }
  return drops;
}

absl::string_view HookHealthName(HookHealth health) {
  switch (health) {
    case HookHealth::kRunning:
      return "running";
    case HookHealth::kDetached:
      return "detached";
    case HookHealth::kSilent:
      return "silent";
    case HookHealth::kChanged:
      return "changed";
  }
  return "corrupt";
}

std::vector<std::byte> MakeHook(const SelfIdentity& self, const HookReport& report) {
  wire_sensor_hook hook = {};
  hook.header = MakeHeader(WIRE_sensor_hook, sizeof(hook), report.now_ns, self);
  hook.silent_ns = report.now_ns - std::min(report.now_ns, report.last_run_ns);
  hook.hook_cpu = report.cpu;
  std::vector<std::byte> record = BytesOf(hook);
  AppendText(record, offsetof(wire_sensor_hook, hook_state), HookHealthName(report.health));
  AppendText(record, offsetof(wire_sensor_hook, hook_section), report.section);
  AppendText(record, offsetof(wire_sensor_hook, hook_kind), report.kind);
  return record;
}

}  // namespace vedette
