// SPDX-License-Identifier: Apache-2.0
// No unit test: what it does is done by the kernel; tests/kernel runs it in guests.
#include "sensor/source/enforcer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "sensor/schema/layout.h"
#include "sensor/source/enforcer_object.h"
#include "sensor/source/loss_meter.h"

namespace vedette {
namespace {

constexpr size_t kBatch = 4096;
constexpr absl::Duration kLossInterval = absl::Seconds(1);

using Records = std::deque<std::vector<std::byte>>;

uint64_t BootNs() {
  return static_cast<uint64_t>(absl::ToInt64Nanoseconds(RealClock().SinceBoot()));
}

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

// One set's decisions: its ring, and what is lost of it.
class Decisions {
 public:
  static absl::StatusOr<std::unique_ptr<Decisions>> Open(int ring_fd, OwnedFd counters) {
    std::unique_ptr<Decisions> made(new Decisions(std::move(counters)));
    made->ring_.reset(ring_buffer__new(ring_fd, &Decisions::OnSample, made.get(), nullptr));
    if (made->ring_ == nullptr) {
      return absl::ResourceExhaustedError(
          absl::StrCat("cannot map the ring of decisions: ", std::strerror(errno)));
    }
    return made;
  }

  // Moves at most kBatch records to `to`. True if there may be more.
  bool Drain(Records& to) {
    to_ = &to;
    count_ = 0;
    ring_buffer__consume(ring_.get());
    to_ = nullptr;
    return count_ >= kBatch;
  }

  // Records of kind `lost` for what was decided and could not be told.
  void ReportLosses(absl::FunctionRef<void(const wire_lost&)> each) {
    std::array<LossMeter::Losses, WIRE_KIND_LIMIT> losses = {};
    const auto cpus = static_cast<size_t>(libbpf_num_possible_cpus());
    std::vector<sensor_counters> per_cpu(cpus);
    for (const KindInfo& info : Kinds()) {
      const uint32_t key = info.kind;
      if (bpf_map_lookup_elem(counters_.get(), &key, per_cpu.data()) != 0) continue;
      for (const sensor_counters& counted : per_cpu) {
        for (size_t lane = 0; lane < WIRE_LANES; ++lane) {
          losses[key].ring_full[lane] += counted.ring_full[lane];
        }
        losses[key].scratch_busy += counted.scratch_busy;
      }
    }
    for (const wire_lost& lost : meter_.Update(BootNs(), losses)) each(lost);
  }

 private:
  explicit Decisions(OwnedFd counters) : counters_(std::move(counters)), meter_(BootNs()) {}

  static int OnSample(void* self, void* data, size_t size) {
    auto* decisions = static_cast<Decisions*>(self);
    const auto* bytes = static_cast<const std::byte*>(data);
    decisions->to_->emplace_back(bytes, bytes + size);
    return ++decisions->count_ >= kBatch ? -ECANCELED : 0;  // libbpf keeps this record as read.
  }

  struct FreeRing {
    void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
  };
  std::unique_ptr<ring_buffer, FreeRing> ring_;
  OwnedFd counters_;
  LossMeter meter_;
  Records* to_ = nullptr;
  size_t count_ = 0;
};

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
    RETURN_IF_ERROR(object_->classifier().Load(generation, image.tables));
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

  absl::StatusOr<size_t> Poll(Callback each) override {
    size_t count = 0;
    for (const auto& earlier : earlier_) count += HandOut(*earlier, each);
    count += HandOut(*decisions_, each);
    const absl::Time now = absl::Now();
    if (now < next_losses_) return count;
    next_losses_ = now + kLossInterval;
    const auto report = [&](const wire_lost& lost) {
      each(absl::MakeConstSpan(reinterpret_cast<const std::byte*>(&lost), sizeof(lost)), {});
    };
    decisions_->ReportLosses(report);
    for (const auto& earlier : earlier_) earlier->ReportLosses(report);
    // Their programs are gone, and everything they said has been read twice over.
    if (++polls_since_take_over_ > 2) earlier_.clear();
    return count;
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
      auto ring = pins_.Open(earlier, kRingPin);
      auto counters = pins_.Open(earlier, kCountersPin);
      if (ring.ok() && counters.ok()) {
        auto decisions = Decisions::Open(ring->get(), *std::move(counters));
        if (decisions.ok()) earlier_.push_back(*std::move(decisions));
      }
      if (const absl::Status gone = pins_.Remove(earlier); !gone.ok()) {
        LOG_WARNING("enforcement of an earlier daemon stays: ", gone.message());
      }
    }
    if (!old.empty()) WaitForPrograms();
    return absl::OkStatus();
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
    size_t count = 0;
    for (bool more = true; more;) {
      more = from.Drain(records_);
      for (; !records_.empty(); records_.pop_front()) {
        each(records_.front(), TermsOf(records_.front()));
        ++count;
      }
      if (count >= 4 * kBatch) break;
    }
    return count;
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
  std::vector<std::unique_ptr<Decisions>> earlier_;
  int polls_since_take_over_ = 0;
  Records records_;
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
  const AttachSupport& way = options.mode == SensorMode::kLsm ? support.lsm : support.fmod_ret;
  if (options.mode == SensorMode::kTracepoint || !way.works) {
    return absl::FailedPreconditionError(
        absl::StrCat("this kernel offers no way to deny in mode ", SensorModeName(options.mode),
                     way.why.empty() ? "" : ": ", way.why, "; run: vedette doctor"));
  }
  ASSIGN_OR_RETURN(auto object, EnforcerObject::Attach(options));
  auto enforcer = std::make_unique<KernelEnforcer>(std::move(object), options);
  RETURN_IF_ERROR(enforcer->Start());
  return enforcer;
}

absl::StatusOr<size_t> RemoveEnforcement(const std::string& pin_folder) {
  const Pins pins(pin_folder);
  if (geteuid() != 0) return absl::PermissionDeniedError("ending enforcement takes root: use sudo");
  const std::vector<uint32_t> sets = pins.Sets();
  for (const uint32_t set : sets) RETURN_IF_ERROR(pins.Remove(set));
  return sets.size();
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
    if (absl::ConsumePrefix(&program, "link_")) found.programs.emplace_back(program);
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
