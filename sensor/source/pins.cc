// SPDX-License-Identifier: Apache-2.0
// No unit test: its folder is the kernel's; tests/enforce pins in guests.
#include "sensor/source/pins.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"

namespace vedette {
namespace {

constexpr char kSetPrefix[] = "set-";

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

std::vector<std::string> NamesInFolder(const std::string& path) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, CloseFolder> folder(opendir(path.c_str()));
  if (folder == nullptr) return names;
  while (const dirent* entry = readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

bool IsBpfFileSystem(const std::string& path) {
  struct statfs info = {};
  return statfs(path.c_str(), &info) == 0 && info.f_type == BPF_FS_MAGIC;
}

absl::Status Failed(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
}

}  // namespace

absl::Status Pins::Prepare() const {
  const std::string parent = Parent(folder_);
  if (!IsBpfFileSystem(parent)) {
    if (mount("bpf", parent.c_str(), "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700") != 0) {
      return Failed("no BPF file system can be mounted at", parent);
    }
  }
  if (mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) return Failed("cannot make", folder_);
  return absl::OkStatus();
}

std::vector<uint32_t> Pins::Sets() const {
  std::vector<uint32_t> sets;
  for (const std::string& name : NamesInFolder(folder_)) {
    absl::string_view number = name;
    uint32_t set = 0;
    if (absl::ConsumePrefix(&number, kSetPrefix) && absl::SimpleAtoi(number, &set)) {
      sets.push_back(set);
    }
  }
  std::sort(sets.begin(), sets.end());
  return sets;
}

std::string Pins::FolderOf(uint32_t set) const {
  return absl::StrCat(folder_, "/", kSetPrefix, set);
}

absl::StatusOr<uint32_t> Pins::NewSet() const {
  const std::vector<uint32_t> sets = Sets();
  const uint32_t set = sets.empty() ? 1 : sets.back() + 1;
  if (mkdir(FolderOf(set).c_str(), 0700) != 0) return Failed("cannot make", FolderOf(set));
  return set;
}

std::string Pins::PathOf(uint32_t set, const std::string& name) const {
  return absl::StrCat(FolderOf(set), "/", name);
}

std::vector<std::string> Pins::NamesIn(uint32_t set) const { return NamesInFolder(FolderOf(set)); }

absl::StatusOr<OwnedFd> Pins::Open(uint32_t set, const std::string& name) const {
  const std::string path = PathOf(set, name);
  OwnedFd fd(bpf_obj_get(path.c_str()));
  if (!fd.valid()) return Failed("cannot open", path);
  return fd;
}

std::vector<uint32_t> Pins::Programs(uint32_t set) const {
  std::vector<uint32_t> programs;
  for (const std::string& name : NamesIn(set)) {
    if (!absl::StartsWith(name, kLinkPrefix)) continue;
    const absl::StatusOr<OwnedFd> link = Open(set, name);
    bpf_link_info info = {};
    uint32_t size = sizeof(info);
    if (link.ok() && bpf_obj_get_info_by_fd(link->get(), &info, &size) == 0) {
      programs.push_back(info.prog_id);
    }
  }
  return programs;
}

bool WaitUntilGone(absl::Span<const uint32_t> programs, absl::Duration patience) {
  const absl::Time end = absl::Now() + patience;
  for (const uint32_t program : programs) {
    while (true) {
      {
        const OwnedFd held(bpf_prog_get_fd_by_id(program));
        if (!held.valid() && errno == ENOENT) break;
      }
      if (absl::Now() > end) return false;
      absl::SleepFor(absl::Milliseconds(5));
    }
  }
  return true;
}

absl::Status Pins::RemoveLinks(uint32_t set) const {
  absl::Status status;
  for (const std::string& name : NamesIn(set)) {
    if (!absl::StartsWith(name, kLinkPrefix)) continue;
    const std::string path = PathOf(set, name);
    if (unlink(path.c_str()) != 0) status.Update(Failed("cannot remove", path));
  }
  return status;
}

absl::Status Pins::Remove(uint32_t set) const {
  absl::Status status;
  for (const std::string& name : NamesIn(set)) {
    const std::string path = PathOf(set, name);
    if (unlink(path.c_str()) != 0) status.Update(Failed("cannot remove", path));
  }
  if (rmdir(FolderOf(set).c_str()) != 0) status.Update(Failed("cannot remove", FolderOf(set)));
  return status;
}

}  // namespace vedette
