// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_paths.h"

#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

absl::Status CheckThatItIsThere(const std::string& path, absl::string_view named_by) {
  std::error_code error;
  if (fs::exists(path, error) || error) return absl::OkStatus();  // Reading says what is wrong.
  return absl::NotFoundError(
      absl::StrCat("no rule file or folder ", path, ", which is named by ", named_by));
}

}  // namespace

std::string ShippedRules(const std::string& executable) {
  const fs::path home = fs::path(executable).parent_path();
  const fs::path installed = (home.parent_path() / "share/vedette/rules").lexically_normal();
  std::error_code error;
  if (fs::is_directory(installed, error)) return installed.string();
  const fs::path sources = home.parent_path().parent_path() / "rules/packs";
  const bool in_build_tree = fs::exists(home / "CMakeCache.txt", error);
  return in_build_tree && fs::is_directory(sources, error) ? sources.string() : "";
}

absl::StatusOr<std::vector<std::string>> ChooseRulePaths(const std::vector<std::string>& given,
                                                         const Config& config,
                                                         const std::string& executable) {
  for (const std::string& path : given) RETURN_IF_ERROR(CheckThatItIsThere(path, "--rules"));
  if (!given.empty()) return given;
  std::vector<std::string> paths;
  const std::string shipped(kShippedRules);
  for (const std::string& path : RulePaths(config, shipped)) {
    if (path != shipped) {
      RETURN_IF_ERROR(CheckThatItIsThere(path, "`rules` in the configuration"));
      paths.push_back(path);
      continue;
    }
    paths.push_back(ShippedRules(executable));
    if (paths.back().empty()) {
      return absl::NotFoundError(absl::StrCat(
          "the shipped rules are not there: ", fs::path(executable).parent_path().string(),
          "/../share/vedette/rules; install Vedette with `make install`, or name rules with "
          "--rules PATH"));
    }
  }
  return paths;
}

std::string OwnExecutable() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).string();
}

}  // namespace vedette
