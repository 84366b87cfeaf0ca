// SPDX-License-Identifier: Apache-2.0
// No unit test: what it does is done by the kernel; tests/kernel runs it in guests.
#include "sensor/source/enforcer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "sensor/schema/layout.h"
#include "sensor/source/decisions.h"
#include "sensor/source/enforcer_object.h"
#include "sensor/source/ring_reader.h"

namespace vedette {
namespace {

constexpr size_t kRecordsPerPoll = 512;
constexpr absl::Duration kLossInterval = absl::Seconds(1);

// What terms stand for, by generation, kind and number.
using TermKey = std::tuple<uint32_t, uint16_t, uint16_t>;
using Terms = std::map<TermKey, DecidedTerm>;

DecidedTerm ReadTerm(const enforce_term& term) {
  const size_t size = std::min<size_t>(term.name_size, ENFORCE_NAME_MAX);
  return {std::string(reinterpret_cast<const char*>(term.name), size), term.kills != 0,
          term.enforces != 0};
}

Terms ReadTerms(int map_fd) {
  Terms terms;
  enforce_term_key key = {}, next = {};
  for (int more = bpf_map_get_next_key(map_fd, nullptr, &next); more == 0;
       more = bpf_map_get_next_key(map_fd, &key, &next)) {
    key = next;
    enforce_term term = {};
    if (bpf_map_lookup_elem(map_fd, &key, &term) != 0) continue;
    terms[{key.generation, key.kind, key.term}] = ReadTerm(term);
  }
  return terms;
}

class KernelEnforcer : public Enforcer {
 public:
  KernelEnforcer(std::unique_ptr<EnforcerObject> object, const EnforcerOptions& options)
      : object_(std::move(object)),
        pins_(options.pin_folder),
        protects_self_(options.protects_self),
        next_losses_(absl::Now() + kLossInterval) {}

  absl::Status Start() {
    RETURN_IF_ERROR(pins_.Prepare());
    if (protects_self_) RETURN_IF_ERROR(object_->NameIds());
    OwnedFd counters(dup(object_->counters_fd()));
    ASSIGN_OR_RETURN(decisions_, Decisions::Open(object_->ring_fd(), std::move(counters)));
    for (const uint32_t set : pins_.Sets()) {
      const auto terms = pins_.Open(set, kTermsPin);
      if (!terms.ok()) continue;
      for (auto& [key, term] : ReadTerms(terms->get())) {
        next_generation_ = std::max(next_generation_, std::get<0>(key) + 1);
        terms_.insert_or_assign(key, term);
      }
    }
    return absl::OkStatus();
  }

  uint32_t next_generation() const override { return next_generation_; }

  absl::Status Load(uint32_t generation, const EnforcementImage& image) override {
    RETURN_IF_ERROR(AddTerms(image.terms));
    RETURN_IF_ERROR(SetSpared(image.spared));
    RETURN_IF_ERROR(UpdateAliases(image.aliases));
    // Before the values, and the older ones behind them: known_cgroups.h reads what is complete.
    for (const auto& [key, trait] : image.traits) {
      bpf_map_update_elem(object_->traits_fd(), &key, &trait, BPF_ANY);
    }
    for (const auto& [cgroup, number] : image.cgroups) {
      bpf_map_update_elem(object_->cgroups_fd(), &cgroup, &number, BPF_ANY);
    }
    RETURN_IF_ERROR(object_->classifier().Load(generation, image.tables));
    ForgetTraits(object_->traits_fd(), generation);
    next_generation_ = generation + 1;
    if (!pinned_) RETURN_IF_ERROR(TakeOver());
    ForgetTerms(generation);
    return absl::OkStatus();
  }

  absl::Status UpdateAliases(absl::Span<const Alias> aliases) override {
    const int fd = object_->aliases_fd();
    absl::Status status;
    std::set<std::pair<uint32_t, uint64_t>> wanted;
    for (const auto& [object, alias] : aliases) {
      wanted.emplace(object.dev, object.ino);
      if (bpf_map_update_elem(fd, &object, &alias, BPF_ANY) != 0) {
        status = absl::ResourceExhaustedError(
            "the rules name more files and directories than the kernel's table holds: some are "
            "protected by their paths alone");
      }
    }
    object_->enforcement().aliases = static_cast<uint32_t>(aliases.size());
    return status;
  }

