// SPDX-License-Identifier: Apache-2.0
//
// ReadRuleSources of load.h.
#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

constexpr size_t kFileBytesMax = 16 << 20;

absl::Status FolderError(const std::string& path, const std::error_code& error) {
  return absl::ErrnoToStatus(error.value(), absl::StrCat("read folder ", path));
}

absl::StatusOr<std::vector<std::string>> RuleFilesIn(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) return FolderError(folder, error);
  while (entries != std::filesystem::directory_iterator()) {
    const std::string path = entries->path().string();
    const bool is_rules = absl::EndsWith(path, ".yaml") || absl::EndsWith(path, ".yml");
    std::error_code ignored;
    if (is_rules && !entries->is_directory(ignored)) files.push_back(path);
    entries.increment(error);
    if (error) return FolderError(folder, error);
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

absl::StatusOr<std::vector<RuleSource>> ReadRuleSources(absl::Span<const std::string> paths) {
  std::vector<RuleSource> sources;
  for (const std::string& path : paths) {
    std::vector<std::string> files = {path};
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      ASSIGN_OR_RETURN(files, RuleFilesIn(path));
    }
    for (const std::string& file : files) {
      absl::StatusOr<std::string> text = ReadFile(file, kFileBytesMax);
      if (absl::IsResourceExhausted(text.status())) {
        return absl::InvalidArgumentError(absl::StrCat(file, ": larger than 16 MiB"));
      }
      if (!text.ok()) return text.status();
      sources.push_back({file, *std::move(text)});
    }
  }
  return sources;
}

}  // namespace vedette
