// SPDX-License-Identifier: Apache-2.0
#include "engine/pipeline.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "engine/match/alert_builder.h"
#include "sensor/schema/enforce.h"
#include "sensor/schema/verdict.h"

namespace vedette {

Pipeline::Pipeline(HostMetadata host, PipelineOutput& output, Options options)
    : host_(std::move(host), options.lookup, options.zone),
      output_(output),
      table_(options.process_limits),
      digests_(options.digests),
      finder_(options.containers),
      container_wait_ns_(options.container_wait_ns),
      temporal_(
          [this](Alert summary) {
            ++counts_.alerts;
            output_.OnAlert(std::move(summary));
          },
          [this](const KnownCombination& known) { return output_.OnCombination(known); }),
      prehistory_(options.prehistory) {
  SetProgram(std::make_shared<const Program>());
}

void Pipeline::SetProgram(std::shared_ptr<const Program> program) {
  SetMatcher(std::make_unique<Matcher>(std::move(program)));
}

// The one way in: SetProgram comes here, too.
std::unique_ptr<Matcher> Pipeline::SetMatcher(std::unique_ptr<Matcher> matcher) {
  temporal_.SetProgram(matcher->shared_program());
  return std::exchange(matcher_, std::move(matcher));
}

std::optional<EventView> Pipeline::Take(absl::Span<const std::byte> record) {
  ++counts_.records_in;
  const std::optional<EventView> view = EventView::Parse(record);
  if (!view) {
    ++counts_.malformed;
    ++counts_.malformed_waiting;
    return std::nullopt;
  }
  ReportMalformed(view->header().time_ns);
  last_ns_ = view->header().time_ns;
  return view;
}

void Pipeline::OnRecord(absl::Span<const std::byte> record, uint64_t number) {
  number_ = number;
  if (const std::optional<EventView> view = Take(record)) OnView(*view);
}

void Pipeline::Flush() { ReportMalformed(last_ns_); }

void Pipeline::Finish() {
  Flush();
  waiting_.ReleaseAll([this](const WaitingEvent& event) { GoOn(event); });
  temporal_.Finish();
}

void Pipeline::OnView(const EventView& view) {
  arena_.Clear();
  table_.OnBegin(view);
  const ProcessNote note = NoteOf(view);
  if (finder_ != nullptr) AskForContainer(view);
  switch (view.kind()) {
    case WIRE_lost:
      OnLost(view);
      break;
    case WIRE_process_seen: {
      ++counts_.seen;
      const wire_header& header = view.header();
      output_.OnProcessSeen({view, 0, host_.WallTime(header.time_ns), table_.Find(header.exec_id),
                             table_, host_, arena_});
      break;
    }
    default:
      if (!Waits(view, {}, false)) OnEvent(view);
  }
  if (note.digest.has_value() || note.request != nullptr) output_.OnProcessNote(note);
  table_.OnExit(view);
}

// Of a process that begins here. A fork has the digest of its creator, and the store copies that;
// only one that is still being made has to be noted for the child, too.
ProcessNote Pipeline::NoteOf(const EventView& view) {
  const bool fork = view.kind() == WIRE_process_fork;
  ProcessNote note;
  if (fork) {
    note.exec_id = view.As<wire_process_fork>().child_exec_id;
  } else if (view.kind() == WIRE_process_exec || view.kind() == WIRE_process_seen) {
    note.exec_id = view.header().exec_id;
  }
  const Process* process = note.exec_id == 0 ? nullptr : table_.Find(note.exec_id);
  if (process == nullptr) return note;
  note.request = process->request.get();
  note.digest = WantDigest(*process);
  if (fork) note.digest.reset();
  return note;
}

std::optional<ExeDigest> Pipeline::WantDigest(const Process& process) {
  const ProgramRecord* program = table_.ProgramOf(process);
  if (program == nullptr) return std::nullopt;
  if (auto measured = MeasuredDigest(*program)) return measured;
  const wire_process_exec& exec = program->fixed();
  const FileIdentity file = FileIdentity::OfExecutable(exec);
  if (digests_ == nullptr || file.IsNone()) return std::nullopt;
  switch (table_.digests().Want(file, process.exec_id)) {
    case ExeDigests::Next::kWait:
      return std::nullopt;
    case ExeDigests::Next::kKnown:
      return *table_.digests().Find(file);
    case ExeDigests::Next::kMake:
      break;
  }
  const bool taken = digests_->Request({.file = file,
                                        .pid = process.pid,
                                        .parent_pid = process.parent_pid,
                                        .fs_magic = exec.exe_fs_magic,
                                        .path = std::string(program->exe_path())});
  if (taken) return std::nullopt;
  const ExeDigest busy{.state = DigestState::kBusy};
  table_.digests().Settle(file, busy);
  return busy;
}

void Pipeline::OnDigest(const FileIdentity& file, const ExeDigest& digest) {
  for (const uint64_t exec_id : table_.digests().Settle(file, digest)) {
    output_.OnProcessNote({.exec_id = exec_id, .digest = digest, .request = nullptr});
  }
}

Event Pipeline::MakeEvent(const EventView& view) {
  const wire_header& header = view.header();
  ++counts_.events;
  const Event event{view,
                    number_ != 0 ? number_ : counts_.events,
                    host_.WallTime(header.time_ns),
                    table_.Find(header.exec_id),
                    table_,
                    host_,
                    arena_,
                    first_event_ns_,
                    previous_event_ns_};
  if (first_event_ns_ == 0) first_event_ns_ = header.time_ns;
  previous_event_ns_ = header.time_ns;
  if (event.process == nullptr) ++counts_.unknown_process;
  return event;
}

// Without those that have said it, or will, when the kernel decides.
absl::Span<const uint32_t> Pipeline::Match(const Event& event) {
  const absl::Span<const uint32_t> matched = matcher_->Match(event, temporal_.resting());
  const bool is_decision = (event.view.header().flags & WIRE_FLAG_DECIDED) != 0;
  if (!deciding_ && !is_decision) return matched;
  const std::vector<Rule>& rules = matcher_->program().rules;
  matched_.assign(matched.begin(), matched.end());
  matched_.erase(std::remove_if(matched_.begin(), matched_.end(),
                                [&](uint32_t index) {
                                  const Rule& rule = rules[index];
                                  return is_decision ? rule.action == Action::kAlert : rule.decided;
                                }),
                 matched_.end());
  return matched_;
}

void Pipeline::OnEvent(const EventView& view) {
  const Event event = MakeEvent(view);
  const absl::Span<const uint32_t> matched = Match(event);
  for (const uint32_t index : matched) {
    if (!matcher_->program().rules[index].sequence) ++counts_.matches;
  }
  alerts_.clear();
  const bool keep = temporal_.Decide(event, matched, alerts_);
  ++(keep ? counts_.kept : counts_.unmatched);
  counts_.alerts += alerts_.size();
  GiveOut(event, keep);
  const uint32_t flags = view.header().flags;
  for (Alert& alert : alerts_) {
    if ((flags & WIRE_FLAG_DECIDED) != 0) {
      alert.verdict =
          std::string(VerdictText((flags & WIRE_FLAG_KILL) != 0, (flags & WIRE_FLAG_MONITORED) == 0,
                                  (flags & WIRE_FLAG_ATTEMPT) == 0));
    }
    output_.OnAlert(std::move(alert));
  }
}

// The event, and before it what led to its alerts.
void Pipeline::GiveOut(const Event& event, bool keep) {
  arena_.Clear();
  if (!keep) prehistory_.Remember(event);
  if (!alerts_.empty()) {
    prehistory_.Tell(event, [&](const Prehistory::Moment& moment) {
      for (Alert& alert : alerts_) alert.prehistory.push_back(moment.number);
      if (moment.told) return;
      ++counts_.prehistory;
      output_.OnPrehistory(moment.record, moment.number, moment.time);
    });
  }
  output_.OnEvent(event, keep);
}

std::optional<uint32_t> Pipeline::FindRule(absl::string_view name) const {
  const std::vector<Rule>& rules = matcher_->program().rules;
  const auto at = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
    return rule.name == name ||
           (name.size() == ENFORCE_NAME_MAX && absl::StartsWith(rule.name, name));
  });
  if (at == rules.end()) return std::nullopt;
  return static_cast<uint32_t>(at - rules.begin());
}

