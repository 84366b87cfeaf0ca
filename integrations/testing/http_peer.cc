// SPDX-License-Identifier: Apache-2.0
// No unit test: for tests; http_client_test uses all of it.
#include "integrations/testing/http_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/check.h"

namespace vedette {
namespace {

constexpr size_t kBodyMax = size_t{64} << 20;

std::optional<std::string> Gunzip(const std::string& packed) {
  z_stream stream = {};
  CHECK(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string out;
  char buffer[64 << 10];
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int rc = Z_OK;
  while (rc == Z_OK && out.size() < kBodyMax) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof(buffer);
    rc = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof(buffer) - stream.avail_out);
  }
  inflateEnd(&stream);
  if (rc != Z_STREAM_END) return std::nullopt;
  return out;
}

SSL_CTX* NewTls(const PeerTls& tls) {
  if (tls.cert_path.empty()) return nullptr;
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  CHECK(SSL_CTX_use_certificate_file(context, tls.cert_path.c_str(), SSL_FILETYPE_PEM) == 1);
  CHECK(SSL_CTX_use_PrivateKey_file(context, tls.key_path.c_str(), SSL_FILETYPE_PEM) == 1);
  if (!tls.client_ca_path.empty()) {
    CHECK(SSL_CTX_load_verify_locations(context, tls.client_ca_path.c_str(), nullptr) == 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<uint8_t>(c)) ||
           absl::string_view("!#$%&'*+-.^_`|~").find(c) != absl::string_view::npos;
  });
}

bool IsVisible(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<uint8_t>(c) >= 0x20 && c != 0x7f; });
}

}  // namespace

HttpPeer::HttpPeer(Handler handler, PeerTls tls, uint16_t port)
    : handler_(std::move(handler)), tls_(NewTls(tls)) {
  listener_.Reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in at = {};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(listener_.get(), reinterpret_cast<sockaddr*>(&at), sizeof(at)) == 0);
  CHECK(listen(listener_.get(), 16) == 0);
  socklen_t size = sizeof(at);
  CHECK(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&at), &size) == 0);
  port_ = ntohs(at.sin_port);
  thread_ = std::thread([this] { Accept(); });
}

HttpPeer::~HttpPeer() {
  stop_ = true;
  thread_.join();
  {
    const std::lock_guard lock(mu_);
    for (const int fd : open_) shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& connection : connections_) connection.join();
  SSL_CTX_free(tls_);
}

std::string HttpPeer::url() const {
  return absl::StrCat(tls_ == nullptr ? "http" : "https", "://127.0.0.1:", port_);
}

std::vector<PeerRequest> HttpPeer::requests() const {
  const std::lock_guard lock(mu_);
  return requests_;
}

void HttpPeer::Accept() {
  while (!stop_) {
    pollfd wanted = {.fd = listener_.get(), .events = POLLIN, .revents = 0};
    if (poll(&wanted, 1, 20) <= 0) continue;
    const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const std::lock_guard lock(mu_);
    open_.insert(fd);
    connections_.emplace_back([this, fd] {
      Serve(fd);
      const std::lock_guard end(mu_);
      open_.erase(fd);
      close(fd);
    });
  }
}

void HttpPeer::Serve(int fd) {
  // OpenSSL writes without MSG_NOSIGNAL, and a client that does not trust us hangs up early.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  SSL* tls = nullptr;
  if (tls_ != nullptr) {
    tls = SSL_new(tls_);
    SSL_set_fd(tls, fd);
    if (SSL_accept(tls) != 1) {
      SSL_free(tls);
      return;
    }
  }
  const auto read = [&](char* to, int size) {
    return tls != nullptr ? SSL_read(tls, to, size)
                          : static_cast<int>(recv(fd, to, static_cast<size_t>(size), 0));
  };
  const auto write = [&](absl::string_view bytes) {
    const int size = static_cast<int>(bytes.size());
    if (tls != nullptr) return SSL_write(tls, bytes.data(), size) == size;
    return send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == size;
  };
  std::string pending;
  while (!stop_ && ServeOne(read, write, pending)) {
  }
  SSL_free(tls);
}

// False: the connection has ended.
bool HttpPeer::ServeOne(const std::function<int(char*, int)>& read,
                        const std::function<bool(absl::string_view)>& write, std::string& pending) {
  const auto fill = [&] {
    char buffer[16 << 10];
    const int size = read(buffer, sizeof(buffer));
    if (size > 0) pending.append(buffer, static_cast<size_t>(size));
    return size > 0;
  };
  size_t end;
  while ((end = pending.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return false;
  }
  PeerRequest request;
  uint64_t length = 0;
  bool good = Parse(absl::string_view(pending).substr(0, end), request);
  good = good && absl::SimpleAtoi(request.Header("content-length"), &length) && length < kBodyMax;
  if (good) {
    while (pending.size() < end + 4 + length) {
      if (!fill()) return false;
    }
    request.body = pending.substr(end + 4, length);
    pending.erase(0, end + 4 + length);
    request.was_packed = request.Header("content-encoding") == "gzip";
    const auto unpacked = request.was_packed ? Gunzip(request.body) : request.body;
    good = unpacked.has_value();
    request.body = unpacked.value_or("");
  }
  if (!good) {
    ++violations_;
    write("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return false;
  }
  {
    const std::lock_guard lock(mu_);
    if (!forget_) requests_.push_back(request);
  }
  const PeerAnswer answer = handler_(request);
  for (absl::Duration left = answer.delay; left > absl::ZeroDuration() && !stop_;
       left -= absl::Milliseconds(10)) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  if (answer.hang_up) return false;
  return write(absl::StrCat("HTTP/1.1 ", answer.status, " X\r\n", answer.headers,
                            "Content-Length: ", answer.body.size(), "\r\n\r\n", answer.body));
}

bool HttpPeer::Parse(absl::string_view head, PeerRequest& request) {
  const std::vector<absl::string_view> lines = absl::StrSplit(head, "\r\n");
  const std::vector<absl::string_view> first = absl::StrSplit(lines[0], ' ');
  if (first.size() != 3 || !IsToken(first[0]) || first[2] != "HTTP/1.1") return false;
  if (!absl::StartsWith(first[1], "/") || !IsVisible(first[1])) return false;
  request.method = std::string(first[0]);
  request.target = std::string(first[1]);
  for (size_t i = 1; i < lines.size(); ++i) {
    const size_t colon = lines[i].find(':');
    if (colon == absl::string_view::npos || !IsToken(lines[i].substr(0, colon))) return false;
    const absl::string_view value = absl::StripAsciiWhitespace(lines[i].substr(colon + 1));
    if (!IsVisible(value)) return false;
    const std::string name = absl::AsciiStrToLower(lines[i].substr(0, colon));
    if (!request.headers.emplace(name, std::string(value)).second) return false;
  }
  return request.headers.contains("host");
}

}  // namespace vedette
