// SPDX-License-Identifier: Apache-2.0
#include "cli/suppressor.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "rules/lang/text_match.h"

namespace vedette {
namespace {

// A text that is the pattern is meant too: names may have brackets.
bool Fits(const std::string& pattern, absl::string_view text) {
  return pattern.empty() || text == pattern || MatchGlob(pattern, text);
}

bool AnyAncestorFits(const std::string& pattern, const Alert& alert) {
  if (pattern.empty()) return true;
  for (size_t i = 1; i < alert.processes.size(); ++i) {
    if (Fits(pattern, alert.processes[i].exe_path)) return true;
  }
  return false;
}

}  // namespace

void Suppressor::Restore(const std::vector<StoredSuppression>& stored, absl::Time now) {
  acts_.clear();
  for (const StoredSuppression& one : stored) {
    if (one.InForce(now) && acts_.size() < kSuppressionsMax) acts_.push_back(one.made);
  }
}

absl::Status Suppressor::Apply(const SuppressionAct& act) {
  if (!act.ends) {
    std::erase_if(acts_, [&](const SuppressionAct& one) { return one.expires <= act.time; });
    if (acts_.size() == kSuppressionsMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat(kSuppressionsMax,
                       " suppressions are in force, and there cannot be more: end some, or give "
                       "the rules exceptions"));
    }
    acts_.push_back(act);
    return absl::OkStatus();
  }
  const size_t ended =
      std::erase_if(acts_, [&](const SuppressionAct& one) { return one.id == act.id; });
  if (ended > 0) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("no suppression ", EscapeControl(act.id),
                   " is in force; `vedette alerts suppressions` lists them"));
}

bool Suppressor::Covers(const SuppressionAct& act, const Alert& alert) const {
  if (alert.time >= act.expires) return false;
  static const auto* const nobody = new AlertProcess();
  const AlertProcess& actor = alert.processes.empty() ? *nobody : alert.processes.front();
  const SuppressionCriteria& wanted = act.criteria;
  const bool fits = Fits(wanted.rule, alert.rule) && Fits(wanted.program, actor.exe_path) &&
                    Fits(wanted.command, actor.command_line) && Fits(wanted.account, actor.user) &&
                    Fits(wanted.object, alert.object) &&
                    Fits(wanted.container, alert.container_id) &&
                    AnyAncestorFits(wanted.ancestor, alert);
  if (!fits || wanted.duplicate_of.empty()) return fits;
  // What is graver than what was told is no duplicate: a sink may take that alone.
  return std::any_of(told_.begin(), told_.end(), [&](const Told& told) {
    return told.rule != alert.rule && told.priority <= alert.priority &&
           Fits(wanted.duplicate_of, told.rule);
  });
}

std::string Suppressor::Cover(const Alert& alert) {
  if (alert.event_number != event_number_) told_.clear();
  event_number_ = alert.event_number;
  for (const SuppressionAct& act : acts_) {
    if (Covers(act, alert)) return act.id;
  }
  // A rule tells once of an event, so this is bounded by their number.
  if (!acts_.empty()) told_.push_back({alert.rule, alert.priority});
  return "";
}

}  // namespace vedette
