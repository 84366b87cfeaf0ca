// SPDX-License-Identifier: Apache-2.0
//
// Records from the running kernel: loads the programs, tries the alternatives of each hook, and
// reads the rings.
#ifndef VEDETTE_SENSOR_SOURCE_RING_SOURCE_H_
#define VEDETTE_SENSOR_SOURCE_RING_SOURCE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sensor/schema/control.h"
#include "sensor/source/cgroup_change.h"
#include "sensor/source/classifier_maps.h"
#include "sensor/source/hooks.h"
#include "sensor/source/kernel_support.h"
#include "sensor/source/record_source.h"
#include "sensor/source/scope.h"

namespace vedette {

struct RingSourceOptions {
  std::optional<SensorMode> mode;           // Empty: the best that works.
  std::vector<std::string> disabled_hooks;  // Sections: "fexit/do_filp_open".
  KindSet wanted = ~KindSet{0};             // Kinds that a rule or a recording setting needs.
  Scope scope;
  bool with_environment = false;
  uint64_t ring_bytes_critical = 4 << 20;  // Rounded up to a power of two, at least a page.
  uint64_t ring_bytes_bulk = 4 << 20;
  uint64_t bulk_per_cgroup = 0;  // Records a second and cgroup on the bulk lane; 0: no limit.
  // For so long identical acts of one process are counted on the bulk lane instead of sent. 0: not
  // at all.
  absl::Duration fold = absl::ZeroDuration();
  uint64_t drop_threshold = 0;  // Losses in a second that rules hear of; 0: of none (MakeDrops).
  absl::Duration heartbeat = absl::ZeroDuration();  // How often hooks are looked at; 0: never.
};

// What was counted for one kind, over all CPUs, since the start. seen = filtered + submitted +
// ring_full + scratch_busy + limited + folded.
struct KindTotals {
  sensor_counters counted = {};
  uint64_t skipped =
      0;  // The kernel did not call the program, which was already running on the CPU.
  // Handed out by Poll: records of acts, and records with WIRE_FLAG_REPEATS, with the acts that
  // those stand for. After StopFolding() and the last Poll: acts = submitted, repeats = folded.
  uint64_t acts = 0;
  uint64_t repeat_records = 0;
  uint64_t repeats = 0;
  uint64_t delivered() const { return acts + repeat_records; }
};

// Not thread-safe: lives on the pipeline thread. Detaches everything when destroyed.
class RingSource : public RecordSource {
 public:
  // kPermissionDenied: not root; kFailedPrecondition: this kernel cannot do it. Each says the way
  // out.
  static absl::StatusOr<std::unique_ptr<RingSource>> Open(const KernelSupport& support,
                                                          RingSourceOptions options);

  // Begins with a record of kind process_seen for each process of the host. Holes are reported as
  // records of kind `lost`, about once a second, and what rules may hear of the sensor itself as
  // sensor_drop and sensor_hook.
  absl::StatusOr<size_t> Poll(absl::Duration timeout, RecordCallback each) override = 0;

  virtual SensorMode mode() const = 0;
  virtual absl::Span<const Hook> hooks() const = 0;

  // Puts a rule set in force: tables beside those in force, then one store. `generation` is that of
  // the image's keys and differs from the last one by 1. Records already in the rings carry the old
  // generation. kResourceExhausted: more keys than the maps hold; the old set stays in force.
  virtual absl::Status LoadClassifier(uint32_t generation, const ClassifierImage& image) = 0;

  // Hands out which cgroups were made and removed since the last time; once it was called, Poll()
  // returns when there are some. A change is valid during the call. Where the kernel does not tell,
  // or was not asked for long, there are fewer: a cgroup is known then by its first program.
  virtual void TakeCgroups(absl::FunctionRef<void(const CgroupChange&)> each) = 0;

  // Says whether programs that began in the cgroup (of version 2) are a container's. Until then no
  // rule is excluded for it.
  virtual void SetScope(uint64_t cgroup_id, classify_scope scope) = 0;
  // What is true of it: a number that was never given before, and the number's traits for rules
  // about containers. kResourceExhausted: the kernel's tables are full.
  virtual absl::Status TellCgroup(
      uint64_t cgroup_id, uint32_t number,
      absl::Span<const std::pair<classify_key, classify_vector>> values) = 0;
  // The cgroup is gone, or its traits are not known any more: no rule is excluded for them.
  virtual void ForgetScope(uint64_t cgroup_id) = 0;
  virtual void ForgetCgroup(uint64_t cgroup_id) = 0;

  // From now on no act is folded, and every Poll hands out all that was.
  virtual void StopFolding() = 0;
  // The same, and nothing new is seen from now on: what Poll() then hands out until there is
  // nothing left is all that Totals() counts, but for programs that ran at this moment.
  virtual void Detach() = 0;

  virtual std::array<KindTotals, WIRE_KIND_LIMIT> Totals() = 0;
  // Sections of attached hooks that the heartbeat has found not to run.
  virtual std::vector<std::string> StoppedHooks() const = 0;
};

// Of the running host: name, boot, clocks, users and groups.
HostMetadata ReadHostMetadata();

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_RING_SOURCE_H_
