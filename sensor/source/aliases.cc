// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/aliases.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>
#include <tuple>

#include "base/file.h"

namespace vedette {
namespace {

struct LessObject {
  bool operator()(const enforce_object& a, const enforce_object& b) const {
    return std::tie(a.dev, a.ino) < std::tie(b.dev, b.ino);
  }
};

constexpr size_t kVisitedMax = 200'000;  // Files that are looked at for further names.

class Finder {
 public:
  explicit Finder(size_t limit) : limit_(limit) {}

  void Add(const std::string& path) {
    enforce_object object = {};
    if (path.size() >= ENFORCE_ALIAS_MAX || found_.size() >= limit_) return;
    if (!ObjectAt(path.empty() ? "/" : path, object)) return;
    enforce_alias alias = {};
    alias.size = static_cast<uint32_t>(path.size());
    std::memcpy(alias.path, path.data(), path.size());
    alias.name = static_cast<uint32_t>(path.rfind('/') + 1);
    alias.generation = GenerationOf(path.empty() ? "/" : path);
    found_.try_emplace(object, alias);
  }

  // Files below that can be reached by other names.
  void AddLinksBelow(const std::string& directory) {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied,
                                        error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      if (++visited_ > kVisitedMax) return;
      struct stat status = {};
      const std::string path = at->path().string();
      if (lstat(path.c_str(), &status) != 0) continue;
      if (S_ISREG(status.st_mode) && status.st_nlink > 1) Add(path);
    }
  }

  std::vector<Alias> Take() const { return {found_.begin(), found_.end()}; }

 private:
  // 0: the file system tells none. Numbers of inodes are used again, with another generation.
  static uint32_t GenerationOf(const std::string& path) {
    const OwnedFd fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    int generation = 0;
    if (!fd.valid() || ioctl(fd.get(), FS_IOC_GETVERSION, &generation) != 0) return 0;
    return static_cast<uint32_t>(generation);
  }

  const size_t limit_;
  size_t visited_ = 0;
  std::map<enforce_object, enforce_alias, LessObject> found_;
};

}  // namespace

bool ObjectAt(const std::string& path, enforce_object& object) {
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) return false;
  object = {};
  object.ino = status.st_ino;
  object.dev = static_cast<uint32_t>(status.st_dev);
  return true;
}

std::vector<Alias> FindAliases(absl::Span<const std::string> paths, size_t limit) {
  Finder finder(limit);
  for (const std::string& path : paths) {
    const std::string directory = path.substr(0, path.rfind('/'));
    finder.Add(directory);
    if (path.back() != '/') finder.Add(path);
  }
  for (const std::string& path : paths) {
    if (path.back() == '/' && path.size() > 1) finder.AddLinksBelow(path);
  }
  return finder.Take();
}

}  // namespace vedette
