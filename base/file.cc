// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr size_t kReadBytes = size_t{64} * 1024;

absl::Status Failed(absl::string_view what, absl::string_view name, int error = errno) {
  return absl::ErrnoToStatus(error, absl::StrCat(what, " ", name));
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The rename is on disk only when the directory is.
absl::Status SyncDirectory(const std::string& directory) {
  ASSIGN_OR_RETURN(const OwnedFd fd, OpenFile(directory, O_RDONLY | O_DIRECTORY));
  // Some file systems cannot sync a directory and say EINVAL; there is no more to be done then.
  if (fsync(fd.get()) != 0 && errno != EINVAL) return Failed("sync directory", directory);
  return absl::OkStatus();
}

absl::Status WriteAndRename(OwnedFd fd, const std::string& temporary, const std::string& path,
                            absl::string_view bytes, mode_t mode) {
  if (fchmod(fd.get(), mode) != 0) return Failed("set the mode of", temporary);
  RETURN_IF_ERROR(WriteFd(fd.get(), bytes, temporary));
  if (fsync(fd.get()) != 0) return Failed("sync", temporary);
  // Network file systems report a failed write here.
  if (close(fd.Release()) != 0) return Failed("close", temporary);
  if (rename(temporary.c_str(), path.c_str()) != 0) return Failed("rename to", path);
  return absl::OkStatus();
}

}  // namespace

void OwnedFd::Reset(int fd) {
  if (fd_ >= 0 && fd_ != fd) {
    // Linux has released the number even when close(2) fails. errno stays that of the caller's
    // own error, which is often what this clean-up follows.
    const int saved_errno = errno;
    close(fd_);
    errno = saved_errno;
  }
  fd_ = fd;
}

absl::StatusOr<OwnedFd> OpenFile(const std::string& path, int flags, mode_t mode) {
  int fd = -1;
  do {
    fd = open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return Failed("open", path);
  return OwnedFd(fd);
}

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit_bytes) {
  ASSIGN_OR_RETURN(const OwnedFd fd, OpenFile(path, O_RDONLY));
  return ReadFd(fd.get(), limit_bytes, path);
}

absl::StatusOr<std::string> ReadFd(int fd, size_t limit_bytes, absl::string_view name) {
  std::string bytes;
  while (true) {
    const size_t used = bytes.size();
    // One byte beyond the limit tells a full file from one that is too long.
    const size_t wanted = std::min(kReadBytes, limit_bytes - used) + (limit_bytes > used ? 0 : 1);
    bytes.resize(used + wanted);
    const ssize_t got = read(fd, bytes.data() + used, wanted);
    if (got < 0 && errno != EINTR) return Failed("read", name);
    bytes.resize(used + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return bytes;
    if (bytes.size() > limit_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat("read ", name, ": larger than the limit of ", limit_bytes, " bytes"));
    }
  }
}

absl::Status WriteFd(int fd, absl::string_view bytes, absl::string_view name) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return Failed("write", name);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status WriteFileAtomically(const std::string& path, absl::string_view bytes, mode_t mode) {
  std::string temporary = absl::StrCat(path, ".XXXXXX");
  OwnedFd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.valid()) return Failed("create a file beside", path);
  absl::Status written = WriteAndRename(std::move(fd), temporary, path, bytes, mode);
  if (!written.ok()) {
    unlink(temporary.c_str());
    return written;
  }
  return SyncDirectory(DirectoryOf(path));
}

}  // namespace vedette
