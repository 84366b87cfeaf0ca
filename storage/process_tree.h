// SPDX-License-Identifier: Apache-2.0
//
// A process with its ancestors and descendants, out of the table `processes`.
#ifndef VEDETTE_STORAGE_PROCESS_TREE_H_
#define VEDETTE_STORAGE_PROCESS_TREE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct sqlite3;

namespace vedette {

// A row of `processes`: one program that ran in a process. What is not known is empty or 0.
struct StoredProcess {
  uint64_t exec_id = 0, parent_exec_id = 0, previous_exec_id = 0, next_exec_id = 0;
  int64_t pid = 0, ppid = 0;
  int64_t uid = -1;
  std::string user;  // Name of `uid`, if the store knows it.
  std::string name, exe_path, args, cwd, cgroup;
  bool from_fork = false;  // It ran its creator's program.
  std::optional<absl::Time> start, exec, end;
  std::optional<int64_t> exit_status, exit_signal;  // Neither: it runs, or went on as next_exec_id.
};

struct TreeNode {
  StoredProcess process;
  bool after_exec = false;  // The same process as the node above, which ran another program before.
  bool more_children = false;      // Some are left out: a limit was reached.
  std::vector<TreeNode> children;  // By their time.
};

struct TreeLimits {
  size_t ancestors_max = 64;
  size_t depth_max = 64;  // Of descendants. At most 256.
  size_t nodes_max = 10'000;
};

// A process that was only forked and then ran another program is one node with that program: what
// it forked in between hangs there.
struct ProcessTree {
  std::vector<StoredProcess> ancestors;  // The parent first.
  TreeNode root;                         // The process that was asked for.
  bool more_above = false;  // Above the last ancestor: a limit was reached, or a row is missing.
  bool complete = true;     // False: that, or descendants are left out.
};

// kNotFound if there is no such row. Cycles, which a damaged file can have, are cut.
absl::StatusOr<ProcessTree> ReadProcessTree(sqlite3* db, uint64_t exec_id,
                                            const TreeLimits& limits);

// With `at` itself.
size_t CountNodes(const TreeNode& at);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_PROCESS_TREE_H_
