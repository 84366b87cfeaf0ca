// SPDX-License-Identifier: Apache-2.0
#include "integrations/status/status_server.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/unix_socket.h"
#include "integrations/net/net_address.h"

namespace vedette {
namespace {

constexpr size_t kRequestBytesMax = 8 << 10;
constexpr size_t kAnswerBytesMax = 4 << 20;
constexpr ptrdiff_t kClientsMax = 16;  // Of one listener.
constexpr absl::Duration kPatience = absl::Seconds(2);
constexpr int kStopLookMs = 100;

// False: not ready by `deadline`.
bool Ready(int fd, short events, absl::Time deadline) {
  const int64_t left = absl::ToInt64Milliseconds(deadline - absl::Now());
  pollfd wanted = {.fd = fd, .events = events, .revents = 0};
  return left > 0 && poll(&wanted, 1, static_cast<int>(left)) > 0;
}

void SendAll(int fd, absl::string_view bytes, absl::Time deadline) {
  while (!bytes.empty() && Ready(fd, POLLOUT, deadline)) {
    const ssize_t done = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done < 0 && errno != EAGAIN && errno != EINTR) return;
    if (done > 0) bytes.remove_prefix(static_cast<size_t>(done));
  }
}

// A socket with a path is readable for root alone.
bool IsLocal(int fd) {
  sockaddr_storage at = {};
  socklen_t size = sizeof(at);
  return getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0 && at.ss_family == AF_UNIX;
}

std::string Answer(int status, absl::string_view type, absl::string_view body) {
  return absl::StrCat("HTTP/1.1 ", status, status == 200 ? " OK" : " Error",
                      "\r\nContent-Type: ", type, "\r\nContent-Length: ", body.size(),
                      "\r\nConnection: close\r\nCache-Control: no-store\r\n\r\n", body);
}

}  // namespace

struct StatusServer::State {
  // Someone who asks; gone when answered, or when out of patience.
  struct Client {
    OwnedFd fd;
    size_t listener;
    absl::Duration deadline;  // On the monotonic clock.
    std::string request = {}, answer = {};
    size_t sent = 0;
  };

  State(Clock& c, std::vector<OwnedFd> fds) : clock(c), listeners(std::move(fds)) {}

  void Run() {
    while (!stop) {
      std::vector<pollfd> wanted;
      for (const OwnedFd& fd : listeners) wanted.push_back({fd.get(), POLLIN, 0});
      for (const Client& client : clients) {
        const short events = client.answer.empty() ? POLLIN : POLLOUT;
        wanted.push_back({client.fd.get(), events, 0});
      }
      if (poll(wanted.data(), wanted.size(), kStopLookMs) < 0) continue;
      const absl::Duration now = RealClock().Monotonic();
      size_t index = listeners.size();
      clients.remove_if([&](Client& client) {
        const bool ready = wanted[index++].revents != 0;
        return (ready && !GoOn(client)) || now > client.deadline;
      });
      for (size_t i = 0; i < listeners.size(); ++i) {
        if ((wanted[i].revents & POLLIN) != 0) Accept(i, now);
      }
    }
  }

