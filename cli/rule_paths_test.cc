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
using testing::IsEmpty;

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
  Make("share/vedette/rules/base/base.yml");
  Make("share/vedette/rules/base/README.md");
  Make("share/vedette/rules/empty/README.md");
  EXPECT_THAT(ShippedRuleFolders(At("bin/vedette")),
              ElementsAre(At("share/vedette/rules/base"), At("share/vedette/rules/network")));
}

TEST_F(RulePathsTest, OfAProgramInABuildTree) {
  Make("rules/packs/base/base.yaml");
  EXPECT_THAT(ShippedRuleFolders(At("build/dev/vedette")), IsEmpty());
  Make("build/dev/CMakeCache.txt");
  EXPECT_THAT(ShippedRuleFolders(At("build/dev/vedette")), ElementsAre(At("rules/packs/base")));
}

TEST_F(RulePathsTest, TheCommandLineComesFirst) {
  const Config config;
  const auto paths = ChooseRulePaths({"my.yaml"}, config, At("bin/vedette"));
  ASSERT_TRUE(paths.ok());
  EXPECT_THAT(*paths, ElementsAre("my.yaml"));
}

TEST_F(RulePathsTest, ThenTheConfiguration) {
  Make("share/vedette/rules/a.yaml");
  Config config;
  config.rules = {"first.yaml", "shipped", "last"};
  const auto paths = ChooseRulePaths({}, config, At("bin/vedette"));
  ASSERT_TRUE(paths.ok());
  EXPECT_THAT(*paths, ElementsAre("first.yaml", At("share/vedette/rules"), "last"));
}

TEST_F(RulePathsTest, MissingShippedRulesAreSaidWithTheWayOut) {
  const auto paths = ChooseRulePaths({}, Config(), At("bin/vedette"));
  EXPECT_TRUE(absl::IsNotFound(paths.status()));
  EXPECT_THAT(std::string(paths.status().message()), testing::HasSubstr("--rules PATH"));
}

}  // namespace
}  // namespace vedette
