// SPDX-License-Identifier: Apache-2.0
//
// Who may do what through the API.
#ifndef VEDETTE_INTEGRATIONS_API_ROLES_H_
#define VEDETTE_INTEGRATIONS_API_ROLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace vedette {

enum class ApiRole : uint8_t { kNone, kRead, kOperate };  // Each may do what those before may.

// "user:NAME", "group:NAME", "cert:NAME"; names of users and groups may be numbers.
struct ApiRoles {
  std::vector<std::string> read, operate;
};

// At the other end of a Unix socket, as the kernel says.
struct ApiPeer {
  uint32_t uid = 0;
  std::vector<uint32_t> gids;
};
// The peer of a connected Unix socket; a uid that nobody has if the kernel does not say.
ApiPeer PeerOf(int fd);

// Root operates. Names are looked up in the host's user database now; unknown ones are nobody.
ApiRole RoleOfPeer(const ApiRoles& roles, const ApiPeer& peer);
// By the certificate's common name, exactly. The certificate has been verified.
ApiRole RoleOfCertificate(const ApiRoles& roles, absl::string_view common_name);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_API_ROLES_H_
