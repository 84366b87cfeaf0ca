// SPDX-License-Identifier: Apache-2.0
#include "cli/cgroup_traits.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <optional>

#include "engine/arena.h"
#include "engine/enrich/host_info.h"
#include "engine/event.h"
#include "rules/lang/operators.h"
#include "sensor/schema/layout.h"
#include "sensor/source/snapshot.h"

namespace vedette {
namespace {

constexpr absl::Duration kLookInterval = absl::Seconds(1);

// Told by the path of the cgroup; what runtimes say comes later, and may change.
bool IsOfPath(absl::string_view field) {
  return field == "proc.cgroup" || field == "container.id" || field == "container.full_id" ||
         field == "container.type" || field == "container.outer_id" || field == "k8s.pod.uid" ||
         field == "k8s.pod.id";
}

// The record with no text but the cgroup's path: all that is asked of it.
std::shared_ptr<const ProgramRecord> WithPathAlone(const EventView& view) {
  RecordBytes record(view.bytes().begin(), view.bytes().begin() + sizeof(wire_process_exec));
  const auto size = static_cast<uint32_t>(record.size());
  std::memcpy(record.data(), &size, sizeof(size));
  const Member* cgroup = nullptr;
  for (const Member& member : view.info().members) {
    if (member.shape != MemberShape::kText) continue;
    std::memset(record.data() + member.offset, 0, sizeof(wire_text));
    if (member.name == "cgroup") cgroup = &member;
  }
  if (cgroup != nullptr) AppendText(record, cgroup->offset, view.Text(*cgroup));
  const std::optional<EventView> slim = EventView::Parse(record);
  if (!slim) return nullptr;
  return ProgramRecord::Copy(*slim, *std::pmr::new_delete_resource());
}

}  // namespace

bool CgroupTraits::IsKnown(const Cgroup& cgroup, const ProcessTable& table, absl::Time now) const {
  const Container& container = cgroup.program->container();
  return !asks_runtimes_ || container.IsHost() || now - cgroup.since >= kPatience ||
         table.containers().Find(container.id) != nullptr;
}

std::vector<uint64_t> CgroupTraits::Compare(const Cgroup& cgroup, const ProcessTable& table) const {
  static HostInfo nobody({});
  Arena arena;
  Process process;
  process.program = cgroup.program;
  const Event event = {cgroup.program->view(), 1, absl::Time(), &process, table, nobody, arena};
  std::vector<uint64_t> found(kinds_.size());
  for (const ContainerTrait& trait : traits_) {
    const Predicate& predicate = program_->predicates[trait.predicate];
    Values values;
    GetField(event, predicate.field, values);
    const bool holds = Holds(predicate, values);
    arena.Clear();
    const auto kind = std::find(kinds_.begin(), kinds_.end(), trait.kind) - kinds_.begin();
    if (holds) found[static_cast<size_t>(kind)] |= uint64_t{1} << trait.bit;
  }
  return found;
}

void CgroupTraits::AppendValues(const Cgroup& cgroup, TraitValues& values) const {
  for (size_t i = 0; i < kinds_.size(); ++i) {
    if (cgroup.traits[i] == 0) continue;  // As who has no entry.
    values.push_back(ContainerValue(generation_, kinds_[i], cgroup.number, cgroup.traits[i]));
  }
}

void CgroupTraits::SetTraits(std::shared_ptr<const Program> program,
                             std::vector<ContainerTrait> traits, uint32_t generation,
                             const ProcessTable* table, absl::Time now, TraitValues& values,
                             std::vector<uint64_t>& forgotten) {
  program_ = std::move(program);
  traits_ = std::move(traits);
  generation_ = generation;
  kinds_.clear();
  asks_runtimes_ = false;
  for (const ContainerTrait& trait : traits_) {
    if (std::find(kinds_.begin(), kinds_.end(), trait.kind) == kinds_.end()) {
      kinds_.push_back(trait.kind);
    }
    const Predicate& predicate = program_->predicates[trait.predicate];
    asks_runtimes_ = asks_runtimes_ || !IsOfPath(predicate.field.field().name);
  }
  for (auto& [id, cgroup] : cgroups_) {
    if (cgroup.number == 0) continue;
    if (table != nullptr && IsKnown(cgroup, *table, now)) {
      cgroup.traits = Compare(cgroup, *table);
      AppendValues(cgroup, values);
      continue;
    }
    cgroup.number = 0;
    forgotten.push_back(id);
    untold_.push_back(id);
  }
}

void CgroupTraits::OnRecord(absl::Span<const std::byte> record, absl::Time now, Forget forget) {
  wire_header header;
  if (record.size() < sizeof(header)) return;
  std::memcpy(&header, record.data(), sizeof(header));
  if (header.kind != WIRE_process_exec && header.kind != WIRE_process_seen) return;
  if (cgroups_.contains(header.cgroup_id)) return;
  const std::optional<EventView> view = EventView::Parse(record);
  if (!view) return;
  std::shared_ptr<const ProgramRecord> program = WithPathAlone(*view);
  if (program == nullptr) return;
  if (order_.size() >= kCgroupsMax) {
    forget(order_.front());
    cgroups_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(header.cgroup_id);
  untold_.push_back(header.cgroup_id);
  cgroups_[header.cgroup_id] = {std::move(program), now, 0, {}};
}

void CgroupTraits::Update(const ProcessTable& table, absl::Time now, Tell tell) {
  if (traits_.empty()) return;
  const auto look = [&](uint64_t id, Cgroup& cgroup) {
    if (!IsKnown(cgroup, table, now)) return false;
    std::vector<uint64_t> traits = Compare(cgroup, table);
    if (cgroup.number != 0 && cgroup.traits == traits) return true;
    cgroup.traits = std::move(traits);
    cgroup.number = next_number_++;
    TraitValues values;
    AppendValues(cgroup, values);
    tell(id, cgroup.number, values);
    return true;
  };
  untold_.erase(std::remove_if(untold_.begin(), untold_.end(),
                               [&](uint64_t id) {
                                 const auto at = cgroups_.find(id);
                                 return at == cgroups_.end() || look(id, at->second);
                               }),
                untold_.end());
  if (now < next_look_) return;
  next_look_ = now + kLookInterval;
  for (auto& [id, cgroup] : cgroups_) {
    const bool may_change = asks_runtimes_ && !cgroup.program->container().IsHost();
    if (cgroup.number != 0 && may_change) look(id, cgroup);
  }
}

}  // namespace vedette
