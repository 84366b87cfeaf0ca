// SPDX-License-Identifier: Apache-2.0
#include "integrations/status/status_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vedette {
namespace {

TEST(StatusReportTest, PrometheusReadsIt) {
  using Type = Metric::Type;
  EXPECT_EQ(FormatPrometheus({{"a_total", "How many.", Type::kCounter, {{"k", "x\"\\\n"}}, 7},
                              {"a_total", "How many.", Type::kCounter, {{"k", "y"}, {"l", "z"}}, 8},
                              {"b", "So much.", Type::kGauge, {}, 0.5},
                              {"c_total", "Large.", Type::kCounter, {}, 123456789012345}}),
            "# HELP a_total How many.\n# TYPE a_total counter\n"
            "a_total{k=\"x\\\"\\\\\\\\x0a\"} 7\n"
            "a_total{k=\"y\",l=\"z\"} 8\n"
            "# HELP b So much.\n# TYPE b gauge\nb 0.5\n"
            "# HELP c_total Large.\n# TYPE c_total counter\nc_total 123456789012345\n");
  EXPECT_EQ(FormatPrometheus({}), "");
}

TEST(StatusReportTest, AHistogramAddsUpFromBucketToBucket) {
  Metric metric = {"t_seconds", "T.", Metric::Type::kHistogram, {{"stage", "stored"}}, 0};
  metric.latency.buckets[0] = 2;
  metric.latency.buckets[3] = 1;
  metric.latency.buckets.back() = 4;
  metric.latency.sum_seconds = 1.5;
  const std::string text = FormatPrometheus({metric});
  EXPECT_THAT(text, testing::HasSubstr("# TYPE t_seconds histogram\n"
                                       "t_seconds_bucket{stage=\"stored\",le=\"0.0005\"} 2\n"));
  EXPECT_THAT(text, testing::HasSubstr("{stage=\"stored\",le=\"0.005\"} 3\n"));
  EXPECT_THAT(text, testing::HasSubstr("{stage=\"stored\",le=\"300\"} 3\n"));
  EXPECT_THAT(text, testing::HasSubstr("{stage=\"stored\",le=\"+Inf\"} 7\n"
                                       "t_seconds_sum{stage=\"stored\"} 1.5\n"
                                       "t_seconds_count{stage=\"stored\"} 7\n"));
}

TEST(StatusReportTest, JsonIsHarmlessWhateverProcessesAreCalled) {
  StatusReport report;
  report.time = absl::FromUnixSeconds(7);
  report.problems = {"p"};
  report.metrics = {{"x", "X.", Metric::Type::kGauge, {{"rule", "a\x1b[2J"}}, 1}};
  report.processes = {{7, "\xff\x1b\n\"", 3}};
  const auto json = nlohmann::json::parse(FormatStatusJson(report));
  EXPECT_EQ(json["time"], 7);
  EXPECT_EQ(json["metrics"][0]["labels"]["rule"], "a\\x1b[2J");
  EXPECT_EQ(json["processes"][0]["pid"], 7);
  EXPECT_EQ(json["processes"][0]["name"], "\\xff\\x1b\\x0a\"");
}

}  // namespace
}  // namespace vedette
