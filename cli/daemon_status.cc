// SPDX-License-Identifier: Apache-2.0
#include "cli/daemon_status.h"

#include <unistd.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/daemon_metrics.h"

namespace vedette {
namespace {

std::vector<std::string> ProblemsOf(const DaemonState& state) {
  std::vector<std::string> problems;
  for (const HookStatus& hook : state.hooks) {
    if (hook.runs) continue;
    problems.push_back(absl::StrCat("hook ", EscapeControl(hook.section),
                                    " has stopped: events of ", hook.kind, " are missing"));
  }
  if (!state.store_health.ok()) {
    problems.push_back(absl::StrCat("store: ", EscapeControl(state.store_health.message())));
  }
  for (const SinkCounts& sink : state.counts.sinks) {
    if (!sink.down) continue;
    problems.push_back(absl::StrCat("sink ", EscapeControl(sink.name),
                                    " is down: ", EscapeControl(sink.last_error)));
  }
  for (const SourceCounts& source : state.container_sources) {
    if (!source.is_failing) continue;
    problems.push_back(absl::StrCat("container runtime ", EscapeControl(source.source), ": ",
                                    EscapeControl(source.why),
                                    " (names and images of its containers are missing)"));
  }
  return problems;
}

std::string TextOf(const DaemonState& state) {
  const SensorSum sum = SumOf(state.counts.sensor);
  std::string text =
      absl::StrCat("vedette on ", EscapeControl(state.hostname), ", up ",
                   absl::FormatDuration(absl::Trunc(state.now - state.started, absl::Seconds(1))),
                   ", mode ", state.mode, ", ", state.rules,
                   state.rules == 1 ? " rule, " : " rules, ", state.memory_bytes >> 20, " MiB\n");
  absl::StrAppend(&text, "events: seen ", sum.all_acts(), ", lost ", sum.lost(), ", matched ",
                  state.counts.pipeline.kept, ", alerts ", state.counts.pipeline.alerts, "\n");
  absl::StrAppend(
      &text, "store: ", state.store_path.empty() ? "none" : EscapeControl(state.store_path), "\n");
  for (const LatencyCounts* latency : {&state.latency_matched, &state.latency_stored}) {
    if (latency->count() == 0) continue;
    absl::StrAppend(&text, "act to alert ", latency == &state.latency_stored ? "stored" : "matched",
                    ": half within ", latency->Quantile(0.5) * 1e3, " ms, 99 % within ",
                    latency->Quantile(0.99) * 1e3, " ms\n");
  }
  for (const SinkCounts& sink : state.counts.sinks) {
    absl::StrAppend(&text, "sink ", EscapeControl(sink.name), ": delivered ",
                    sink.delivered + sink.backlog.delivered, ", behind ",
                    sink.waiting + sink.backlog.behind, ", dead ", sink.backlog.dead, ", lost ",
                    sink.dropped + sink.backlog.lost, "\n");
  }
  return text;
}

}  // namespace

StatusReport ReportOf(const DaemonState& state) {
  StatusReport report;
  report.time = state.now;
  report.text = TextOf(state);
  report.problems = ProblemsOf(state);
  for (const std::string& note : state.hook_warnings) report.notes.push_back(EscapeControl(note));
  report.metrics = MetricsOf(state);
  report.processes = state.processes;
  report.processes_over = state.processes_over;
  return report;
}

uint64_t ResidentBytes() {
  const auto text = ReadFile("/proc/self/statm", 4096);
  if (!text.ok()) return 0;
  const std::vector<std::string> words = absl::StrSplit(*text, ' ');
  uint64_t pages = 0;
  if (words.size() < 2 || !absl::SimpleAtoi(words[1], &pages)) return 0;
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

std::vector<HookStatus> StatusOf(absl::Span<const Hook> hooks,
                                 absl::Span<const std::string> stopped) {
  std::vector<HookStatus> list;
  for (const Hook& hook : hooks) {
    if (hook.state != HookState::kAttached) continue;
    const bool runs = std::find(stopped.begin(), stopped.end(), hook.section) == stopped.end();
    list.push_back({hook.section, std::string(hook.kind->name), runs});
  }
  return list;
}

std::vector<RuleCostStatus> CostsOf(const Matcher& matcher) {
  std::vector<RuleCostStatus> costs;
  const std::vector<Rule>& rules = matcher.program().rules;
  for (uint32_t i = 0; i < rules.size(); ++i) {
    const Matcher::RuleCost cost = matcher.CostOf(i);
    if (cost.evaluations > 0) costs.push_back({rules[i].name, cost});
  }
  const size_t size = std::min(costs.size(), kCostsMax);
  std::partial_sort(
      costs.begin(), costs.begin() + static_cast<ptrdiff_t>(size), costs.end(),
      [](const RuleCostStatus& a, const RuleCostStatus& b) { return a.cost.about > b.cost.about; });
  costs.resize(size);
  return costs;
}

}  // namespace vedette
