// SPDX-License-Identifier: Apache-2.0
//
// The programs that decide: loaded, attached, pinned, so that they go on without the daemon, and
// what they have decided. A daemon that starts takes over from the one before: its own programs are
// attached before the others go, and what those decided meanwhile is handed out first.
#ifndef VEDETTE_SENSOR_SOURCE_ENFORCER_H_
#define VEDETTE_SENSOR_SOURCE_ENFORCER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sensor/schema/enforce.h"
#include "sensor/schema/schema.h"
#include "sensor/source/aliases.h"
#include "sensor/source/classifier_maps.h"
#include "sensor/source/decided_term.h"
#include "sensor/source/decisions.h"
#include "sensor/source/hooks.h"
#include "sensor/source/kernel_support.h"
#include "sensor/source/known_cgroups.h"
#include "sensor/source/pins.h"

namespace vedette {

struct EnforcerOptions {
  std::string pin_folder = kPinFolder;
  SensorMode mode = SensorMode::kLsm;  // In kTracepoint programs that begin are killed, no more.
  KindSet wanted = 0;                  // Kinds whose hooks decide.
  bool protects_self = true;
  uint64_t ring_bytes = 4 << 20;
};

// A rule set as the programs take it.
struct EnforcementImage {
  ClassifierImage tables;
  std::vector<std::pair<enforce_term_key, enforce_term>> terms;
  std::vector<Alias> aliases;
  std::vector<enforce_object> spared;  // Executables that are never denied, nor what they do.
  // Cgroups that are known from the start, with their numbers; the tables have their values.
  std::vector<std::pair<uint64_t, uint32_t>> cgroups;
  std::vector<std::pair<enforce_trait_key, enforce_trait>> traits;  // For KnownCgroups.
};

// Not thread-safe: lives on the pipeline thread. When it is destroyed the programs go on.
class Enforcer {
 public:
  using Callback = absl::FunctionRef<void(absl::Span<const std::byte> record,
                                          absl::Span<const DecidedTerm> terms)>;

  // Loads and attaches; nothing is decided before Load(). Needs root. kFailedPrecondition: this
  // kernel cannot deny, or the command line of the kernel says vedette.enforce=off.
  static absl::StatusOr<std::unique_ptr<Enforcer>> Open(const KernelSupport& support,
                                                        const EnforcerOptions& options);
  virtual ~Enforcer() = default;

  // The generation that the next rule set must have.
  virtual uint32_t next_generation() const = 0;
  // Puts a rule set in force at once: no act is judged by half of one. The first time it also pins,
  // and takes over from an earlier daemon. kResourceExhausted: it does not fit; the old one stays.
  virtual absl::Status Load(uint32_t generation, const EnforcementImage& image) = 0;
  // Objects come and go: brings aliases up to date.
  virtual absl::Status UpdateAliases(absl::Span<const Alias> aliases) = 0;

  // What is known of a cgroup from now on, in the rule set in force: its number, and the values by
  // which that has traits (ContainerValue of rules/classify). Until then the cgroup is unjudged.
  // kResourceExhausted: it does not fit, and what was known of it before is forgotten.
  virtual absl::Status TellCgroup(
      uint64_t cgroup, uint32_t number,
      absl::Span<const std::pair<classify_key, classify_vector>> values) = 0;
  virtual void ForgetCgroup(uint64_t cgroup) = 0;
  // What an earlier daemon's programs know; nothing behind the first Load().
  virtual KnownCgroups EarlierCgroups() const = 0;

  // Which program the daemon is: it is spared, and protected if that is wanted.
  virtual void SetDaemon(uint64_t exec_id) = 0;
  virtual void SetOff(bool off) = 0;
  virtual bool is_off() const = 0;

  // Marks that a store has kept, of this daemon's predecessors too; before the first Load().
  virtual void Restore(std::vector<DecisionMark> marks) = 0;
  // Hands out what was decided, some hundred at a time, and records of kind `lost`, which have no
  // terms. Does not wait.
  virtual absl::StatusOr<size_t> Poll(Callback each) = 0;
  // How far Poll() has come, where it has moved: to be kept behind what was handed out. The kernel
  // holds all that no mark has been kept for, and the next daemon hands it out again.
  virtual std::vector<DecisionMark> TakeMarks() = 0;
  virtual void Keep(const DecisionMark& mark) = 0;

  virtual absl::Span<const Hook> hooks() const = 0;
};

// What ended, and what no daemon has read of what it decided.
struct EndedEnforcement {
  size_t sets = 0;
  uint64_t unread = 0;  // Decisions; some may be in a store whose daemon died before it said so.
};
// Ends enforcement without a daemon: its programs leave the kernel. The decisions that no daemon
// has read wait for the next one in their pinned maps, unless `drop_unread`; everything else goes.
absl::StatusOr<EndedEnforcement> RemoveEnforcement(const std::string& pin_folder = kPinFolder,
                                                   bool drop_unread = false);

// What the pinned programs do, for `vedette enforce status` where no daemon runs.
struct PinnedEnforcement {
  bool is_off = false;
  std::vector<std::string> programs;
  std::vector<DecidedTerm> rules;  // Of the generation in force, each once.
};
absl::StatusOr<PinnedEnforcement> ReadPinnedEnforcement(const std::string& pin_folder = kPinFolder);

// The kernel's command line has vedette.enforce=off.
bool IsOffByBoot();

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_ENFORCER_H_
