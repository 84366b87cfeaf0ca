// SPDX-License-Identifier: Apache-2.0
//
// The numbers, their manual, and what is shipped to show and to watch them.
#include "cli/daemon_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "integrations/format/golden.h"
#include "integrations/testing/child.h"
#include "re2/re2.h"

namespace vedette {
namespace {

constexpr char kShipped[] = "integrations/status/shipped/";

// With one of everything that has a metric.
std::vector<Metric> AllMetrics() {
  DaemonState state;
  state.counts.with_store = true;
  state.hooks = {{"lsm/bpf", "bpf", true}};
  state.rule_hits["A \"rule\""] = {Priority::kWarning, 3};
  state.rule_costs = {{"A \"rule\"", {.evaluations = 64, .about = absl::Milliseconds(5)}}};
  SinkCounts sink;
  sink.name = "siem";
  sink.type = "syslog";
  state.counts.sinks = {sink};
  state.container_sources = {{.source = "files", .found = 3, .why = ""}};
  return MetricsOf(state);
}

std::set<std::string> Names() {
  std::set<std::string> names = {"up"};
  for (const Metric& metric : AllMetrics()) names.insert(metric.name);
  return names;
}

const char* TypeOf(const Metric& metric) {
  if (metric.type == Metric::Type::kHistogram) return "histogram";
  return metric.type == Metric::Type::kCounter ? "counter" : "gauge";
}

std::string Manual() {
  std::string text =
      "# Metrics\n\nWhat `/metrics` and `vedette status --metrics` tell ([sinks.md](sinks.md) says "
      "how to ask).\nCounters begin at 0 with the daemon.\n\n| name | type | labels | what it is "
      "|\n|---|---|---|---|\n";
  std::string last;
  for (const Metric& metric : AllMetrics()) {
    if (metric.name == last) continue;
    last = metric.name;
    const auto label = [](std::string* out, const auto& one) {
      absl::StrAppend(out, "`", one.first, "`");
    };
    absl::StrAppend(&text, "| `", metric.name, "` | ", TypeOf(metric), " | ",
                    absl::StrJoin(metric.labels, " ", label), " | ", metric.help, " |\n");
  }
  return absl::StrCat(
      text,
      "\nHistograms have buckets up to 0.5 ms, 1 ms, 2.5 ms, 5 ms, ... 300 s.\n\n"
      "Shipped with the program, in `share/vedette/monitoring`: `alerts.yaml`, rules for "
      "Prometheus that\nsay when a host is not watched, and `dashboard.json` for Grafana (import "
      "it; it asks for the\nPrometheus). Both are checked by `promtool` in the tests.\n");
}

std::string Shipped(const std::string& name) {
  const auto text = ReadFile(kShipped + name, 1 << 20);
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

std::vector<std::string> DashboardExpressions() {
  std::vector<std::string> list;
  const auto dashboard = nlohmann::json::parse(Shipped("dashboard.json"));
  for (const auto& panel : dashboard["panels"]) {
    for (const auto& target : panel["targets"]) list.push_back(target["expr"]);
  }
  return list;
}

// Exit status, and what it prints in `output`.
int Promtool(const std::string& arguments, std::string& output) {
  const std::string command = absl::StrCat(FindProgram("promtool"), " ", arguments, " 2>&1");
  FILE* pipe = popen(command.c_str(), "r");
  CHECK(pipe != nullptr);
  char buffer[4096];
  for (size_t size; (size = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) {
    output.append(buffer, size);
  }
  return pclose(pipe);
}

#define REQUIRE_PROMTOOL() \
  if (FindProgram("promtool").empty()) GTEST_SKIP() << "promtool is missing: run setup/servers.sh"

TEST(DaemonMetricsTest, DocsMetricsMdIsTheGoldenFile) {
  ExpectGolden("../../docs/metrics.md", Manual());
}

TEST(DaemonMetricsTest, WhatIsShippedAsksForMetricsThatThereAre) {
  const std::set<std::string> names = Names();
  std::string text = Shipped("alerts.yaml");
  for (const std::string& expression : DashboardExpressions()) text += expression + "\n";
  text += Shipped("alerts_test.yaml");
  re2::StringPiece rest(text);
  std::string name;
  size_t found = 0;
  while (RE2::FindAndConsume(&rest, "\\b(vedette_[a-z_]+)", &name)) {
    RE2::Replace(&name, "_bucket$", "");
    EXPECT_TRUE(names.contains(name)) << name;
    ++found;
  }
  EXPECT_GT(found, 50U);
}

TEST(DaemonMetricsTest, PromtoolFindsNoFaultInTheMetrics) {
  REQUIRE_PROMTOOL();
  const TemporaryDirectory folder;
  const std::string path = folder.File("metrics");
  ASSERT_TRUE(WriteFileAtomically(path, FormatPrometheus(AllMetrics())).ok());
  std::string output;
  EXPECT_EQ(Promtool(absl::StrCat("check metrics <", path), output), 0) << output;
}

TEST(DaemonMetricsTest, PromtoolFindsNoFaultInTheAlertRules) {
  REQUIRE_PROMTOOL();
  std::string output;
  EXPECT_EQ(Promtool(absl::StrCat("check rules ", kShipped, "alerts.yaml"), output), 0) << output;
  EXPECT_EQ(Promtool(absl::StrCat("test rules ", kShipped, "alerts_test.yaml"), output), 0)
      << output;
}

TEST(DaemonMetricsTest, PromtoolFindsNoFaultInTheDashboard) {
  REQUIRE_PROMTOOL();
  std::string rules = "groups:\n  - name: dashboard\n    rules:\n";
  size_t number = 0;
  for (const std::string& expression : DashboardExpressions()) {
    const std::string plain = absl::StrReplaceAll(
        expression,
        {{"$__rate_interval", "5m"}, {"$__range", "6h"}, {"$job", ".*"}, {"$instance", ".*"}});
    absl::StrAppend(&rules, "      - {record: \"r:", ++number, "\", expr: '", plain, "'}\n");
  }
  const TemporaryDirectory folder;
  ASSERT_TRUE(WriteFileAtomically(folder.File("rules.yaml"), rules).ok());
  std::string output;
  EXPECT_EQ(Promtool(absl::StrCat("check rules ", folder.File("rules.yaml")), output), 0)
      << output << rules;
  EXPECT_GT(number, 25U);
}

}  // namespace
}  // namespace vedette
