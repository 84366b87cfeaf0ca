// SPDX-License-Identifier: Apache-2.0
// No unit test: digest_worker_test tests both.
#include "engine/digest/executable_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

// File systems that ask somebody else, who may keep us waiting. Not all are in linux/magic.h.
constexpr uint32_t kRemote[] = {FUSE_SUPER_MAGIC,      NFS_SUPER_MAGIC,      V9FS_MAGIC,
                                AFS_SUPER_MAGIC,       0xff534d42 /* SMB */, 0xfe534d42 /* SMB2 */,
                                0x00c36400 /* Ceph */, CODA_SUPER_MAGIC};

// Where only root puts files, so that a path still leads to what it led to.
constexpr absl::string_view kSystemFolders[] = {"/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/"};

int64_t Nanoseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

DigestState Try(const DigestRequest& request, const std::string& path, ExecutableFile& file) {
  file.fd = OwnedFd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.fd.valid()) {
    return errno == EACCES || errno == EPERM ? DigestState::kUnreadable : DigestState::kGone;
  }
  if (fstat(file.fd.get(), &file.opened) != 0) return DigestState::kUnreadable;
  const bool same = IsSameFile(request.file, request.fs_magic, file.opened);
  return same ? DigestState::kOk : DigestState::kGone;
}

}  // namespace

bool IsSameFile(const FileIdentity& file, uint32_t fs_magic, const struct stat& found) {
  if (!S_ISREG(found.st_mode)) return false;
  const bool same_content = Nanoseconds(found.st_ctim) == static_cast<int64_t>(file.ctime_ns) &&
                            Nanoseconds(found.st_mtim) == static_cast<int64_t>(file.mtime_ns);
  const bool same_ino = found.st_ino == file.ino || fs_magic == OVERLAYFS_SUPER_MAGIC;
  const bool same_dev = found.st_dev == file.dev || fs_magic == OVERLAYFS_SUPER_MAGIC ||
                        fs_magic == BTRFS_SUPER_MAGIC;
  return same_content && same_ino && same_dev;
}

bool IsUnchanged(const ExecutableFile& file) {
  struct stat now = {};
  return fstat(file.fd.get(), &now) == 0 && now.st_size == file.opened.st_size &&
         static_cast<uint64_t>(now.st_size) == file.bytes_read &&
         Nanoseconds(now.st_ctim) == Nanoseconds(file.opened.st_ctim);
}

DigestState OpenExecutable(const DigestRequest& request, uint64_t bytes_max, ExecutableFile& file) {
  if (std::find(std::begin(kRemote), std::end(kRemote), request.fs_magic) != std::end(kRemote)) {
    return DigestState::kRemote;
  }
  const DigestState by_process = Try(request, absl::StrCat("/proc/", request.pid, "/exe"), file);
  DigestState state = by_process;
  const bool in_system =
      std::any_of(std::begin(kSystemFolders), std::end(kSystemFolders),
                  [&](absl::string_view folder) { return absl::StartsWith(request.path, folder); });
  if (state != DigestState::kOk && in_system) state = Try(request, request.path, file);
  // In a container the path counts from its root, which the parent usually shares.
  if (state != DigestState::kOk && in_system && request.parent_pid != 0) {
    state = Try(request, absl::StrCat("/proc/", request.parent_pid, "/root", request.path), file);
  }
  if (state != DigestState::kOk) {
    file.fd = OwnedFd();
    return by_process;
  }
  if (static_cast<uint64_t>(file.opened.st_size) > bytes_max) return DigestState::kTooLarge;
  return DigestState::kOk;
}

}  // namespace vedette
