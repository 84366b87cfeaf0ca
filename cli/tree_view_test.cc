// SPDX-License-Identifier: Apache-2.0
#include "cli/tree_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/table.h"

namespace vedette {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

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
      │  ⚠ 5d1e Critical Read of a password file
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

TEST(DrawTree, ArgumentsGiveWayToTheEnd) {
  ProcessTree tree;
  tree.root.process = MakeProcess(3, "cat", absl::StrCat("cat ", std::string(100, 'x')));
  tree.root.process.end = *tree.root.process.exec + absl::Milliseconds(1500);
  tree.root.process.exit_status = 0;
  EXPECT_EQ(DrawTree(tree, {}, Style({.columns = 60})),
            "cat(30) root 12:00:00 cat xxxxxxxxx~ [exit 0 after 1.5s] <--\n");
}

TEST(DrawTree, SaysWhereMoreIs) {
  ProcessTree tree;
  tree.root.process = MakeProcess(3, "bash", "-bash");
  tree.root.process.end = *tree.root.process.exec + absl::Microseconds(5);
  tree.root.process.exit_status = 0;
  tree.more_above = true;
  EXPECT_EQ(DrawTree(tree, {}, Style({})),
            "... more above\nbash(30) root 12:00:00 -bash [exit 0 after less than 1ms] <--\n");
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

ProcessTree WithLongCommand() {
  ProcessTree tree;
  tree.root.process = MakeProcess(1, "a", std::string(3000, 'y'));
  return tree;
}

size_t LongestLine(const std::string& text) {
  size_t longest = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    longest = std::max(longest, DisplayWidth(line));
  }
  return longest;
}

TEST(DrawTree, LinesThatGoToAFileWereOfAnyLength) {
  const std::string text =
      DrawTree(WithLongCommand(), {{1, {std::string(500, 'r')}}}, Style({.utf8 = true}));
  EXPECT_EQ(LongestLine(text), 200u);
  EXPECT_THAT(text, HasSubstr("yyy… <--\n⚠ rrr"));
  EXPECT_THAT(text, EndsWith("rrr…\n"));
}

TEST(DrawTree, WholeLinesOnRequest) {
  TreeStyle style = Style({.columns = 80});
  style.full = true;
  EXPECT_THAT(DrawTree(WithLongCommand(), {}, style), HasSubstr(std::string(3000, 'y') + " <--"));
}

TEST(DrawTree, DeepTreesFitTheTerminal) {
  ProcessTree tree;
  for (uint64_t i = 60; i >= 2; --i) tree.ancestors.push_back(MakeProcess(i, "sh", "sh"));
  tree.root.process = MakeProcess(1, "a", "a");
  tree.root.children = {MakeNode(MakeProcess(70, "last", "last"))};
  const std::string text = DrawTree(tree, {}, Style({.columns = 60, .utf8 = true}));
  EXPECT_LE(LongestLine(text), 60u);
  EXPECT_THAT(text, HasSubstr("└─ a(10) root 12:00:00 a <--\n"));
  EXPECT_THAT(text, HasSubstr("└─ last(700) root 12:00:00 last\n"));
}

}  // namespace
}  // namespace vedette
