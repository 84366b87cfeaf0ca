// SPDX-License-Identifier: Apache-2.0
#include "cli/control_socket.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/unix_socket.h"

namespace vedette {
namespace {

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

absl::StatusOr<ControlSocket> ControlSocket::Listen(const std::string& path) {
  ASSIGN_OR_RETURN(OwnedFd fd, ListenOnPath(path));
  return ControlSocket(std::move(fd));
}

ControlSocket::~ControlSocket() { CloseListener(std::move(fd_)); }

void ControlSocket::Accept() {
  while (peers_.size() < kPeersMax) {
    OwnedFd fd(accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd.valid()) return;
    ucred who = {};
    socklen_t size = sizeof(who);
    if (getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) continue;
    Peer peer;
    peer.who = {who.pid, who.uid};
    peer.since = absl::Now();
    peer.fd = std::move(fd);
    peers_.push_back(std::move(peer));
  }
}

bool ControlSocket::Advance(Peer& peer, const Handler& handler) {
  if (absl::Now() - peer.since > kPatience) return false;
  while (!peer.answering) {
    std::array<char, 1024> bytes;
    const ssize_t size = recv(peer.fd.get(), bytes.data(), bytes.size(), 0);
    if (size < 0 && WouldBlock()) return true;
    if (size <= 0) return false;
    peer.request.append(bytes.data(), static_cast<size_t>(size));
    const size_t end = peer.request.find('\n');
    if (end == std::string::npos && peer.request.size() <= kRequestMax) continue;
    peer.answering = true;
    if (end == std::string::npos) {
      peer.answer = "error: the request is too long\n";
    } else if (peer.who.uid != 0) {
      peer.answer = "error: only root may ask\n";
    } else {
      peer.answer = handler(peer.request.substr(0, end), peer.who);
    }
  }
  while (!peer.answer.empty()) {
    const ssize_t size = send(peer.fd.get(), peer.answer.data(), peer.answer.size(), MSG_NOSIGNAL);
    if (size < 0 && WouldBlock()) return true;
    if (size <= 0) return false;
    peer.answer.erase(0, static_cast<size_t>(size));
  }
  return false;
}

void ControlSocket::Serve(const Handler& handler) {
  Accept();
  peers_.erase(std::remove_if(peers_.begin(), peers_.end(),
                              [&](Peer& peer) { return !Advance(peer, handler); }),
               peers_.end());
}

absl::StatusOr<std::string> AskDaemon(const std::string& path, const std::string& request) {
  ASSIGN_OR_RETURN(const sockaddr_un address, UnixAddress(path));
  const OwnedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    if (errno == EACCES) return absl::PermissionDeniedError("the daemon listens to root: use sudo");
    return absl::UnavailableError(
        absl::StrCat("no daemon listens at ", path, ": ", std::strerror(errno)));
  }
  const timeval patience = {.tv_sec = 10, .tv_usec = 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  RETURN_IF_ERROR(WriteFd(fd.get(), request + "\n", path));
  return ReadFd(fd.get(), size_t{1} << 20, path);
}

}  // namespace vedette
