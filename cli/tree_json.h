// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_TREE_JSON_H_
#define VEDETTE_CLI_TREE_JSON_H_

#include <string>

#include "cli/tree_view.h"
#include "storage/process_tree.h"

namespace vedette {

// The process that was asked for with `children` that have such in turn, as a JSON object; what is
// not known is null. Pure.
void AppendTreeJson(const TreeNode& node, const TreeMarks& marks, std::string& to);

// `{"ancestors":[...],"tree":{...},"complete":true}`: the ancestors, nearest first, without
// children.
std::string TreeJson(const ProcessTree& tree, const TreeMarks& marks);

}  // namespace vedette

#endif  // VEDETTE_CLI_TREE_JSON_H_
