// SPDX-License-Identifier: Apache-2.0
// No unit test: top_test.cc tests view and command together.
#include "cli/top_view.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/text.h"
#include "integrations/latency.h"

namespace vedette {
namespace {

using Json = nlohmann::json;
using Row = TopSnapshot::Row;

// Without exceptions: what is missing or of another type is empty.
std::string TextOf(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? EscapeControl(found->get<std::string>()) : "";
}
double NumberOf(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? found->get<double>() : 0;
}
const Json& ListOf(const Json& json, const char* key) {
  static const Json* const kNone = new Json(Json::array());
  const auto found = json.find(key);
  return found != json.end() && found->is_array() ? *found : *kNone;
}

Row RowOf(const Json& json) {
  Row row;
  row.value = NumberOf(json, "value");
  const auto labels = json.find("labels");
  if (labels != json.end() && labels->is_object()) {
    for (const auto& [name, value] : labels->items()) {
      if (value.is_string()) row.labels[name] = EscapeControl(value.get<std::string>());
    }
  }
  for (const Json& bucket : ListOf(json, "buckets")) {
    row.histogram.buckets.push_back(bucket.is_number() ? bucket.get<double>() : 0);
  }
  return row;
}

// Values of a metric's rows by one label.
std::map<std::string, double> By(const TopSnapshot& snapshot, const std::string& metric,
                                 const std::string& label) {
  std::map<std::string, double> values;
  const auto rows = snapshot.metrics.find(metric);
  if (rows == snapshot.metrics.end()) return values;
  for (const Row& row : rows->second) {
    const auto found = row.labels.find(label);
    if (found != row.labels.end()) values[found->second] += row.value;
  }
  return values;
}

// 0.3, 12, 3456, 12.3k, 4.5M: at most 6 characters.
std::string Short(double value) {
  if (value < 0.05) return "0";
  if (value < 10) return absl::StrFormat("%.1f", value);
  if (value < 10'000) return absl::StrFormat("%.0f", value);
  if (value < 1e6) return absl::StrFormat("%.1fk", value / 1e3);
  if (value < 1e9) return absl::StrFormat("%.1fM", value / 1e6);
  return absl::StrFormat("%.1fG", value / 1e9);
}

std::string Milliseconds(double seconds) {
  if (std::isinf(seconds)) return "> 5 min";
  return seconds < 1 ? absl::StrCat(seconds * 1e3, " ms") : absl::StrCat(seconds, " s");
}

class Page {
 public:
  Page(const TopSnapshot& before, const TopSnapshot& now, size_t columns, size_t rows)
      : before_(before),
        now_(now),
        columns_(columns),
        rows_(rows),
        seconds_(now.time - before.time) {}

  std::string Render() {
    Line(now_.title);
    Totals();
    for (const std::string& problem : now_.problems) Line(absl::StrCat("! ", problem));
    // What is left is shared: half for rules, the other half for processes and sinks.
    const size_t left = rows_ > lines_ ? rows_ - lines_ : 0;
    const size_t sinks = By(now_, "vedette_sink_up", "sink").size() + 2;
    const size_t lists = left > sinks ? left - sinks : 0;
    Rules(lists - lists / 2);
    Processes(lists / 2);
    Sinks();
    return std::move(text_);
  }

 private:
  double Rate(double earlier, double later) const {
    return seconds_ > 0 && later >= earlier ? (later - earlier) / seconds_ : 0;
  }
  double RateOf(const std::string& metric) const {
    return Rate(before_.Sum(metric), now_.Sum(metric));
  }

  void Line(absl::string_view line) {
    if (lines_ == rows_) return;
    ++lines_;
    const absl::string_view shown = TruncateUtf8(line, columns_);
    absl::StrAppend(&text_, absl::StripTrailingAsciiWhitespace(shown), "\n");
  }
  void Gap() {
    if (lines_ + 1 < rows_) Line("");
  }

  void Totals() {
    Line(absl::StrFormat(
        "events/s  seen %s  matched %s  lost %s   alerts/s  %s   cpu %.1f %%",
        Short(RateOf("vedette_events_seen_total")), Short(RateOf("vedette_events_matched_total")),
        Short(RateOf("vedette_events_lost_total")), Short(RateOf("vedette_alerts_total")),
        100 * RateOf("vedette_cpu_seconds_total")));
    Line(absl::StrFormat("waiting   rings %s  store %s   act to alert on disk  %s",
                         Short(now_.Sum("vedette_ring_waiting")),
                         Short(now_.Sum("vedette_store_waiting")), Latency()));
  }

  // Of what came between the two snapshots; of all, if nothing did.
  std::string Latency() const {
    LatencyCounts all, earlier;
    Fill(now_, all);
    Fill(before_, earlier);
    LatencyCounts between = all;
    for (size_t i = 0; i < between.buckets.size(); ++i) {
      between.buckets[i] -= std::min(earlier.buckets[i], between.buckets[i]);
    }
    const LatencyCounts& counts = between.count() > 0 ? between : all;
    if (counts.count() == 0) return "-";
    return absl::StrCat("half ", Milliseconds(counts.Quantile(0.5)), ", 99 % ",
                        Milliseconds(counts.Quantile(0.99)));
  }
  static void Fill(const TopSnapshot& snapshot, LatencyCounts& counts) {
    const auto rows = snapshot.metrics.find("vedette_alert_latency_seconds");
    if (rows == snapshot.metrics.end()) return;
    for (const Row& row : rows->second) {
      const auto stage = row.labels.find("stage");
      if (stage == row.labels.end() || stage->second != "stored") continue;
      const size_t size = std::min(row.histogram.buckets.size(), counts.buckets.size());
      for (size_t i = 0; i < size; ++i) {
        counts.buckets[i] = static_cast<uint64_t>(std::max(row.histogram.buckets[i], 0.0));
      }
    }
  }

  void Rules(size_t lines) {
    if (lines < 3) return;
    struct Rule {
      std::string name;
      double rate, alerts, cost;
    };
    const auto alerts = By(now_, "vedette_rule_alerts_total", "rule");
    auto alerts_before = By(before_, "vedette_rule_alerts_total", "rule");
    const auto costs = By(now_, "vedette_rule_cost_seconds_total", "rule");
    auto costs_before = By(before_, "vedette_rule_cost_seconds_total", "rule");
    std::map<std::string, Rule> rules;
    for (const auto& [name, count] : alerts) {
      rules[name] = {name, Rate(alerts_before[name], count), count, 0};
    }
    for (const auto& [name, cost] : costs) {
      if (!rules.contains(name)) rules[name] = {name, 0, 0, 0};
      rules[name].cost = Rate(costs_before[name], cost);
    }
    std::vector<Rule> list;
    for (const auto& [name, rule] : rules) list.push_back(rule);
    std::stable_sort(list.begin(), list.end(), [](const Rule& a, const Rule& b) {
      if (a.rate != b.rate) return a.rate > b.rate;
      return a.alerts != b.alerts ? a.alerts > b.alerts : a.cost > b.cost;
    });
    Gap();
    Row4("RULE", "ALERTS/S", "ALERTS", "CPU %");
    for (size_t i = 0; i + 2 < lines && i < list.size(); ++i) {
      Row4(list[i].name, Short(list[i].rate), Short(list[i].alerts),
           absl::StrFormat("%.2f", 100 * list[i].cost));
    }
  }

  void Processes(size_t lines) {
    if (lines < 3) return;
    Gap();
    Row4("PROCESS", "EVENTS/S", "PID", "");
    for (size_t i = 0; i + 2 < lines && i < now_.processes.size(); ++i) {
      const TopSnapshot::Process& process = now_.processes[i];
      const double over = now_.processes_over;
      Row4(process.name, Short(over > 0 ? process.events / over : 0), absl::StrCat(process.pid),
           "");
    }
  }

  void Sinks() {
    const auto up = By(now_, "vedette_sink_up", "sink");
    const auto get = [this](const char* metric) { return By(now_, metric, "sink"); };
    auto waiting = get("vedette_sink_waiting"), lag = get("vedette_sink_lag_seconds"),
         sent = get("vedette_sink_delivered_total"), dead = get("vedette_sink_dead_letters_total"),
         lost = get("vedette_sink_lost_total"), dropped = get("vedette_sink_dropped_total");
    auto sent_before = By(before_, "vedette_sink_delivered_total", "sink");
    Gap();
    Line(absl::StrFormat("%-28s %5s %8s %8s %7s %7s %5s %5s", "SINK", "STATE", "WAITING", "LAG S",
                         "SENT/S", "SENT", "DEAD", "LOST"));
    for (const auto& [name, is_up] : up) {
      Line(absl::StrFormat("%-28s %5s %8s %8s %7s %7s %5s %5s", Cut(name, 28),
                           is_up > 0 ? "up" : "DOWN", Short(waiting[name]), Short(lag[name]),
                           Short(Rate(sent_before[name], sent[name])), Short(sent[name]),
                           Short(dead[name]), Short(lost[name] + dropped[name])));
    }
  }

  static std::string Cut(const std::string& text, size_t size) {
    return std::string(TruncateUtf8(text, size));
  }
  // A wide column and three narrow ones.
  void Row4(const std::string& name, absl::string_view a, absl::string_view b,
            absl::string_view c) {
    const size_t width = columns_ > 40 ? columns_ - 30 : 10;
    Line(absl::StrFormat("%-*s %9s %9s %8s", static_cast<int>(width), Cut(name, width), a, b, c));
  }

  const TopSnapshot &before_, &now_;
  const size_t columns_, rows_;
  const double seconds_;
  std::string text_;
  size_t lines_ = 0;
};

}  // namespace

double TopSnapshot::Sum(const std::string& metric) const {
  const auto rows = metrics.find(metric);
  double sum = 0;
  if (rows == metrics.end()) return sum;
  for (const Row& row : rows->second) sum += row.value;
  return sum;
}

absl::StatusOr<TopSnapshot> ParseTopSnapshot(absl::string_view json) {
  const Json report = Json::parse(json.begin(), json.end(), nullptr, false);
  if (!report.is_object() || !report.contains("metrics")) {
    return absl::InvalidArgumentError("the answer is no report of a daemon");
  }
  TopSnapshot snapshot;
  snapshot.time = NumberOf(report, "time");
  const auto text = report.find("text");
  if (text != report.end() && text->is_string()) {
    const std::vector<std::string> lines = absl::StrSplit(text->get<std::string>(), '\n');
    snapshot.title = EscapeControl(lines.front());
  }
  for (const Json& problem : ListOf(report, "problems")) {
    if (problem.is_string()) {
      snapshot.problems.push_back(EscapeControl(problem.get<std::string>()));
    }
  }
  snapshot.processes_over = NumberOf(report, "processes_over");
  for (const Json& process : ListOf(report, "processes")) {
    if (!process.is_object()) continue;
    snapshot.processes.push_back({static_cast<uint32_t>(NumberOf(process, "pid")),
                                  TextOf(process, "name"), NumberOf(process, "events")});
  }
  for (const Json& metric : ListOf(report, "metrics")) {
    if (metric.is_object()) snapshot.metrics[TextOf(metric, "name")].push_back(RowOf(metric));
  }
  return snapshot;
}

std::string RenderTop(const TopSnapshot& before, const TopSnapshot& now, size_t columns,
                      size_t rows) {
  return Page(before, now, columns, rows).Render();
}

}  // namespace vedette
