// SPDX-License-Identifier: Apache-2.0
//
// Where the API is served: a Unix socket, and an address with mutual TLS.
#ifndef VEDETTE_INTEGRATIONS_API_API_SERVER_H_
#define VEDETTE_INTEGRATIONS_API_API_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "integrations/api/api_backend.h"
#include "integrations/api/roles.h"

namespace vedette {

struct ApiServerOptions {
  std::string socket;   // Empty: none. Anybody may connect; who has no role is hung up on.
  std::string address;  // "127.0.0.1:9766"; empty: none. Needs the three files.
  std::string cert_file, key_file, ca_file;
  ApiRoles roles;
};

// Has threads of its own. A connection of a Unix socket has the role that its process has when it
// connects; one of the address that of its certificate, which is looked at with each call. A
// message has at most 64 KiB.
class ApiServer {
 public:
  // kFailedPrecondition: somebody answers at the socket; kInvalidArgument: an address without
  // certificates, or files that do not go together. Each names the place.
  static absl::StatusOr<std::unique_ptr<ApiServer>> Start(const ApiServerOptions& options,
                                                          ApiBackend backend);
  ~ApiServer();  // Ends all calls.

 private:
  struct State;
  explicit ApiServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_API_API_SERVER_H_
