// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/literals.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

struct Service {
  absl::string_view name;
  uint16_t port;
};
constexpr Service kServices[] = {
    {"amqp", 5672},
    {"bgp", 179},
    {"bootpc", 68},
    {"bootps", 67},
    {"dns", 53},
    {"domain", 53},
    {"domain-s", 853},
    {"epmd", 4369},
    {"finger", 79},
    {"ftp", 21},
    {"ftp-data", 20},
    {"ftps", 990},
    {"git", 9418},
    {"http", 80},
    {"http-alt", 8080},
    {"https", 443},
    {"imap", 143},
    {"imap2", 143},
    {"imaps", 993},
    {"ipp", 631},
    {"irc", 194},
    {"ircd", 6667},
    {"kerberos", 88},
    {"ldap", 389},
    {"ldaps", 636},
    {"memcached", 11211},
    {"mongodb", 27017},
    {"ms-sql-s", 1433},
    {"ms-wbt-server", 3389},
    {"mysql", 3306},
    {"netbios-ssn", 139},
    {"nfs", 2049},
    {"ntp", 123},
    {"openvpn", 1194},
    {"pop3", 110},
    {"pop3s", 995},
    {"postgresql", 5432},
    {"redis", 6379},
    {"rsync", 873},
    {"sip", 5060},
    {"smtp", 25},
    {"smtps", 465},
    {"snmp", 161},
    {"snmp-trap", 162},
    {"socks", 1080},
    {"ssh", 22},
    {"submission", 587},
    {"sunrpc", 111},
    {"syslog", 514},
    {"telnet", 23},
    {"tftp", 69},
    {"vnc", 5900},
    {"whois", 43},
};

// Digits, or 0x and hexadecimal digits.
bool ReadUnsigned(absl::string_view text, uint64_t& number) {
  const bool hex = absl::StartsWithIgnoreCase(text, "0x");
  const absl::string_view digits = hex ? text.substr(2) : text;
  const bool plain = !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  return plain && (hex ? absl::SimpleHexAtoi(digits, &number) : absl::SimpleAtoi(digits, &number));
}

bool ReadSigned(absl::string_view text, uint64_t& number) {
  const bool negative = absl::StartsWith(text, "-");
  if (negative || absl::StartsWith(text, "+")) text.remove_prefix(1);
  if (!ReadUnsigned(text, number)) return false;
  const uint64_t limit = (uint64_t{1} << 63) - (negative ? 0 : 1);
  if (number > limit) return false;
  if (negative) number = ~number + 1;
  return true;
}

LiteralError NotA(absl::string_view what, absl::string_view text, std::string hint = "") {
  return {absl::StrCat("\"", text, "\" is not ", what), std::move(hint)};
}

std::optional<LiteralError> ReadNumber(absl::string_view text, FieldType type, Literal& literal) {
  if (type == FieldType::kSigned) {
    if (ReadSigned(text, literal.number)) return std::nullopt;
    return NotA("a whole number of 64 bits", text);
  }
  const bool plus = absl::StartsWith(text, "+");
  if (ReadUnsigned(plus ? text.substr(1) : text, literal.number)) return std::nullopt;
  switch (type) {
    case FieldType::kWallTime:
      return NotA("a number of nanoseconds since 1970", text);
    case FieldType::kDuration:
      return NotA("a number of nanoseconds", text, "a second is 1000000000");
    default:
      return NotA("a whole number, zero or above", text);
  }
}

std::optional<LiteralError> ReadDouble(absl::string_view text, Literal& literal) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) return NotA("a number", text);
  literal.number = std::bit_cast<uint64_t>(number);
  return std::nullopt;
}

std::optional<LiteralError> ReadPort(absl::string_view text, Literal& literal) {
  if (ReadUnsigned(text, literal.number)) {
    if (literal.number <= 65535) return std::nullopt;
    return NotA("a port", text, "ports go up to 65535");
  }
  const std::optional<uint16_t> port = PortOfService(text);
  if (!port) return NotA("a port or the name of a service", text);
  literal.number = *port;
  return std::nullopt;
}

