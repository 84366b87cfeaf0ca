// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds every sink that stands on it against a server.
#include "integrations/sinks/http_sink.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

constexpr SinkOption kHttp[] = {
    {"url", Type::kUrl, kRequired, "Where it is: a URL, or file:/PATH or env:NAME if it is secret"},
    {"ca_file", Type::kAbsolutePath, "", "PEM file of authorities; else the system's"},
    {"cert_file", Type::kAbsolutePath, "", "Our certificate (PEM), for servers that ask"},
    {"key_file", Type::kAbsolutePath, "", "Its key (PEM)"},
    {"verify", Type::kChoice, "true", "Whether the server's certificate must be good",
     "true|false"},
    {"proxy", Type::kText, "", "An HTTP proxy; none unless given"},
    {"user", Type::kText, "", "For the server's password"},
    {"password", Type::kSecret, "", "Where it is: file:/PATH or env:NAME"},
    {"token", Type::kSecret, "", "Where the token is: file:/PATH or env:NAME"},
    {"headers", Type::kList, "", "More headers, each `Name: value`"},
    {"compression", Type::kChoice, "gzip", "Of what is sent", "gzip|none"},
};

bool IsHeaderName(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<uint8_t>(c)) || c == '-' || c == '_';
  });
}

// Those that say how the request is framed are ours; a secret has no place in a configuration.
absl::Status CheckHeader(absl::string_view name) {
  for (const absl::string_view framing : {"Host", "Content-Length", "Transfer-Encoding"}) {
    if (!absl::EqualsIgnoreCase(name, framing)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("headers: ", framing, " follows from the URL and the body; leave it out"));
  }
  if (!absl::EqualsIgnoreCase(name, "Authorization")) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "headers: Authorization would be a secret in the configuration; use `token: file:/PATH`, or "
      "`user` and `password`");
}

}  // namespace

const std::vector<SinkOption>* WithHttpOptions(std::initializer_list<SinkOption> own) {
  auto* rows = new std::vector<SinkOption>(std::begin(kHttp), std::begin(kHttp) + 1);
  rows->insert(rows->end(), own);
  rows->insert(rows->end(), std::begin(kHttp) + 1, std::end(kHttp));
  return rows;
}

absl::StatusOr<HttpSettings> HttpSettingsOf(const CheckedOptions& options) {
  HttpSettings settings;
  const std::string url = options.Text("url");
  if (absl::StartsWith(url, "http")) {
    settings.url = std::string(absl::StripSuffix(url, "/"));
  } else {
    ASSIGN_OR_RETURN(settings.url_at, SecretSource::Parse(url));
  }
  settings.ca_path = options.Text("ca_file");
  settings.cert_path = options.Text("cert_file");
  settings.key_path = options.Text("key_file");
  settings.verify = options.Text("verify") == "true";
  settings.proxy = options.Text("proxy");
  settings.user = options.Text("user");
  if (options.Has("password")) {
    ASSIGN_OR_RETURN(settings.password, SecretSource::Parse(options.Text("password")));
  }
  if (options.Has("token")) {
    ASSIGN_OR_RETURN(settings.token, SecretSource::Parse(options.Text("token")));
  }
  settings.compress = options.Text("compression") == "gzip";
  for (const std::string& line : options.List("headers")) {
    const size_t colon = line.find(':');
    const std::string name = line.substr(0, colon);
    if (colon == std::string::npos || !IsHeaderName(name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("headers: \"", name, "\": expected `Name: value`"));
    }
    RETURN_IF_ERROR(CheckHeader(name));
    settings.headers.emplace_back(name, absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return settings;
}

absl::Status CheckHttpOptions(const CheckedOptions& options) {
  const std::string proxy = options.Text("proxy");
  if (absl::StrContains(proxy, '@')) {  // Not repeated: it is in there.
    return absl::InvalidArgumentError(
        "proxy: a user or password in it would be seen; use a proxy that knows this host without");
  }
  const bool is_http = absl::StartsWith(proxy, "http://") || absl::StartsWith(proxy, "https://");
  if (absl::StrContains(proxy, "://") && !is_http) {
    return absl::InvalidArgumentError("proxy: expected http://HOST:PORT or https://HOST:PORT");
  }
  return HttpSettingsOf(options).status();
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> PairsOf(
    const CheckedOptions& options, absl::string_view name) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& line : options.List(name)) {
    const size_t equals = line.find('=');
    const std::string key(absl::StripAsciiWhitespace(line.substr(0, equals)));
    const bool good = equals != std::string::npos && !key.empty() &&
                      !absl::ascii_isdigit(static_cast<uint8_t>(key[0])) &&
                      std::all_of(key.begin(), key.end(), [](char c) {
                        return absl::ascii_isalnum(static_cast<uint8_t>(c)) || c == '_';
                      });
    if (!good) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": \"", line, "\": expected `name=value`"));
    }
    pairs.emplace_back(key, absl::StripAsciiWhitespace(line.substr(equals + 1)));
  }
  return pairs;
}

absl::Status HttpSink::Deliver(absl::Span<const Alert> batch, absl::Time deadline) {
  return batch.empty() ? absl::OkStatus() : Send(Requests(batch), deadline);
}

absl::Status HttpSink::DeliverEvents(absl::Span<const DeliveredEvent> batch, absl::Time deadline) {
  return batch.empty() ? absl::OkStatus() : Send(EventRequests(batch), deadline);
}

absl::StatusOr<std::vector<HttpRequest>> HttpSink::EventRequests(absl::Span<const DeliveredEvent>) {
  return absl::FailedPreconditionError("this sink carries no events");
}

absl::Status HttpSink::Send(const absl::StatusOr<std::vector<HttpRequest>>& requests,
                            absl::Time deadline) {
  if (!requests.ok()) return requests.status();
  for (const HttpRequest& request : *requests) {
    ASSIGN_OR_RETURN(const HttpResponse response, client_.Send(request, deadline));
    RETURN_IF_ERROR(Judge(response, deadline));
  }
  return absl::OkStatus();
}

absl::Status HttpSink::Judge(const HttpResponse& response, absl::Time) {
  return JudgeHttp(response, client_.server());
}

}  // namespace vedette
