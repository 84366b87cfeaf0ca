// SPDX-License-Identifier: Apache-2.0
#include "cli/path_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "rules/lang/text_match.h"

namespace vedette {
namespace {

using testing::ElementsAre;

struct Case {
  const char *path, *pattern;
};
constexpr Case kCases[] = {
    {"/etc/passwd", "/etc/passwd"},
    {"/proc/4431/status", "/proc/*/status"},
    {"/proc/7/status", "/proc/*/status"},
    {"/usr/lib/x86_64-linux-gnu/libX11.so.6", "/usr/lib/x86_64-linux-gnu/libX11.so.6"},
    {"/opt/app-1.4.2/data", "/opt/app-1.4.2/data"},
    {"/var/log/app-20240501.log", "/var/log/app-*.log"},
    {"/srv/0f8fad5b-d9cb-469f-a165-70867728950e/x", "/srv/*/x"},
    {"/tmp/php8f3kQz", "/tmp/*"},
    {"/tmp/session.aB3dE9", "/tmp/session.*"},
    {"/tmp/backup", "/tmp/backup"},
    {"/srv/session.aB3dE9", "/srv/session.aB3dE9"},
    {"/srv/it's \"odd\"[1]\n", "/srv/it?s ?odd??1??"},
};

TEST(GeneralisePath, ReplacesWhatDiffersEachTime) {
  for (const Case& one : kCases) {
    const std::string pattern = GeneralisePath(one.path);
    EXPECT_EQ(pattern, one.pattern) << one.path;
    EXPECT_TRUE(pattern == one.path || MatchGlob(pattern, one.path)) << one.path;
    EXPECT_EQ(IsPattern(pattern), pattern != one.path) << one.path;
  }
}

TEST(FoldFolders, AFolderStandsForManyButNeverTheWholeSystem) {
  std::set<std::string> many = {"/var/lib/app/state"};
  for (int i = 0; i < 9; ++i) {
    many.insert(absl::StrCat("/var/lib/app/db/", std::string(1, static_cast<char>('a' + i))));
    many.insert(absl::StrCat("/etc/", std::string(1, static_cast<char>('a' + i))));
  }
  const std::set<std::string> folded = FoldFolders(many);
  EXPECT_EQ(folded.count("/var/lib/app/db/*"), 1u);
  EXPECT_EQ(folded.count("/var/lib/app/state"), 1u);
  EXPECT_EQ(folded.count("/etc/a"), 1u);
  EXPECT_EQ(folded.size(), 11u);
  EXPECT_THAT(FoldFolders({"/a/b"}), ElementsAre("/a/b"));
}

}  // namespace
}  // namespace vedette
