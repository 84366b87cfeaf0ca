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

// Of a program, no more than the path of its cgroup: all that is asked of it.
std::shared_ptr<const ProgramRecord> ProgramIn(absl::string_view path) {
  static const Member* const cgroup = FindMember(*FindKind(WIRE_process_exec), "cgroup");
  RecordBytes record(sizeof(wire_process_exec));
  wire_header header = {};
  header.size = static_cast<uint32_t>(record.size());
  header.kind = WIRE_process_exec;
  std::memcpy(record.data(), &header, sizeof(header));
  AppendText(record, cgroup->offset, path);
  const std::optional<EventView> view = EventView::Parse(record);
  if (!view) return nullptr;
  return ProgramRecord::Copy(*view, *std::pmr::new_delete_resource());
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
  const Container& container = cgroup.program->container();
  if (!asks_runtimes_ || container.IsHost()) return true;
  if (unknown_ == Unknown::kStays) return table.containers().IsFinal(container.id);
  return now - cgroup.since >= kPatience || IsTold(cgroup, table);
}

// A runtime has said what it is, and that has given way to others: what was told holds. Another
// rule set, which may ask for more, takes it for unknown.
bool CgroupTraits::HasGivenWay(const Cgroup& cgroup, const ProcessTable& table) const {
  return unknown_ == Unknown::kEnds && cgroup.by_runtime && !IsTold(cgroup, table);
}

std::vector<uint64_t> CgroupTraits::Compare(const Cgroup& cgroup, const ProcessTable& table) const {
  static HostInfo nobody({});
  Arena arena;
  Process process;
  process.program = cgroup.program;
  const Event event = {cgroup.program->view(), 1, absl::Time(), &process, table, nobody, arena};
  std::vector<uint64_t> found(kinds_.size());
  absl::flat_hash_map<uint32_t, bool> known;  // One comparison serves many kinds.
  for (const ContainerTrait& trait : traits_) {
    const auto [at, is_new] = known.try_emplace(trait.predicate, false);
    if (is_new) {
      const Predicate& predicate = program_->predicates[trait.predicate];
      Values values;
      GetField(event, predicate.field, values);
      at->second = Holds(predicate, values);
      arena.Clear();
    }
    const bool holds = at->second;
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
    if (table != nullptr && IsKnown(cgroup, *table, now) && !HasGivenWay(cgroup, *table)) {
      cgroup.traits = Compare(cgroup, *table);
      AppendValues(cgroup.number, cgroup.traits, known.values);
      continue;
    }
    cgroup.number = 0;
    known.forgotten.push_back(id);
    untold_.push_back(id);
    has_new_ = true;
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
  const auto known = cgroups_.find(header.cgroup_id);
  if (known != cgroups_.end()) {
    known->second.since = std::min(known->second.since, now);
    return;
  }
  if (header.cgroup_id == kRootCgroup && !has_version_2_alone_) return;
  // Its number is not given again: this was done before it went.
  if (std::find(gone_.begin(), gone_.end(), header.cgroup_id) != gone_.end()) return;
  const std::optional<EventView> view = EventView::Parse(record);
  if (!view) return;
  std::shared_ptr<const ProgramRecord> program =
      ProgramIn(view->Text(*FindMember(view->info(), "cgroup")));
  if (program == nullptr) return;
  if (order_.size() >= kCgroupsMax) Remove(order_.front(), forget);
  Add(header.cgroup_id, std::move(program), now);
}

void CgroupTraits::OnChange(const CgroupChange& change, Forget forget) {
  if (!has_version_2_alone_) return;
  if (change.removed) {
    if (gone_.size() == kGoneMax) gone_.pop_front();
    gone_.push_back(change.id);
    std::erase_if(earlier_.cgroups, [&](const auto& each) { return each.first == change.id; });
    return Remove(change.id, forget);
  }
  if (order_.size() >= kCgroupsMax / 2 || cgroups_.contains(change.id)) return;
  std::shared_ptr<const ProgramRecord> program = ProgramIn(change.path);
  if (program != nullptr) Add(change.id, std::move(program), absl::InfiniteFuture());
}

void CgroupTraits::Add(uint64_t id, std::shared_ptr<const ProgramRecord> program,
                       absl::Time since) {
  order_.push_back(id);
  untold_.push_back(id);
  has_new_ = true;
  cgroups_[id] = {std::move(program), since, 0, false, {}};
}

void CgroupTraits::Remove(uint64_t id, Forget forget) {
  const bool was_taken_over = taken_over_.erase(id) != 0;
  const bool was_there = cgroups_.erase(id) != 0;
  if (was_there || was_taken_over) forget(id);
  if (!was_there) return;
  order_.erase(std::find(order_.begin(), order_.end(), id));
  const auto untold = std::find(untold_.begin(), untold_.end(), id);
  if (untold != untold_.end()) untold_.erase(untold);
}

void CgroupTraits::Update(const ProcessTable& table, absl::Time now, Tell tell, Forget forget) {
  if (traits_.empty()) {
    EndEarlier(now, forget);
    return;
  }
  const uint64_t changes = table.containers().changes();
  if (!has_new_ && changes == seen_changes_ && now < next_look_) return;
  has_new_ = false;
  seen_changes_ = changes;
  const auto look = [&](uint64_t id, Cgroup& cgroup) {
    if (!IsKnown(cgroup, table, now)) return false;
    const bool is_told = IsTold(cgroup, table);
    if (HasGivenWay(cgroup, table)) return cgroup.number != 0;
    // What was known earlier is more than that nobody knows.
    if (taken_over_.contains(id) && !is_told) return false;
    std::vector<uint64_t> traits = Compare(cgroup, table);
    if (cgroup.number != 0 && cgroup.traits == traits) return true;
    cgroup.traits = std::move(traits);
    cgroup.number = next_number_++;
    cgroup.by_runtime = asks_runtimes_ && is_told;
    TraitValues values;
    AppendValues(cgroup.number, cgroup.traits, values);
    if (tell(id, cgroup.number, values)) return true;
    cgroup.number = 0;
    return false;
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
  if (std::exchange(compared_changes_, changes) == changes) return;
  for (auto& [id, cgroup] : cgroups_) {
    const bool may_change = asks_runtimes_ && !cgroup.program->container().IsHost();
    if (cgroup.number == 0 || !may_change || look(id, cgroup)) continue;
    if (unknown_ == Unknown::kEnds) continue;
    cgroup.number = 0;
    forget(id);
    untold_.push_back(id);
  }
}

}  // namespace vedette
