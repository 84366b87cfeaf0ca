// SPDX-License-Identifier: Apache-2.0
// No unit test: for tests.
#include "integrations/testing/child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/file.h"

extern char** environ;

namespace vedette {

Child::Child(const std::vector<std::string>& command, const std::string& log_path) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log_path.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  CHECK(posix_spawn(&pid_, command[0].c_str(), &actions, nullptr, arguments.data(), environ) == 0)
      << command[0];
  posix_spawn_file_actions_destroy(&actions);
}

void Child::End(int signal) {
  if (pid_ < 0) return;
  kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}
void Child::Kill() { End(SIGKILL); }
void Child::Terminate() { End(SIGTERM); }

namespace {

// Where setup/servers.sh unpacks the packages of a list.
std::string ServersFolder(absl::string_view list) {
  const auto variable = [](const char* name) {
    const char* value = getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  std::string cache = variable("VEDETTE_CACHE");
  if (cache.empty()) {
    const std::string base = variable("XDG_CACHE_HOME");
    cache = absl::StrCat(base.empty() ? variable("HOME") + "/.cache" : base, "/vedette");
  }
  return absl::StrCat(cache, "/", list, "/bin/");
}

}  // namespace

std::string FindProgram(const std::string& name) {
  for (const std::string& folder :
       {ServersFolder("servers"), ServersFolder("clickhouse"), std::string("/usr/sbin/"),
        std::string("/usr/bin/"), std::string("/usr/local/bin/")}) {
    const std::string path = folder + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return "";
}

namespace {

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in at = {};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

}  // namespace

uint16_t FreePort() {
  const OwnedFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at = Loopback(0);
  socklen_t size = sizeof(at);
  CHECK(bind(fd.get(), reinterpret_cast<sockaddr*>(&at), size) == 0);
  CHECK(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size) == 0);
  return ntohs(at.sin_port);
}

bool AwaitPort(uint16_t port) {
  return Eventually([port] {
    const OwnedFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in at = Loopback(port);
    return connect(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0;
  });
}

bool Eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 3000; ++i) {
    if (holds()) return true;
    absl::SleepFor(absl::Milliseconds(10));
  }
  return holds();
}

}  // namespace vedette
