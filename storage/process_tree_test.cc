// SPDX-License-Identifier: Apache-2.0
#include "storage/process_tree.h"

#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "storage/store_file.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

class ProcessTreeTest : public ::testing::Test {
 protected:
  ProcessTreeTest() { EXPECT_TRUE(EnsureTables(db_.get()).ok()); }

  struct Row {
    uint64_t id, parent, previous, next;
    bool from_fork;
  };
  void Add(std::initializer_list<Row> rows) {
    for (const Row& row : rows) {
      EXPECT_TRUE(Execute(db_.get(),
                          absl::StrCat("INSERT INTO process_rows (run, exec_id, parent_exec_id,"
                                       " previous_exec_id, next_exec_id, from_fork, start_ns, pid)"
                                       " VALUES (1, ",
                                       row.id, ", nullif(", row.parent, ", 0), nullif(",
                                       row.previous, ", 0), nullif(", row.next, ", 0), ",
                                       row.from_fork, ", ", row.id, ", ", row.id, ")"))
                      .ok());
    }
  }
  ProcessTree Read(uint64_t exec_id, TreeLimits limits = {}) {
    return ValueOrDie(ReadProcessTree(db_.get(), exec_id, limits));
  }
  // "(1 2 (3 4))"; + before the later program of the node above, ... where some are left out.
  static std::string Show(const TreeNode& node) {
    std::string text = absl::StrCat(node.after_exec ? "+" : "", node.process.exec_id);
    for (const TreeNode& child : node.children) absl::StrAppend(&text, " ", Show(child));
    if (node.more_children) absl::StrAppend(&text, " ...");
    return node.children.empty() ? text : absl::StrCat("(", text, ")");
  }
  static std::string Ancestors(const ProcessTree& tree) {
    return absl::StrJoin(tree.ancestors, " ", [](std::string* to, const StoredProcess& process) {
      absl::StrAppend(to, process.exec_id);
    });
  }

  const Database db_ =
      ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
};

TEST_F(ProcessTreeTest, AncestorsAndDescendants) {
  Add({{1, 0, 0, 0, false},
       {2, 1, 0, 0, false},
       {3, 2, 0, 0, false},
       {4, 3, 0, 0, true},
       {5, 3, 0, 0, true}});
  const ProcessTree tree = Read(3);
  EXPECT_EQ(Ancestors(tree), "2 1");
  EXPECT_EQ(Show(tree.root), "(3 4 5)");
  EXPECT_TRUE(tree.complete);
  EXPECT_EQ(Show(Read(1).root), "(1 (2 (3 4 5)))");
}

TEST_F(ProcessTreeTest, ForkAndExecAreOneNode) {
  // 1 forks 2, which forks 4 and then becomes 3, which forks 5.
  Add({{1, 0, 0, 0, false},
       {2, 1, 0, 3, true},
       {3, 1, 2, 0, false},
       {4, 2, 0, 0, true},
       {5, 3, 0, 0, true}});
  EXPECT_EQ(Show(Read(1).root), "(1 (3 4 5))");
  EXPECT_EQ(Ancestors(Read(3)), "1");
}

TEST_F(ProcessTreeTest, ExecOfAnotherProgramHangsBelowTheFirst) {
  // sh -c 'exec nginx': 1 forks 2, which becomes 3 (sh), which becomes 4 (nginx).
  Add({{1, 0, 0, 0, false}, {2, 1, 0, 3, true}, {3, 1, 2, 4, false}, {4, 1, 3, 0, false}});
  EXPECT_EQ(Show(Read(1).root), "(1 (3 +4))");
  const ProcessTree tree = Read(4);
  EXPECT_EQ(Ancestors(tree), "3 1");
  EXPECT_TRUE(tree.root.after_exec);
}

TEST_F(ProcessTreeTest, ForkedProgramThatIsAskedForShowsWhatItBecame) {
  Add({{1, 0, 0, 0, false}, {2, 1, 0, 3, true}, {3, 1, 2, 0, false}});
  EXPECT_EQ(Show(Read(2).root), "(2 +3)");
}

TEST_F(ProcessTreeTest, MissingParentIsSaid) {
  Add({{7, 6, 0, 0, false}});
  EXPECT_FALSE(Read(7).complete);
  EXPECT_TRUE(Read(7).more_above);
  EXPECT_EQ(ReadProcessTree(db_.get(), 9, {}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ProcessTreeTest, MoreWasSaidToBeAboveTheFirstProcess) {
  Add({{1, 99, 0, 0, false}, {5, 1, 0, 0, false}, {6, 5, 0, 0, false}});
  EXPECT_FALSE(Read(5).more_above);
  EXPECT_TRUE(Read(5).complete);
  const ProcessTree cut_below = Read(5, {.depth_max = 0});
  EXPECT_FALSE(cut_below.more_above);
  EXPECT_FALSE(cut_below.complete);
}

TEST_F(ProcessTreeTest, CyclesEnd) {
  Add({{1, 3, 0, 0, false}, {2, 1, 0, 0, false}, {3, 2, 0, 0, false}, {4, 4, 4, 4, true}});
  EXPECT_EQ(Ancestors(Read(1)), "3 2");
  EXPECT_FALSE(Read(1).complete);
  EXPECT_EQ(Show(Read(4).root), "4");
}

TEST_F(ProcessTreeTest, LimitsHold) {
  std::string chain = "INSERT INTO process_rows (run, exec_id, parent_exec_id) VALUES (1, 1, NULL)";
  for (int i = 2; i <= 1000; ++i) absl::StrAppend(&chain, ", (1, ", i, ", ", i - 1, ")");
  ASSERT_TRUE(Execute(db_.get(), chain).ok());
  const ProcessTree deep = Read(1, {.depth_max = 100'000});
  EXPECT_EQ(CountNodes(deep.root), 257u);
  EXPECT_FALSE(deep.complete);
  EXPECT_EQ(Read(1000).ancestors.size(), 64u);
  EXPECT_EQ(CountNodes(Read(1, {.nodes_max = 10}).root), 10u);
  for (int i = 2000; i < 2100; ++i) {
    ASSERT_TRUE(
        Execute(db_.get(), absl::StrCat("INSERT INTO process_rows (run, exec_id, parent_exec_id)"
                                        " VALUES (1, ",
                                        i, ", 1000)"))
            .ok());
  }
  EXPECT_EQ(Read(1000).root.children.size(), 100u);
  const ProcessTree wide = Read(1000, {.nodes_max = 10});
  EXPECT_EQ(CountNodes(wide.root), 10u);
  EXPECT_TRUE(wide.root.more_children);
  EXPECT_FALSE(wide.complete);
}

TEST_F(ProcessTreeTest, NamesOfUsers) {
  Add({{1, 0, 0, 0, false}});
  ASSERT_TRUE(Execute(db_.get(),
                      "INSERT INTO users VALUES (33, 'www-data');"
                      "UPDATE process_rows SET uid = 33")
                  .ok());
  EXPECT_EQ(Read(1).root.process.user, "www-data");
}

}  // namespace
}  // namespace vedette
