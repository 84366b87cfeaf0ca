// SPDX-License-Identifier: Apache-2.0
//
// Where a fleet's history is: clickhouse://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE, and the same as
// clickhouses:// over TLS, with ?ca_file=/PATH&cert_file=/PATH&key_file=/PATH.
#ifndef VEDETTE_INTEGRATIONS_FLEET_FLEET_ADDRESS_H_
#define VEDETTE_INTEGRATIONS_FLEET_FLEET_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "integrations/net/http_client.h"

namespace vedette {

struct FleetAddress {
  HttpSettings http;
  std::string database;  // Letters, digits and _ alone.
};

// The environment variable of the password, where the address has none.
inline constexpr absl::string_view kFleetPasswordVariable = "CLICKHOUSE_PASSWORD";

// `text`: such an address without a password, for a command line is seen by everybody; or
// `file:/PATH` or `env:NAME`, where one is, with its password. Messages never repeat a password.
absl::StatusOr<FleetAddress> ParseFleetAddress(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FLEET_FLEET_ADDRESS_H_
