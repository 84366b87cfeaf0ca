// SPDX-License-Identifier: Apache-2.0
#include "integrations/status/status_report.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"

namespace vedette {
namespace {

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

}  // namespace

std::string FormatPrometheus(const std::vector<Metric>& metrics) {
  std::string text;
  absl::string_view last;
  for (const Metric& metric : metrics) {
    if (metric.name != last) {
      absl::StrAppend(&text, "# HELP ", metric.name, " ", metric.help, "\n# TYPE ", metric.name,
                      metric.type == Metric::Type::kCounter ? " counter\n" : " gauge\n");
      last = metric.name;
    }
    text += metric.name;
    absl::string_view before = "{";
    for (const auto& [name, value] : metric.labels) {
      absl::StrAppend(&text, before, name, "=\"", LabelValue(value), "\"");
      before = ",";
    }
    absl::StrAppend(&text, metric.labels.empty() ? "" : "}", " ", Number(metric.value), "\n");
  }
  return text;
}

}  // namespace vedette
