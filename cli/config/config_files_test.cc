// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/config/config.h"
#include "cli/config/config_files.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConfigFilesTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(folder_.File(name)).parent_path());
    ASSERT_TRUE(WriteFileAtomically(folder_.File(name), text).ok());
  }
  Config Load() {
    const auto config = LoadConfig(folder_.File("vedette.yaml"));
    EXPECT_TRUE(config.ok()) << config.status();
    return config.value_or(Config{});
  }

  const TemporaryDirectory folder_;
};

TEST_F(ConfigFilesTest, AdditionsReplaceValuesAndAddToLists) {
  Write("vedette.yaml",
        "rules: [/a]\nstore: {path: /s, age_max: 1d}\nrecording: {one: evt.num > 1}\n"
        "sinks:\n  - type: console\n");
  Write("conf.d/20-b.yaml", "rules: [/c]\nstore: {age_max: 3d}\n");
  Write("conf.d/10-a.yaml",
        "rules: [/b]\nstore: {age_max: 2d}\nrecording: {two: evt.num > 2}\n"
        "sinks:\n  - {type: file, path: /alerts}\n");
  Write("conf.d/.hidden.yaml", "rules: [/hidden]\n");
  Write("conf.d/30.yaml~", "rules: [/old]\n");
  const Config config = Load();
  EXPECT_THAT(config.rules, ElementsAre("/a", "/b", "/c"));
  EXPECT_EQ(config.store.path, "/s");
  EXPECT_EQ(config.store.age_max, absl::Hours(3 * 24));
  EXPECT_EQ(config.recording.size(), 2U);
  ASSERT_EQ(config.sinks.size(), 2U);
  EXPECT_EQ(config.sinks[1].type, "file");
}

TEST_F(ConfigFilesTest, AdditionsAddToWhatIsBuiltIn) {
  Write("conf.d/a.yaml", "rules: [/mine]\n");
  const auto sources = ReadConfigFiles(folder_.File("vedette.yaml"), false);
  ASSERT_TRUE(sources.ok()) << sources.status();
  const auto config = ParseConfig(*sources, ProcessEnvironment());
  ASSERT_TRUE(config.ok()) << config.status();
  std::vector<std::string> expected = Config{}.rules;
  expected.emplace_back("/mine");
  EXPECT_EQ(config->rules, expected);
  EXPECT_FALSE(ReadConfigFiles(folder_.File("vedette.yaml"), true).ok());
}

TEST_F(ConfigFilesTest, AMistakeInAnAdditionIsFoundThere) {
  Write("vedette.yaml", "sinks: [{type: console}]\n");
  Write("conf.d/a.yaml", "\nsinks: [{type: console}]\n");
  const auto config = LoadConfig(folder_.File("vedette.yaml"));
  EXPECT_THAT(std::string(config.status().message()),
              testing::AllOf(HasSubstr("conf.d/a.yaml:2:"), HasSubstr("two sinks are called")));
}

}  // namespace
}  // namespace vedette
