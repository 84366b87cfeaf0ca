// SPDX-License-Identifier: Apache-2.0
#include "engine/testing/rule_tests.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/match/tree_eval.h"
#include "engine/pipeline.h"
#include "engine/testing/story.h"
#include "rules/lang/given_event.h"
#include "sensor/source/replay_source.h"

namespace vedette {
namespace {

class Listener : public PipelineOutput {
 public:
  void OnEvent(const Event&, bool) override {}
  void OnAlert(Alert alert) override { alerts.push_back(std::move(alert)); }
  void OnGap(const RecordGap& gap) override { lost += gap.count; }

  std::vector<Alert> alerts;
  uint64_t lost = 0;
};

absl::Status At(Diagnostic where, absl::string_view what) {
  where.message = std::string(what);
  return absl::InvalidArgumentError(ToText(where));
}

absl::StatusOr<std::vector<Alert>> PlayStory(const std::shared_ptr<const Program>& program,
                                             const RuleCase& one) {
  ASSIGN_OR_RETURN(const std::vector<RecordBytes> records, RecordsOf(one));
  Listener listener;
  Pipeline pipeline(StoryHost(), listener);
  pipeline.SetProgram(program);
  for (const RecordBytes& record : records) pipeline.OnRecord(record);
  pipeline.Finish();
  if (listener.lost > 0) return At(one.where, "one of the events cannot be a record");
  return std::move(listener.alerts);
}

// Each rule once: a sample may hold many acts of a kind.
absl::StatusOr<std::vector<Alert>> PlayRecord(const std::shared_ptr<const Program>& program,
                                              const RuleCase& one) {
  const size_t slash = one.where.file.rfind('/');
  const std::string folder =
      one.record[0] == '/' || slash == std::string::npos ? "" : one.where.file.substr(0, slash + 1);
  const auto source = ReplaySource::Open(folder + one.record);
  if (!source.ok()) return At(one.where, source.status().message());
  Listener listener;
  Pipeline pipeline((*source)->host(), listener);
  pipeline.SetProgram(program);
  absl::Status end;
  while (end.ok()) {
    end = (*source)
              ->Poll(absl::ZeroDuration(), [&](auto record) { pipeline.OnRecord(record); })
              .status();
  }
  pipeline.Finish();
  if (!absl::IsOutOfRange(end)) return At(one.where, end.message());
  std::vector<Alert>& alerts = listener.alerts;
  std::stable_sort(alerts.begin(), alerts.end(),
                   [](const Alert& a, const Alert& b) { return a.rule < b.rule; });
  alerts.erase(std::unique(alerts.begin(), alerts.end(),
                           [](const Alert& a, const Alert& b) { return a.rule == b.rule; }),
               alerts.end());
  return std::move(alerts);
}

absl::StatusOr<std::vector<Alert>> PlayFields(const Program& program, const RuleCase& one) {
  for (const Rule& rule : program.rules) {
    const bool over_time = rule.sequence || rule.threshold || rule.first_seen;
    if (over_time && rule.name == one.rule) {
      return At(one.where, "the rule is about events over time: give them as a story, with kinds");
    }
  }
  std::vector<Alert> alerts;
  for (const CaseEvent& event : one.events) {
    GivenEvent given;
    for (const CaseValue& value : event.values) {
      const absl::Status set = given.Set(value.key, value.values);
      if (!set.ok()) return At(event.where, set.message());
    }
    given.Complete();
    const KindSet kinds = given.Kinds();
    const auto get = [&](const FieldRef& field, Values& values) { given.Get(field, values); };
    for (const Rule& rule : program.rules) {
      const bool over_time = rule.sequence || rule.threshold || rule.first_seen;
      if (rule.recording || rule.step_of || over_time || (rule.kinds & kinds) == 0) continue;
      if (!EvaluateTree(program, rule.condition, get)) continue;
      Alert alert;
      alert.rule = rule.name;
      alert.priority = rule.priority;
      alerts.push_back(std::move(alert));
    }
  }
  return alerts;
}

}  // namespace

HostMetadata StoryHost() {
  HostMetadata host;
  host.hostname = "web1";
  host.boot_id = "11111111-2222-3333-4444-555555555555";
  host.wall_minus_boot_ns = 1'714'564'800'000'000'000;
  host.users = {{0, "root"}, {33, "www-data"}, {1000, "ann"}};
  return host;
}

absl::StatusOr<std::vector<RecordBytes>> RecordsOf(const RuleCase& one) {
  Story story;
  for (const CaseEvent& event : one.events) {
    StoryValues values;
    for (const CaseValue& value : event.values) {
      StoryValue& to = values[value.key];
      to.is_list = value.is_list;
      for (const GivenValue& item : value.values) to.texts.push_back(item.text);
    }
    const absl::Status added = story.Add(event.kind, std::move(values));
    if (!added.ok()) return At(event.where, added.message());
  }
  return story.records();
}

CaseResult RunCase(const std::shared_ptr<const Program>& program, const RuleCase& one) {
  CaseResult result;
  result.expected = one.expect;
  std::sort(result.expected.begin(), result.expected.end());
  absl::StatusOr<std::vector<Alert>> alerts = !one.record.empty() ? PlayRecord(program, one)
                                              : one.events[0].kind.empty()
                                                  ? PlayFields(*program, one)
                                                  : PlayStory(program, one);
  result.played = alerts.status();
  if (!alerts.ok()) return result;
  result.missing = result.expected;
  for (Alert& alert : *alerts) {
    const auto at = std::find(result.missing.begin(), result.missing.end(), alert.rule);
    if (at == result.missing.end()) {
      result.unexpected.push_back(std::move(alert));
    } else {
      result.missing.erase(at);
    }
  }
  return result;
}

std::vector<RuleCoverage> CoverageOf(const Program& program, absl::Span<const RuleCase> cases) {
  std::vector<RuleCoverage> all;
  absl::flat_hash_map<std::string, size_t> by_name;
  for (const Rule& rule : program.rules) {
    if (rule.recording || rule.step_of) continue;
    by_name.emplace(rule.name, all.size());
    all.push_back({rule.name, 0, 0});
  }
  for (const RuleCase& one : cases) {
    const auto found = by_name.find(one.rule);
    if (found == by_name.end()) continue;
    const bool holds =
        std::find(one.expect.begin(), one.expect.end(), one.rule) != one.expect.end();
    ++(holds ? all[found->second].matching : all[found->second].silent);
  }
  return all;
}

}  // namespace vedette
