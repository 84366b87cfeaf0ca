// SPDX-License-Identifier: Apache-2.0
//
// No unit test: it only calls RunCommandLine.
#include <sys/stat.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // A reader who has gone is an error of write(2).
  umask(077);                     // Whatever we write is for its owner.
  const std::unique_ptr<vedette::Io> io = vedette::NewStandardIo();
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return static_cast<int>(vedette::RunCommandLine(arguments, *io));
}
