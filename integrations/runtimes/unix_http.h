// SPDX-License-Identifier: Apache-2.0
//
// HTTP over a Unix socket, on libcurl: plain requests (docker's API), and gRPC's unary calls, which
// are HTTP/2 with a frame around each message. So the daemon speaks to CRI without gRPC's library,
// which would cost it more memory than all the rest.
#ifndef VEDETTE_INTEGRATIONS_RUNTIMES_UNIX_HTTP_H_
#define VEDETTE_INTEGRATIONS_RUNTIMES_UNIX_HTTP_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace vedette {

// Used by one thread at a time. A connection for each request.
class UnixHttp {
 public:
  static constexpr size_t kAnswerBytesMax = 1 << 20;

  explicit UnixHttp(std::string socket_path);
  ~UnixHttp();
  UnixHttp(const UnixHttp&) = delete;
  UnixHttp& operator=(const UnixHttp&) = delete;

  const std::string& socket_path() const;

  // The body of an answer 200. kNotFound: 404, or there is no such socket. kUnavailable: all else;
  // never more than the deadline (wall clock), nor an answer above kAnswerBytesMax.
  absl::StatusOr<std::string> Get(const std::string& path, absl::Time deadline);

  // `method`: "/runtime.v1.RuntimeService/Version"; `header`: one more, "name: value", or empty.
  // The answer's message, or the status that gRPC carries: kNotFound and kUnimplemented stay what
  // they are, all else is kUnavailable.
  absl::StatusOr<std::string> Call(const std::string& method, const std::string& message,
                                   const std::string& header, absl::Time deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A message in gRPC's frame, and back. None: it is not exactly one frame, or a compressed one.
std::string GrpcFrame(absl::string_view message);
absl::StatusOr<std::string> GrpcMessage(absl::string_view body);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_RUNTIMES_UNIX_HTTP_H_
