// SPDX-License-Identifier: Apache-2.0
#include "integrations/fleet/fleet_address.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "integrations/net/net_address.h"
#include "integrations/net/secret.h"

namespace vedette {
namespace {

constexpr absl::string_view kForm =
    "expected clickhouse://[USER@]HOST[:PORT]/DATABASE or clickhouses://...";

absl::Status Mistake(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("--fleet: ", what, "; ", kForm));
}

// "%40" is "@". None: a % without two digits.
std::optional<std::string> Decode(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t code = 0;
    if (text[i] != '%') {
      plain += text[i];
    } else if (i + 2 < text.size() && absl::SimpleHexAtoi(text.substr(i + 1, 2), &code)) {
      plain += static_cast<char>(code);
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  return plain;
}

absl::Status TakeUser(absl::string_view login, bool is_hidden, FleetAddress& to) {
  const size_t colon = login.find(':');
  const bool has_password = colon != absl::string_view::npos;
  if (has_password && !is_hidden) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--fleet: a password on a command line is seen by everybody on this machine; set ",
        kFleetPasswordVariable,
        ", or write the address into a file that others cannot read and say --fleet file:/PATH"));
  }
  const auto user = Decode(login.substr(0, colon));
  const auto password = has_password ? Decode(login.substr(colon + 1)) : "";
  if (!user.has_value() || !password.has_value())
    return Mistake("a % without two digits behind it");
  to.http.user = *user;
  if (has_password) {
    to.http.headers.emplace_back("X-ClickHouse-User", *user);
    to.http.headers.emplace_back("X-ClickHouse-Key", *password);
    to.http.user.clear();
  }
  return absl::OkStatus();
}

absl::Status TakeOptions(absl::string_view options, FleetAddress& to) {
  for (const absl::string_view option : absl::StrSplit(options, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(option, absl::MaxSplits('=', 1));
    const auto path = Decode(parts.second);
    std::string* const target = parts.first == "ca_file"     ? &to.http.ca_path
                                : parts.first == "cert_file" ? &to.http.cert_path
                                : parts.first == "key_file"  ? &to.http.key_path
                                                             : nullptr;
    if (target == nullptr || !path.has_value() || !absl::StartsWith(*path, "/")) {
      return absl::InvalidArgumentError(
          absl::StrCat("--fleet: \"", EscapeControl(parts.first),
                       "\": expected ca_file, cert_file or key_file = an absolute path"));
    }
    *target = *path;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FleetAddress> ParseFleetAddress(absl::string_view text) {
  const bool is_hidden = absl::StartsWith(text, "file:") || absl::StartsWith(text, "env:");
  Secret kept;
  if (is_hidden) {
    ASSIGN_OR_RETURN(const SecretSource source, SecretSource::Parse(text));
    ASSIGN_OR_RETURN(kept, source.Read());
    text = absl::StripAsciiWhitespace(kept.Reveal());
  }
  const bool tls = absl::StartsWith(text, "clickhouses://");
  if (!tls && !absl::StartsWith(text, "clickhouse://")) return Mistake("no such kind of fleet");
  absl::string_view rest = text.substr(text.find("//") + 2);
  FleetAddress address;
  const size_t query = rest.find('?');
  if (query != absl::string_view::npos) {
    RETURN_IF_ERROR(TakeOptions(rest.substr(query + 1), address));
    rest = rest.substr(0, query);
  }
  const size_t at = rest.rfind('@');
  if (at != absl::string_view::npos) {
    RETURN_IF_ERROR(TakeUser(rest.substr(0, at), is_hidden, address));
    rest = rest.substr(at + 1);
  }
  const size_t slash = rest.find('/');
  address.database = slash == absl::string_view::npos ? "" : std::string(rest.substr(slash + 1));
  std::string server(rest.substr(0, slash));
  const bool has_port =
      !server.empty() && server.back() != ']' &&
      absl::StrContains(absl::string_view(server).substr(server.rfind(']') + 1), ':');
  if (!has_port) absl::StrAppend(&server, tls ? ":8443" : ":8123");
  if (!ParseAddress(server).ok()) return Mistake("no host in it");
  const bool good_name = !address.database.empty() &&
                         std::all_of(address.database.begin(), address.database.end(), [](char c) {
                           return absl::ascii_isalnum(static_cast<uint8_t>(c)) || c == '_';
                         });
  if (!good_name) return Mistake("the database is letters, digits and _");
  address.http.url = absl::StrCat(tls ? "https://" : "http://", server);
  const bool from_environment = address.http.headers.empty() &&
                                getenv(std::string(kFleetPasswordVariable).c_str()) != nullptr;
  if (from_environment) {
    ASSIGN_OR_RETURN(address.http.password,
                     SecretSource::Parse(absl::StrCat("env:", kFleetPasswordVariable)));
    if (address.http.user.empty()) address.http.user = "default";
  }
  return address;
}

}  // namespace vedette
