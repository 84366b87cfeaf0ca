// SPDX-License-Identifier: Apache-2.0
//
// Sockets on loopback, for tests of the network family. Names of the kernel are as it has them:
// what goes wrong shows as an invalid descriptor or a port of 0.
#ifndef VEDETTE_TESTS_KERNEL_LOOPBACK_H_
#define VEDETTE_TESTS_KERNEL_LOOPBACK_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

namespace vedette {

// An address of loopback, of either family; port 0: the kernel chooses one.
class Loopback {
 public:
  explicit Loopback(int family, uint16_t port = 0) {
    if (family == AF_INET) {
      auto* v4 = reinterpret_cast<sockaddr_in*>(&address_);
      v4->sin_family = AF_INET;
      v4->sin_port = htons(port);
      v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      size_ = sizeof(*v4);
    } else {
      auto* v6 = reinterpret_cast<sockaddr_in6*>(&address_);
      v6->sin6_family = AF_INET6;
      v6->sin6_port = htons(port);
      v6->sin6_addr = in6addr_loopback;
      size_ = sizeof(*v6);
    }
  }
  // The own address of a socket.
  static Loopback Of(int fd) {
    Loopback own(AF_INET);
    own.size_ = sizeof(own.address_);
    if (getsockname(fd, own.get(), &own.size_) != 0) own.size_ = 0;
    return own;
  }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&address_); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  socklen_t size() const { return size_; }
  uint16_t port() const { return ntohs(reinterpret_cast<const sockaddr_in*>(&address_)->sin_port); }

 private:
  sockaddr_storage address_ = {};
  socklen_t size_ = 0;
};

// A socket that is bound to loopback, at a port that the kernel chose. A stream socket listens.
class Server {
 public:
  explicit Server(int family, int type = SOCK_STREAM, uint16_t port = 0)
      : fd_(socket(family, type | SOCK_CLOEXEC, 0)), address_(family, port) {
    // A connection of the test before may still hold the port.
    const int on = 1;
    if (type == SOCK_STREAM) setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    ok_ = bind(fd_, address_.get(), address_.size()) == 0 &&
          (type != SOCK_STREAM || listen(fd_, 4) == 0);
    if (ok_) address_ = Loopback::Of(fd_);
  }
  ~Server() { close(fd_); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  bool ok() const { return ok_; }
  int fd() const { return fd_; }
  const Loopback& address() const { return address_; }
  uint16_t port() const { return address_.port(); }

 private:
  int fd_;
  Loopback address_;
  bool ok_ = false;
};

// A stream socket that is connected to the server, or -1.
inline int ConnectTo(const Loopback& address, int family = AF_INET) {
  const int fd = socket(family, SOCK_STREAM, 0);
  return connect(fd, address.get(), address.size()) == 0 ? fd : -1;
}

constexpr char kLoopbackHex[] = "7f000001000000000000000000000000";
constexpr char kLoopback6Hex[] = "00000000000000000000000000000001";
constexpr char kNoAddressHex[] = "00000000000000000000000000000000";

}  // namespace vedette

#endif  // VEDETTE_TESTS_KERNEL_LOOPBACK_H_
