// SPDX-License-Identifier: Apache-2.0
#include "integrations/status/status_report.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace vedette
