// SPDX-License-Identifier: Apache-2.0
//
// HTTP requests of the sinks, on libcurl. What it never does: follow a redirect, ask a proxy that
// nobody configured, read .netrc or cookies, accept a certificate that it cannot verify (unless
// told to), wait beyond the deadline, or keep more of an answer than it may.
#ifndef VEDETTE_INTEGRATIONS_NET_HTTP_CLIENT_H_
#define VEDETTE_INTEGRATIONS_NET_HTTP_CLIENT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "integrations/net/secret.h"

namespace vedette {

inline constexpr size_t kResponseBytesMax = 1 << 20;

// How to reach a server, and as whom.
struct HttpSettings {
  std::string url;                  // http:// or https://; or
  SecretSource url_at;              // where it is, if it is a secret itself.
  std::string ca_path;              // PEM; empty: those of the system.
  std::string cert_path, key_path;  // PEM, for servers that ask who we are.
  bool verify = true;               // The server's certificate and its name.
  std::string proxy;                // Empty: none, whatever the environment says.
  std::string user;
  SecretSource password;
  SecretSource token;  // For `Authorization: <token_scheme> <token>`.
  std::string token_scheme = "Bearer";
  std::string aws_sigv4;  // "aws:amz:REGION:s3": sign with user and password.
  bool compress = true;   // Bodies above kCompressBytesMin, with gzip.
  // An answer of 2xx is rows that somebody asked for: it stays as it is.
  bool answers_are_data = false;
  size_t response_bytes_max = kResponseBytesMax;
  // Sent with each request.
  std::vector<std::pair<std::string, std::string>> headers;
};
inline constexpr size_t kCompressBytesMin = 1024;

struct HttpRequest {
  std::string method = "POST";
  std::string path = {};  // Appended to the URL: "" or "/api?x=y".
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct HttpResponse {
  int status = 0;
  std::string body;
};

// Used by one thread at a time. Keeps its connection open between requests.
class HttpClient {
 public:
  explicit HttpClient(HttpSettings settings);
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  // kUnavailable: no answer by `deadline` (wall clock), or none at all: not reached, a certificate
  // that does not verify, a secret that cannot be read, a URL without http:// or https://. Names
  // the server and never more of the URL, for paths of webhooks are secrets. Where the answer
  // repeats the token, the password or a secret URL's path, it says [secret] instead.
  absl::StatusOr<HttpResponse> Send(const HttpRequest& request, absl::Time deadline);
  // Before a request that needs another URL: "https://host:port" of the last request, for messages.
  const std::string& server() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What an answer means for a batch. 2xx: OK. What this batch itself is to blame for (400, 406, 409,
// 410, 411, 413, 414, 415, 416, 417, 421, 422, 431, 451): kInvalidArgument. All else may pass or is
// to be mended in the configuration (a redirect, a wrong password, 404, 429, 5xx): kUnavailable.
// The message has the beginning of the server's, made harmless.
absl::Status JudgeHttp(const HttpResponse& response, absl::string_view server);

// Whether it says http:// or https://: what it does not say, libcurl would guess.
bool IsHttpUrl(absl::string_view url);
// "https://host:port" of a URL.
std::string ServerOf(absl::string_view url);
// gzip (RFC 1952).
std::string Gzip(absl::string_view bytes);
// For a URL's path or query: all but letters, digits and -._~ as %XX.
std::string PercentEncode(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_NET_HTTP_CLIENT_H_
