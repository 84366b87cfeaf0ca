// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "cli/config/config.h"
#include "cli/config/config_files.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

constexpr size_t kAdditionsMax = 256;

// Editors and package managers leave files that begin with a dot or end in something else.
absl::StatusOr<std::vector<std::string>> Additions(const fs::path& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!absl::EndsWith(name, ".yaml") || absl::StartsWith(name, ".")) continue;
    if (paths.size() == kAdditionsMax) {
      return absl::InvalidArgumentError(
          absl::StrCat(folder.string(), ": more than ", kAdditionsMax, " files"));
    }
    paths.push_back(at->path().string());
  }
  const bool none = error == std::errc::no_such_file_or_directory;
  if (error && !none) return absl::ErrnoToStatus(error.value(), folder.string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

absl::StatusOr<std::vector<ConfigSource>> ReadConfigFiles(const std::string& path,
                                                          bool must_exist) {
  std::vector<ConfigSource> sources;
  if (must_exist || access(path.c_str(), F_OK) == 0) {
    ASSIGN_OR_RETURN(std::string text, ReadFile(path, kConfigBytesMax));
    sources.push_back({path, std::move(text)});
  } else {
    sources.push_back({path, ""});  // Additions add to what is built in.
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> additions,
                   Additions(fs::path(path).parent_path() / std::string(kAdditions)));
  for (const std::string& addition : additions) {
    ASSIGN_OR_RETURN(std::string text, ReadFile(addition, kConfigBytesMax));
    sources.push_back({addition, std::move(text)});
  }
  return sources;
}

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<ConfigSource> sources, ReadConfigFiles(path, true));
  return ParseConfig(sources, ProcessEnvironment());
}

absl::StatusOr<Config> LoadUsualConfig() {
  ASSIGN_OR_RETURN(const std::vector<ConfigSource> sources,
                   ReadConfigFiles(std::string(kConfigPath), false));
  return ParseConfig(sources, ProcessEnvironment());
}

bool IsReloadable(absl::string_view key) {
  constexpr absl::string_view kReloadable[] = {"rules", "rules_off", "sinks", "recording",
                                               "log.level"};
  return std::find(std::begin(kReloadable), std::end(kReloadable), key) != std::end(kReloadable);
}

}  // namespace vedette
