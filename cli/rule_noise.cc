// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_noise.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "cli/alert_pages.h"
#include "cli/rules/json_request.h"

namespace vedette {
namespace {

// What an alert is here; all of a rule's are kept until the rule is done.
struct Seen {
  std::vector<std::string> programs;
  std::string user, object, container;
  bool true_positive = false;
};

struct Gathered {
  RuleNoise noise;
  std::vector<Seen> seen;
};

std::string ProgramOf(const AlertProcess& process) {
  return process.exe_path.empty() ? process.name : process.exe_path;
}

Seen SeenOf(const StoredAlert& stored) {
  const Alert& alert = stored.alert;
  Seen seen;
  for (size_t i = 0; i < std::min(kNoiseDepth, alert.processes.size()); ++i) {
    seen.programs.push_back(ProgramOf(alert.processes[i]));
  }
  seen.user = alert.processes.empty() ? "" : alert.processes[0].user;
  seen.object = alert.object;
  seen.container = alert.container_id;
  seen.true_positive = stored.state.closed_as == "true-positive";
  return seen;
}

void FindLineages(Gathered& rule) {
  std::map<std::vector<std::string>, NoiseLineage> lineages;
  for (const Seen& seen : rule.seen) {
    NoiseLineage& lineage = lineages[seen.programs];
    lineage.programs = seen.programs;
    ++lineage.alerts;
    lineage.object = seen.object;
  }
  for (auto& [programs, lineage] : lineages) rule.noise.lineages.push_back(std::move(lineage));
  std::stable_sort(rule.noise.lineages.begin(), rule.noise.lineages.end(),
                   [](const auto& a, const auto& b) { return a.alerts > b.alerts; });
}

// A path compares with proc.exepath; what has none (a process that began unseen) with its name.
std::string ExceptionYaml(const std::string& rule, const std::vector<std::string>& programs) {
  std::vector<std::string> fields, comps, values;
  for (size_t i = 0; i < programs.size(); ++i) {
    const bool is_path = programs[i].front() == '/';
    fields.emplace_back(i == 0 ? (is_path ? "proc.exepath" : "proc.name")
                               : (is_path ? "proc.pexepath" : "proc.pname"));
    comps.emplace_back("=");
    values.push_back(JsonLine(programs[i]));
    while (values.back().back() == '\n') values.back().pop_back();
  }
  std::string name = JsonLine(rule);
  while (name.back() == '\n') name.pop_back();
  return absl::StrCat("- rule: ", name, "\n  exceptions:\n    - name: noise\n      fields: [",
                      absl::StrJoin(fields, ", "), "]\n      comps: [", absl::StrJoin(comps, ", "),
                      "]\n      values:\n        - [", absl::StrJoin(values, ", "),
                      "]\n  override: {exceptions: append}\n");
}

void Propose(Gathered& rule) {
  NoiseException& exception = rule.noise.exception;
  const NoiseLineage& loudest = rule.noise.lineages.front();
  std::vector<std::string> programs = loudest.programs;
  if (loudest.alerts == 1) {
    exception.why_not = "each lineage has alerted once";
    return;
  }
  programs.resize(std::min<size_t>(programs.size(), 2));
  while (!programs.empty() && programs.back().empty()) programs.pop_back();
  if (programs.empty() || programs.front().empty()) {
    exception.why_not = "what acted is not known";
    return;
  }
  std::set<std::string> users, objects, containers;
  for (const Seen& seen : rule.seen) {
    const bool hidden = seen.programs.size() >= programs.size() &&
                        std::equal(programs.begin(), programs.end(), seen.programs.begin());
    if (!hidden) continue;
    ++exception.hides;
    if (seen.programs != loudest.programs) ++exception.elsewhere;
    if (seen.true_positive) ++exception.true_positives;
    users.insert(seen.user);
    objects.insert(seen.object);
    containers.insert(seen.container);
  }
  exception.users = users.size();
  exception.objects = objects.size();
  exception.containers = containers.size();
  if (exception.true_positives > 0) {
    exception.why_not = absl::StrCat("it would hide ", exception.true_positives,
                                     " that were closed as true-positive");
  } else {
    exception.yaml = ExceptionYaml(rule.noise.rule, programs);
  }
}

}  // namespace

absl::StatusOr<std::vector<RuleNoise>> FindNoise(StoreReader& store, absl::Time since) {
  std::map<std::string, Gathered> rules;
  AlertFilter filter;
  filter.since = since;
  RETURN_IF_ERROR(ForEachAlert(store, filter, [&](const StoredAlert& stored) {
    Gathered& rule = rules[stored.alert.rule];
    rule.noise.rule = stored.alert.rule;
    rule.noise.priority = std::string(PriorityName(stored.alert.priority));
    if (!stored.alert.suppressed_by.empty()) {
      ++rule.noise.suppressed;
      return true;
    }
    const std::string& closed_as = stored.state.closed_as;
    ++rule.noise.alerts;
    if (closed_as == "true-positive") ++rule.noise.true_positives;
    if (closed_as == "benign" || closed_as == "false-positive" || closed_as == "duplicate") {
      ++rule.noise.dismissed;
    }
    rule.seen.push_back(SeenOf(stored));
    return true;
  }));
  std::vector<RuleNoise> all;
  for (auto& [name, rule] : rules) {
    FindLineages(rule);
    if (!rule.seen.empty()) Propose(rule);
    all.push_back(std::move(rule.noise));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const RuleNoise& a, const RuleNoise& b) { return a.alerts > b.alerts; });
  return all;
}

}  // namespace vedette
