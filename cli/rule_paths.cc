// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_paths.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

bool HasRules(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const fs::path extension = it->path().extension();
    if (extension == ".yaml" || extension == ".yml") return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> FoldersWithRules(const std::string& folder) {
  std::vector<std::string> folders;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (HasRules(it->path())) folders.push_back(it->path().string());
  }
  std::sort(folders.begin(), folders.end());
  if (HasRules(folder)) folders.insert(folders.begin(), folder);
  return folders;
}

std::vector<std::string> ShippedRuleFolders(const std::string& executable) {
  const fs::path home = fs::path(executable).parent_path();
  std::vector<std::string> folders =
      FoldersWithRules((home.parent_path() / "share/vedette/rules").lexically_normal().string());
  std::error_code error;
  if (folders.empty() && fs::exists(home / "CMakeCache.txt", error)) {
    folders = FoldersWithRules((home.parent_path().parent_path() / "rules/packs").string());
  }
  return folders;
}

absl::StatusOr<std::vector<std::string>> ChooseRulePaths(const std::vector<std::string>& given,
                                                         const Config& config,
                                                         const std::string& executable) {
  if (!given.empty()) return given;
  std::vector<std::string> paths;
  const std::string shipped(kShippedRules);
  for (const std::string& path : RulePaths(config, shipped)) {
    if (path != shipped) {
      paths.push_back(path);
      continue;
    }
    const std::vector<std::string> folders = ShippedRuleFolders(executable);
    if (folders.empty()) {
      return absl::NotFoundError(absl::StrCat(
          "the shipped rules are not there: ", fs::path(executable).parent_path().string(),
          "/../share/vedette/rules; install Vedette with `make install`, or name rules with "
          "--rules PATH"));
    }
    paths.insert(paths.end(), folders.begin(), folders.end());
  }
  return paths;
}

std::string OwnExecutable() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).string();
}

}  // namespace vedette
