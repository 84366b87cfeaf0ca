// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_NET_NET_ADDRESS_H_
#define VEDETTE_INTEGRATIONS_NET_NET_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vedette {

struct NetAddress {
  std::string host;  // A name or an address; IPv6 without brackets.
  std::string port;  // Decimal, 1 to 65535.
};

// "host:514", "10.0.0.1:514", "[::1]:514". kInvalidArgument says what is expected.
absl::StatusOr<NetAddress> ParseAddress(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_NET_NET_ADDRESS_H_
