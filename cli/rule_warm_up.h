// SPDX-License-Identifier: Apache-2.0
//
// Which rules with first_seen still learn, by what a store has kept of them: for `vedette rules
// explain`, and for whoever wants to say it while a daemon runs.
#ifndef VEDETTE_CLI_RULE_WARM_UP_H_
#define VEDETTE_CLI_RULE_WARM_UP_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "rules/lang/program.h"
#include "storage/queries.h"

namespace vedette {

struct WarmUp {
  // Since when it learns, and when it begins to alert; none: no daemon has run with it.
  std::optional<absl::Time> since;
  absl::Time until;
  uint64_t known = 0;  // Combinations.
};

// `rule` has first_seen. Errors are those of StoreReader::Query.
absl::StatusOr<WarmUp> ReadWarmUp(StoreReader& store, const Rule& rule);

// "learns until 2024-05-02T12:00:00Z and does not alert: 12 combinations since ..."
std::string WarmUpText(const WarmUp& warm_up, absl::Time now);

}  // namespace vedette

#endif  // VEDETTE_CLI_RULE_WARM_UP_H_
