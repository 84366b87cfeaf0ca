// SPDX-License-Identifier: Apache-2.0
// No unit test: replay_test draws trees with alerts.
#include "cli/tree_marks.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

constexpr size_t kAlertsPerProcess = 20;

}  // namespace

// One question for all processes of the tree.
absl::StatusOr<TreeMarks> ReadTreeMarks(StoreReader& store, const ProcessTree& tree) {
  TreeMarks marks;
  std::string ids;
  const auto add = [&ids](const StoredProcess& process) {
    absl::StrAppend(&ids, ids.empty() ? "" : ",", static_cast<int64_t>(process.exec_id));
  };
  for (const StoredProcess& process : tree.ancestors) add(process);
  std::vector<const TreeNode*> open = {&tree.root};
  while (!open.empty()) {
    const TreeNode* node = open.back();
    open.pop_back();
    add(node->process);
    for (const TreeNode& child : node->children) open.push_back(&child);
  }
  const auto end = store.Query(
      absl::StrCat("SELECT exec_id, id, priority, rule FROM alerts WHERE exec_id IN (", ids,
                   ") ORDER BY alert"),
      {}, [](absl::Span<const std::string>) {},
      [&marks](absl::Span<const SqlValue> row) {
        auto& of_process = marks[static_cast<uint64_t>(row[0].integer)];
        if (of_process.size() < kAlertsPerProcess) {
          of_process.push_back(absl::StrCat(row[1].bytes, " ", row[2].bytes, " ", row[3].bytes));
        }
        return true;
      });
  if (!end.ok()) return end.status();
  return marks;
}

}  // namespace vedette
