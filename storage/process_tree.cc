// SPDX-License-Identifier: Apache-2.0
#include "storage/process_tree.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/database.h"

namespace vedette {
namespace {

constexpr size_t kDepthMax = 256;  // Nodes are destroyed by recursion.

constexpr absl::string_view kColumns =
    "p.exec_id, p.parent_exec_id, p.previous_exec_id, p.next_exec_id, p.pid, p.ppid, p.uid, "
    "u.name, p.name,"
    " p.exe_path, p.args, p.cwd, p.cgroup, p.from_fork, p.start_ns, p.exec_ns, p.end_ns, "
    "p.exit_status,"
    " p.exit_signal FROM processes AS p LEFT JOIN users AS u ON u.uid = p.uid ";

std::optional<int64_t> Optional(sqlite3_stmt* row, int column) {
  if (sqlite3_column_type(row, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_int64(row, column);
}

std::optional<absl::Time> OptionalTime(sqlite3_stmt* row, int column) {
  const std::optional<int64_t> ns = Optional(row, column);
  if (!ns.has_value()) return std::nullopt;
  return absl::FromUnixNanos(*ns);
}

std::string Text(sqlite3_stmt* row, int column) { return std::string(ColumnBytes(row, column)); }

StoredProcess FromRow(sqlite3_stmt* row) {
  StoredProcess process;
  process.exec_id = ColumnNumber(row, 0);
  process.parent_exec_id = ColumnNumber(row, 1);
  process.previous_exec_id = ColumnNumber(row, 2);
  process.next_exec_id = ColumnNumber(row, 3);
  process.pid = sqlite3_column_int64(row, 4);
  process.ppid = sqlite3_column_int64(row, 5);
  process.uid = Optional(row, 6).value_or(-1);
  process.user = Text(row, 7);
  process.name = Text(row, 8);
  process.exe_path = Text(row, 9);
  process.args = Text(row, 10);
  process.cwd = Text(row, 11);
  process.cgroup = Text(row, 12);
  process.from_fork = sqlite3_column_int(row, 13) != 0;
  process.start = OptionalTime(row, 14);
  process.exec = OptionalTime(row, 15);
  process.end = OptionalTime(row, 16);
  process.exit_status = Optional(row, 17);
  process.exit_signal = Optional(row, 18);
  return process;
}

// Only a fork, and then another program in the same process.
bool WasOnlyForked(const StoredProcess& process) {
  return process.from_fork && process.next_exec_id != 0;
}

// The parent of processes 1 and 2 is the kernel, which is in no table.
constexpr int64_t kKernelChildren = 2;

class TreeReader {
 public:
  static absl::StatusOr<TreeReader> Create(sqlite3* db, const TreeLimits& limits) {
    TreeReader reader;
    reader.db_ = db;
    reader.limits_ = limits;
    reader.limits_.depth_max = std::min(limits.depth_max, kDepthMax);
    ASSIGN_OR_RETURN(reader.find_,
                     Prepare(db, absl::StrCat("SELECT ", kColumns, "WHERE p.exec_id = ?1")));
    // Not those that are reached as the later program of another row.
    ASSIGN_OR_RETURN(reader.children_,
                     Prepare(db, absl::StrCat("SELECT ", kColumns,
                                              "WHERE p.parent_exec_id = ?1 AND NOT EXISTS ("
                                              " SELECT 1 FROM processes AS before"
                                              " WHERE before.exec_id = p.previous_exec_id"
                                              "   AND before.next_exec_id = p.exec_id)"
                                              " ORDER BY p.start_ns, p.exec_id")));
    return reader;
  }

  absl::StatusOr<ProcessTree> Read(uint64_t exec_id) {
    ProcessTree tree;
    ASSIGN_OR_RETURN(std::optional<StoredProcess> self, Find(exec_id));
    if (!self.has_value()) {
      return absl::NotFoundError(absl::StrCat("the store knows no process with exec_id ", exec_id));
    }
    tree.root.process = *std::move(self);
    seen_.insert(exec_id);
    RETURN_IF_ERROR(Ascend(tree));
    tree.more_above = cut_;
    nodes_ = 1;
    RETURN_IF_ERROR(Descend(tree.root, /*forked=*/0, /*depth=*/0));
    tree.complete = !cut_;
    return tree;
  }

 private:
  absl::StatusOr<std::optional<StoredProcess>> Find(uint64_t exec_id) {
    if (exec_id == 0) return std::nullopt;
    BindNumber(find_.get(), 1, exec_id);
    const int rc = sqlite3_step(find_.get());
    std::optional<StoredProcess> found;
    if (rc == SQLITE_ROW) found = FromRow(find_.get());
    sqlite3_reset(find_.get());
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) return SqliteError(db_, rc, "process");
    return found;
  }

  // The program that the process ran before, unless it was only forked; else the parent.
  absl::StatusOr<std::optional<StoredProcess>> Above(const StoredProcess& process,
                                                     bool& after_exec) {
    ASSIGN_OR_RETURN(std::optional<StoredProcess> before, Find(process.previous_exec_id));
    after_exec = before.has_value() && !WasOnlyForked(*before);
    if (after_exec) return before;
    uint64_t parent = process.parent_exec_id;
    if (parent == 0 && before.has_value()) parent = before->parent_exec_id;
    ASSIGN_OR_RETURN(std::optional<StoredProcess> above, Find(parent));
    if (parent != 0 && !above.has_value() && process.pid > kKernelChildren) cut_ = true;
    return above;
  }

  absl::Status Ascend(ProcessTree& tree) {
    ASSIGN_OR_RETURN(std::optional<StoredProcess> above,
                     Above(tree.root.process, tree.root.after_exec));
    while (above.has_value()) {
      if (tree.ancestors.size() == limits_.ancestors_max || !seen_.insert(above->exec_id).second) {
        cut_ = true;
        return absl::OkStatus();
      }
      tree.ancestors.push_back(*std::move(above));
      bool after_exec;
      ASSIGN_OR_RETURN(above, Above(tree.ancestors.back(), after_exec));
    }
    return absl::OkStatus();
  }

  // Adds the rows below `exec_id` to `rows`. False: there is no room for all.
  absl::StatusOr<bool> AddChildren(uint64_t exec_id, std::vector<StoredProcess>& rows) {
    BindNumber(children_.get(), 1, exec_id);
    int rc;
    bool room = true;
    while ((rc = sqlite3_step(children_.get())) == SQLITE_ROW) {
      room = nodes_ + rows.size() < limits_.nodes_max;
      if (!room) break;
      rows.push_back(FromRow(children_.get()));
    }
    sqlite3_reset(children_.get());
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) return SqliteError(db_, rc, "children");
    return room;
  }

  // `forked`: the identity before the node's first program; 0 if none.
  absl::Status Descend(TreeNode& node, uint64_t forked, size_t depth) {
    std::vector<StoredProcess> rows;
    bool room = true;
    if (forked != 0) {
      ASSIGN_OR_RETURN(room, AddChildren(forked, rows));
    }
    if (room) {
      ASSIGN_OR_RETURN(room, AddChildren(node.process.exec_id, rows));
    }
    ASSIGN_OR_RETURN(std::optional<StoredProcess> next, Find(node.process.next_exec_id));
    if (next.has_value()) rows.insert(rows.begin(), *std::move(next));
    if (depth == limits_.depth_max && !rows.empty()) {
      rows.clear();
      room = false;
    }
    for (StoredProcess& row : rows) {
      if (nodes_ >= limits_.nodes_max) {
        room = false;
        break;
      }
      RETURN_IF_ERROR(AddNode(node, std::move(row), depth));
    }
    node.more_children = !room;
    if (!room) cut_ = true;
    return absl::OkStatus();
  }

  absl::Status AddNode(TreeNode& above, StoredProcess row, size_t depth) {
    if (!seen_.insert(row.exec_id).second) return absl::OkStatus();  // A cycle.
    const bool after_exec = row.exec_id == above.process.next_exec_id;
    uint64_t forked = 0;
    if (WasOnlyForked(row)) {
      ASSIGN_OR_RETURN(std::optional<StoredProcess> next, Find(row.next_exec_id));
      if (next.has_value() && seen_.insert(next->exec_id).second) {
        forked = row.exec_id;
        row = *std::move(next);
      }
    }
    ++nodes_;
    TreeNode& node = above.children.emplace_back();
    node.process = std::move(row);
    node.after_exec = after_exec;
    return Descend(node, forked, depth + 1);
  }

  sqlite3* db_ = nullptr;
  TreeLimits limits_;
  Statement find_, children_;
  absl::flat_hash_set<uint64_t> seen_;
  size_t nodes_ = 0;
  bool cut_ = false;
};

}  // namespace

absl::StatusOr<ProcessTree> ReadProcessTree(sqlite3* db, uint64_t exec_id,
                                            const TreeLimits& limits) {
  ASSIGN_OR_RETURN(TreeReader reader, TreeReader::Create(db, limits));
  return reader.Read(exec_id);
}

size_t CountNodes(const TreeNode& at) {
  size_t count = 1;
  for (const TreeNode& child : at.children) count += CountNodes(child);
  return count;
}

}  // namespace vedette
