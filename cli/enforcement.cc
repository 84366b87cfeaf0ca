// SPDX-License-Identifier: Apache-2.0
// No unit test: it needs a kernel that can deny; tests/enforce runs it in guests.
#include "cli/enforcement.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "rules/classify/enforcement.h"

namespace vedette {
namespace {

constexpr absl::Duration kAliasInterval = absl::Seconds(10);
constexpr absl::Duration kAgain = absl::Minutes(1);  // After rules could not be put in force.
constexpr absl::string_view kChangedRule = "Enforcement was changed";

size_t CountDecided(const Program& program) {
  return static_cast<size_t>(std::count_if(program.rules.begin(), program.rules.end(),
                                           [](const Rule& rule) { return rule.decided; }));
}

std::string Hostname() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "";
}

EnforcementImage ImageOf(const Program& program, const EnforcementTables& made) {
  EnforcementImage image;
  for (const KindTables& kind : made.tables.kinds) {
    image.tables.kinds.emplace_back(static_cast<uint16_t>(kind.kind), kind.vectors);
    for (size_t n = 0; n < kind.terms.size(); ++n) {
      const std::string& name = program.rules[kind.terms[n].owners[0].rule].name;
      enforce_term term = {};
      term.name_size = static_cast<uint16_t>(std::min<size_t>(name.size(), ENFORCE_NAME_MAX));
      std::memcpy(term.name, name.data(), term.name_size);
      const auto has = [n](const classify_vector& vector) {
        return static_cast<uint8_t>(vector.words[n / 64] >> n % 64 & 1);
      };
      term.kills = has(kind.vectors.killing);
      term.enforces = has(kind.vectors.denying);
      image.terms.push_back(
          {{made.tables.generation, static_cast<uint16_t>(kind.kind), static_cast<uint16_t>(n)},
           term});
    }
  }
  image.tables.values = made.tables.values;
  image.tables.names = made.tables.names;
  image.tables.paths = made.tables.paths;
  image.tables.traits = made.tables.traits;
  for (const ContainerTrait& trait : made.tables.containers) {
    const std::string& text = program.predicates[trait.predicate].text;
    if (text.size() > ENFORCE_TRAIT_MAX) continue;
    enforce_trait kept = {};
    kept.size = static_cast<uint32_t>(text.size());
    std::memcpy(kept.text, text.data(), text.size());
    image.traits.push_back({{made.tables.generation, static_cast<uint16_t>(trait.kind),
                             static_cast<uint16_t>(trait.bit)},
                            kept});
  }
  return image;
}

}  // namespace

absl::Status Enforcement::CheckLockout(const Config::Enforce& config, const Program& program) {
  if (!config.enabled || config.allow_lockout) return absl::OkStatus();
  std::vector<std::string> problems;
  for (uint32_t i = 0; i < program.rules.size(); ++i) {
    const Rule& rule = program.rules[i];
    if (!rule.decided || rule.mode != ActionMode::kEnforce) continue;
    const std::string why = WhyLocksOut(program, i);
    if (why.empty()) continue;
    problems.push_back(absl::StrCat(rule.file, ":", rule.line, ": the rule \"", rule.name,
                                    "\" could lock everybody out: ", why));
  }
  if (problems.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(absl::StrJoin(problems, "\n"),
                   "\nTry it with `mode: monitor` first; to enforce it all the same: --i-know, or "
                   "enforce.allow_lockout: true"));
}

absl::StatusOr<std::unique_ptr<Enforcement>> Enforcement::Open(const Config::Enforce& config,
                                                               SensorMode mode,
                                                               const Program& program,
                                                               std::vector<std::string> own_files) {
  if (!config.enabled) {
    ASSIGN_OR_RETURN(const EndedEnforcement ended, RemoveEnforcement(config.pins));
    if (ended.sets > 0) {
      LOG_WARNING("enforcement of an earlier daemon has ended: enforce.enabled is false");
    }
    if (ended.unread > 0) {
      LOG_WARNING(ended.unread,
                  " decisions of an earlier daemon's rules wait until enforcement is "
                  "enabled again; to give them up: vedette enforce off --offline --drop-unread");
    }
    return nullptr;
  }
  const KindSet wanted = DecidedKinds(program);
  // Rules of before that nobody has any more must not go on.
  if (wanted == 0 && Pins(config.pins).Sets().empty()) return nullptr;
  EnforcerOptions options;
  options.pin_folder = config.pins;
  options.mode = mode;
  options.wanted = wanted;
  const bool protects = config.protect_self && mode != SensorMode::kTracepoint;
  if (wanted != 0 && protects) {
    options.wanted |= KindBit(WIRE_process_signal) | KindBit(WIRE_process_ptrace) |
                      KindBit(WIRE_kernel_bpf) | KindBit(WIRE_file_umount);
  }
  options.protects_self = protects;
  ASSIGN_OR_RETURN(auto enforcer, Enforcer::Open(ProbeKernel(), options));
  std::unique_ptr<Enforcement> made(
      new Enforcement(config, std::move(enforcer), std::move(own_files)));
  return made;
}

