// SPDX-License-Identifier: Apache-2.0
//
// Enforcement as the daemon runs it: rules become tables for the programs that decide, their
// decisions go into the pipeline, budgets are watched, and `vedette enforce` is answered.
#ifndef VEDETTE_CLI_ENFORCEMENT_H_
#define VEDETTE_CLI_ENFORCEMENT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "cli/cgroup_traits.h"
#include "cli/config/config.h"
#include "cli/control_socket.h"
#include "engine/enforce/policy.h"
#include "engine/match/alert.h"
#include "engine/pipeline.h"
#include "rules/lang/program.h"
#include "sensor/source/enforcer.h"
#include "storage/event_store.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread. What it has pinned goes on when it is destroyed.
class Enforcement {
 public:
  // Of what somebody has changed, and of rules that have used up their budgets.
  using OnAlert = std::function<void(Alert)>;

  // Attaches the hooks that the rules need, before privileges are given up. Null: there is nothing
  // to enforce, and nothing of an earlier daemon either. An error is one that the user has to
  // resolve: a rule that could lock everybody out, a kernel that cannot.
  static absl::StatusOr<std::unique_ptr<Enforcement>> Open(const Config::Enforce& config,
                                                           SensorMode mode, const Program& program,
                                                           std::vector<std::string> own_files);

  // kInvalidArgument names the rules that could lock everybody out, unless that is allowed.
  static absl::Status CheckLockout(const Config::Enforce& config, const Program& program);

  // Puts the rules in force, and takes over from an earlier daemon. kFailedPrecondition: they need
  // hooks that are not attached. After an error the rules before them stay in force.
  absl::Status SetProgram(std::shared_ptr<const Program> program);

  // Before the pipeline takes it.
  void OnRecord(absl::Span<const std::byte> record);
  void OnCgroup(const CgroupChange& change);
  // Decisions into the pipeline; what the clock or a budget changes. The kernel holds each decision
  // until `store`, which the pipeline ends in, has it on disk; null: there is none.
  absl::Status Poll(Pipeline& pipeline, EventStore* store, const OnAlert& on_alert);
  // How long the daemon may wait for something else before it calls Poll() again, at most
  // `otherwise`.
  absl::Duration PatienceOr(absl::Duration otherwise) const;
  bool has_more() const { return more_; }  // Decisions wait for the next Poll().
  // Of a store that was opened, before SetProgram(), and of one that was closed.
  void Restore(EventStore& store);
  void TakeCommitted(EventStore& store);
  // What `vedette enforce` asks at the control socket.
  std::string Answer(const std::string& request, const ControlPeer& peer);
  // Once the daemon's own process is known.
  void SetDaemon(uint64_t exec_id) { enforcer_->SetDaemon(exec_id); }

  // "enforcing 2 rules, 1 monitored; 3 hooks"
  std::string Describe() const;
  // A sentence for each hook that a rule needs and the kernel has not.
  std::vector<std::string> Warnings() const;

 private:
  Enforcement(const Config::Enforce& config, std::unique_ptr<Enforcer> enforcer,
              std::vector<std::string> own_files);
  absl::Status Reload();
  void TellCgroups(const ProcessTable& processes, absl::Time now);
  void OnDecision(absl::Span<const std::byte> record, absl::Span<const DecidedTerm> terms);
  absl::StatusOr<std::string> Do(const std::string& request, const ControlPeer& peer);
  std::string Status() const;
  void Tell(std::string message, const ControlPeer* peer);

  const Config::Enforce config_;
  const std::unique_ptr<Enforcer> enforcer_;
  const std::vector<std::string> own_files_;
  EnforcementPolicy policy_;
  std::shared_ptr<const Program> program_;
  CgroupTraits cgroups_{HasCgroup2Alone(), CgroupTraits::Unknown::kEnds};
  const ProcessTable* processes_ = nullptr;  // The pipeline's, once there is one.
  bool told_of_full_ = false;
  std::vector<std::string> paths_;  // That the rules name.
  std::vector<Alert> told_;         // To be handed out.
  bool changed_ = false;            // The tables have to be made anew.
  absl::Time next_change_ = absl::InfiniteFuture();
  absl::Time next_aliases_ = absl::InfinitePast();
  uint64_t told_count_ = 0;
  bool more_ = false;
  absl::Time asked_ = absl::InfinitePast();  // Somebody has said something at the socket.
};

}  // namespace vedette

#endif  // VEDETTE_CLI_ENFORCEMENT_H_
