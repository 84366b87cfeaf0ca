// SPDX-License-Identifier: Apache-2.0
#include "cli/file_watch.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace vedette {
namespace {

std::string LineOf(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return absl::StrCat(path, " none");
  return absl::StrCat(path, " ", status.st_dev, " ", status.st_ino, " ", status.st_size, " ",
                      status.st_mtim.tv_sec, ".", status.st_mtim.tv_nsec);
}

}  // namespace

FileWatch::FileWatch(std::vector<std::string> paths) : paths_(std::move(paths)), seen_(Look()) {}

bool FileWatch::Changed() {
  std::string now = Look();
  if (now == seen_) return false;
  seen_ = std::move(now);
  return true;
}

std::string FileWatch::Look() const {
  std::vector<std::string> lines;
  for (const std::string& path : paths_) {
    lines.push_back(LineOf(path));
    std::error_code error;
    std::filesystem::recursive_directory_iterator at(
        path, std::filesystem::directory_options::skip_permission_denied, error);
    const std::filesystem::recursive_directory_iterator end;
    while (!error && at != end && lines.size() < kFilesMax) {
      lines.push_back(LineOf(at->path().string()));
      at.increment(error);
    }
  }
  std::sort(lines.begin(), lines.end());  // A folder's order may change by itself.
  return absl::StrJoin(lines, "\n");
}

}  // namespace vedette
