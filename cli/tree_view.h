// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_TREE_VIEW_H_
#define VEDETTE_CLI_TREE_VIEW_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cli/io.h"
#include "storage/process_tree.h"

namespace vedette {

struct TreeStyle {
  Screen screen;
  absl::TimeZone zone = absl::LocalTimeZone();
};

// Alerts by the exec_id of the process that acted: what is written behind it.
using TreeMarks = std::map<uint64_t, std::vector<std::string>>;

// One line per process, ancestors above, with box characters where the terminal has them. The
// process that was asked for is marked with "<--" or bold. Pure.
std::string DrawTree(const ProcessTree& tree, const TreeMarks& marks, const TreeStyle& style);

}  // namespace vedette

#endif  // VEDETTE_CLI_TREE_VIEW_H_
