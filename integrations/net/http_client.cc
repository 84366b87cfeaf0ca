// SPDX-License-Identifier: Apache-2.0
#include "integrations/net/http_client.h"

#include <curl/curl.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "integrations/net/redaction.h"

namespace vedette {
namespace {

constexpr absl::Duration kConnectTimeout = absl::Seconds(5);
constexpr size_t kSaidMax = 300;  // Of a server's words in a message.

struct CloseCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

void InitialiseCurl() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(done == CURLE_OK) << "libcurl does not start";
}

struct BodyKeeper {
  std::string& body;
  const size_t bytes_max;
};

size_t KeepBody(char* data, size_t size, size_t count, void* to) {
  const auto* keeper = static_cast<const BodyKeeper*>(to);
  const size_t bytes = size * count;
  if (keeper->body.size() + bytes > keeper->bytes_max) return 0;  // Ends the transfer: an error.
  keeper->body.append(data, bytes);
  return bytes;
}

// A header's value from outside must not begin a header of its own.
std::string HeaderLine(absl::string_view name, absl::string_view value) {
  std::string line = absl::StrCat(name, ": ", value);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f; },
      ' ');
  return line;
}

std::string Said(absl::string_view body) {
  const std::string text = EscapeControl(TruncateUtf8(body, kSaidMax));
  return text.empty() ? "" : absl::StrCat(": ", text);
}

}  // namespace

struct HttpClient::State {
  explicit State(HttpSettings s) : settings(std::move(s)), server(ServerOf(settings.url)) {}

  // Everything that stays between requests.
  absl::Status Prepare() {
    if (curl != nullptr) return absl::OkStatus();
    InitialiseCurl();
    curl.reset(curl_easy_init());
    if (curl == nullptr) return absl::UnavailableError("libcurl: no memory");
    CURL* const c = curl.get();
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_DEFAULT_PROTOCOL, "https");  // Not to be guessed from the name.
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(c, CURLOPT_PROXY, settings.proxy.c_str());  // Empty: not the environment's.
    curl_easy_setopt(c, CURLOPT_NOPROXY, "");
    curl_easy_setopt(c, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, settings.verify ? 1L : 0L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, settings.verify ? 2L : 0L);
    if (!settings.ca_path.empty()) curl_easy_setopt(c, CURLOPT_CAINFO, settings.ca_path.c_str());
    if (!settings.cert_path.empty()) {
      curl_easy_setopt(c, CURLOPT_SSLCERT, settings.cert_path.c_str());
    }
    if (!settings.key_path.empty()) curl_easy_setopt(c, CURLOPT_SSLKEY, settings.key_path.c_str());
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "vedette");
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error.data());
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, KeepBody);
    return absl::OkStatus();
  }

  HttpSettings settings;
  std::string server;
  std::unique_ptr<CURL, CloseCurl> curl;
  std::array<char, CURL_ERROR_SIZE> error = {};
};

HttpClient::HttpClient(HttpSettings settings)
    : state_(std::make_unique<State>(std::move(settings))) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

const std::string& HttpClient::server() const { return state_->server; }

namespace {

using Headers = std::unique_ptr<curl_slist, FreeList>;

void Add(Headers& headers, absl::string_view name, absl::string_view value) {
  curl_slist* const longer = curl_slist_append(headers.get(), HeaderLine(name, value).c_str());
  if (longer == nullptr) return;
  static_cast<void>(headers.release());
  headers.reset(longer);
}

Headers HeadersOf(const HttpSettings& settings, const HttpRequest& request, const Secret& token,
                  bool compressed) {
  Headers headers;
  Add(headers, "Content-Type", request.content_type);
  if (compressed) Add(headers, "Content-Encoding", "gzip");
  if (!token.empty()) {
    Add(headers, "Authorization", absl::StrCat(settings.token_scheme, " ", token.Reveal()));
  }
  for (const auto& [name, value] : settings.headers) Add(headers, name, value);
  for (const auto& [name, value] : request.headers) Add(headers, name, value);
  // An interim answer that few servers give would cost a second.
  curl_slist* const longer = curl_slist_append(headers.get(), "Expect:");
  if (longer != nullptr) {
    static_cast<void>(headers.release());
    headers.reset(longer);
  }
  return headers;
}

absl::Status NotReachable(const absl::Status& status) {
  return absl::UnavailableError(status.message());
}

}  // namespace

