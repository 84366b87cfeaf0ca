// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_TREE_MARKS_H_
#define VEDETTE_CLI_TREE_MARKS_H_

#include "absl/status/statusor.h"
#include "cli/tree_view.h"
#include "storage/queries.h"

namespace vedette {

// What alerted, by who acted, of all processes of the tree: "ID PRIORITY RULE", at most 20 of each.
absl::StatusOr<TreeMarks> ReadTreeMarks(StoreReader& store, const ProcessTree& tree);

}  // namespace vedette

#endif  // VEDETTE_CLI_TREE_MARKS_H_