void Pipeline::OnDecision(absl::Span<const std::byte> record, absl::Span<const DecidedTerm> terms) {
  number_ = 0;
  const std::optional<EventView> view = Take(record);
  if (view && !Waits(*view, terms, true)) OnDecided(*view, terms);
}

void Pipeline::OnDecided(const EventView& view, absl::Span<const DecidedTerm> terms) {
  arena_.Clear();
  const Event event = MakeEvent(view);
  ++counts_.decisions;
  alerts_.clear();
  matched_.clear();
  for (const DecidedTerm& term : terms) {
    const std::optional<uint32_t> index = FindRule(term.rule);
    if (index) {
      matched_.push_back(*index);
    } else {
      TellUnknown(event, term);
    }
  }
  const size_t unknown = alerts_.size();
  std::sort(matched_.begin(), matched_.end());
  matched_.erase(std::unique(matched_.begin(), matched_.end()), matched_.end());
  temporal_.Decide(event, matched_, alerts_);
  counts_.matches += matched_.size() + unknown;
  ++(matched_.size() + unknown > 0 ? counts_.kept : counts_.unmatched);
  counts_.alerts += alerts_.size();
  GiveOut(event, true);
  for (Alert& alert : alerts_) {
    for (const DecidedTerm& term : terms) {
      if (absl::StartsWith(alert.rule, term.rule)) {
        const bool late = (event.view.header().flags & WIRE_FLAG_ATTEMPT) == 0;
        alert.verdict = std::string(VerdictText(term.kills, term.enforces, late));
      }
    }
    output_.OnAlert(std::move(alert));
  }
}

