// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_directory.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class RulePathsTest : public testing::Test {
 protected:
  std::string Make(const std::string& name) {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "\n";
    return path.string();
  }
  std::string At(const std::string& name) const { return (root_ / name).string(); }

  const TemporaryDirectory folder_;
  const fs::path root_ = folder_.path();
};

TEST_F(RulePathsTest, OfAnInstalledProgram) {
  Make("share/vedette/rules/network/rare.yaml");
  EXPECT_EQ(ShippedRules(At("bin/vedette")), At("share/vedette/rules"));
}

TEST_F(RulePathsTest, OfAProgramInABuildTree) {
  Make("rules/packs/base/base.yaml");
  EXPECT_EQ(ShippedRules(At("build/dev/vedette")), "");
  Make("build/dev/CMakeCache.txt");
  EXPECT_EQ(ShippedRules(At("build/dev/vedette")), At("rules/packs"));
}

TEST_F(RulePathsTest, TheCommandLineComesFirst) {
  const Config config;
  const std::string mine = Make("my.yaml");
  const auto paths = ChooseRulePaths({mine}, config, At("bin/vedette"));
  ASSERT_TRUE(paths.ok());
  EXPECT_THAT(*paths, ElementsAre(mine));
}

TEST_F(RulePathsTest, WhatIsNotThereIsSaidWithWhoNamesIt) {
  const auto given = ChooseRulePaths({At("none")}, Config(), At("bin/vedette"));
  EXPECT_THAT(std::string(given.status().message()), HasSubstr("none, which is named by --rules"));
  Config config;
  config.rules = {At("none")};
  const auto configured = ChooseRulePaths({}, config, At("bin/vedette"));
  EXPECT_THAT(std::string(configured.status().message()), HasSubstr("in the configuration"));
}

TEST_F(RulePathsTest, ThenTheConfiguration) {
  Make("share/vedette/rules/a.yaml");
  Config config;
  const std::string first = Make("first.yaml"), last = Make("last/b.yaml");
  config.rules = {first, "shipped", last};
  const auto paths = ChooseRulePaths({}, config, At("bin/vedette"));
  ASSERT_TRUE(paths.ok());
  EXPECT_THAT(*paths, ElementsAre(first, At("share/vedette/rules"), last));
}

TEST_F(RulePathsTest, MissingShippedRulesAreSaidWithTheWayOut) {
  const auto paths = ChooseRulePaths({}, Config(), At("bin/vedette"));
  EXPECT_TRUE(absl::IsNotFound(paths.status()));
  EXPECT_THAT(std::string(paths.status().message()), testing::HasSubstr("--rules PATH"));
}

}  // namespace
}  // namespace vedette
