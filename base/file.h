// SPDX-License-Identifier: Apache-2.0
//
// Whole small files, and descriptors that close themselves. Every path error names the path.
#ifndef VEDETTE_BASE_FILE_H_
#define VEDETTE_BASE_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vedette {

// Owns a file descriptor and closes it; -1 means none. Move-only; not thread-safe.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.Release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    if (this != &other) Reset(other.Release());
    return *this;
  }
  ~OwnedFd() { Reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

  // Gives the descriptor away: the caller closes it.
  [[nodiscard]] int Release() { return std::exchange(fd_, -1); }

  // Closes what is held and takes `fd`.
  void Reset(int fd = -1);

 private:
  int fd_ = -1;
};

// open(2) with O_CLOEXEC added. `mode` counts only with O_CREAT.
// Errors are those of absl::ErrnoToStatus: kNotFound, kPermissionDenied, ...
absl::StatusOr<OwnedFd> OpenFile(const std::string& path, int flags, mode_t mode = 0600);

// The whole file, which may be of a kind whose size is not known before (/proc, a pipe).
// More than `limit_bytes` is kResourceExhausted: never a part without saying so.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit_bytes);

// The same from an open descriptor, from its present position on. `name` is for the error text.
absl::StatusOr<std::string> ReadFd(int fd, size_t limit_bytes, absl::string_view name);

// All of `bytes`, across short writes and signals.
absl::Status WriteFd(int fd, absl::string_view bytes, absl::string_view name);

// Readers see the old file or the new one, never a part, and after a power cut as well: a file with
// a random name beside `path` is written, synced and renamed over it; then the directory is synced.
// On error nothing is left beside `path`, which is as it was, unless only that last sync failed.
// `mode` is exact (the umask has no say). A symbolic link at `path` is replaced, not followed.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view bytes,
                                 mode_t mode = 0600);

}  // namespace vedette

#endif  // VEDETTE_BASE_FILE_H_
