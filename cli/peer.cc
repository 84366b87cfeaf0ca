// SPDX-License-Identifier: Apache-2.0
#include "cli/peer.h"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/text.h"

namespace vedette {
namespace {

constexpr int kMappedBits = 96;  // Before an IPv4 address.
constexpr size_t kNameMax = 253, kLabelMax = 63;

bool IsMapped(const PeerBytes& bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](uint8_t byte) { return byte == 0; }) &&
         bytes[10] == 0xff && bytes[11] == 0xff;
}

// Those beyond `bits` become 0.
void Mask(PeerBytes& bytes, int bits) {
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(bits - 8 * i, 0, 8);
    bytes[static_cast<size_t>(i)] &= static_cast<uint8_t>(0xff << (8 - kept));
  }
}

std::string Text(int family, const uint8_t* bytes) {
  char buffer[INET6_ADDRSTRLEN];
  return inet_ntop(family, bytes, buffer, sizeof(buffer));
}

// "2001:db8:0:0:0:0:0:1".
std::string Groups(const PeerBytes& bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    absl::StrAppend(&text, i == 0 ? "" : ":", absl::Hex(bytes[i] << 8 | bytes[i + 1]));
  }
  return text;
}

// "10.0.0.0/8".
std::optional<Peer> ParseNetwork(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (parts.size() != 2) return std::nullopt;
  const auto address = ParsePeerAddress(parts[0]);
  int bits = 0;
  if (!address.has_value() || !absl::SimpleAtoi(parts[1], &bits) || bits < 0) return std::nullopt;
  const bool is_v4 = !absl::StrContains(parts[0], ':');
  if (bits > (is_v4 ? 32 : 128)) return std::nullopt;
  Peer peer{.kind = Peer::Kind::kNetwork, .bytes = *address, .bits = bits, .name = ""};
  if (is_v4) peer.bits += kMappedBits;
  Mask(peer.bytes, peer.bits);
  return peer;
}

// "10.1." or "2001:db8:": whole parts of an address.
std::optional<Peer> ParseBeginning(absl::string_view text) {
  const bool is_v4 = absl::EndsWith(text, ".");
  if (!is_v4 && !absl::EndsWith(text, ":")) return std::nullopt;
  const auto parts = std::count(text.begin(), text.end(), is_v4 ? '.' : ':');
  if (parts > (is_v4 ? 3 : 7) || absl::StrContains(text, "::")) return std::nullopt;
  std::string whole(text);
  if (is_v4) {
    for (auto i = parts; i < 4; ++i) absl::StrAppend(&whole, i == parts ? "0" : ".0");
  } else {
    whole += ':';
  }
  return ParseNetwork(absl::StrCat(whole, "/", parts * (is_v4 ? 8 : 16)));
}

bool IsName(absl::string_view name) {
  if (name.empty() || name.size() > kNameMax) return false;
  bool has_letter = false;
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    if (label.empty() || label.size() > kLabelMax || label.front() == '-') return false;
    for (const char c : label) {
      const auto byte = static_cast<unsigned char>(c);
      if (!absl::ascii_isalnum(byte) && c != '-' && c != '_') return false;
      has_letter = has_letter || absl::ascii_isalpha(byte);
    }
  }
  return has_letter;  // 10.0.0.300 is a mistake.
}

}  // namespace

std::optional<PeerBytes> ParsePeerAddress(absl::string_view text) {
  PeerBytes bytes = {};
  const std::string terminated(text);
  if (terminated.size() != text.size()) return std::nullopt;
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return bytes;
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data() + 12) != 1) return std::nullopt;
  bytes[10] = bytes[11] = 0xff;
  return bytes;
}

bool Peer::Has(absl::string_view address) const {
  auto other = ParsePeerAddress(address);
  if (!other.has_value()) return false;
  Mask(*other, bits);
  return *other == bytes;
}

std::vector<std::string> Peer::Texts() const {
  std::vector<std::string> texts;
  if (IsMapped(bytes)) texts.push_back(Text(AF_INET, bytes.data() + 12));
  texts.push_back(Text(AF_INET6, bytes.data()));
  return texts;
}

std::vector<Peer::Range> Peer::Ranges() const {
  PeerBytes last = bytes;
  for (int bit = bits; bit < 128; ++bit) {
    uint8_t& byte = last[static_cast<size_t>(bit / 8)];
    byte = static_cast<uint8_t>(byte | 0x80 >> bit % 8);
  }
  std::vector<Range> ranges;
  if (IsMapped(bytes) && bits >= kMappedBits) {
    ranges.push_back({.is_v4 = true,
                      .first = Text(AF_INET, bytes.data() + 12),
                      .last = Text(AF_INET, last.data() + 12)});
  }
  ranges.push_back({.is_v4 = false, .first = Groups(bytes), .last = Groups(last)});
  return ranges;
}

std::vector<Peer::Pattern> Peer::Patterns() const {
  std::string parts;
  if (IsMapped(bytes) && bits >= kMappedBits && bits < 128) {
    const auto whole = static_cast<size_t>(bits) / 8;
    for (size_t i = kMappedBits / 8; i < whole; ++i) absl::StrAppend(&parts, bytes[i], ".");
    Pattern plain{.glob = absl::StrCat(parts.empty() ? "[0-9]*." : parts, "*"),
                  .skip = parts.size()};
    if (bits % 8 != 0) {
      plain.least = bytes[whole];
      plain.most = plain.least | 0xff >> bits % 8;
    }
    constexpr absl::string_view kMapped = "::ffff:";
    Pattern mapped = plain;
    mapped.glob = absl::StrCat(kMapped, plain.glob);
    mapped.skip += kMapped.size();
    return {std::move(plain), std::move(mapped)};
  }
  if (bits == 0 || bits > 112 || bits % 16 != 0) return {};
  for (size_t i = 0; i < static_cast<size_t>(bits) / 8; i += 2) {
    const int part = bytes[i] << 8 | bytes[i + 1];
    if (part == 0) return {};  // It may be written as nothing.
    absl::StrAppend(&parts, absl::Hex(part), ":");
  }
  return {{.glob = absl::StrCat(parts, "*")}};
}

absl::StatusOr<Peer> ParsePeer(absl::string_view text) {
  absl::string_view plain = absl::StripAsciiWhitespace(text);
  if (absl::ConsumePrefix(&plain, "[")) absl::ConsumeSuffix(&plain, "]");
  if (const auto address = ParsePeerAddress(plain); address.has_value()) {
    return Peer{.kind = Peer::Kind::kAddress, .bytes = *address, .bits = 128, .name = ""};
  }
  if (auto network = ParseNetwork(plain); network.has_value()) return *network;
  if (auto network = ParseBeginning(plain); network.has_value()) return *network;
  absl::string_view name = plain;
  absl::ConsumePrefix(&name, "*.");
  absl::ConsumeSuffix(&name, ".");
  if (IsName(name)) {
    return Peer{
        .kind = Peer::Kind::kName, .bytes = {}, .bits = 128, .name = absl::AsciiStrToLower(name)};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", EscapeControl(text),
                   "\" is neither an address (203.0.113.7, 2001:db8::1), nor a network (10.0.0.0/8,"
                   " 2001:db8::/32), nor a host's name (example.com)"));
}

}  // namespace vedette
