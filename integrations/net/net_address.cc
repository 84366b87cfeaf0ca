// SPDX-License-Identifier: Apache-2.0
#include "integrations/net/net_address.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace vedette {

absl::StatusOr<NetAddress> ParseAddress(absl::string_view text) {
  const absl::Status bad =
      absl::InvalidArgumentError("expected HOST:PORT, as in siem.example.org:6514 or [::1]:514");
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return bad;
  absl::string_view host = text.substr(0, colon);
  const bool brackets = absl::StartsWith(host, "[") && absl::EndsWith(host, "]");
  if (brackets) host = host.substr(1, host.size() - 2);
  if (host.empty() || host.size() > 255) return bad;
  if (!brackets && absl::StrContains(host, ':')) return bad;
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<uint8_t>(c)) ||
           absl::string_view(".-_:%").find(c) != absl::string_view::npos;
  });
  uint32_t port = 0;
  if (!plain || !absl::SimpleAtoi(text.substr(colon + 1), &port) || port == 0 || port > 65535) {
    return bad;
  }
  return NetAddress{std::string(host), absl::StrCat(port)};
}

}  // namespace vedette
