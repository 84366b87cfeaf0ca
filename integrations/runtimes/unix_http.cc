// SPDX-License-Identifier: Apache-2.0
#include "integrations/runtimes/unix_http.h"

#include <curl/curl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace vedette {
namespace {

constexpr size_t kFrameHead = 5;  // One byte: compressed or not; four: how long, in network order.
constexpr size_t kSaidMax = 200;
constexpr int kGrpcNotFound = 5, kGrpcUnimplemented = 12;

struct CloseCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, FreeList>;

void Add(Headers& headers, const std::string& line) {
  curl_slist* const longer = curl_slist_append(headers.get(), line.c_str());
  if (longer == nullptr) return;
  static_cast<void>(headers.release());
  headers.reset(longer);
}

constexpr int kResetsMax = 5;

size_t KeepBody(char* data, size_t size, size_t count, void* to) {
  auto* body = static_cast<std::string*>(to);
  const size_t bytes = size * count;
  if (body->size() + bytes > UnixHttp::kAnswerBytesMax) return 0;  // Ends the transfer.
  body->append(data, bytes);
  return bytes;
}

struct GrpcStatus {
  std::optional<int> code;
  std::string message;
};

// Called for headers and, behind the body, for trailers: gRPC's status may stand in either.
size_t ReadHeader(char* data, size_t size, size_t count, void* to) {
  auto* status = static_cast<GrpcStatus*>(to);
  absl::string_view line(data, size * count);
  if (absl::StartsWithIgnoreCase(line, "grpc-status:")) {
    int code = 0;
    line.remove_prefix(line.find(':') + 1);
    if (absl::SimpleAtoi(absl::StripAsciiWhitespace(line), &code)) status->code = code;
  } else if (absl::StartsWithIgnoreCase(line, "grpc-message:")) {
    line.remove_prefix(line.find(':') + 1);
    status->message = EscapeControl(TruncateUtf8(absl::StripAsciiWhitespace(line), kSaidMax));
  }
  return size * count;
}

}  // namespace

struct UnixHttp::State {
  std::string path;
  std::unique_ptr<CURL, CloseCurl> curl;
  std::array<char, CURL_ERROR_SIZE> error = {};

  absl::Status Unavailable(absl::string_view why) const {
    return absl::UnavailableError(absl::StrCat(path, ": ", why));
  }

  absl::Status Prepare(absl::Time deadline) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) return absl::NotFoundError(path + " is not there");
    if (!S_ISSOCK(status.st_mode)) return Unavailable("it is not a socket");
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    CHECK(done == CURLE_OK) << "libcurl does not start";
    if (curl == nullptr) curl.reset(curl_easy_init());
    if (curl == nullptr) return Unavailable("no memory");
    const int64_t left_ms = absl::ToInt64Milliseconds(deadline - absl::Now());
    if (left_ms < 1) return Unavailable("no time left");
    CURL* const c = curl.get();
    curl_easy_reset(c);
    error[0] = '\0';
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, path.c_str());
    // curl 7.88 fails at the second call to a gRPC server on one connection; to a local socket a
    // new one costs nothing, and no runtime holds a connection open for us.
    curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, static_cast<long>(std::min<int64_t>(left_ms, 60'000)));
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error.data());
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, KeepBody);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "vedette");
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Perform(long& http_status) {
    std::string body;
    CURL* const c = curl.get();
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &body);
    CURLcode done = curl_easy_perform(c);
    // curl 7.88 can drop an answer with the reset of its stream, which follows where the server did
    // not want the whole request. All requests only read, so they can be sent again.
    for (int tries = 0; done == CURLE_HTTP2_STREAM && tries < kResetsMax; ++tries) {
      body.clear();
      done = curl_easy_perform(c);
    }
    if (done == CURLE_WRITE_ERROR) return Unavailable("its answer is above 1 MiB");
    if (done != CURLE_OK) {
      const char* why = error[0] != '\0' ? error.data() : curl_easy_strerror(done);
      return Unavailable(EscapeControl(why));
    }
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &http_status);
    return body;
  }
};