std::optional<LiteralError> ReadNetwork(absl::string_view text, Literal& literal) {
  const size_t slash = text.find('/');
  if (!ReadAddress(text.substr(0, slash), literal.address)) {
    return NotA("a network", text, "write it as 10.0.0.0/8 or fd00::/8");
  }
  const uint32_t most = literal.address.is_v6 ? 128 : 32;
  uint32_t bits = most;
  if (slash != absl::string_view::npos &&
      (!absl::SimpleAtoi(text.substr(slash + 1), &bits) || bits > most)) {
    return NotA("a network", text, absl::StrCat("behind the slash goes a number up to ", most));
  }
  literal.prefix_bits = static_cast<uint8_t>(bits);
  return std::nullopt;
}

std::optional<LiteralError> ReadAddressLiteral(absl::string_view text, Literal& literal) {
  if (ReadAddress(text, literal.address)) {
    literal.prefix_bits = literal.address.is_v6 ? 128 : 32;
    return std::nullopt;
  }
  const bool network = absl::StrContains(text, "/");
  return NotA("an IP address", text,
              network ? "compare networks with fd.net, fd.snet, fd.rnet, ..." : "");
}

}  // namespace

std::optional<LiteralError> ReadHexadecimal(absl::string_view text, Literal& literal) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  if (!digits || text.empty() || text.size() % 2 != 0) {
    return NotA("pairs of hexadecimal digits", text, "write bytes as cafe00");
  }
  // Abseil's own way is another one on Debian 12 than on 13.
  literal.text.clear();
  for (size_t i = 0; i < text.size(); i += 2) {
    uint32_t byte = 0;
    if (!absl::SimpleHexAtoi(text.substr(i, 2), &byte)) break;  // Never: they are digits.
    literal.text.push_back(static_cast<char>(byte));
  }
  return std::nullopt;
}

bool ReadAddress(absl::string_view text, IpAddress& address) {
  char buffer[INET6_ADDRSTRLEN + 1] = {};
  if (text.empty() || text.size() >= sizeof(buffer)) return false;
  std::memcpy(buffer, text.data(), text.size());
  address = IpAddress();
  address.is_v6 = absl::StrContains(text, ":");
  return std::strlen(buffer) == text.size() &&
         inet_pton(address.is_v6 ? AF_INET6 : AF_INET, buffer, address.bytes.data()) == 1;
}

std::optional<uint16_t> PortOfService(absl::string_view name) {
  for (const Service& service : kServices) {
    if (absl::EqualsIgnoreCase(service.name, name)) return service.port;
  }
  servent entry{};
  servent* found = nullptr;
  char buffer[2048];
  if (name.empty() || name.size() > 64) return std::nullopt;
  for (const char* protocol : {"tcp", "udp"}) {
    if (getservbyname_r(std::string(name).c_str(), protocol, &entry, buffer, sizeof(buffer),
                        &found) == 0 &&
        found != nullptr) {
      return ntohs(static_cast<uint16_t>(found->s_port));
    }
  }
  return std::nullopt;
}

std::optional<LiteralError> ReadLiteral(absl::string_view text, FieldType type, Literal& literal) {
  literal = Literal();
  literal.text = std::string(text);
  switch (type) {
    case FieldType::kText:
    case FieldType::kPath:
    case FieldType::kArguments:
    case FieldType::kBytes:
      return std::nullopt;
    case FieldType::kUnsigned:
    case FieldType::kSigned:
    case FieldType::kWallTime:
    case FieldType::kBootTime:
    case FieldType::kDuration:
      return ReadNumber(text, type, literal);
    case FieldType::kDouble:
      return ReadDouble(text, literal);
    case FieldType::kBool:
      literal.number = text == "true" ? 1 : 0;
      if (text == "true" || text == "false") return std::nullopt;
      return NotA("true or false", text);
    case FieldType::kPort:
      return ReadPort(text, literal);
    case FieldType::kAddress:
      return ReadAddressLiteral(text, literal);
    case FieldType::kNetwork:
      return ReadNetwork(text, literal);
  }
  return std::nullopt;
}

}  // namespace vedette
