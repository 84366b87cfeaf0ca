// SPDX-License-Identifier: Apache-2.0
#include "engine/enforce/policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace vedette {

absl::string_view PolicyStateName(EnforcementPolicy::State state) {
  switch (state) {
    case EnforcementPolicy::State::kEnforces:
      return "enforces";
    case EnforcementPolicy::State::kMonitors:
      return "monitors";
    case EnforcementPolicy::State::kWarmsUp:
      return "warms up";
    case EnforcementPolicy::State::kTripped:
      return "tripped";
    case EnforcementPolicy::State::kNotDecided:
      return "alerts";
  }
  return "corrupt";
}

void EnforcementPolicy::SetProgram(std::shared_ptr<const Program> program, absl::Time now) {
  program_ = std::move(program);
  std::map<std::string, Entry, std::less<>> entries;
  for (const Rule& rule : program_->rules) {
    if (rule.action == Action::kAlert) continue;
    const auto known = entries_.find(rule.name);
    Entry entry;
    if (known != entries_.end()) {
      entry = std::move(known->second);
    } else {
      entry.warm_until = now + rule.denial.warm_up;
    }
    entries.emplace(rule.name, std::move(entry));
  }
  entries_ = std::move(entries);
}

EnforcementPolicy::State EnforcementPolicy::StateOf(const Rule& rule, absl::Time now) const {
  if (!rule.decided) return State::kNotDecided;
  const auto at = entries_.find(rule.name);
  if (at == entries_.end()) return State::kMonitors;
  const Entry& entry = at->second;
  if (entry.tripped) return State::kTripped;
  if (entry.said.value_or(rule.mode) == ActionMode::kMonitor) return State::kMonitors;
  if (!entry.said && now < entry.warm_until) return State::kWarmsUp;
  return State::kEnforces;
}

absl::Status EnforcementPolicy::SetMode(absl::string_view rule, ActionMode mode) {
  const auto at = entries_.find(rule);
  if (at == entries_.end()) {
    std::vector<absl::string_view> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    const auto meant = ClosestMatch(rule, names);
    return absl::NotFoundError(
        absl::StrCat("no rule \"", EscapeControl(rule), "\" denies or kills",
                     meant ? absl::StrCat("; did you mean \"", *meant, "\"?") : ""));
  }
  Entry& entry = at->second;
  entry.said = mode;
  entry.tripped = false;
  entry.why.clear();
  entry.denied.clear();
  return absl::OkStatus();
}

std::optional<std::string> EnforcementPolicy::Count(absl::string_view rule, uint64_t exec_id,
                                                    absl::Time now) {
  const auto at = entries_.find(rule);
  if (at == entries_.end() || at->second.tripped) return std::nullopt;
  const auto definition = std::find_if(program_->rules.begin(), program_->rules.end(),
                                       [&](const Rule& known) { return known.name == rule; });
  if (definition == program_->rules.end()) return std::nullopt;
  const DenialBudget budget = definition->denial.budget.value_or(otherwise_);
  if (budget.count == 0) return std::nullopt;
  Entry& entry = at->second;
  while (!entry.denied.empty() && entry.denied.front().first <= now - budget.within) {
    entry.denied.pop_front();
  }
  const bool known = std::any_of(entry.denied.begin(), entry.denied.end(),
                                 [&](const auto& denied) { return denied.second == exec_id; });
  if (!known && entry.denied.size() < kRemembered) entry.denied.emplace_back(now, exec_id);
  if (entry.denied.size() <= budget.count && entry.denied.size() < kRemembered) return std::nullopt;
  entry.tripped = true;
  entry.why = absl::StrCat("it denied more than ", budget.count, " processes within ",
                           absl::FormatDuration(budget.within));
  entry.denied.clear();
  return entry.why;
}

void EnforcementPolicy::CountDecision(absl::string_view rule, bool enforced) {
  const auto at = entries_.find(rule);
  if (at == entries_.end()) return;
  ++at->second.decisions;
  if (enforced) ++at->second.enforced;
}

absl::Time EnforcementPolicy::NextChange(absl::Time now) const {
  absl::Time next = absl::InfiniteFuture();
  for (const auto& [name, entry] : entries_) {
    if (!entry.said && entry.warm_until > now) next = std::min(next, entry.warm_until);
  }
  return next;
}

std::vector<EnforcementPolicy::Line> EnforcementPolicy::Lines(absl::Time now) const {
  std::vector<Line> lines;
  if (program_ == nullptr) return lines;
  for (const Rule& rule : program_->rules) {
    const auto at = entries_.find(rule.name);
    if (rule.action == Action::kAlert || at == entries_.end()) continue;
    const Entry& entry = at->second;
    Line line{rule.name, rule.action,     StateOf(rule, now),
              entry.why, entry.decisions, entry.enforced};
    if (line.state == State::kWarmsUp) {
      line.why =
          absl::StrCat("for another ",
                       absl::FormatDuration(absl::Ceil(entry.warm_until - now, absl::Seconds(1))));
    } else if (line.state == State::kNotDecided) {
      line.why = "the kernel cannot decide it";
    } else if (entry.said && line.why.empty()) {
      line.why = "as somebody said";
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace vedette
