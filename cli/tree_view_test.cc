// SPDX-License-Identifier: Apache-2.0
#include "cli/tree_view.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

StoredProcess MakeProcess(uint64_t exec_id, std::string name, std::string args) {
  StoredProcess process;
  process.exec_id = exec_id;
  process.pid = static_cast<int64_t>(exec_id) * 10;
  process.name = std::move(name);
  process.args = std::move(args);
  process.user = "root";
  process.exec = absl::FromUnixSeconds(1'714'564'800);
  return process;
}

TreeNode MakeNode(StoredProcess process) {
  TreeNode node;
  node.process = std::move(process);
  return node;
}

ProcessTree Sample() {
  ProcessTree tree;
  tree.ancestors = {MakeProcess(2, "sshd", "sshd: root"), MakeProcess(1, "init", "/sbin/init")};
  tree.root.process = MakeProcess(3, "bash", "-bash");
  TreeNode cat = MakeNode(MakeProcess(4, "cat", "cat /etc/shadow"));
  cat.process.end = *cat.process.exec + absl::Milliseconds(1500);
  cat.process.exit_status = 1;
  TreeNode make = MakeNode(MakeProcess(5, "make", "make"));
  TreeNode cc = MakeNode(MakeProcess(6, "cc", "cc\x1b[2J -c a.c"));
  cc.process.exit_signal = 9;
  make.children = {cc};
  make.more_children = true;
  tree.root.children = {cat, make};
  return tree;
}

TreeStyle Style(Screen screen) { return {.screen = screen, .zone = absl::UTCTimeZone()}; }

TEST(DrawTree, WithBoxes) {
  EXPECT_EQ(
      DrawTree(Sample(), {{4, {"5d1e Critical Read of a password file"}}}, Style({.utf8 = true})),
      R"(init(10) root 12:00:00 /sbin/init
└─ sshd(20) root 12:00:00 sshd: root
   └─ bash(30) root 12:00:00 -bash <--
      ├─ cat(40) root 12:00:00 cat /etc/shadow [exit 1 after 1.5s]
         ⚠ 5d1e Critical Read of a password file
      └─ make(50) root 12:00:00 make
         ├─ cc(60) root 12:00:00 cc\x1b[2J -c a.c [signal 9]
         └─ … more
)");
}

TEST(DrawTree, WithoutUtf8) {
  EXPECT_EQ(DrawTree(Sample(), {}, Style({})), R"(init(10) root 12:00:00 /sbin/init
`- sshd(20) root 12:00:00 sshd: root
   `- bash(30) root 12:00:00 -bash <--
      |- cat(40) root 12:00:00 cat /etc/shadow [exit 1 after 1.5s]
      `- make(50) root 12:00:00 make
         |- cc(60) root 12:00:00 cc\x1b[2J -c a.c [signal 9]
         `- ... more
)");
}

TEST(DrawTree, OfTheOldestProcess) {
  ProcessTree tree;
  tree.root.process = MakeProcess(1, "init", "/sbin/init");
  tree.root.children = {MakeNode(MakeProcess(2, "sh", "sh"))};
  tree.root.children[0].after_exec = true;
  EXPECT_EQ(DrawTree(tree, {}, Style({})),
            "init(10) root 12:00:00 /sbin/init <--\n`- exec sh(20) root 12:00:00 sh\n");
}

TEST(DrawTree, FitsTheTerminal) {
  ProcessTree tree;
  tree.root.process = MakeProcess(1, "a", std::string(500, 'x'));
  EXPECT_EQ(DrawTree(tree, {}, Style({.columns = 40})),
            "a(10) root 12:00:00 xxxxxxxxxxxxxxx~ <--\n");
}

}  // namespace
}  // namespace vedette
