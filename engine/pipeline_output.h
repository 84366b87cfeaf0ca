// SPDX-License-Identifier: Apache-2.0
//
// What the pipeline gives out, and to whom.
#ifndef VEDETTE_ENGINE_PIPELINE_OUTPUT_H_
#define VEDETTE_ENGINE_PIPELINE_OUTPUT_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/enrich/container_info.h"
#include "engine/enrich/exe_digests.h"
#include "engine/enrich/service_requests.h"
#include "engine/event.h"
#include "engine/match/alert.h"
#include "engine/match/temporal_rules.h"

namespace vedette {

// A stretch of time in which records were lost.
struct RecordGap {
  absl::Time from, to;      // By the wall clock.
  absl::string_view kind;   // Name of the event kind, "" if unknown.
  absl::string_view stage;  // LossStageName
  uint64_t count = 0;
};

// What records do not say of a process, when it is known: behind the event that began it, or later.
struct ProcessNote {
  uint64_t exec_id = 0;
  std::optional<ExeDigest> digest;          // Never kPending.
  const ServiceRequest* request = nullptr;  // Who asked for it; null: nobody known.
};

// What the pipeline gives out, on its own thread. References are valid during the call only.
class PipelineOutput {
 public:
  virtual ~PipelineOutput() = default;
  // Every event that rules can match, before its alerts. `keep`: a rule held that records, alerts
  // or counts it; the others are of interest to `watch` only.
  virtual void OnEvent(const Event& event, bool keep) = 0;
  virtual void OnAlert(Alert alert) = 0;
  virtual void OnGap(const RecordGap& gap) = 0;
  // Something that a first_seen rule knows, to be kept over restarts. False: try again later.
  virtual bool OnCombination(const KnownCombination&) { return true; }
  // An event that was not kept when it happened, before the alert that it is prehistory of; once.
  virtual void OnPrehistory(absl::Span<const std::byte>, uint64_t /*number*/, absl::Time) {}
  // A process_seen record: who was there at the start. It is no event; its number is 0.
  virtual void OnProcessSeen(const Event&) {}
  virtual void OnProcessNote(const ProcessNote&) {}
  // What a container is, when it is known.
  virtual void OnContainer(absl::string_view /*id*/, const ContainerInfo&) {}
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_PIPELINE_OUTPUT_H_
