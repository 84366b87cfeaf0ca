// SPDX-License-Identifier: Apache-2.0
//
// No unit test: engine/pipeline_temporal_test.cc drives it with rules and records.
#include "engine/match/temporal_rules.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/match/alert_builder.h"
#include "engine/match/explain.h"
#include "engine/match/join_key.h"
#include "engine/match/stable_hash.h"

namespace vedette {
namespace {

constexpr int64_t kExpiryIntervalNs = 1'000'000'000;

int64_t Nanoseconds(absl::Duration duration) { return absl::ToInt64Nanoseconds(duration); }

// "4.2s": nobody reads nanoseconds.
std::string Readable(absl::Duration duration) {
  return absl::FormatDuration(absl::Trunc(duration, absl::Milliseconds(1)));
}

// What a rule must say to take over the state of one before it.
class Identity {
 public:
  Identity(const Rule& rule, absl::string_view what) {
    hash_.AddText(what);
    hash_.AddText(rule.name);
  }
  Identity& Add(absl::string_view text) {
    hash_.AddText(text);
    return *this;
  }
  Identity& Add(uint64_t number) {
    hash_.Add(number);
    return *this;
  }
  Identity& Add(absl::Duration duration) {
    return Add(static_cast<uint64_t>(Nanoseconds(duration)));
  }
  uint64_t Finish() const { return hash_.Finish(); }

