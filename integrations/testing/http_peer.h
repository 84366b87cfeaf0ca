// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP/1.1 server for tests, with and without TLS, on 127.0.0.1. Strict: whatever is not
// well-formed is answered with 400 and counted in violations().
#ifndef VEDETTE_INTEGRATIONS_TESTING_HTTP_PEER_H_
#define VEDETTE_INTEGRATIONS_TESTING_HTTP_PEER_H_

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/file.h"

namespace vedette {

struct PeerRequest {
  std::string method, target;                  // "POST", "/path?query"
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;                            // Unpacked.
  bool was_packed = false;
  std::string Header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

struct PeerAnswer {
  int status = 200;
  std::string body = {};
  absl::Duration delay = absl::ZeroDuration();
  std::string headers = {};  // "Location: ...\r\n"
  bool hang_up = false;      // Instead of an answer.
};

struct PeerTls {
  std::string cert_path, key_path;
  std::string client_ca_path = {};  // Clients must show a certificate of this one.
};

class HttpPeer {
 public:
  using Handler = std::function<PeerAnswer(const PeerRequest&)>;
  // Listens from here on. `port` 0: any. The handler runs on a thread of each connection.
  explicit HttpPeer(Handler handler, PeerTls tls = {}, uint16_t port = 0);
  ~HttpPeer();  // Hangs up on everybody.

  uint16_t port() const { return port_; }
  std::string url() const;
  std::vector<PeerRequest> requests() const;  // All that were well-formed, unless it forgets them.
  void ForgetRequests() { forget_ = true; }
  int violations() const { return violations_; }

 private:
  void Accept();
  void Serve(int fd);
  bool ServeOne(const std::function<int(char*, int)>& read,
                const std::function<bool(absl::string_view)>& write, std::string& pending);
  bool Parse(absl::string_view head, PeerRequest& request);

  const Handler handler_;
  SSL_CTX* tls_ = nullptr;
  OwnedFd listener_;
  uint16_t port_ = 0;
  std::atomic<bool> stop_ = false, forget_ = false;
  std::atomic<int> violations_ = 0;
  mutable std::mutex mu_;
  std::vector<PeerRequest> requests_;
  std::set<int> open_;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_TESTING_HTTP_PEER_H_