Enforcement::Enforcement(const Config::Enforce& config, std::unique_ptr<Enforcer> enforcer,
                         std::vector<std::string> own_files)
    : config_(config),
      enforcer_(std::move(enforcer)),
      own_files_(std::move(own_files)),
      policy_({.count = static_cast<uint32_t>(
                   std::min<uint64_t>(config.budget_processes, DenialBudget::kCountMax)),
               .within = config.budget_interval}) {
  cgroups_.TakeOver(enforcer_->EarlierCgroups(), absl::Now());
}

absl::Status Enforcement::SetProgram(std::shared_ptr<const Program> program) {
  KindSet attached = 0;
  for (const Hook& hook : enforcer_->hooks()) {
    if (hook.state == HookState::kAttached) attached |= KindBit(hook.kind->kind);
  }
  const KindSet missing = DecidedKinds(*program) & ~attached;
  for (const Hook& hook : enforcer_->hooks()) {
    if ((missing & KindBit(hook.kind->kind)) == 0 || hook.state != HookState::kUnwanted) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the new rules deny acts of kind ", hook.kind->name,
                     ", which no rule denied at the start; restart the daemon"));
  }
  const std::shared_ptr<const Program> before = std::exchange(program_, std::move(program));
  const EnforcementPolicy policy_before = policy_;
  policy_.SetProgram(program_, absl::Now());
  const absl::Status status = Reload();
  if (!status.ok()) {
    program_ = before;
    policy_ = policy_before;
  }
  return status;
}

absl::Status Enforcement::Reload() {
  changed_ = false;
  const absl::Time now = absl::Now();
  next_change_ = policy_.NextChange(now);
  const uint32_t generation = enforcer_->next_generation();
  ASSIGN_OR_RETURN(const EnforcementTables made,
                   BuildEnforcement(*program_, generation,
                                    [&](const Rule& rule) { return policy_.Monitors(rule, now); }));
  EnforcementImage image = ImageOf(*program_, made);
  image.aliases = FindAliases(made.paths);
  std::vector<std::string> spared = config_.exempt;
  spared.insert(spared.end(), own_files_.begin(), own_files_.end());
  for (const std::string& path : spared) {
    enforce_object object = {};
    if (ObjectAt(path, object)) {
      image.spared.push_back(object);
    } else {
      LOG_WARNING("enforce.exempt: there is no ", path);
    }
  }
  CgroupTraits cgroups = cgroups_;
  CgroupTraits::Known known =
      cgroups.SetTraits(program_, made.tables.containers, generation, processes_, now);
  image.tables.values.insert(image.tables.values.end(), known.values.begin(), known.values.end());
  image.cgroups = std::move(known.taken_over);
  RETURN_IF_ERROR(enforcer_->Load(generation, image));
  cgroups_ = std::move(cgroups);
  for (const uint64_t cgroup : known.forgotten) enforcer_->ForgetCgroup(cgroup);
  paths_ = made.paths;
  next_aliases_ = now + kAliasInterval;
  return absl::OkStatus();
}

void Enforcement::OnRecord(absl::Span<const std::byte> record) {
  cgroups_.OnRecord(record, absl::Now(),
                    [this](uint64_t cgroup) { enforcer_->ForgetCgroup(cgroup); });
}

void Enforcement::OnCgroup(const CgroupChange& change) {
  cgroups_.OnChange(change, [this](uint64_t cgroup) { enforcer_->ForgetCgroup(cgroup); });
}

