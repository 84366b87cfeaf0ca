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
  bool full = false;  // Lines of any length; else they fit the terminal, or 200 columns elsewhere.
  absl::TimeZone zone = absl::LocalTimeZone();
};

// Alerts by the exec_id of the process that acted: what is written behind it.
using TreeMarks = std::map<uint64_t, std::vector<std::string>>;

// One line per process, ancestors above, with box characters where the terminal has them. The
// process that was asked for is marked with "<--" or bold. What is cut ends with "…" ("~" without
// UTF-8); so does the left part of strokes that would take more than half of a line. Pure.
std::string DrawTree(const ProcessTree& tree, const TreeMarks& marks, const TreeStyle& style);

}  // namespace vedette

#endif  // VEDETTE_CLI_TREE_VIEW_H_
