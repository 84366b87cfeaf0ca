// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/aliases.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/temporary_directory.h"

namespace vedette {
namespace {

class AliasesTest : public ::testing::Test {
 protected:
  void Make(const std::string& name) { std::ofstream(folder_.File(name)) << name; }

  // By path.
  static std::map<std::string, enforce_object> ByPath(const std::vector<Alias>& aliases) {
    std::map<std::string, enforce_object> map;
    for (const auto& [object, alias] : aliases) {
      map.emplace(std::string(reinterpret_cast<const char*>(alias.path), alias.size), object);
    }
    return map;
  }

  const TemporaryDirectory folder_;
};

TEST_F(AliasesTest, AFileAndTheDirectoryItLiesIn) {
  Make("secret");
  const auto found = ByPath(FindAliases({{folder_.File("secret")}}));
  ASSERT_EQ(found.size(), 2U);
  struct stat status = {};
  ASSERT_EQ(stat(folder_.File("secret").c_str(), &status), 0);
  EXPECT_EQ(found.at(folder_.File("secret")).ino, status.st_ino);
  EXPECT_EQ(found.at(folder_.File("secret")).dev, status.st_dev);
}

TEST_F(AliasesTest, WhatIsNotThereYetIsKnownByItsDirectory) {
  const auto found = ByPath(FindAliases({{folder_.File("later")}}));
  EXPECT_EQ(found.size(), 1U);
  EXPECT_EQ(FindAliases({{"/nowhere/at/all"}}).size(), 0U);
}

TEST_F(AliasesTest, BelowADirectoryThoseThatHaveFurtherNames) {
  std::filesystem::create_directory(folder_.File("kept"));
  Make("kept/one");
  Make("kept/two");
  ASSERT_EQ(link(folder_.File("kept/two").c_str(), folder_.File("elsewhere").c_str()), 0);
  const auto found = ByPath(FindAliases({{folder_.File("kept/")}}));
  EXPECT_EQ(found.count(folder_.File("kept")), 1U);
  EXPECT_EQ(found.count(folder_.File("kept/two")), 1U);
  EXPECT_EQ(found.count(folder_.File("kept/one")), 0U) << "its path alone leads to it";
}

TEST_F(AliasesTest, TheLimitHolds) {
  std::vector<std::string> paths;
  for (int i = 0; i < 20; ++i) {
    Make(std::to_string(i));
    paths.push_back(folder_.File(std::to_string(i)));
  }
  EXPECT_EQ(FindAliases(paths, 5).size(), 5U);
  EXPECT_EQ(FindAliases({{"/" + std::string(300, 'x')}}).size(), 1U) << "the root it lies in";
}

}  // namespace
}  // namespace vedette
