// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "rules/lang/load.h"

namespace vedette {
namespace {

class ReadRuleSourcesTest : public testing::Test {
 protected:
  void SetUp() override {
    const testing::TestInfo* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("rule_sources_") + info->name() + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(ReadRuleSourcesTest, AFolderGivesItsRuleFilesInAlphabeticalOrder) {
  Write("b.yml", "B");
  Write("a.yaml", "A");
  Write("c.txt", "C");
  std::filesystem::create_directories(folder_ / "d.yaml");
  const std::string last = Write("0.rules", "zero");
  const std::vector<std::string> paths = {folder_.string(), last};
  const auto sources = ReadRuleSources(paths);
  ASSERT_TRUE(sources.ok()) << sources.status();
  ASSERT_EQ(sources->size(), 3u);
  EXPECT_EQ((*sources)[0].text, "A");
  EXPECT_EQ((*sources)[1].text, "B");
  EXPECT_EQ((*sources)[2].text, "zero");
  EXPECT_EQ((*sources)[2].name, last);
}

TEST_F(ReadRuleSourcesTest, AFolderOfPacksGivesTheFilesOfItsFolders) {
  std::filesystem::create_directories(folder_ / "b" / "tests");
  std::filesystem::create_directories(folder_ / "a");
  const std::vector<std::string> files = {Write("a/2.yaml", "two"), Write("b/1.yml", "one")};
  Write("b/tests/cases.yaml", "no rules");
  Write("README.md", "no rules either");
  const auto sources = ReadRuleSources({folder_.string()});
  ASSERT_TRUE(sources.ok()) << sources.status();
  ASSERT_EQ(sources->size(), 2U);
  EXPECT_EQ((*sources)[0].name, files[0]);
  EXPECT_EQ((*sources)[1].name, files[1]);
}

TEST_F(ReadRuleSourcesTest, FoldersWithoutAnyRuleFileAreAMistake) {
  const absl::Status status = ReadRuleSources({folder_.string()}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(status.message(), testing::HasSubstr(folder_.string()));
  const std::vector<std::string> paths = {folder_.string(), Write("some.yaml", "[]")};
  std::filesystem::create_directories(folder_ / "empty");
  EXPECT_TRUE(ReadRuleSources({(folder_ / "empty").string(), paths[1]}).ok());
}

TEST_F(ReadRuleSourcesTest, WhatIsNotThereIsNamed) {
  const std::vector<std::string> paths = {(folder_ / "none.yaml").string()};
  const absl::Status status = ReadRuleSources(paths).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("none.yaml"));
}

TEST_F(ReadRuleSourcesTest, AGiantIsRefused) {
  const std::string path = Write("big.yaml", "");
  std::filesystem::resize_file(path, (16 << 20) + 1);
  const std::vector<std::string> paths = {path};
  EXPECT_EQ(ReadRuleSources(paths).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace vedette