  absl::Status TellCgroup(
      uint64_t cgroup, uint32_t number,
      absl::Span<const std::pair<classify_key, classify_vector>> values) override {
    const absl::Status told = Cgroups().Tell(cgroup, number, values);
    if (told.ok()) return told;
    return absl::ResourceExhaustedError(
        absl::StrCat(told.message(), ": of some `fail` says what holds"));
  }
  void ForgetCgroup(uint64_t cgroup) override {
    Cgroups().Forget(cgroup);
  }
  CgroupMaps Cgroups() const {
    const ClassifierMaps maps = object_->classifier();
    return {.numbers = object_->cgroups_fd(), .values = maps.values, .state = maps.state};
  }

  KnownCgroups EarlierCgroups() const override {
    return pinned_ ? KnownCgroups() : ReadKnownCgroups(pins_);
  }

  void SetDaemon(uint64_t exec_id) override {
    struct stat status = {};
    if (stat(pins_.folder().c_str(), &status) == 0) {
      object_->enforcement().bpffs_dev = static_cast<uint32_t>(status.st_dev);
    }
    object_->enforcement().daemon_exec_id = exec_id;
    object_->enforcement().protects_self = protects_self_ ? 1 : 0;
  }
  void SetOff(bool off) override { object_->enforcement().off = off ? 1 : 0; }
  bool is_off() const override { return object_->enforcement().off != 0; }

  void Restore(std::vector<DecisionMark> marks) override {
    for (DecisionMark& mark : marks) {
      if (Decisions::IsKey(mark.key)) kept_.insert_or_assign(std::move(mark.key), mark.value);
    }
  }

  absl::StatusOr<size_t> Poll(Callback each) override {
    size_t count = 0;
    for (const auto& earlier : earlier_) count += HandOut(*earlier.decisions, each);
    count += HandOut(*decisions_, each);
    const absl::Time now = absl::Now();
    if (now < next_losses_) return count;
    next_losses_ = now + kLossInterval;
    const auto report = [&](const wire_lost& lost) {
      each(absl::MakeConstSpan(reinterpret_cast<const std::byte*>(&lost), sizeof(lost)), {});
    };
    decisions_->ReportLosses(report);
    for (const auto& earlier : earlier_) earlier.decisions->ReportLosses(report);
    // Their programs are gone, so by now everything that they said has been read.
    if (++polls_since_take_over_ > 2) ForgetEarlier();
    return count;
  }

  std::vector<DecisionMark> TakeMarks() override {
    std::vector<DecisionMark> marks = std::exchange(gone_, {});
    for (const auto& earlier : earlier_) {
      if (auto mark = earlier.decisions->TakeMark()) marks.push_back(*std::move(mark));
    }
    if (auto mark = decisions_->TakeMark()) marks.push_back(*std::move(mark));
    return marks;
  }

  void Keep(const DecisionMark& mark) override {
    if (mark.key == decisions_->key()) decisions_->Keep(mark.value);
    for (const auto& earlier : earlier_) {
      if (mark.key == earlier.decisions->key()) earlier.decisions->Keep(mark.value);
    }
  }

  absl::Span<const Hook> hooks() const override { return object_->hooks(); }

 private:
  absl::Status AddTerms(absl::Span<const std::pair<enforce_term_key, enforce_term>> terms) {
    for (const auto& [key, term] : terms) {
      if (bpf_map_update_elem(object_->terms_fd(), &key, &term, BPF_ANY) != 0) {
        return absl::ResourceExhaustedError(absl::StrCat(
            "the rules have more terms than the kernel's table holds: ", std::strerror(errno)));
      }
      terms_[{key.generation, key.kind, key.term}] = ReadTerm(term);
    }
    return absl::OkStatus();
  }

  absl::Status SetSpared(absl::Span<const enforce_object> spared) {
    const uint32_t value = 1;
    for (const enforce_object& object : spared) {
      if (bpf_map_update_elem(object_->spared_fd(), &object, &value, BPF_ANY) != 0) {
        return absl::ResourceExhaustedError(
            absl::StrCat("more than ", ENFORCE_SPARED_MAX, " executables are exempt"));
      }
    }
    return absl::OkStatus();
  }

