// SPDX-License-Identifier: Apache-2.0
// No unit test: daemon_test uses it.
#include "tests/native/acts.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "tests/kernel/io_uring.h"

namespace vedette {
namespace {

constexpr char kVariable[] = "VEDETTE_ACT";

int Open(const std::string& path) { return open(path.c_str(), O_RDONLY) >= 0 ? 0 : 1; }

int OpenOften(const std::string& path) {
  for (int i = 0; i < kOpenOften; ++i) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 1;
    close(fd);
  }
  return 0;
}

int OpenByRing(const std::string& path) {
  io_uring_sqe operation = {};
  operation.opcode = IORING_OP_OPENAT;
  operation.fd = AT_FDCWD;
  operation.addr = reinterpret_cast<uint64_t>(path.c_str());
  return SubmitOne(operation) >= 0 ? 0 : 1;
}

int Shell() {
  const pid_t pid = fork();
  if (pid == 0) {
    execl("/bin/sh", "sh", "-c", "exit 0", nullptr);
    _exit(1);
  }
  int status = 1;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

int Connect(const std::string& port) {
  uint32_t number = 0;
  if (!absl::SimpleAtoi(port, &number)) return 1;
  sockaddr_in peer = {};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<uint16_t>(number));
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Refused or not: the attempt is the act.
  (void)!connect(socket(AF_INET, SOCK_STREAM, 0), reinterpret_cast<sockaddr*>(&peer), sizeof(peer));
  return 0;
}

// Runs the program behind the descriptor, which then does nothing.
int RunDescriptor(int fd) {
  setenv(kVariable, "nothing", 1);
  char name[] = "ghost";
  char option[] = "--haunt";
  char* const arguments[] = {name, option, nullptr};
  fexecve(fd, arguments, environ);
  return 1;
}

int RunDeleted() {
  char path[] = "/tmp/vedette_ghost_XXXXXX";
  const int made = mkstemp(path);
  const int self = open("/proc/self/exe", O_RDONLY);
  struct stat size = {};
  if (made < 0 || fstat(self, &size) != 0) return 1;
  for (off_t at = 0; at < size.st_size;) {
    if (sendfile(made, self, &at, static_cast<size_t>(size.st_size - at)) <= 0) return 1;
  }
  fchmod(made, 0755);
  close(made);
  const int again = open(path, O_RDONLY);
  unlink(path);
  return RunDescriptor(again);
}

int RunMemfd() {
  const int memory = static_cast<int>(syscall(SYS_memfd_create, "ghost", 0));
  const int self = open("/proc/self/exe", O_RDONLY);
  struct stat size = {};
  if (memory < 0 || fstat(self, &size) != 0) return 1;
  for (off_t at = 0; at < size.st_size;) {
    if (sendfile(memory, self, &at, static_cast<size_t>(size.st_size - at)) <= 0) return 1;
  }
  return RunDescriptor(memory);
}

sockaddr_un SocketAt(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  return address;
}

int Ask(const std::string& path) {
  const sockaddr_un peer = SocketAt(path);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  return connect(fd, reinterpret_cast<const sockaddr*>(&peer), sizeof(peer)) == 0 ? 0 : 1;
}

// A service manager, and somebody called `asker` that connects to it: then it starts a shell. They
// are not related but by that, as far as a reader of process trees can see.
int Manage() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string asker = self.parent_path() / "asker", at = self.parent_path() / "socket";
  const sockaddr_un address = SocketAt(at);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (link(self.c_str(), asker.c_str()) != 0 ||
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener, 1) != 0) {
    return 1;
  }
  const pid_t pid = fork();
  if (pid == 0) {
    setenv(kVariable, absl::StrCat("ask ", at).c_str(), 1);
    execl(asker.c_str(), "asker", "--politely", nullptr);
    _exit(1);
  }
  int status = 1;
  waitpid(pid, &status, 0);
  if (accept(listener, nullptr, nullptr) < 0) return 1;
  return Shell();
}

// Calls `act` with ascending numbers until the time is over.
int Flood(const std::string& seconds, int (*act)(int)) {
  int number = 0;
  if (!absl::SimpleAtoi(seconds, &number) || number > 60) return 1;
  const absl::Time end = absl::Now() + absl::Seconds(number);
  for (int i = 0; absl::Now() < end; ++i) {
    if (const int failed = act(i); failed != 0) return failed;
  }
  return 0;
}

// The files are in the working directory; their names come round again after a while, as a disk is
// finite.
int OpenNumbered(int number) {
  const std::string name = absl::StrCat("flood-", number % 1000);
  const int fd = open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return 1;
  close(fd);
  return 0;
}

int ExecNothing(int) {
  const pid_t pid = vfork();
  if (pid == 0) {
    setenv(kVariable, "nothing", 1);
    execl("/proc/self/exe", "nothing", nullptr);
    _exit(1);
  }
  int status = 1;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

}  // namespace

int ActIfAsked() {
  const char* asked = std::getenv(kVariable);
  if (asked == nullptr) return -1;
  absl::string_view act = asked;
  if (absl::ConsumePrefix(&act, "open ")) return Open(std::string(act));
  if (absl::ConsumePrefix(&act, "open-often ")) return OpenOften(std::string(act));
  if (absl::ConsumePrefix(&act, "uring ")) return OpenByRing(std::string(act));
  if (absl::ConsumePrefix(&act, "connect ")) return Connect(std::string(act));
  if (absl::ConsumePrefix(&act, "flood-open ")) return Flood(std::string(act), OpenNumbered);
  if (absl::ConsumePrefix(&act, "flood-exec ")) return Flood(std::string(act), ExecNothing);
  if (absl::ConsumePrefix(&act, "ask ")) return Ask(std::string(act));
  if (act == "manage") return Manage();
  if (act == "shell") return Shell();
  if (act == "deleted") return RunDeleted();
  if (act == "memfd") return RunMemfd();
  return act == "nothing" ? 0 : 1;
}

pid_t DoAs(const std::string& name, const std::string& act) {
  char folder[] = "/tmp/vedette_act_XXXXXX";
  if (mkdtemp(folder) == nullptr) return -1;
  const std::string path = absl::StrCat(folder, "/", name);
  std::error_code error;
  std::filesystem::copy_file("/proc/self/exe", path, error);
  const pid_t pid = fork();
  if (pid == 0) {
    setenv(kVariable, act.c_str(), 1);
    execl(path.c_str(), name.c_str(), act.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  std::filesystem::remove_all(folder, error);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? pid : -1;
}

}  // namespace vedette