void Enforcement::TellCgroups(const ProcessTable& processes, absl::Time now) {
  processes_ = &processes;
  cgroups_.Update(
      processes, now,
      [this](uint64_t cgroup, uint32_t number, const CgroupTraits::TraitValues& values) {
        const absl::Status told = enforcer_->TellCgroup(cgroup, number, values);
        if (!told.ok() && !std::exchange(told_of_full_, true)) LOG_WARNING(told.message());
        return told.ok();
      },
      [this](uint64_t cgroup) { enforcer_->ForgetCgroup(cgroup); });
}

absl::Duration Enforcement::PatienceOr(absl::Duration otherwise) const {
  // Who has said one thing often says another.
  constexpr absl::Duration kConversation = absl::Seconds(1), kSoon = absl::Milliseconds(2);
  if (more_) return absl::ZeroDuration();
  return absl::Now() - asked_ < kConversation ? std::min(otherwise, kSoon) : otherwise;
}

void Enforcement::Restore(EventStore& store) {
  std::vector<DecisionMark> marks;
  for (StoreMark& mark : store.TakeMarks()) {
    marks.push_back({std::move(mark.key), std::move(mark.value)});
  }
  enforcer_->Restore(std::move(marks));
}

void Enforcement::TakeCommitted(EventStore& store) {
  for (StoreMark& mark : store.TakeCommittedMarks()) {
    enforcer_->Keep({std::move(mark.key), std::move(mark.value)});
  }
}

absl::Status Enforcement::Poll(Pipeline& pipeline, EventStore* store, const OnAlert& on_alert) {
  const absl::Time now = absl::Now();
  TellCgroups(pipeline.processes(), now);
  const auto decided =
      enforcer_->Poll([&](absl::Span<const std::byte> record, absl::Span<const DecidedTerm> terms) {
        if (terms.empty()) return pipeline.OnRecord(record);
        OnDecision(record, terms);
        pipeline.OnDecision(record, terms);
      });
  RETURN_IF_ERROR(decided.status());
  more_ = *decided > 0;
  for (DecisionMark& mark : enforcer_->TakeMarks()) {
    if (store == nullptr) {
      enforcer_->Keep(mark);
    } else {
      store->OfferMark({std::move(mark.key), std::move(mark.value)});
    }
  }
  if (store != nullptr) TakeCommitted(*store);
  if (changed_ || now >= next_change_) {
    // What is in force stays, and the next change tries again.
    if (const absl::Status status = Reload(); !status.ok()) {
      next_change_ = now + kAgain;
      Tell(absl::StrCat("The rules that the kernel decides stay as they were: ", status.message()),
           nullptr);
    }
  }
  if (now >= next_aliases_) {
    next_aliases_ = now + kAliasInterval;
    enforcer_->UpdateAliases(FindAliases(paths_)).IgnoreError();
  }
  for (Alert& alert : told_) on_alert(std::move(alert));
  told_.clear();
  return absl::OkStatus();
}

void Enforcement::OnDecision(absl::Span<const std::byte> record,
                             absl::Span<const DecidedTerm> terms) {
  wire_header header = {};
  if (record.size() < sizeof(header)) return;
  std::memcpy(&header, record.data(), sizeof(header));
  for (const DecidedTerm& term : terms) {
    policy_.CountDecision(term.rule, term.enforces);
    if (!term.enforces) continue;
    const auto why = policy_.Count(term.rule, header.exec_id, absl::Now());
    if (!why) continue;
    changed_ = true;
    Tell(absl::StrCat("The rule \"", term.rule, "\" only monitors from now on: ", *why,
                      ". `vedette enforce rule NAME enforce` takes it back"),
         nullptr);
  }
}

void Enforcement::Tell(std::string message, const ControlPeer* peer) {
  LOG_WARNING(message);
  Alert alert;
  alert.time = absl::Now();
  alert.id = absl::StrCat(
      absl::Hex(static_cast<uint64_t>(absl::ToUnixNanos(alert.time)) ^ (++told_count_ << 56),
                absl::kZeroPad16));
  alert.rule = std::string(kChangedRule);
  alert.priority = Priority::kWarning;
  alert.message = std::move(message);
  alert.event_kind = "enforcement";
  alert.hostname = Hostname();
  alert.container_id = "host";
  if (peer != nullptr) {
    AlertProcess process;
    process.pid = peer->pid;
    process.name = "vedette";
    process.user = absl::StrCat(peer->uid);
    alert.processes.push_back(std::move(process));
  }
  told_.push_back(std::move(alert));
}