  // Ours decide by now; what is pinned of earlier daemons goes, and is read to its end.
  absl::Status TakeOver() {
    const std::vector<uint32_t> old = pins_.Sets();
    ASSIGN_OR_RETURN(const uint32_t set, pins_.NewSet());
    if (const absl::Status pinned = object_->Pin(pins_, set); !pinned.ok()) {
      pins_.Remove(set).IgnoreError();
      return pinned;
    }
    pinned_ = true;
    for (const uint32_t earlier : old) {
      absl::Status gone = pins_.RemoveLinks(earlier);
      if (!OpenEarlier(earlier)) gone.Update(pins_.Remove(earlier));
      if (!gone.ok()) LOG_WARNING("enforcement of an earlier daemon stays: ", gone.message());
    }
    // What is left of what a store knew is of rings that are no more.
    for (const auto& [key, value] : std::exchange(kept_, {})) gone_.push_back({key, ""});
    if (!old.empty()) WaitForPrograms();
    return absl::OkStatus();
  }

  // Its ring, terms and counters stay until all is told and kept.
  bool OpenEarlier(uint32_t set) {
    auto ring = pins_.Open(set, kRingPin);
    auto counters = pins_.Open(set, kCountersPin);
    if (!ring.ok() || !counters.ok()) return false;
    auto decisions = Decisions::Open(ring->get(), *std::move(counters));
    if (!decisions.ok()) {
      LOG_WARNING("what was decided without a daemon is lost: ", decisions.status().message());
      return false;
    }
    if (const auto kept = kept_.find((*decisions)->key()); kept != kept_.end()) {
      (*decisions)->Restore(kept->second);
      kept_.erase(kept);
    }
    earlier_.push_back({set, *std::move(decisions)});
    return true;
  }

  void ForgetEarlier() {
    const auto done =
        std::stable_partition(earlier_.begin(), earlier_.end(),
                              [](const Earlier& earlier) { return !earlier.decisions->IsDone(); });
    for (auto at = done; at != earlier_.end(); ++at) {
      gone_.push_back({at->decisions->key(), ""});
      if (const absl::Status gone = pins_.Remove(at->set); !gone.ok()) {
        LOG_WARNING("what an earlier daemon has pinned stays: ", gone.message());
      }
    }
    earlier_.erase(done, earlier_.end());
  }

  // Names of rule sets that are long gone, in the kernel and here.
  void ForgetTerms(uint32_t generation) {
    constexpr uint32_t kKept = 4;  // Decisions in the ring may be that old.
    if (generation <= kKept) return;
    for (auto at = terms_.begin();
         at != terms_.end() && std::get<0>(at->first) < generation - kKept;) {
      const enforce_term_key key = {std::get<0>(at->first), std::get<1>(at->first),
                                    std::get<2>(at->first)};
      bpf_map_delete_elem(object_->terms_fd(), &key);
      at = terms_.erase(at);
    }
  }

  size_t HandOut(Decisions& from, Callback each) {
    return from.HandOut(kRecordsPerPoll,
                        [&](absl::Span<const std::byte> record) { each(record, TermsOf(record)); });
  }

  std::vector<DecidedTerm> TermsOf(absl::Span<const std::byte> record) const {
    wire_header header = {};
    if (record.size() < sizeof(header)) return {};
    std::memcpy(&header, record.data(), sizeof(header));
    // A program that was not run is told as one that could not be.
    const uint16_t kind =
        header.kind == WIRE_process_exec_failed ? uint16_t{WIRE_process_exec} : header.kind;
    std::vector<DecidedTerm> found;
    bool any = false;
    for (uint16_t term = 0; term < CLASSIFY_TERMS; ++term) {
      if ((header.survivors[term / 64] >> term % 64 & 1) == 0) continue;
      any = true;
      const auto at = terms_.find({header.generation, kind, term});
      if (at == terms_.end()) continue;
      const auto same = std::find_if(found.begin(), found.end(), [&](const DecidedTerm& other) {
        return other.rule == at->second.rule;
      });
      if (same == found.end()) found.push_back(at->second);
    }
    if (!any) found.push_back({ENFORCE_SELF_NAME, false, true});
    return found;
  }

