// SPDX-License-Identifier: Apache-2.0
//
// What rules ask about containers, compared once for each cgroup, so that the kernel decides by the
// cgroup alone: for those that deny and kill, and for those that alert.
#ifndef VEDETTE_CLI_CGROUP_TRAITS_H_
#define VEDETTE_CLI_CGROUP_TRAITS_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/enrich/process_table.h"
#include "rules/classify/enforcement.h"
#include "sensor/source/cgroup_change.h"
#include "sensor/source/known_cgroups.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread. Remembers kCgroupsMax cgroups; the oldest give
// way, and are known again when another program begins in them.
class CgroupTraits {
 public:
  static constexpr size_t kCgroupsMax = 8192;
  // So long a container is unknown of which no runtime says what it is; then none knows it.
  static constexpr absl::Duration kPatience = absl::Seconds(10);
  static constexpr size_t kGoneMax = 1024;
  static constexpr absl::Duration kEarlierPatience = absl::Seconds(30);

  // A container of which no runtime says what it is. kEnds: nobody does after kPatience, so rules
  // may take it for none that they name, and what is said until then counts at once. kStays: no
  // rule may be excluded until all has been said, nor when it has been forgotten.
  enum class Unknown : uint8_t { kEnds, kStays };

  // Where cgroups of version 1 tell who is where, all processes are in the root of version 2, of
  // which nothing can be told then.
  CgroupTraits(bool has_version_2_alone, Unknown unknown)
      : has_version_2_alone_(has_version_2_alone), unknown_(unknown) {}

  using TraitValues = std::vector<std::pair<classify_key, classify_vector>>;
  // False: there is no room for it; it is told again later.
  using Tell = absl::FunctionRef<bool(uint64_t cgroup, uint32_t number, const TraitValues& values)>;
  using Forget = absl::FunctionRef<void(uint64_t cgroup)>;

  // What an earlier daemon knew of cgroups: it holds until more is known of them, so for good where
  // no runtime can be asked any more, but no longer than the cgroup is there.
  void TakeOver(KnownCgroups earlier, absl::Time now);
  struct Known {
    TraitValues values;                                     // Of all cgroups that are known.
    std::vector<std::pair<uint64_t, uint32_t>> taken_over;  // With their numbers.
    std::vector<uint64_t> forgotten;  // Not known as far as the rule set asks.
  };
  // Of another rule set.
  Known SetTraits(std::shared_ptr<const Program> program, std::vector<ContainerTrait> traits,
                  uint32_t generation, const ProcessTable* table, absl::Time now);
  // Looks at records of programs alone.
  void OnRecord(absl::Span<const std::byte> record, absl::Time now, Forget forget);
  // One that was made is known before a program begins in it, one that is gone is forgotten. Of
  // those in which no program has begun only so many count that they push out nobody.
  void OnChange(const CgroupChange& change, Forget forget);
  size_t size() const { return cgroups_.size(); }
  // Tells of cgroups of which something is known that was not told yet. Cheap.
  void Update(const ProcessTable& table, absl::Time now, Tell tell, Forget forget);

 private:
  struct Cgroup {
    std::shared_ptr<const ProgramRecord> program;  // One that began in it, its path alone.
    absl::Time since;              // When a program began in it first; infinite: none has.
    uint32_t number = 0;           // 0: nothing was told.
    bool by_runtime = false;       // What was told is what a runtime had said.
    std::vector<uint64_t> traits;  // By kinds_.
  };

  bool IsTold(const Cgroup& cgroup, const ProcessTable& table) const;
  bool IsKnown(const Cgroup& cgroup, const ProcessTable& table, absl::Time now) const;
  bool HasGivenWay(const Cgroup& cgroup, const ProcessTable& table) const;
  std::vector<uint64_t> Compare(const Cgroup& cgroup, const ProcessTable& table) const;
  void AppendValues(uint32_t number, const std::vector<uint64_t>& traits,
                    TraitValues& values) const;
  void AppendEarlier(Known& known);
  void EndEarlier(absl::Time now, Forget forget);
  void Add(uint64_t id, std::shared_ptr<const ProgramRecord> program, absl::Time since);
  void Remove(uint64_t id, Forget forget);

  bool has_version_2_alone_;
  Unknown unknown_;
  std::shared_ptr<const Program> program_;
  std::vector<ContainerTrait> traits_;
  std::vector<EventKind> kinds_;  // Of traits_, each once.
  bool asks_runtimes_ = false;
  uint32_t generation_ = 0;
  uint32_t next_number_ = 1;
  absl::flat_hash_map<uint64_t, Cgroup> cgroups_;
  KnownCgroups earlier_;
  absl::Time earlier_until_;  // Whoever has shown no process by then is gone.
  absl::flat_hash_map<uint64_t, uint32_t> taken_over_;  // Numbers of those that earlier_ tells of.
  std::deque<uint64_t> order_;                          // As they came.
  std::deque<uint64_t> gone_;  // The last ones that were removed: what they did can come late.
  std::vector<uint64_t> untold_;                        // Nothing was told of them yet.
  bool has_new_ = false;                                // Of untold_ some were not looked at.
  // ContainerInfos::changes(): when those were looked at last, and when the others were.
  uint64_t seen_changes_ = 0, compared_changes_ = 0;
  absl::Time next_look_ = absl::InfinitePast();
};

// As this host mounts them.
bool HasCgroup2Alone();

}  // namespace vedette

#endif  // VEDETTE_CLI_CGROUP_TRAITS_H_
