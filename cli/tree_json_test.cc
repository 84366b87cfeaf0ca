// SPDX-License-Identifier: Apache-2.0
#include "cli/tree_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vedette {
namespace {

TEST(TreeJson, AncestorsDescendantsAndWhatAlerted) {
  ProcessTree tree;
  tree.ancestors.emplace_back().name = "systemd";
  tree.root.process.exec_id = 0xab;
  tree.root.process.pid = 7;
  tree.root.process.name = "ca\x1b\"t";
  tree.root.process.start = absl::FromUnixSeconds(1'700'000'000);
  TreeNode& child = tree.root.children.emplace_back();
  child.process.exit_status = 3;
  child.after_exec = true;
  tree.complete = false;
  const auto json = nlohmann::json::parse(TreeJson(tree, {{0xab, {"0011 Critical Read"}}}));
  EXPECT_EQ(json["ancestors"][0]["name"], "systemd");
  EXPECT_FALSE(json["ancestors"][0].contains("children"));
  const auto& root = json["tree"];
  EXPECT_EQ(root["exec_id"], "00000000000000ab");
  EXPECT_EQ(root["name"], "ca\x1b\"t");
  EXPECT_EQ(root["created"], "2023-11-14T22:13:20.000Z");
  EXPECT_TRUE(root["uid"].is_null());
  EXPECT_EQ(root["alerts"][0], "0011 Critical Read");
  EXPECT_EQ(root["children"][0]["exit_status"], 3);
  EXPECT_EQ(root["children"][0]["after_exec"], true);
  EXPECT_EQ(json["complete"], false);
}

}  // namespace
}  // namespace vedette
