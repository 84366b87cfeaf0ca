// SPDX-License-Identifier: Apache-2.0
#include "cli/file_watch.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_directory.h"

namespace vedette {
namespace {

void Write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

TEST(FileWatch, SeesWhatIsChangedAddedAndRemovedOnce) {
  const TemporaryDirectory folder;
  Write(folder.File("a.yaml"), "1");
  FileWatch watch({folder.File("a.yaml"), folder.File("rules")});
  EXPECT_FALSE(watch.Changed());
  Write(folder.File("a.yaml"), "22");
  EXPECT_TRUE(watch.Changed());
  EXPECT_FALSE(watch.Changed());
  std::filesystem::create_directory(folder.File("rules"));
  EXPECT_TRUE(watch.Changed());
  Write(folder.File("rules/b.yaml"), "1");
  EXPECT_TRUE(watch.Changed());
  EXPECT_FALSE(watch.Changed());
  std::filesystem::remove(folder.File("rules/b.yaml"));
  EXPECT_TRUE(watch.Changed());
}

// The kubelet makes a new folder and moves the link `..data` to it.
TEST(FileWatch, SeesAConfigMapBeingSwapped) {
  const TemporaryDirectory folder;
  for (const char* version : {"..1", "..2"}) {
    std::filesystem::create_directory(folder.File(version));
    Write(folder.File(std::string(version) + "/rules.yaml"), "same");
  }
  std::filesystem::create_symlink("..1", folder.File("..data"));
  std::filesystem::create_symlink("..data/rules.yaml", folder.File("rules.yaml"));
  FileWatch watch({folder.File("rules.yaml")});
  EXPECT_FALSE(watch.Changed());
  std::filesystem::create_symlink("..2", folder.File("..next"));
  std::filesystem::rename(folder.File("..next"), folder.File("..data"));
  EXPECT_TRUE(watch.Changed());
  EXPECT_FALSE(watch.Changed());
}

}  // namespace
}  // namespace vedette
