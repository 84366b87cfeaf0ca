// SPDX-License-Identifier: Apache-2.0
#include "cli/cgroup_traits.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <optional>

#include "engine/arena.h"
#include "engine/enrich/host_info.h"
#include "engine/event.h"
#include "rules/lang/operators.h"
#include "sensor/schema/enforce.h"
#include "sensor/schema/layout.h"
#include "sensor/source/snapshot.h"

namespace vedette {
namespace {

constexpr absl::Duration kLookInterval = absl::Seconds(1);
constexpr uint64_t kRootCgroup = 1;  // As kernfs numbers its root.

// Told by the path of the cgroup; what runtimes say comes later, and may change.
bool IsOfPath(absl::string_view field) {
  return field == "proc.cgroup" || field == "container.id" || field == "container.full_id" ||
         field == "container.type" || field == "container.outer_id" || field == "k8s.pod.uid" ||
         field == "k8s.pod.id";
}

// The record with no text but the cgroup's path: all that is asked of it.
std::shared_ptr<const ProgramRecord> WithPathAlone(const EventView& view) {
  RecordBytes record(view.bytes().begin(), view.bytes().begin() + sizeof(wire_process_exec));
  wire_header header = view.header();
  header.size = static_cast<uint32_t>(record.size());
  header.kind = WIRE_process_exec;  // Fields have no values for process_seen, whose layout it has.
  std::memcpy(record.data(), &header, sizeof(header));
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

bool HasCgroup2Alone() {
  struct statfs fs = {};
  return statfs("/sys/fs/cgroup", &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

bool CgroupTraits::IsTold(const Cgroup& cgroup, const ProcessTable& table) const {
  const Container& container = cgroup.program->container();
  return !asks_runtimes_ || container.IsHost() || table.containers().Find(container.id) != nullptr;
}

bool CgroupTraits::IsKnown(const Cgroup& cgroup, const ProcessTable& table, absl::Time now) const {
  return IsTold(cgroup, table) || now - cgroup.since >= kPatience;
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

void CgroupTraits::AppendValues(uint32_t number, const std::vector<uint64_t>& traits,
                                TraitValues& values) const {
  for (size_t i = 0; i < kinds_.size(); ++i) {
    if (traits[i] == 0) continue;  // As who has no entry.
    values.push_back(ContainerValue(generation_, kinds_[i], number, traits[i]));
  }
}

void CgroupTraits::TakeOver(KnownCgroups earlier, absl::Time now) {
  earlier_ = std::move(earlier);
  earlier_until_ = now + kEarlierPatience;
}

// All that an earlier daemon knew, if it knew all that is asked.
void CgroupTraits::AppendEarlier(Known& known) {
  std::vector<size_t> same;  // By trait: which comparison of earlier_ it is.
  for (const ContainerTrait& trait : traits_) {
    const auto at = std::find(earlier_.comparisons.begin(), earlier_.comparisons.end(),
                              program_->predicates[trait.predicate].text);
    if (at == earlier_.comparisons.end()) break;
    same.push_back(static_cast<size_t>(at - earlier_.comparisons.begin()));
  }
  const bool knows_all = !traits_.empty() && same.size() == traits_.size();
  for (const auto& [id, holds] : earlier_.cgroups) {
    const auto at = cgroups_.find(id);
    if (at != cgroups_.end() && at->second.number != 0) continue;
    if (!knows_all) {
      if (taken_over_.erase(id) != 0) known.forgotten.push_back(id);
      continue;
    }
    uint32_t& number = taken_over_[id];
    if (number == 0) number = next_number_++;
    std::vector<uint64_t> traits(kinds_.size());
    for (size_t i = 0; i < traits_.size(); ++i) {
      const auto kind = std::find(kinds_.begin(), kinds_.end(), traits_[i].kind) - kinds_.begin();
      if (holds[same[i]]) traits[static_cast<size_t>(kind)] |= uint64_t{1} << traits_[i].bit;
    }
    AppendValues(number, traits, known.values);
    known.taken_over.emplace_back(id, number);
    known.forgotten.erase(std::remove(known.forgotten.begin(), known.forgotten.end(), id),
                          known.forgotten.end());
  }
}

// What was taken over of cgroups that are known by now, or gone.
void CgroupTraits::EndEarlier(absl::Time now, Forget forget) {
  absl::erase_if(taken_over_, [&](const auto& each) {
    const auto at = cgroups_.find(each.first);
    if (at != cgroups_.end()) return at->second.number != 0;
    if (now < earlier_until_) return false;
    forget(each.first);
    return true;
  });
  if (taken_over_.empty() && now >= earlier_until_) earlier_ = {};
}

CgroupTraits::Known CgroupTraits::SetTraits(std::shared_ptr<const Program> program,
                                            std::vector<ContainerTrait> traits, uint32_t generation,
                                            const ProcessTable* table, absl::Time now) {
  Known known;
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
      AppendValues(cgroup.number, cgroup.traits, known.values);
      continue;
    }
    cgroup.number = 0;
    known.forgotten.push_back(id);
    untold_.push_back(id);
  }
  AppendEarlier(known);
  // Behind all others: whoever reads them later sees that none is missing.
  for (const EventKind kind : kinds_) {
    known.values.push_back(ContainerValue(generation_, kind, ENFORCE_CGROUPS_COMPLETE, 1));
  }
  return known;
}

void CgroupTraits::OnRecord(absl::Span<const std::byte> record, absl::Time now, Forget forget) {
  wire_header header;
  if (record.size() < sizeof(header)) return;
  std::memcpy(&header, record.data(), sizeof(header));
  if (header.kind != WIRE_process_exec && header.kind != WIRE_process_seen) return;
  if (cgroups_.contains(header.cgroup_id)) return;
  if (header.cgroup_id == kRootCgroup && !has_version_2_alone_) return;
  const std::optional<EventView> view = EventView::Parse(record);
  if (!view) return;
  std::shared_ptr<const ProgramRecord> program = WithPathAlone(*view);
  if (program == nullptr) return;
  if (order_.size() >= kCgroupsMax) {
    const uint64_t oldest = order_.front();
    forget(oldest);
    cgroups_.erase(oldest);
    order_.pop_front();
    const auto untold = std::find(untold_.begin(), untold_.end(), oldest);
    if (untold != untold_.end()) untold_.erase(untold);
  }
  order_.push_back(header.cgroup_id);
  untold_.push_back(header.cgroup_id);
  cgroups_[header.cgroup_id] = {std::move(program), now, 0, {}};
}

void CgroupTraits::Update(const ProcessTable& table, absl::Time now, Tell tell, Forget forget) {
  if (traits_.empty()) return;
  const auto look = [&](uint64_t id, Cgroup& cgroup) {
    if (!IsKnown(cgroup, table, now)) return false;
    // What was known earlier is more than that nobody knows.
    if (taken_over_.contains(id) && !IsTold(cgroup, table)) return false;
    std::vector<uint64_t> traits = Compare(cgroup, table);
    if (cgroup.number != 0 && cgroup.traits == traits) return true;
    cgroup.traits = std::move(traits);
    cgroup.number = next_number_++;
    TraitValues values;
    AppendValues(cgroup.number, cgroup.traits, values);
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
  EndEarlier(now, forget);
  for (auto& [id, cgroup] : cgroups_) {
    const bool may_change = asks_runtimes_ && !cgroup.program->container().IsHost();
    if (cgroup.number != 0 && may_change) look(id, cgroup);
  }
}

}  // namespace vedette
