// SPDX-License-Identifier: Apache-2.0
//
// On whose behalf a service starts a program: whoever has connected to a unix socket of the service
// shortly before. `systemctl start`, D-Bus activation, `tmux new-window` and psql's backends leave
// no other trace: the new process is a child of the service.
//
// It is a guess, and says so: several may have asked, and a connection that has been open for long
// is not seen to ask again. Their number is told.
#ifndef VEDETTE_ENGINE_ENRICH_SERVICE_REQUESTS_H_
#define VEDETTE_ENGINE_ENRICH_SERVICE_REQUESTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace vedette {

// Who asked, as it was when it connected; it may be gone by the time that somebody looks.
struct ServiceRequest {
  uint64_t exec_id = 0;  // Of who asked.
  uint64_t time_ns = 0;  // When it connected, on the boot clock.
  uint32_t pid = 0, uid = 0;
  std::string name;
  std::string exe_path;
  std::string command_line;  // At most kCommandLineMax bytes of it.
  std::string socket;        // Path, or the abstract name behind an @.
  uint32_t candidates = 1;   // How many have connected to the service within the window.

  static constexpr size_t kCommandLineMax = 512;
};

// Not thread-safe: lives on the pipeline thread. Bounded: services, of each the latest connections;
// the oldest give way.
class ServiceRequests {
 public:
  // Between the connection and the start of the program: what takes longer is not connected with
  // it.
  static constexpr uint64_t kWindowNs = 5'000'000'000;
  static constexpr size_t kServicesMax = 1024;
  static constexpr size_t kPerServiceMax = 16;

  // Somebody connected to a socket on which `service` (an exec_id) listens.
  void Add(uint64_t service, ServiceRequest request);

  // The latest request at `service` that a program which begins at `now_ns` can come from. Null if
  // there is none. `child` is the exec_id of the new process: what it asks itself is none.
  std::shared_ptr<const ServiceRequest> Find(uint64_t service, uint64_t child, uint64_t now_ns);

  size_t services() const { return services_.size(); }

 private:
  using Requests = std::deque<std::shared_ptr<const ServiceRequest>>;  // By time.
  void RemoveOld(Requests& requests, uint64_t now_ns) const;

  absl::flat_hash_map<uint64_t, Requests> services_;
  std::deque<uint64_t> order_;  // As services came in.
};

// Is a connection to this socket one that may ask its owner to start something? Those of the
// service manager which only take logs, states and look-ups are not.
bool MayAskForAProgram(absl::string_view socket);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_SERVICE_REQUESTS_H_
