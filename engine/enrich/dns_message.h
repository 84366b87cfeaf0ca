// SPDX-License-Identifier: Apache-2.0
//
// Reads a DNS message (RFC 1035) as far as rules ask: the first question, how it was answered, and
// the addresses. The bytes come from the network: hostile.
#ifndef VEDETTE_ENGINE_ENRICH_DNS_MESSAGE_H_
#define VEDETTE_ENGINE_ENRICH_DNS_MESSAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "sensor/schema/value.h"

namespace vedette {

struct DnsMessage {
  static constexpr size_t kNameMax = 255;
  static constexpr size_t kAddressesMax = 32;

  bool is_answer = false;
  uint16_t rcode = 0;
  uint16_t type = 0;
  size_t name_size = 0;
  std::array<char, kNameMax + 1> name_bytes{};  // With dots, without the final one.
  size_t address_count = 0;
  std::array<IpAddress, kAddressesMax> addresses{};  // Of A and AAAA records; more are left out.

  absl::string_view name() const { return {name_bytes.data(), name_size}; }
};

// Nothing if the bytes are no DNS message with a question. A message that is cut behind its
// question gives what is there. Takes time in the order of the message's size. What cannot stand in
// a name is written as a dot-free `?`, so that a name never forges another one.
std::optional<DnsMessage> ParseDnsMessage(absl::string_view bytes);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_DNS_MESSAGE_H_
