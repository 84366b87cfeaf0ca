// SPDX-License-Identifier: Apache-2.0
//
// What a suppression would have covered: the alerts of the store, through the daemon's own
// Suppressor.
#ifndef VEDETTE_CLI_SUPPRESSION_PREVIEW_H_
#define VEDETTE_CLI_SUPPRESSION_PREVIEW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/queries.h"
#include "storage/suppression.h"

namespace vedette {

struct SuppressionPreview {
  struct Row {
    std::string rule, priority, program;
    uint64_t alerts = 0;
    absl::Time last;
  };
  absl::Time since;
  uint64_t alerts = 0;          // That were told since then.
  uint64_t covered = 0;         // Of those.
  uint64_t true_positives = 0;  // Of the covered ones, closed as that.
  std::vector<Row> rows;        // The most alerts first.
};

absl::StatusOr<SuppressionPreview> PreviewSuppression(StoreReader& store,
                                                      const SuppressionCriteria& criteria,
                                                      absl::Time since);

}  // namespace vedette

#endif  // VEDETTE_CLI_SUPPRESSION_PREVIEW_H_