  std::unique_ptr<EnforcerObject> object_;
  const Pins pins_;
  const bool protects_self_;
  bool pinned_ = false;
  uint32_t next_generation_ = 1;
  Terms terms_;
  std::unique_ptr<Decisions> decisions_;
  struct Earlier {
    uint32_t set;
    std::unique_ptr<Decisions> decisions;
  };
  std::vector<Earlier> earlier_;
  int polls_since_take_over_ = 0;
  std::map<std::string, std::string> kept_;  // Marks of a store, by key, until the rings are open.
  std::vector<DecisionMark> gone_;           // Of rings that are no more, to be handed out.
  absl::Time next_losses_;
};

}  // namespace

bool IsOffByBoot() {
  const auto line = ReadFile("/proc/cmdline", 64 * 1024);
  if (!line.ok()) return false;
  for (const absl::string_view word : absl::StrSplit(*line, absl::ByAnyChar(" \n"))) {
    if (word == "vedette.enforce=off") return true;
  }
  return false;
}

absl::StatusOr<std::unique_ptr<Enforcer>> Enforcer::Open(const KernelSupport& support,
                                                         const EnforcerOptions& options) {
  if (IsOffByBoot()) {
    return absl::FailedPreconditionError(
        "the kernel was booted with vedette.enforce=off: nothing is denied or killed");
  }
  const AttachSupport& way = options.mode == SensorMode::kLsm          ? support.lsm
                             : options.mode == SensorMode::kTracepoint ? support.tracepoint
                                                                       : support.fmod_ret;
  if (!way.works) {
    return absl::FailedPreconditionError(
        absl::StrCat("this kernel offers no way to deny in mode ", SensorModeName(options.mode),
                     way.why.empty() ? "" : ": ", way.why, "; run: vedette doctor"));
  }
  ASSIGN_OR_RETURN(auto object, EnforcerObject::Attach(options));
  auto enforcer = std::make_unique<KernelEnforcer>(std::move(object), options);
  RETURN_IF_ERROR(enforcer->Start());
  return enforcer;
}

// A daemon that runs holds its programs for as long as it wants.
constexpr absl::Duration kDetachPatience = absl::Seconds(2);

absl::StatusOr<EndedEnforcement> RemoveEnforcement(const std::string& pin_folder,
                                                   bool drop_unread) {
  const Pins pins(pin_folder);
  if (geteuid() != 0) return absl::PermissionDeniedError("ending enforcement takes root: use sudo");
  EndedEnforcement ended;
  for (const uint32_t set : pins.Sets()) {
    const std::vector<std::string> names = pins.NamesIn(set);
    const bool has_links = std::any_of(names.begin(), names.end(), [](absl::string_view name) {
      return absl::StartsWith(name, kLinkPrefix);
    });
    ended.sets += has_links ? 1 : 0;
    const uint64_t before = ended.unread;
    const std::vector<uint32_t> programs = pins.Programs(set);
    RETURN_IF_ERROR(pins.RemoveLinks(set));  // First, so that no decision is added.
    WaitUntilGone(programs, kDetachPatience);
    if (const auto ring = pins.Open(set, kRingPin); ring.ok()) {
      ASSIGN_OR_RETURN(const auto reader, RingReader::Open(ring->get()));
      ended.unread += reader->Read(SIZE_MAX, [](RingReader::Record) {});
    }
    if (drop_unread || ended.unread == before) RETURN_IF_ERROR(pins.Remove(set));
  }
  return ended;
}

absl::StatusOr<PinnedEnforcement> ReadPinnedEnforcement(const std::string& pin_folder) {
  const Pins pins(pin_folder);
  if (geteuid() != 0)
    return absl::PermissionDeniedError("what is pinned only root can see: use sudo");
  PinnedEnforcement found;
  const std::vector<uint32_t> sets = pins.Sets();
  if (sets.empty()) return found;
  for (const std::string& name : pins.NamesIn(sets.back())) {
    absl::string_view program = name;
    if (absl::ConsumePrefix(&program, kLinkPrefix)) found.programs.emplace_back(program);
  }
  ASSIGN_OR_RETURN(const OwnedFd terms, pins.Open(sets.back(), kTermsPin));
  const Terms all = ReadTerms(terms.get());
  if (all.empty()) return found;
  const uint32_t latest = std::get<0>(all.rbegin()->first);
  std::map<std::string, DecidedTerm> rules;
  for (const auto& [key, term] : all) {
    if (std::get<0>(key) == latest) rules.emplace(term.rule, term);
  }
  for (auto& [name, term] : rules) found.rules.push_back(term);
  return found;
}

}  // namespace vedette