// By a rule that the program in force does not have: of an earlier one, or Vedette's own.
void Pipeline::TellUnknown(const Event& event, const DecidedTerm& term) {
  Rule rule;
  rule.name = term.rule;
  rule.priority = Priority::kCritical;
  rule.action = term.kills ? Action::kKill : Action::kDeny;
  rule.mode = term.enforces ? ActionMode::kEnforce : ActionMode::kMonitor;
  const auto part = [](absl::string_view text, absl::string_view field) {
    OutputPart made;
    made.text = std::string(text);
    const Field* found = FindField(field);
    if (found != nullptr) made.field.push_back({.id = IdOf(*found), .argument = "", .index = -1});
    return made;
  };
  rule.output = {part("The kernel decided: ", "evt.type"), part(" of ", "evt.object"),
                 part(" by ", "proc.name"), part(" was ", "evt.verdict")};
  alerts_.push_back(BuildAlert(event, rule));
}

void Pipeline::OnLost(const EventView& view) {
  ++counts_.lost;
  const auto record = view.As<wire_lost>();
  counts_.lost_reported += record.count;
  const KindInfo* kind = record.lost_kind < WIRE_KIND_LIMIT
                             ? FindKind(static_cast<uint16_t>(record.lost_kind))
                             : nullptr;
  Report({.from = host_.WallTime(record.from_ns),
          .to = host_.WallTime(record.to_ns),
          .kind = kind == nullptr ? "" : kind->name,
          .stage = LossStageName(record.stage),
          .count = record.count});
}

// One gap for all that were damaged since the last good record.
void Pipeline::ReportMalformed(uint64_t until_ns) {
  if (counts_.malformed_waiting == 0) return;
  Report({.from = host_.WallTime(last_ns_),
          .to = host_.WallTime(until_ns),
          .kind = "",
          .stage = LossStageName(WIRE_LOST_malformed),
          .count = counts_.malformed_waiting});
  counts_.malformed_reported += std::exchange(counts_.malformed_waiting, 0);
}

void Pipeline::Report(const RecordGap& gap) {
  ++counts_.gaps;
  output_.OnGap(gap);
}

}  // namespace vedette
