// SPDX-License-Identifier: Apache-2.0
#include "integrations/status/status_report.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"

namespace vedette {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

std::string LabelValue(absl::string_view text) {
  return absl::StrReplaceAll(EscapeControl(text), {{"\\", "\\\\"}, {"\"", "\\\""}});
}

// Counters are whole, and must not lose digits.
std::string Number(double value) {
  if (std::floor(value) == value && std::fabs(value) < 1e15) {
    return absl::StrCat(static_cast<int64_t>(value));
  }
  return absl::StrFormat("%.17g", value);
}

const char* TypeName(Metric::Type type) {
  switch (type) {
    case Metric::Type::kCounter:
      return "counter";
    case Metric::Type::kGauge:
      return "gauge";
    case Metric::Type::kHistogram:
      return "histogram";
  }
  return "corrupt";
}

void AppendLine(absl::string_view name, const Labels& labels, const std::string& value,
                std::string& text) {
  absl::StrAppend(&text, name);
  absl::string_view before = "{";
  for (const auto& [label, label_value] : labels) {
    absl::StrAppend(&text, before, label, "=\"", LabelValue(label_value), "\"");
    before = ",";
  }
  absl::StrAppend(&text, labels.empty() ? "" : "}", " ", value, "\n");
}

void AppendHistogram(const Metric& metric, std::string& text) {
  uint64_t below = 0;
  Labels labels = metric.labels;
  labels.emplace_back("le", "");
  for (size_t i = 0; i < metric.latency.buckets.size(); ++i) {
    below += metric.latency.buckets[i];
    labels.back().second =
        i < kLatencyBounds.size() ? absl::StrCat(kLatencyBounds[i]) : std::string("+Inf");
    AppendLine(metric.name + "_bucket", labels, absl::StrCat(below), text);
  }
  AppendLine(metric.name + "_sum", metric.labels, Number(metric.latency.sum_seconds), text);
  AppendLine(metric.name + "_count", metric.labels, absl::StrCat(below), text);
}

nlohmann::json ToJson(const Metric& metric) {
  nlohmann::json labels = nlohmann::json::object();
  for (const auto& [name, value] : metric.labels) labels[name] = EscapeControl(value);
  nlohmann::json json = {{"name", metric.name}, {"labels", std::move(labels)}};
  if (metric.type != Metric::Type::kHistogram) {
    json["value"] = metric.value;
  } else {
    json["buckets"] = metric.latency.buckets;
    json["sum"] = metric.latency.sum_seconds;
  }
  return json;
}

}  // namespace

std::string FormatPrometheus(const std::vector<Metric>& metrics) {
  std::string text;
  absl::string_view last;
  for (const Metric& metric : metrics) {
    if (metric.name != last) {
      absl::StrAppend(&text, "# HELP ", metric.name, " ", metric.help, "\n# TYPE ", metric.name,
                      " ", TypeName(metric.type), "\n");
      last = metric.name;
    }
    if (metric.type == Metric::Type::kHistogram) {
      AppendHistogram(metric, text);
    } else {
      AppendLine(metric.name, metric.labels, Number(metric.value), text);
    }
  }
  return text;
}

std::string FormatStatusJson(const StatusReport& report) {
  nlohmann::json json = {{"time", absl::ToDoubleSeconds(report.time - absl::UnixEpoch())},
                         {"text", report.text},
                         {"problems", report.problems},
                         {"notes", report.notes},
                         {"processes_over", absl::ToDoubleSeconds(report.processes_over)},
                         {"processes", nlohmann::json::array()},
                         {"metrics", nlohmann::json::array()}};
  for (const ProcessActivity& process : report.processes) {
    json["processes"].push_back(
        {{"pid", process.pid}, {"name", EscapeControl(process.name)}, {"events", process.events}});
  }
  for (const Metric& metric : report.metrics) json["metrics"].push_back(ToJson(metric));
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace vedette
