// SPDX-License-Identifier: Apache-2.0
#include "cli/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"

namespace vedette {
namespace {

// The variable, which is gone afterwards; empty where it is not set.
std::string TakeVariable(const char* name) {
  const char* value = getenv(name);
  std::string text = value == nullptr ? "" : value;
  unsetenv(name);
  return text;
}

// A path, or a name in the abstract namespace that begins with @.
OwnedFd ConnectTo(const std::string& name) {
  sockaddr_un at = {};
  at.sun_family = AF_UNIX;
  const bool usable =
      name.size() > 1 && name.size() < sizeof(at.sun_path) && (name[0] == '/' || name[0] == '@');
  if (!usable) return OwnedFd();
  memcpy(at.sun_path, name.data(), name.size());
  if (name[0] == '@') at.sun_path[0] = '\0';
  OwnedFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&at), size) != 0) return OwnedFd();
  return fd;
}

}  // namespace

ServiceManager::ServiceManager(Clock& clock)
    : clock_(clock), socket_(ConnectTo(TakeVariable("NOTIFY_SOCKET"))), next_(clock.Monotonic()) {
  const std::string interval = TakeVariable("WATCHDOG_USEC"), pid = TakeVariable("WATCHDOG_PID");
  int64_t microseconds = 0;
  const bool ours = pid.empty() || pid == absl::StrCat(getpid());
  if (ours && absl::SimpleAtoi(interval, &microseconds) && microseconds > 0) {
    interval_ = absl::Microseconds(microseconds) / 2;
  }
}

void ServiceManager::Ready(absl::string_view status) {
  Send(absl::StrCat("READY=1\nSTATUS=", EscapeControl(status)));
}

void ServiceManager::Reloading() {
  Send(absl::StrCat("RELOADING=1\nMONOTONIC_USEC=", absl::ToInt64Microseconds(clock_.Monotonic())));
}

void ServiceManager::Stopping() { Send("STOPPING=1"); }

void ServiceManager::Alive() {
  if (interval_ <= absl::ZeroDuration() || clock_.Monotonic() < next_) return;
  next_ = clock_.Monotonic() + interval_;
  Send("WATCHDOG=1");
}

// If systemd does not listen, there is nobody to tell.
void ServiceManager::Send(absl::string_view message) {
  if (!present()) return;
  [[maybe_unused]] const ssize_t sent =
      send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL);
}

}  // namespace vedette