std::string Enforcement::Status() const {
  const absl::Time now = absl::Now();
  std::string text = absl::StrCat("enforcement ", enforcer_->is_off() ? "off" : "on", "\n");
  for (const EnforcementPolicy::Line& line : policy_.Lines(now)) {
    absl::StrAppend(&text, "rule\t", EscapeControl(line.rule), "\t", ActionName(line.action), "\t",
                    PolicyStateName(line.state), "\t", line.decisions, "\t", line.enforced, "\t",
                    EscapeControl(line.why), "\n");
  }
  for (const Hook& hook : enforcer_->hooks()) {
    if (hook.state == HookState::kUnwanted || hook.state == HookState::kUnfit ||
        hook.state == HookState::kSpare) {
      continue;
    }
    absl::StrAppend(&text, "hook\t", hook.kind->name, "\t", hook.section, "\t",
                    HookStateName(hook.state), "\t", EscapeControl(hook.why), "\n");
  }
  return text;
}

absl::StatusOr<std::string> Enforcement::Do(const std::string& request, const ControlPeer& peer) {
  if (request == "status") return Status();
  const std::vector<std::string> words = absl::StrSplit(request, '\t');
  if (request == "on" || request == "off") {
    enforcer_->SetOff(request == "off");
    Tell(absl::StrCat("Enforcement was switched ", request), &peer);
    return absl::StrCat("enforcement is ", request, "\n");
  }
  const bool enforce = words.size() == 3 && words[2] == "enforce";
  if (words.size() == 3 && words[0] == "rule" && (enforce || words[2] == "monitor")) {
    const ActionMode mode = enforce ? ActionMode::kEnforce : ActionMode::kMonitor;
    if (enforce && !config_.allow_lockout) {
      for (uint32_t i = 0; i < program_->rules.size(); ++i) {
        const std::string why =
            program_->rules[i].name == words[1] ? WhyLocksOut(*program_, i) : "";
        if (!why.empty()) {
          return absl::FailedPreconditionError(absl::StrCat(
              "the rule could lock everybody out: ", why, "; start the daemon with --i-know"));
        }
      }
    }
    const EnforcementPolicy before = policy_;
    RETURN_IF_ERROR(policy_.SetMode(words[1], mode));
    if (const absl::Status status = Reload(); !status.ok()) {
      policy_ = before;
      return status;
    }
    Tell(absl::StrCat("The rule \"", words[1], "\" was told to ", words[2]), &peer);
    return absl::StrCat("the rule \"", EscapeControl(words[1]), "\" ",
                        enforce ? "enforces\n" : "only monitors\n");
  }
  return absl::InvalidArgumentError("unknown request");
}

std::string Enforcement::Answer(const std::string& request, const ControlPeer& peer) {
  asked_ = absl::Now();
  const auto answer = Do(request, peer);
  return answer.ok() ? *answer : absl::StrCat("error: ", answer.status().message(), "\n");
}

std::string Enforcement::Describe() const {
  size_t enforcing = 0;
  const std::vector<EnforcementPolicy::Line> lines = policy_.Lines(absl::Now());
  for (const auto& line : lines) {
    if (line.state == EnforcementPolicy::State::kEnforces) ++enforcing;
  }
  const size_t decided = program_ == nullptr ? 0 : CountDecided(*program_);
  return absl::StrCat("enforcing ", enforcing, enforcing == 1 ? " rule" : " rules", ", watching ",
                      decided - enforcing, "; `vedette enforce status` says more");
}

std::vector<std::string> Enforcement::Warnings() const {
  std::vector<std::string> warnings;
  std::set<EventKind> served;
  for (const Hook& hook : enforcer_->hooks()) {
    if (hook.state == HookState::kAttached) served.insert(hook.kind->kind);
  }
  std::set<EventKind> told;
  for (const Hook& hook : enforcer_->hooks()) {
    const bool failed = hook.state == HookState::kMissing || hook.state == HookState::kRefused;
    if (!failed || served.count(hook.kind->kind) > 0 || !told.insert(hook.kind->kind).second) {
      continue;
    }
    warnings.push_back(absl::StrCat("acts of kind ", hook.kind->name,
                                    " cannot be denied: ", hook.section, ": ", hook.why));
  }
  return warnings;
}

}  // namespace vedette
