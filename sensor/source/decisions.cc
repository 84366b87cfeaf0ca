// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/decisions.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "sensor/schema/control.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

constexpr absl::string_view kKeyPrefix = "decisions ";

uint64_t BootNs() {
  return static_cast<uint64_t>(absl::ToInt64Nanoseconds(RealClock().SinceBoot()));
}

absl::StatusOr<std::string> KeyOf(int ring) {
  bpf_map_info info = {};
  uint32_t size = sizeof(info);
  if (bpf_obj_get_info_by_fd(ring, &info, &size) != 0) {
    return absl::ErrnoToStatus(errno, "cannot look at the ring of decisions");
  }
  ASSIGN_OR_RETURN(const std::string boot, ReadFile("/proc/sys/kernel/random/boot_id", 128));
  return absl::StrCat(kKeyPrefix, absl::StripAsciiWhitespace(boot), " ", info.id);
}

}  // namespace

// "POSITION KIND:CRITICAL:BULK:BUSY ...", of kinds of which something was lost.
std::string WriteDecisionMark(uint64_t position, const DecisionLosses& told) {
  std::string text = absl::StrCat(position);
  for (size_t kind = 0; kind < told.size(); ++kind) {
    const LossMeter::Losses& of = told[kind];
    if (of.ring_full[0] == 0 && of.ring_full[1] == 0 && of.scratch_busy == 0) continue;
    absl::StrAppend(&text, " ", kind, ":", of.ring_full[0], ":", of.ring_full[1], ":",
                    of.scratch_busy);
  }
  return text;
}

bool ReadDecisionMark(absl::string_view value, uint64_t& position, DecisionLosses& told) {
  const std::vector<absl::string_view> words = absl::StrSplit(value, ' ');
  uint64_t at = 0;
  DecisionLosses losses = {};
  if (!absl::SimpleAtoi(words[0], &at)) return false;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::vector<absl::string_view> numbers = absl::StrSplit(words[i], ':');
    size_t kind = 0;
    if (numbers.size() != 4 || !absl::SimpleAtoi(numbers[0], &kind) || kind >= losses.size()) {
      return false;
    }
    LossMeter::Losses& of = losses[kind];
    if (!absl::SimpleAtoi(numbers[1], &of.ring_full[0]) ||
        !absl::SimpleAtoi(numbers[2], &of.ring_full[1]) ||
        !absl::SimpleAtoi(numbers[3], &of.scratch_busy)) {
      return false;
    }
  }
  position = at;
  told = losses;
  return true;
}

bool Decisions::IsKey(absl::string_view key) { return absl::StartsWith(key, kKeyPrefix); }

absl::StatusOr<std::unique_ptr<Decisions>> Decisions::Open(int ring, OwnedFd counters) {
  ASSIGN_OR_RETURN(std::string key, KeyOf(ring));
  ASSIGN_OR_RETURN(auto mapped, RingReader::Open(ring));
  return std::unique_ptr<Decisions>(
      new Decisions(std::move(mapped), std::move(counters), std::move(key)));
}

Decisions::Decisions(std::unique_ptr<RingReader> ring, OwnedFd counters, std::string key)
    : ring_(std::move(ring)),
      counters_(std::move(counters)),
      key_(std::move(key)),
      meter_(BootNs()),
      taken_(WriteDecisionMark(ring_->position(), told_)),
      kept_(taken_) {}

void Decisions::Restore(absl::string_view mark) {
  uint64_t position = 0;
  if (!ReadDecisionMark(mark, position, told_)) return;
  ring_->SkipTo(position);
  meter_.Restore(told_);
  taken_ = kept_ = WriteDecisionMark(ring_->position(), told_);
}

void Decisions::ReportLosses(absl::FunctionRef<void(const wire_lost&)> each) {
  DecisionLosses losses = {};
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
  told_ = losses;
}

std::optional<DecisionMark> Decisions::TakeMark() {
  std::string value = WriteDecisionMark(ring_->position(), told_);
  if (value == taken_) return std::nullopt;
  taken_ = value;
  return DecisionMark{key_, std::move(value)};
}

void Decisions::Keep(absl::string_view mark) {
  uint64_t position = 0;
  DecisionLosses told = {};
  if (!ReadDecisionMark(mark, position, told)) return;
  ring_->Release(position);
  kept_ = std::string(mark);
}

}  // namespace vedette
