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
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

constexpr size_t kFileBytesMax = 16 << 20;

absl::Status FolderError(const std::string& path, const std::error_code& error) {
  return absl::ErrnoToStatus(error.value(), absl::StrCat("read folder ", path));
}

struct FolderContent {
  std::vector<std::string> rule_files;  // In alphabetical order, as are
  std::vector<std::string> folders;
};

absl::StatusOr<FolderContent> ReadFolder(const std::string& folder) {
  FolderContent content;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) return FolderError(folder, error);
  while (entries != std::filesystem::directory_iterator()) {
    const std::string path = entries->path().string();
    const bool is_rules = absl::EndsWith(path, ".yaml") || absl::EndsWith(path, ".yml");
    std::error_code ignored;
    if (entries->is_directory(ignored)) {
      content.folders.push_back(path);
    } else if (is_rules) {
      content.rule_files.push_back(path);
    }
    entries.increment(error);
    if (error) return FolderError(folder, error);
  }
  std::sort(content.rule_files.begin(), content.rule_files.end());
  std::sort(content.folders.begin(), content.folders.end());
  return content;
}

absl::StatusOr<std::vector<std::string>> RuleFilesIn(const std::string& folder) {
  ASSIGN_OR_RETURN(FolderContent content, ReadFolder(folder));
  if (!content.rule_files.empty()) return std::move(content.rule_files);
  std::vector<std::string> files;
  for (const std::string& pack : content.folders) {
    ASSIGN_OR_RETURN(FolderContent rules, ReadFolder(pack));
    files.insert(files.end(), rules.rule_files.begin(), rules.rule_files.end());
  }
  return files;
}

}  // namespace

absl::StatusOr<std::vector<RuleSource>> ReadRuleSources(absl::Span<const std::string> paths) {
  std::vector<RuleSource> sources;
  std::vector<std::string> empty;
  for (const std::string& path : paths) {
    std::vector<std::string> files = {path};
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      ASSIGN_OR_RETURN(files, RuleFilesIn(path));
      if (files.empty()) empty.push_back(path);
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
  // An empty rules.d beside other rules is usual; nothing at all is a mistake in a path.
  if (sources.empty() && !empty.empty()) {
    return absl::NotFoundError(absl::StrCat("no rule file (*.yaml, *.yml) in ",
                                            absl::StrJoin(empty, ", "), ": is the path right?"));
  }
  return sources;
}

}  // namespace vedette