 private:
  StableHash hash_;
};

uint64_t SequenceOwner(const Rule& rule) {
  Identity identity(rule, "sequence");
  identity.Add(rule.condition_text).Add(rule.sequence->within);
  for (const SequenceStep& step : rule.sequence->steps) {
    identity.Add(FieldNames(step.by.fields)).Add(step.by.lineage.value_or(~uint32_t{0}));
  }
  return identity.Finish();
}

uint64_t ThresholdOwner(const Rule& rule) {
  const Threshold& threshold = *rule.threshold;
  Identity identity(rule, "threshold");
  identity.Add(rule.condition_text).Add(uint64_t{threshold.count}).Add(threshold.within);
  identity.Add(FieldNames(threshold.by));
  if (threshold.distinct) identity.Add(FieldNames({&*threshold.distinct, 1}));
  return identity.Finish();
}

// As it is kept in the store: a condition may be amended without learning anew.
uint64_t FirstSeenOwner(absl::string_view rule, absl::string_view fields) {
  Rule named;
  named.name = std::string(rule);
  return Identity(named, "first_seen").Add(fields).Finish();
}

}  // namespace

TemporalRules::TemporalRules(Suppression::OnSummary on_summary, Combinations::Save save)
    : program_(std::make_shared<const Program>()),
      combinations_(std::move(save)),
      suppression_([this, on_summary = std::move(on_summary)](Alert alert) {
        ++counts_.summaries;
        on_summary(std::move(alert));
      }) {}

TemporalRules::Owners TemporalRules::OwnersOf(const Rule& rule) {
  Owners owners;
  if (rule.sequence) owners.detection = SequenceOwner(rule);
  if (rule.threshold) owners.detection = ThresholdOwner(rule);
  if (rule.first_seen) {
    owners.detection = FirstSeenOwner(rule.name, FieldNames(rule.first_seen->fields));
  }
  if (rule.suppress) {
    owners.suppression = Identity(rule, "suppress")
                             .Add(FieldNames(rule.suppress->by))
                             .Add(rule.suppress->window)
                             .Finish();
  }
  return owners;
}

void TemporalRules::SetProgram(std::shared_ptr<const Program> program) {
  std::vector<Owners> owners;
  for (const Rule& rule : program->rules) owners.push_back(OwnersOf(rule));
  for (const Rule& rule : program->rules) {
    if (!rule.sequence) continue;
    for (uint32_t i = 0; i < rule.sequence->steps.size(); ++i) {
      owners[rule.sequence->steps[i].rule].step = i;
    }
  }
  ForgetUnless(owners);
  owners_ = std::move(owners);
  program_ = std::move(program);
  with_state_.clear();
  for (uint32_t i = 0; i < owners_.size(); ++i) {
    if ((owners_[i].detection | owners_[i].suppression) != 0) with_state_.push_back(i);
  }
  resting_.assign(owners_.size(), 0);
  for (const uint32_t index : with_state_) {
    if (program_->rules[index].sequence) Rest(index);
  }
  begun_ = false;
}

void TemporalRules::Rest(uint32_t sequence) {
  resting_[sequence] = 1;
  const bool waits = sequences_.HasChains(owners_[sequence].detection);
  for (const SequenceStep& step : program_->rules[sequence].sequence->steps) {
    resting_[step.rule] = !waits && owners_[step.rule].step > 0 ? 1 : 0;
  }
}

void TemporalRules::ForgetUnless(const std::vector<Owners>& stay) {
  absl::flat_hash_set<uint64_t> staying;
  for (const Owners& owners : stay) {
    staying.insert(owners.detection);
    staying.insert(owners.suppression);
  }
  for (const uint32_t index : with_state_) {
    const Owners& owners = owners_[index];
    if (!staying.contains(owners.suppression)) suppression_.Close(owners.suppression);
    if (staying.contains(owners.detection)) continue;
    sequences_.Forget(owners.detection);
    thresholds_.Forget(owners.detection);
    combinations_.Forget(owners.detection);
  }
}

void TemporalRules::Restore(absl::Span<const KnownCombination> known) {
  for (const KnownCombination& one : known) {
    combinations_.Restore(FirstSeenOwner(one.rule, one.fields), one);
  }
}

// Rules begin to learn with the first event that they could see.
void TemporalRules::Begin(int64_t now_ns) {
  begun_ = true;
  for (const uint32_t index : with_state_) {
    const Rule& rule = program_->rules[index];
    if (!rule.first_seen) continue;
    combinations_.Begin(owners_[index].detection, rule.name, FieldNames(rule.first_seen->fields),
                        now_ns, Nanoseconds(rule.first_seen->remember));
  }
}

void TemporalRules::Advance(absl::Time now) {
  now_ns_ = std::max(now_ns_, absl::ToUnixNanos(now));
  if (!begun_) Begin(now_ns_);
  if (now_ns_ < next_expiry_ns_) return;
  next_expiry_ns_ = now_ns_ + kExpiryIntervalNs;
  for (const uint32_t index : with_state_) {
    const Rule& rule = program_->rules[index];
    const Owners& owners = owners_[index];
    if (rule.sequence) {
      sequences_.Expire(owners.detection, Nanoseconds(rule.sequence->within), now_ns_);
      Rest(index);
    }
    if (rule.threshold) {
      thresholds_.Expire(owners.detection, Nanoseconds(rule.threshold->within), now_ns_);
    }
    if (rule.first_seen) {
      combinations_.Expire(owners.detection, Nanoseconds(rule.first_seen->remember), now_ns_);
    }
    if (rule.suppress) {
      // Late events still belong to a window that has just ended.
      suppression_.Expire(owners.suppression, Nanoseconds(rule.suppress->window),
                          now_ns_ - Sequences::kReorderMaxNs);
    }
  }
}

bool TemporalRules::Decide(const Event& event, absl::Span<const uint32_t> matched,
                           std::vector<Alert>& alerts) {
  Advance(event.time);
  bool keep = false;
  steps_.clear();
  lineage_.clear();
  for (const uint32_t index : matched) {
    const Rule& rule = program_->rules[index];
    if (rule.sequence) continue;  // Its steps speak for it.
    if (rule.step_of) {
      steps_.push_back(index);
      continue;
    }
    if (rule.recording) {
      ++counts_.recordings;
    } else if (rule.threshold) {
      OnThreshold(event, index, alerts);
    } else if (rule.first_seen) {
      // What is known is no news: only its last time is kept.
      if (!OnFirstSeen(event, index, alerts)) continue;
    } else {
      Emit(event, index, "", {}, alerts);
    }
    keep = true;
  }
  if (!steps_.empty() && OnSteps(event, alerts)) keep = true;
  return keep;
}

// Of each sequence the last step first, so that the event does not follow itself.
bool TemporalRules::OnSteps(const Event& event, std::vector<Alert>& alerts) {
  std::sort(steps_.begin(), steps_.end(), [this](uint32_t a, uint32_t b) {
    const uint32_t rule_a = *program_->rules[a].step_of;
    const uint32_t rule_b = *program_->rules[b].step_of;
    return rule_a != rule_b ? rule_a < rule_b : owners_[a].step > owners_[b].step;
  });
  bool taken = false;
  for (const uint32_t index : steps_) taken |= OnStep(event, index, alerts);
  return taken;
}

// True if a chain takes it: a step that follows nothing is no evidence of anything.
bool TemporalRules::OnStep(const Event& event, uint32_t index, std::vector<Alert>& alerts) {
  const uint32_t parent = *program_->rules[index].step_of;
  const Sequence& sequence = *program_->rules[parent].sequence;
  const uint32_t number = owners_[index].step;
  Sequences::Result result;
  if (StepKeys(event, sequence, number)) {
    result = sequences_.OnStep({.owner = owners_[parent].detection,
                                .step = number,
                                .steps = static_cast<uint32_t>(sequence.steps.size()),
                                .within_ns = Nanoseconds(sequence.within),
                                .time_ns = absl::ToUnixNanos(event.time),
                                .keys = keys_},
                               [&] { return MakeEvidence(event, sequence.steps[number].name); });
  }
  if (result.taken && number == 0) Rest(parent);
  if (result.complete.empty()) {
    ++counts_.steps;
    return result.taken;
  }
  const absl::Duration took =
      std::max(event.time - result.complete.front().time, absl::ZeroDuration());
  // The times of two acts may be one: they are taken when the clock has ticked.
  std::string reason = absl::StrCat(
      result.complete.size(), " steps ",
      took == absl::ZeroDuration() ? "at once" : absl::StrCat("within ", Readable(took)));
  Emit(event, parent, std::move(reason), std::move(result.complete), alerts);
  return true;
}

// What the step joins, in `keys_`. False if a field has no value or the process is unknown: then
// nothing can say that it belongs to another step.
bool TemporalRules::StepKeys(const Event& event, const Sequence& sequence, uint32_t step) {
  const JoinKey& by = sequence.steps[step].by;
  keys_.clear();
  if (!HasAll(event, by.fields)) return false;
  std::string fields = JoinKeyOf(event, by.fields);
  if (!by.lineage) {
    keys_.push_back(std::move(fields));
    return true;
  }
  const auto add = [&](uint64_t process) {
    keys_.push_back(absl::StrCat(fields, std::string(1, kJoinSeparator), absl::Hex(process)));
  };
  if (step == 0) {
    const uint64_t anchor = AnchorOf(event, *by.lineage);
    if (anchor != 0) add(anchor);
    return anchor != 0;
  }
  if (lineage_.empty()) lineage_ = LineageOf(event);
  for (const uint64_t process : lineage_) add(process);
  return !keys_.empty();
}

void TemporalRules::OnThreshold(const Event& event, uint32_t index, std::vector<Alert>& alerts) {
  const Threshold& threshold = *program_->rules[index].threshold;
  const std::string group = JoinKeyOf(event, threshold.by);
  std::string value;
  Thresholds::Occurrence occurrence = {.owner = owners_[index].detection,
                                       .group = group,
                                       .time_ns = absl::ToUnixNanos(event.time),
                                       .within_ns = Nanoseconds(threshold.within),
                                       .count = threshold.count,
                                       .repeats = event.view.header().repeats,
                                       .value = std::nullopt};
  if (threshold.distinct) {
    if (!HasAll(event, {&*threshold.distinct, 1})) {
      ++counts_.counted;
      return;
    }
    value = JoinKeyOf(event, {&*threshold.distinct, 1});
    occurrence.value = value;
  }
  std::vector<AlertEvidence> evidence =
      thresholds_.OnOccurrence(occurrence, [&] { return MakeEvidence(event, value); });
  if (evidence.empty()) {
    ++counts_.counted;
    return;
  }
  std::string reason = absl::StrCat(
      threshold.count,
      threshold.distinct ? " different " + FieldNames({&*threshold.distinct, 1}) : " events",
      " within ", Readable(threshold.within));
  if (!group.empty()) absl::StrAppend(&reason, " for ", ReadableKey(group));
  Emit(event, index, std::move(reason), std::move(evidence), alerts);
}

// False if the combination is known, or learnt.
bool TemporalRules::OnFirstSeen(const Event& event, uint32_t index, std::vector<Alert>& alerts) {
  const FirstSeen& first_seen = *program_->rules[index].first_seen;
  const std::string combination = JoinKeyOf(event, first_seen.fields);
  const uint64_t owner = owners_[index].detection;
  const auto verdict = combinations_.OnSight({.owner = owner,
                                              .combination = combination,
                                              .time_ns = absl::ToUnixNanos(event.time),
                                              .remember_ns = Nanoseconds(first_seen.remember),
                                              .warm_up_ns = Nanoseconds(first_seen.warm_up)});
  if (verdict != Combinations::Verdict::kNew) {
    ++counts_.known;
    return false;
  }
  const absl::Time since = absl::FromUnixNanos(combinations_.LearningSince(owner));
  Emit(event, index,
       absl::StrCat("first seen: ", FieldNames(first_seen.fields), " = ", ReadableKey(combination),
                    " (", combinations_.CountOf(owner) - 1, " others known, learning since ",
                    absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", since, absl::UTCTimeZone()),
                    ", warm-up ", Readable(first_seen.warm_up), ")"),
       {}, alerts);
  return true;
}

void TemporalRules::Emit(const Event& event, uint32_t index, std::string reason,
                         std::vector<AlertEvidence> evidence, std::vector<Alert>& alerts) {
  const Rule& rule = program_->rules[index];
  std::string group;
  Suppression::Repeat repeat = {.owner = owners_[index].suppression,
                                .group = "",
                                .time_ns = absl::ToUnixNanos(event.time),
                                .window_ns = 0};
  if (rule.suppress) {
    group = JoinKeyOf(event, rule.suppress->by);
    repeat.group = group;
    repeat.window_ns = Nanoseconds(rule.suppress->window);
    if (suppression_.Fold(repeat)) {
      ++counts_.folded;
      return;
    }
  }
  Alert alert = BuildAlert(event, rule);
  alert.matched = Explain(event, *program_, rule.condition);
  alert.reason = std::move(reason);
  alert.evidence = std::move(evidence);
  if (rule.suppress) suppression_.Begin(repeat, alert);
  alerts.push_back(std::move(alert));
}

TemporalCounts TemporalRules::counts() const {
  TemporalCounts counts = counts_;
  counts.sequence_evictions = sequences_.evictions();
  counts.threshold_evictions = thresholds_.evictions();
  counts.first_seen_evictions = combinations_.evictions();
  counts.suppress_evictions = suppression_.evictions();
  return counts;
}

std::vector<std::string> TemporalRules::WarmUps(absl::Time now) const {
  std::vector<std::string> sentences;
  for (const uint32_t index : with_state_) {
    const Rule& rule = program_->rules[index];
    if (!rule.first_seen) continue;
    const int64_t since_ns = combinations_.LearningSince(owners_[index].detection);
    const absl::Time since = since_ns == 0 ? now : absl::FromUnixNanos(since_ns);
    const absl::Time until = since + rule.first_seen->warm_up;
    if (until <= now) continue;
    sentences.push_back(absl::StrCat(
        "the rule \"", rule.name, "\" learns what is usual until ",
        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", until, absl::UTCTimeZone()), " and does not alert"));
  }
  return sentences;
}

}  // namespace vedette
