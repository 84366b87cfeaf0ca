// SPDX-License-Identifier: Apache-2.0
//
// Alerts on their way out.
#include <nlohmann/json.hpp>
#include <string>

#include "integrations/format/json.h"
#include "integrations/format/sample_alert.h"
#include "tests/bench/bench.h"

namespace vedette {

BenchRows BenchDelivery() {
  constexpr size_t kAlerts = 20'000;
  const Alert alert = SampleAlert();
  const std::string text = FormatJson(alert);
  const nlohmann::json json = nlohmann::json::parse(text);
  std::string line;
  const auto ours = [&] {
    return NanosecondsPer(kAlerts, [&] {
      for (size_t i = 0; i < kAlerts; ++i) {
        line.clear();
        AppendJson(alert, line);
        Use(line.size());
      }
    });
  };
  const auto dump = [&] {
    return NanosecondsPer(kAlerts, [&] {
      for (size_t i = 0; i < kAlerts; ++i) Use(json.dump().size());
    });
  };
  const auto build_and_dump = [&] {
    return NanosecondsPer(kAlerts, [&] {
      for (size_t i = 0; i < kAlerts; ++i) Use(nlohmann::json(json).dump().size());
    });
  };
  BenchRows rows;
  rows.push_back(Alternate("delivery/json", "nlohmann dump, tree made before", ours, dump));
  SetGoalAtMost(rows.back(), 0.2);
  rows.push_back(
      Alternate("delivery/json, whole", "nlohmann tree copied and dumped", ours, build_and_dump));
  return rows;
}

}  // namespace vedette
