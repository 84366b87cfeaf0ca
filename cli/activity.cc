// SPDX-License-Identifier: Apache-2.0
#include "cli/activity.h"

#include <algorithm>
#include <utility>

#include "engine/enrich/process_table.h"

namespace vedette {

void Activity::OnEvent(const Event& event) {
  if (event.process == nullptr) return;
  const auto found = processes_.find(event.process->exec_id);
  if (found != processes_.end()) {
    ++found->second.events;
  } else if (processes_.size() < kProcessesMax) {
    processes_[event.process->exec_id] = {event.process->pid, std::string(event.process->name()),
                                          1};
  }
}

void Activity::OnAlert(const Alert& alert, absl::Duration since_event) {
  if (alert.repeats == 0) latency_.Add(since_event);
  const auto found = rules_.find(alert.rule);
  if (found == rules_.end() && rules_.size() >= kRulesMax) return;
  RuleHits& hits = found == rules_.end() ? rules_[alert.rule] : found->second;
  hits.priority = alert.priority;
  ++hits.alerts;
}

std::vector<ProcessActivity> Activity::TakeProcesses() {
  std::vector<ProcessActivity> list;
  list.reserve(processes_.size());
  for (auto& [exec_id, process] : processes_) list.push_back(std::move(process));
  processes_.clear();
  const size_t size = std::min(list.size(), kTopMax);
  const auto busier = [](const ProcessActivity& a, const ProcessActivity& b) {
    return a.events != b.events ? a.events > b.events : a.pid < b.pid;
  };
  std::partial_sort(list.begin(), list.begin() + static_cast<ptrdiff_t>(size), list.end(), busier);
  list.resize(size);
  return list;
}

}  // namespace vedette
