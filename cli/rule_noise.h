// SPDX-License-Identifier: Apache-2.0
//
// Which rules cost attention: the alerts of a time by rule and by lineage, and for the loudest
// lineage of a rule an exception, with what else that would hide.
#ifndef VEDETTE_CLI_RULE_NOISE_H_
#define VEDETTE_CLI_RULE_NOISE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/queries.h"

namespace vedette {

struct NoiseLineage {
  std::vector<std::string> programs;  // The one that acted, its parent, ... at most kNoiseDepth.
  uint64_t alerts = 0;
  std::string object;  // Of the last of them.
};
inline constexpr size_t kNoiseDepth = 4;

// `exceptions` of the rule for one lineage: program and parent's program.
struct NoiseException {
  std::string yaml;             // A file that is loaded after the rule's. Empty: none is proposed,
  std::string why_not;          // because of this.
  uint64_t hides = 0;           // Alerts of the rule, of which
  uint64_t elsewhere = 0;       // of other lineages than the loudest,
  uint64_t true_positives = 0;  // and closed as that.
  uint64_t users = 0, objects = 0, containers = 0;  // Different ones among them.
};

struct RuleNoise {
  std::string rule, priority;
  uint64_t alerts = 0, suppressed = 0;         // Told; and not.
  uint64_t true_positives = 0, dismissed = 0;  // Closed as that; as benign, false or a duplicate.
  std::vector<NoiseLineage> lineages;          // The loudest first.
  NoiseException exception;
};

// The loudest rule first.
absl::StatusOr<std::vector<RuleNoise>> FindNoise(StoreReader& store, absl::Time since);

}  // namespace vedette

#endif  // VEDETTE_CLI_RULE_NOISE_H_
