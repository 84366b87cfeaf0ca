// SPDX-License-Identifier: Apache-2.0
//
// The daemon's ear: a local socket that root alone may speak to. A request is one line, the answer
// is lines and the end of the stream.
#ifndef VEDETTE_CLI_CONTROL_SOCKET_H_
#define VEDETTE_CLI_CONTROL_SOCKET_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/file.h"

namespace vedette {

// Who asks, as the kernel says.
struct ControlPeer {
  int pid = 0;
  unsigned uid = 0;
};

// Not thread-safe: lives on the pipeline thread and never waits. At most kPeersMax speak at once;
// whoever says nothing for kPatience is left.
class ControlSocket {
 public:
  using Handler = std::function<std::string(const std::string& request, const ControlPeer& peer)>;
  static constexpr size_t kPeersMax = 8;
  static constexpr size_t kRequestMax = 4096;
  static constexpr absl::Duration kPatience = absl::Seconds(5);

  // Makes the socket and its folder, readable for root alone; one that nobody listens on is
  // replaced. kAlreadyExists: somebody listens.
  static absl::StatusOr<ControlSocket> Listen(const std::string& path);
  ControlSocket(ControlSocket&&) = default;
  ~ControlSocket();  // Removes the socket's name.

  // Answers what has been asked until now.
  void Serve(const Handler& handler);

 private:
  struct Peer {
    OwnedFd fd;
    ControlPeer who;
    std::string request, answer;
    bool answering = false;
    absl::Time since;
  };

  explicit ControlSocket(OwnedFd fd) : fd_(std::move(fd)) {}
  void Accept();
  // False: it is over.
  static bool Advance(Peer& peer, const Handler& handler);

  OwnedFd fd_;
  std::vector<Peer> peers_;
};

// Asks the daemon that listens at the path, and waits for its answer. kUnavailable: none does.
absl::StatusOr<std::string> AskDaemon(const std::string& path, const std::string& request);

}  // namespace vedette

#endif  // VEDETTE_CLI_CONTROL_SOCKET_H_
