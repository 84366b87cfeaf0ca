// SPDX-License-Identifier: Apache-2.0
//
// The `condition` of a Sigma rule: `(a or 1 of b*) and not all of them`.
#ifndef VEDETTE_RULES_SIGMA_SELECTOR_H_
#define VEDETTE_RULES_SIGMA_SELECTOR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rules/sigma/detection.h"

namespace vedette {

// kInvalidArgument says what is wrong or cannot be translated. The result has at most
// kSigmaNodesMax nodes.
absl::StatusOr<SigmaExpr> Select(absl::string_view condition,
                                 const std::vector<Selection>& selections);

}  // namespace vedette

#endif  // VEDETTE_RULES_SIGMA_SELECTOR_H_
