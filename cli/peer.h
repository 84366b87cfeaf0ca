// SPDX-License-Identifier: Apache-2.0
//
// Whom somebody had to do with, as people write it. Pure, any thread.
#ifndef VEDETTE_CLI_PEER_H_
#define VEDETTE_CLI_PEER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vedette {

// 16 bytes; IPv4 is mapped (::ffff:a.b.c.d), so that an address is one however a socket has it.
using PeerBytes = std::array<uint8_t, 16>;
std::optional<PeerBytes> ParsePeerAddress(absl::string_view text);

struct Peer {
  enum class Kind : uint8_t {
    kAddress,  // 203.0.113.7, 2001:db8::1
    kNetwork,  // 10.0.0.0/8, 2001:db8::/32; 10.1. is 10.1.0.0/16
    kName,     // example.com, and what is below it
  };
  Kind kind = Kind::kAddress;
  PeerBytes bytes = {};  // Of the first two.
  int bits = 128;        // So many of them count.
  std::string name;      // In small letters, without a dot at its end.

  // Not of names.
  bool Has(absl::string_view address) const;
  // An address as the store and ClickHouse write it: of IPv4 as it is and as IPv6 sockets have it.
  std::vector<std::string> Texts() const;
  // The first and the last address of a network, for SQL that compares numbers: of IPv4, too, where
  // it is one of that. IPv6 is written without an IPv4 part, which not every database reads.
  struct Range {
    bool is_v4 = false;
    std::string first, last;
  };
  std::vector<Range> Ranges() const;
  // Exactly the addresses of a network, for SQL: of IPv4, and of IPv6 if it ends with a whole part
  // of an address. Empty: it cannot be said so.
  struct Pattern {
    std::string glob;         // "10.*"
    size_t skip = 0;          // If `most` is not 0, the number behind so many characters
    int least = 0, most = 0;  // lies between these.
  };
  std::vector<Pattern> Patterns() const;
};

// kInvalidArgument: it is none of them.
absl::StatusOr<Peer> ParsePeer(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_CLI_PEER_H_
