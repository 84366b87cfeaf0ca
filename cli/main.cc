// SPDX-License-Identifier: Apache-2.0
//
// No unit test: it only calls RunCommandLine.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"

namespace {

// A file that is opened must not become standard output because that was closed.
void OpenStandardDescriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // A reader who has gone is an error of write(2).
  OpenStandardDescriptors();
  umask(077);  // Whatever we write is for its owner.
  const std::unique_ptr<vedette::Io> io = vedette::NewStandardIo();
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return static_cast<int>(vedette::RunCommandLine(arguments, *io));
}