UnixHttp::UnixHttp(std::string socket_path) : state_(std::make_unique<State>()) {
  state_->path = std::move(socket_path);
}
UnixHttp::~UnixHttp() = default;

const std::string& UnixHttp::socket_path() const { return state_->path; }

absl::StatusOr<std::string> UnixHttp::Get(const std::string& path, absl::Time deadline) {
  RETURN_IF_ERROR(state_->Prepare(deadline));
  const std::string url = absl::StrCat("http://localhost", path);
  curl_easy_setopt(state_->curl.get(), CURLOPT_URL, url.c_str());
  long status = 0;
  ASSIGN_OR_RETURN(std::string body, state_->Perform(status));
  if (status == 404) return absl::NotFoundError(absl::StrCat(state_->path, " does not know it"));
  if (status == 200) return body;
  return state_->Unavailable(absl::StrCat("it answered ", status));
}

absl::StatusOr<std::string> UnixHttp::Call(const std::string& method, const std::string& message,
                                           const std::string& header, absl::Time deadline) {
  RETURN_IF_ERROR(state_->Prepare(deadline));
  CURL* const c = state_->curl.get();
  const std::string url = absl::StrCat("http://localhost", method);
  const std::string frame = GrpcFrame(message);
  Headers headers;
  Add(headers, "Content-Type: application/grpc");
  Add(headers, "TE: trailers");
  if (!header.empty()) Add(headers, header);
  GrpcStatus status;
  curl_easy_setopt(c, CURLOPT_URL, url.c_str());
  curl_easy_setopt(c, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
  curl_easy_setopt(c, CURLOPT_POST, 1L);
  curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(frame.size()));
  curl_easy_setopt(c, CURLOPT_POSTFIELDS, frame.data());
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, ReadHeader);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, &status);
  long http_status = 0;
  const absl::StatusOr<std::string> body = state_->Perform(http_status);
  // A server that refuses may end the stream before it has read the request: its word counts.
  const bool refused = status.code.value_or(0) != 0;
  if (!refused) RETURN_IF_ERROR(body.status());
  if (!refused && http_status != 200)
    return state_->Unavailable(absl::StrCat("it answered ", http_status));
  if (!status.code) return state_->Unavailable("its answer has no gRPC status");
  const std::string said = absl::StrCat(state_->path, ": ", status.message);
  if (*status.code == kGrpcNotFound) return absl::NotFoundError(said);
  if (*status.code == kGrpcUnimplemented) {
    return absl::Status(absl::StatusCode::kUnimplemented, said);
  }
  if (*status.code != 0) {
    return state_->Unavailable(absl::StrCat("gRPC status ", *status.code, ": ", status.message));
  }
  absl::StatusOr<std::string> answer = GrpcMessage(*body);
  if (!answer.ok()) return state_->Unavailable(answer.status().message());
  return answer;
}

std::string GrpcFrame(absl::string_view message) {
  std::string frame(kFrameHead, '\0');
  for (size_t i = 0; i < 4; ++i) {
    frame[1 + i] = static_cast<char>(message.size() >> (8 * (3 - i)) & 0xff);
  }
  absl::StrAppend(&frame, message);
  return frame;
}

absl::StatusOr<std::string> GrpcMessage(absl::string_view body) {
  if (body.size() < kFrameHead) return absl::InvalidArgumentError("no message in its answer");
  if (body[0] != 0) return absl::InvalidArgumentError("its message is compressed");
  size_t size = 0;
  for (size_t i = 1; i < kFrameHead; ++i) size = size << 8 | static_cast<uint8_t>(body[i]);
  if (size != body.size() - kFrameHead) {
    return absl::InvalidArgumentError("its message is not as long as it says");
  }
  return std::string(body.substr(kFrameHead));
}

}  // namespace vedette
