// SPDX-License-Identifier: Apache-2.0
//
// The way of a record: decode, enrich, match, and out to whoever stores and forwards. No thread, no
// clock and no file of its own: the same records give the same output.
#ifndef VEDETTE_ENGINE_PIPELINE_H_
#define VEDETTE_ENGINE_PIPELINE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/arena.h"
#include "engine/enrich/container_infos.h"
#include "engine/enrich/exe_digests.h"
#include "engine/enrich/host_info.h"
#include "engine/enrich/process_table.h"
#include "engine/event.h"
#include "engine/match/alert.h"
#include "engine/match/matcher.h"
#include "engine/match/temporal_rules.h"
#include "engine/pipeline_counts.h"
#include "engine/pipeline_output.h"
#include "engine/prehistory.h"
#include "engine/waiting_events.h"
#include "rules/lang/program.h"
#include "sensor/source/decided_term.h"

namespace vedette {

// Not thread-safe: all calls on one thread.
class Pipeline {
 public:
  struct Options {
    HostInfo::Lookup lookup = HostInfo::Lookup::kMetadataOnly;
    absl::TimeZone zone = absl::LocalTimeZone();  // Of evt.time and its like.
    ProcessTable::Limits process_limits;
    // Makes digests of executables; its results go to OnDigest(). Outlives the pipeline. Null:
    // there are none but those that the kernel has measured.
    DigestMaker* digests = nullptr;
    // Asks what containers are; its answers go to OnContainer(). Outlives the pipeline. Null: only
    // their ids are known.
    ContainerFinder* containers = nullptr;
    // So long events of a new container wait for that, from when its first program began. All
    // others pass them by.
    uint64_t container_wait_ns = 200'000'000;
    PrehistoryLimits prehistory;  // Of what alerts remember: nothing unless told otherwise.
  };

  // `output` must outlive the pipeline. Without a program nothing matches.
  Pipeline(HostMetadata host, PipelineOutput& output) : Pipeline(std::move(host), output, {}) {}
  Pipeline(HostMetadata host, PipelineOutput& output, Options options);

  // From the next record on. Processes and counts stay. Making a matcher takes longer than the
  // rings can wait: where records come meanwhile, make it on another thread, and leave it to that
  // thread to end the one that was in force, which is returned.
  std::unique_ptr<Matcher> SetMatcher(std::unique_ptr<Matcher> matcher);
  void SetProgram(std::shared_ptr<const Program> program);
  // Of the program in force: for SetSurvivorRules.
  Matcher& matcher() { return *matcher_; }

  // The kernel decides the rules with Rule::decided: what they hold for is told by decisions, and
  // they say nothing of other records. False (as it begins): they alert like all others.
  void SetDeciding(bool deciding) { deciding_ = deciding; }

  // One record, unchecked. Events are numbered from 1; one of the history has its own `number`.
  void OnRecord(absl::Span<const std::byte> record, uint64_t number = 0);
  // A record of what the kernel has decided, unchecked, and the rules that it was decided by: they
  // alert, and nobody else.
  void OnDecision(absl::Span<const std::byte> record, absl::Span<const DecidedTerm> terms);
  // The digest that was asked for, or why there is none.
  void OnDigest(const FileIdentity& file, const ExeDigest& digest);
  // What a container is, or that nobody knows it; and which time it is on the boot clock.
  void OnContainer(ContainerAnswer answer, uint64_t boot_ns);
  bool is_waiting() const { return waiting_.size() > 0; }
  // No record will come for a while: reports what waits.
  void Flush();
  // It is so late, on the boot clock, and what happened before has been read: windows of suppress
  // end without a further event, and events wait no longer.
  void AdvanceTo(uint64_t boot_ns);
  // No record will come: Flush(), and summaries of all that is still folded.
  void Finish();
  // What a store has kept of first_seen, in the order of its last time; before SetProgram.
  void Restore(absl::Span<const KnownCombination> known) { temporal_.Restore(known); }
  // Gives out everything to be kept again: the store is a new one.
  void SaveCombinations() { temporal_.SaveAll(); }
  std::vector<std::string> WarmUps(absl::Time now) const { return temporal_.WarmUps(now); }

  PipelineCounts counts() const {
    PipelineCounts counts = counts_;
    counts.temporal = temporal_.counts();
    counts.waiting = waiting_.size();
    return counts;
  }
  const ProcessTable& processes() const { return table_; }
  const Arena& arena() const { return arena_; }
  HostInfo& host() { return host_; }

 private:
  void OnView(const EventView& view);
  void OnDecided(const EventView& view, absl::Span<const DecidedTerm> terms);
  // pipeline_containers.cc
  void AskForContainer(const EventView& view);
  bool Waits(const EventView& view, absl::Span<const DecidedTerm> terms, bool is_decision);
  void Release(absl::string_view container);
  void GoOn(const WaitingEvent& event);
  void OnEvent(const EventView& view);
  Event MakeEvent(const EventView& view);
  absl::Span<const uint32_t> Match(const Event& event);
  void GiveOut(const Event& event, bool keep);
  void TellUnknown(const Event& event, const DecidedTerm& term);
  std::optional<uint32_t> FindRule(absl::string_view name) const;
  std::optional<EventView> Take(absl::Span<const std::byte> record);
  void OnLost(const EventView& view);
  ProcessNote NoteOf(const EventView& view);
  std::optional<ExeDigest> WantDigest(const Process& process);
  void ReportMalformed(uint64_t until_ns);
  void Report(const RecordGap& gap);

  HostInfo host_;
  PipelineOutput& output_;
  ProcessTable table_;
  DigestMaker* const digests_;
  ContainerFinder* const finder_;
  const uint64_t container_wait_ns_;
  WaitingEvents waiting_;
  Arena arena_;
  std::unique_ptr<Matcher> matcher_;
  TemporalRules temporal_;
  Prehistory prehistory_;
  std::vector<Alert> alerts_;  // Of the event at hand.
  std::vector<uint32_t> matched_;
  bool deciding_ = false;
  uint64_t number_ = 0;   // Of the record at hand; 0: count.
  uint64_t last_ns_ = 0;  // Time of the last good record.
  uint64_t first_event_ns_ = 0, previous_event_ns_ = 0;
  PipelineCounts counts_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_PIPELINE_H_