absl::StatusOr<HttpResponse> HttpClient::Send(const HttpRequest& request, absl::Time deadline) {
  RETURN_IF_ERROR(state_->Prepare());
  CURL* const curl = state_->curl.get();
  const HttpSettings& settings = state_->settings;
  const absl::StatusOr<Secret> url_at = settings.url_at.Read();
  if (!url_at.ok()) return NotReachable(url_at.status());
  const absl::StatusOr<Secret> password = settings.password.Read();
  if (!password.ok()) return NotReachable(password.status());
  const absl::StatusOr<Secret> token = settings.token.Read();
  if (!token.ok()) return NotReachable(token.status());
  Secret url(absl::StrCat(url_at->empty() ? settings.url : url_at->Reveal(), request.path));
  if (!IsHttpUrl(url.Reveal())) {
    return absl::UnavailableError("the URL must begin with https:// or http://; it is not shown");
  }
  state_->server = ServerOf(url.Reveal());

  const bool compressed = settings.compress && request.body.size() >= kCompressBytesMin;
  const std::string packed = compressed ? Gzip(request.body) : "";
  const std::string& body = compressed ? packed : request.body;
  const Headers headers = HeadersOf(settings, request, *token, compressed);
  const absl::Duration left = deadline - absl::Now();
  if (left < absl::Milliseconds(1)) {
    return absl::UnavailableError(absl::StrCat(state_->server, ": no time left"));
  }
  const long left_ms = static_cast<long>(absl::ToInt64Milliseconds(std::min(left, absl::Hours(1))));
  const long connect_ms =
      std::min(left_ms, static_cast<long>(absl::ToInt64Milliseconds(kConnectTimeout)));
  HttpResponse response;
  state_->error[0] = '\0';
  curl_easy_setopt(curl, CURLOPT_URL, url.Reveal().c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left_ms);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  BodyKeeper keeper{response.body, settings.response_bytes_max};
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &keeper);
  if (!settings.aws_sigv4.empty()) {
    curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, settings.aws_sigv4.c_str());
  }
  if (!settings.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, settings.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, password->Reveal().c_str());
  }
  const CURLcode done = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, nullptr);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr);
  curl_easy_setopt(curl, CURLOPT_PASSWORD, nullptr);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, nullptr);
  if (done == CURLE_WRITE_ERROR) {
    return absl::UnavailableError(absl::StrCat(state_->server, ": its answer is above ",
                                               settings.response_bytes_max >> 20, " MiB"));
  }
  if (done != CURLE_OK) {
    // The buffer's text may name the URL's host, never its path.
    const char* why = state_->error[0] != '\0' ? state_->error.data() : curl_easy_strerror(done);
    return absl::UnavailableError(absl::StrCat(state_->server, ": ", EscapeControl(why)));
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  if (settings.answers_are_data && status >= 200 && status < 300) return response;
  Redaction redaction;
  redaction.Add(token->Reveal());
  redaction.AddLogin(settings.user, password->Reveal());
  redaction.AddUrl(url_at->Reveal());
  redaction.Apply(response.body);
  return response;
}

absl::Status JudgeHttp(const HttpResponse& response, absl::string_view server) {
  const int status = response.status;
  if (status >= 200 && status < 300) return absl::OkStatus();
  const std::string text = absl::StrCat(server, " answered ", status, Said(response.body));
  constexpr int kBatch[] = {400, 406, 409, 410, 411, 413, 414, 415, 416, 417, 421, 422, 431, 451};
  if (std::find(std::begin(kBatch), std::end(kBatch), status) != std::end(kBatch)) {
    return absl::InvalidArgumentError(text);
  }
  if (status >= 300 && status < 400) {
    return absl::UnavailableError(
        absl::StrCat(text, " (redirects are not followed; give the URL that it leads to)"));
  }
  return absl::UnavailableError(text);
}

bool IsHttpUrl(absl::string_view url) {
  return absl::StartsWithIgnoreCase(url, "http://") || absl::StartsWithIgnoreCase(url, "https://");
}

std::string ServerOf(absl::string_view url) {
  const size_t slashes = url.find("//");
  if (slashes == absl::string_view::npos) return "the server";
  const size_t end = url.find_first_of("/?#", slashes + 2);
  const absl::string_view server = url.substr(0, end);
  // A URL from a secret's file may have a user in it.
  const size_t at = server.rfind('@');
  if (at == absl::string_view::npos) return EscapeControl(server);
  return EscapeControl(absl::StrCat(server.substr(0, slashes + 2), server.substr(at + 1)));
}

std::string Gzip(absl::string_view bytes) {
  constexpr int kGzipWindow = 15 + 16;  // As zlib has it: the largest window, with gzip's header.
  z_stream stream = {};
  CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) ==
        Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string PercentEncode(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (absl::ascii_isalnum(byte) || absl::string_view("-._~").find(c) != absl::string_view::npos) {
      out += c;
    } else {
      absl::StrAppend(&out, "%",
                      absl::AsciiStrToUpper(absl::StrCat(absl::Hex(byte, absl::kZeroPad2))));
    }
  }
  return out;
}

}  // namespace vedette
