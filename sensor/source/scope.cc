// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/scope.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <map>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr absl::string_view kForms = "a scope is pid:N or cgroup:PATH, for example pid:4242";

// Where the cgroup 2 file system is mounted; empty if nowhere.
std::string CgroupMount() {
  const auto mounts = ReadFile("/proc/self/mounts", 1 << 20);
  if (!mounts.ok()) return "";
  for (absl::string_view line : absl::StrSplit(*mounts, '\n')) {
    const std::vector<std::string> parts = absl::StrSplit(line, ' ');
    if (parts.size() > 2 && parts[2] == "cgroup2") return parts[1];
  }
  return "";
}

absl::StatusOr<Scope> ResolveCgroup(absl::string_view path) {
  const std::string mount = CgroupMount();
  if (mount.empty()) {
    return absl::NotFoundError("no cgroup 2 file system is mounted; use the scope pid:N instead");
  }
  Scope scope;
  scope.kind = SCOPE_CGROUP;
  scope.cgroup_path = std::string(path);
  struct statfs fs = {};
  if (!absl::StartsWith(path, mount) || statfs(scope.cgroup_path.c_str(), &fs) != 0) {
    // A whole path of another hierarchy is not meant as one below this one's root.
    if (absl::StartsWith(path, "/") && statfs(scope.cgroup_path.c_str(), &fs) == 0 &&
        fs.f_type == CGROUP_SUPER_MAGIC) {
      return absl::InvalidArgumentError(
          absl::StrCat(path,
                       " is a cgroup of version 1; a scope is one of version 2, whose file "
                       "system is mounted at ",
                       mount));
    }
    scope.cgroup_path = absl::StrCat(mount, "/", absl::StripPrefix(path, "/"));
    if (statfs(scope.cgroup_path.c_str(), &fs) != 0) {
      return absl::NotFoundError(absl::StrCat("there is no cgroup ", scope.cgroup_path));
    }
  }
  if (fs.f_type != CGROUP2_SUPER_MAGIC) {
    return absl::InvalidArgumentError(
        absl::StrCat(scope.cgroup_path, " is not in the cgroup 2 file system at ", mount));
  }
  struct stat status = {};
  if (stat(scope.cgroup_path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(scope.cgroup_path, " is not a cgroup"));
  }
  scope.cgroup_id = status.st_ino;  // The id of a cgroup is the inode number of its directory.
  const std::vector<std::string> parts =
      absl::StrSplit(absl::StripPrefix(scope.cgroup_path, mount), '/', absl::SkipEmpty());
  scope.cgroup_level = static_cast<uint32_t>(parts.size());
  return scope;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

// The parent is the field after the state, behind the name in parentheses, which may itself contain
// any.
uint32_t ParentOf(const std::string& stat) {
  const size_t end = stat.rfind(") ");
  uint32_t parent = 0;
  if (end == std::string::npos) return 0;
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(end + 2), ' ');
  return fields.size() > 1 && absl::SimpleAtoi(fields[1], &parent) ? parent : 0;
}

}  // namespace

absl::Status CheckScope(absl::string_view text) {
  const absl::string_view whole = text;
  if (text.empty() || absl::ConsumePrefix(&text, "cgroup:")) return absl::OkStatus();
  if (!absl::ConsumePrefix(&text, "pid:")) {
    return absl::InvalidArgumentError(absl::StrCat("\"", whole, "\" is not a scope: ", kForms));
  }
  uint32_t pid = 0;
  if (absl::SimpleAtoi(text, &pid) && pid != 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a process id: ", kForms));
}

absl::StatusOr<Scope> ResolveScope(absl::string_view text) {
  RETURN_IF_ERROR(CheckScope(text));
  if (text.empty()) return Scope{};
  if (absl::ConsumePrefix(&text, "cgroup:")) return ResolveCgroup(text);
  Scope scope;
  scope.kind = SCOPE_PROCESS_TREE;
  if (!absl::SimpleAtoi(absl::StripPrefix(text, "pid:"), &scope.pid) ||
      !OpenFile(absl::StrCat("/proc/", scope.pid), O_RDONLY | O_DIRECTORY).ok()) {
    return absl::NotFoundError(absl::StrCat("there is no process ", scope.pid));
  }
  return scope;
}

std::vector<uint32_t> ProcessTreeOf(uint32_t pid) {
  std::multimap<uint32_t, uint32_t> children;
  const std::unique_ptr<DIR, CloseDirectory> proc(opendir("/proc"));
  if (proc == nullptr) return {pid};
  while (const dirent* entry = readdir(proc.get())) {
    uint32_t child = 0;
    if (!absl::SimpleAtoi(entry->d_name, &child)) continue;
    const auto stat = ReadFile(absl::StrCat("/proc/", child, "/stat"), 4096);
    if (stat.ok()) children.emplace(ParentOf(*stat), child);
  }
  std::vector<uint32_t> tree = {pid};
  for (size_t i = 0; i < tree.size(); ++i) {
    const auto [begin, end] = children.equal_range(tree[i]);
    for (auto child = begin; child != end; ++child) {
      if (std::find(tree.begin(), tree.end(), child->second) == tree.end()) {
        tree.push_back(child->second);
      }
    }
  }
  return tree;
}

}  // namespace vedette
