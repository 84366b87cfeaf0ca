// SPDX-License-Identifier: Apache-2.0
//
// DNS messages come from the network: whatever they are, reading them ends, stays inside the bytes,
// and gives names that can be printed.
#include "base/check.h"
#include "engine/enrich/dns_message.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  const auto message = ParseDnsMessage({reinterpret_cast<const char*>(data), size});
  if (!message) return 0;
  CHECK(message->name_size <= DnsMessage::kNameMax);
  CHECK(message->address_count <= DnsMessage::kAddressesMax);
  for (const char c : message->name()) CHECK(c > 0x20 && c < 0x7f);
  return 0;
}