  // Each listener has its own places, so whoever floods one leaves the others alone. When all are
  // taken, whoever has waited longest goes.
  void Accept(size_t listener, absl::Duration now) {
    OwnedFd fd(accept4(listeners[listener].get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd.valid()) return;
    const auto same = [listener](const Client& client) { return client.listener == listener; };
    if (std::count_if(clients.begin(), clients.end(), same) >= kClientsMax) {
      clients.erase(std::find_if(clients.begin(), clients.end(), same));
    }
    clients.push_back({std::move(fd), listener, now + kPatience});
  }

  // Reads or writes what is possible now. False: done with the client.
  bool GoOn(Client& client) {
    if (client.answer.empty()) {
      char buffer[2048];
      const ssize_t size = recv(client.fd.get(), buffer, sizeof(buffer), 0);
      if (size < 0) return errno == EAGAIN || errno == EINTR;
      client.request.append(buffer, static_cast<size_t>(size));
      if (size == 0 || client.request.size() > kRequestBytesMax) return false;
      const size_t end = client.request.find("\r\n");
      if (client.request.find("\r\n\r\n") == std::string::npos) return true;
      client.answer =
          AnswerTo(absl::StrSplit(client.request.substr(0, end), ' '), IsLocal(client.fd.get()));
    }
    const absl::string_view rest = absl::string_view(client.answer).substr(client.sent);
    const ssize_t done = send(client.fd.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (done < 0) return errno == EAGAIN || errno == EINTR;
    client.sent += static_cast<size_t>(done);
    return client.sent < client.answer.size();
  }

  std::string AnswerTo(const std::vector<std::string>& words, bool local) {
    constexpr absl::string_view kText = "text/plain; charset=utf-8";
    if (words.size() != 3 || !absl::StartsWith(words[2], "HTTP/1.")) {
      return Answer(400, kText, "expected an HTTP request\n");
    }
    if (local && words[0] == "POST" && words[1] == "/reload") {
      reload = true;
      return Answer(200, kText, "reloading; the daemon's log says how it went\n");
    }
    if (words[0] != "GET") return Answer(405, kText, "only GET\n");
    const std::lock_guard lock(mu);
    const absl::Duration age = clock.Now() - report.time;
    std::vector<std::string> problems;
    if (age > kReportAgeMax) {
      problems.push_back("the daemon's loop does not come round");
    }
    const bool alive = problems.empty();
    problems.insert(problems.end(), report.problems.begin(), report.problems.end());
    const int ready = problems.empty() ? 200 : 503;
    const std::string lines = absl::StrJoin(problems, "\n") + "\n";
    if (words[1] == "/metrics") {
      return Answer(200, "text/plain; version=0.0.4; charset=utf-8",
                    FormatPrometheus(report.metrics));
    }
    if (words[1] == "/healthz")
      return Answer(alive ? 200 : 503, kText, alive ? "ok\n" : problems[0] + "\n");
    if (words[1] == "/readyz") return Answer(ready, kText, ready == 200 ? "ok\n" : lines);
    if (words[1] == "/status") {
      std::string text = report.text;
      for (const std::string& note : report.notes) absl::StrAppend(&text, "note: ", note, "\n");
      for (const std::string& problem : problems) {
        absl::StrAppend(&text, "problem: ", problem, "\n");
      }
      return Answer(ready, kText, text);
    }
    if (words[1] == "/status.json") {
      StatusReport with_all = report;
      with_all.problems = problems;
      return Answer(200, "application/json", FormatStatusJson(with_all));
    }
    return Answer(404, kText, "there are /metrics, /healthz, /readyz, /status, /status.json\n");
  }

  Clock& clock;
  std::vector<OwnedFd> listeners;
  std::list<Client> clients;  // The thread's own; those of one listener by age.
  std::atomic<bool> stop = false, reload = false;
  std::mutex mu;
  StatusReport report;  // Guarded by mu.
  std::thread thread;
};

StatusServer::StatusServer(Clock& clock, std::vector<OwnedFd> listeners)
    : state_(std::make_unique<State>(clock, std::move(listeners))) {
  state_->thread = std::thread([this] { state_->Run(); });
}

StatusServer::~StatusServer() {
  state_->stop = true;
  state_->thread.join();
  for (OwnedFd& listener : state_->listeners) CloseListener(std::move(listener));
}

void StatusServer::Publish(StatusReport report) {
  const std::lock_guard lock(state_->mu);
  state_->report = std::move(report);
}

bool StatusServer::TakeReloadRequest() { return state_->reload.exchange(false); }

absl::StatusOr<OwnedFd> ListenOnAddress(const std::string& address) {
  ASSIGN_OR_RETURN(const NetAddress to, ParseAddress(address));
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST;
  addrinfo* raw = nullptr;
  if (getaddrinfo(to.host.c_str(), to.port.c_str(), &hints, &raw) != 0) {
    return absl::InvalidArgumentError(absl::StrCat(address, ": expected a numeric address"));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(raw, freeaddrinfo);
  OwnedFd fd(socket(raw->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(fd.get(), raw->ai_addr, raw->ai_addrlen) != 0 || listen(fd.get(), 16) != 0) {
    return absl::ErrnoToStatus(errno, address);
  }
  return fd;
}

namespace {

absl::StatusOr<StatusAnswer> AskOver(const OwnedFd& fd, const std::string& where,
                                     const std::string& target, absl::string_view method) {
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  SendAll(fd.get(), absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: vedette\r\n\r\n"),
          deadline);
  std::string text;
  while (text.size() < kAnswerBytesMax && Ready(fd.get(), POLLIN, deadline)) {
    char buffer[16 << 10];
    const ssize_t size = recv(fd.get(), buffer, sizeof(buffer), 0);
    if (size <= 0) break;
    text.append(buffer, static_cast<size_t>(size));
  }
  const size_t end = text.find("\r\n\r\n");
  StatusAnswer answer;
  const bool good = absl::StartsWith(text, "HTTP/1.1 ") && end != std::string::npos &&
                    absl::SimpleAtoi(text.substr(9, 3), &answer.status);
  if (!good) return absl::UnavailableError(absl::StrCat(where, ": not an answer of a daemon"));
  answer.body = text.substr(end + 4);
  return answer;
}

}  // namespace

absl::StatusOr<StatusAnswer> AskStatus(const std::string& socket_path, const std::string& target,
                                       absl::string_view method) {
  ASSIGN_OR_RETURN(const sockaddr_un at, UnixAddress(socket_path));
  const OwnedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) != 0) {
    if (errno == EACCES) {
      return absl::PermissionDeniedError(
          absl::StrCat(socket_path, ": the daemon answers to root: use sudo"));
    }
    return absl::UnavailableError(absl::StrCat(socket_path, ": no daemon answers (",
                                               strerrordesc_np(errno),
                                               "); --socket names another place"));
  }
  return AskOver(fd, socket_path, target, method);
}

absl::StatusOr<StatusAnswer> AskStatusAt(const std::string& address, const std::string& target) {
  ASSIGN_OR_RETURN(const NetAddress to, ParseAddress(address));
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  if (const int error = getaddrinfo(to.host.c_str(), to.port.c_str(), &hints, &raw); error != 0) {
    return absl::UnavailableError(absl::StrCat(address, ": ", gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(raw, freeaddrinfo);
  int error = 0;
  for (const addrinfo* one = raw; one != nullptr; one = one->ai_next) {
    const OwnedFd fd(socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connect(fd.get(), one->ai_addr, one->ai_addrlen) == 0) {
      return AskOver(fd, address, target, "GET");
    }
    error = errno;
  }
  return absl::UnavailableError(
      absl::StrCat(address, ": no daemon answers (", strerrordesc_np(error), ")"));
}

}  // namespace vedette
