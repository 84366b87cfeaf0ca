// SPDX-License-Identifier: Apache-2.0
#include "base/unix_socket.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr int kWaitingMax = 16;
constexpr int kTurnTriesMax = 200;

// Looking whether somebody listens and listening oneself is one step for all who come to the folder
// at once: between bind(2) and listen(2) a socket looks like one that was left. Without the folder,
// or when somebody keeps the lock for two seconds, the step is done without it.
OwnedFd TakeTurn(const std::string& folder) {
  OwnedFd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int tries = 0; fd.valid() && tries < kTurnTriesMax; ++tries) {
    if (flock(fd.get(), LOCK_EX | LOCK_NB) == 0) break;
    absl::SleepFor(absl::Milliseconds(10));
  }
  return fd;
}

}  // namespace

absl::StatusOr<sockaddr_un> UnixAddress(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": longer than ", sizeof(address.sun_path) - 1,
                     " bytes, which is all that the path of a socket can have"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

absl::StatusOr<OwnedFd> ListenOnPath(const std::string& path) {
  ASSIGN_OR_RETURN(const sockaddr_un at, UnixAddress(path));
  const auto* address = reinterpret_cast<const sockaddr*>(&at);
  std::error_code ignored;  // What is wrong with the folder, bind(2) says.
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(folder.parent_path(), ignored);
  mkdir(folder.c_str(), 0700);
  const OwnedFd turn = TakeTurn(folder.empty() ? "." : folder.string());
  const OwnedFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // EAGAIN: somebody listens who has more callers than it has heard.
  if (connect(probe.get(), address, sizeof(at)) == 0 || errno == EAGAIN) {
    return absl::AlreadyExistsError(absl::StrCat(path, ": another daemon answers there"));
  }
  struct stat found = {};
  if (lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) unlink(path.c_str());
  OwnedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const mode_t before = umask(0177);
  const bool bound = bind(fd.get(), address, sizeof(at)) == 0;
  const int error = errno;
  umask(before);
  if (!bound) return absl::ErrnoToStatus(error, path);
  if (listen(fd.get(), kWaitingMax) != 0) return absl::ErrnoToStatus(errno, path);
  return fd;
}

void CloseListener(OwnedFd fd) {
  sockaddr_un address = {};
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (!fd.valid() || getsockname(fd.get(), generic, &size) != 0) return;
  if (address.sun_family != AF_UNIX || size <= offsetof(sockaddr_un, sun_path)) return;
  if (address.sun_path[0] != '\0') unlink(address.sun_path);
}

}  // namespace vedette
