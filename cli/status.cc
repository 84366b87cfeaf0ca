// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/config/config.h"
#include "integrations/status/status_server.h"

namespace vedette::commands {
namespace {

struct Options {
  std::string socket = Config{}.status.socket, address;
  bool metrics = false;
};

ExitCode Status(const Options& options, Io& io) {
  const std::string target = options.metrics ? "/metrics" : "/status";
  const auto answer = options.address.empty() ? AskStatus(options.socket, target)
                                              : AskStatusAt(options.address, target);
  if (!answer.ok()) return io.Fail(answer.status());
  io.Print(answer->body);
  return answer->status == 200 ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void status(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("--socket", options->socket, "PATH",
                 "Where the daemon answers (`status.socket` in its configuration)");
  command.Option("--address", options->address, "HOST:PORT",
                 "Ask there instead (`status.listen` in its configuration)");
  command.Flag("--metrics", options->metrics, "Print the numbers that Prometheus reads");
  command.Examples({{"sudo vedette status", "Is everything well? Exit code 1 if not"},
                    {"sudo vedette status --metrics", "Every number"}});
  command.Runs([options](Io& io) { return Status(*options, io); });
}

}  // namespace vedette::commands
