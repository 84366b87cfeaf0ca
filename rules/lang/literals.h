// SPDX-License-Identifier: Apache-2.0
//
// Constants as the type of the field on the left reads them.
#ifndef VEDETTE_RULES_LANG_LITERALS_H_
#define VEDETTE_RULES_LANG_LITERALS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rules/lang/program.h"
#include "sensor/schema/value.h"

namespace vedette {

struct LiteralError {
  std::string message;
  std::string hint;
};

// Numbers in decimal or with 0x; `true` and `false`; ports by number or service name; IPv4 and IPv6
// addresses; networks as address/bits, an address alone being a network of one. Nothing is resolved
// over the net. The error is for `literal` left half-made.
std::optional<LiteralError> ReadLiteral(absl::string_view text, FieldType type, Literal& literal);

// Bytes as pairs of hexadecimal digits: Literal::text becomes the bytes.
std::optional<LiteralError> ReadHexadecimal(absl::string_view text, Literal& literal);

// 1.2.3.4 or ::1. False for anything else.
bool ReadAddress(absl::string_view text, IpAddress& address);

// The port of a service by its name ("ssh"): a fixed list first, so that rules mean the same on
// every host, then the host's /etc/services.
std::optional<uint16_t> PortOfService(absl::string_view name);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_LITERALS_H_
