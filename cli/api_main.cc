// SPDX-License-Identifier: Apache-2.0
//
// vedette-api: serves the API (integrations/proto) beside the daemon, and not in it: gRPC reads
// what others send, and this process has none of the daemon's rights. It needs to be root, as the
// daemon's store and sockets are root's, but no capability.
//
// No unit test: tests/service runs it.
#include <cap-ng.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "cli/control_socket.h"
#include "cli/io.h"
#include "cli/rule_paths.h"
#include "cli/rule_set.h"
#include "cli/run_flags.h"
#include "cli/service_manager.h"
#include "cli/stop_signals.h"
#include "integrations/api/api_server.h"

namespace vedette {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(100);

// As the daemon would load them now.
absl::StatusOr<ApiRuleList> ListRules(const RunFlags& flags) {
  ASSIGN_OR_RETURN(const Config config, ConfigOf(flags));
  RuleInputs inputs;
  ASSIGN_OR_RETURN(inputs.paths, ChooseRulePaths({}, config, OwnExecutable()));
  inputs.tags_off = config.rules_off;
  const RuleSetOrWhyNot loaded = LoadRuleSet(inputs, 1);
  ApiRuleList list;
  list.diagnostics = loaded.diagnostics;
  if (!loaded.rules.ok()) {
    absl::StrAppend(&list.diagnostics, loaded.rules.status().message(), "\n");
    return list;
  }
  for (const Rule& rule : loaded.rules->program->rules) {
    if (rule.recording || rule.step_of) continue;
    list.rules.push_back(
        {rule.name, rule.priority, rule.tags, std::string(ActionName(rule.action))});
  }
  return list;
}

absl::Status GiveUpCapabilities() {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return absl::ErrnoToStatus(errno, "PR_SET_DUMPABLE");
  capng_clear(CAPNG_SELECT_CAPS);
  if (capng_apply(CAPNG_SELECT_CAPS) != 0) {
    return absl::InternalError("cannot give up capabilities");
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return absl::ErrnoToStatus(errno, "PR_SET_NO_NEW_PRIVS");
  }
  return absl::OkStatus();
}

absl::Status Serve(const RunFlags& flags, Io& io) {
  ASSIGN_OR_RETURN(const Config config, ConfigOf(flags));
  SetLogThreshold(config.log_level);
  if (config.api.socket.empty() && config.api.listen.empty()) {
    return absl::InvalidArgumentError("neither api.socket nor api.listen says where to serve");
  }
  ASSIGN_OR_RETURN(StopSignals signals, StopSignals::Take());  // Before there are threads.
  RETURN_IF_ERROR(GiveUpCapabilities());
  RealClock clock;
  ServiceManager manager(clock);
  ApiBackend backend;
  backend.store_path = config.store.path;
  backend.status_socket = config.status.socket;
  backend.rules = [flags] { return ListRules(flags); };
  backend.enforce = [path = config.enforce.socket](const std::string& request) {
    return AskDaemon(path, request);
  };
  ApiServerOptions options = {.socket = config.api.socket,
                              .address = config.api.listen,
                              .cert_file = config.api.cert_file,
                              .key_file = config.api.key_file,
                              .ca_file = config.api.ca_file,
                              .roles = {config.api.read, config.api.operate}};
  ASSIGN_OR_RETURN(std::unique_ptr<ApiServer> server, ApiServer::Start(options, backend));
  const std::string where =
      absl::StrCat(options.socket, options.socket.empty() || options.address.empty() ? "" : " and ",
                   options.address);
  io.PrintError(absl::StrCat("vedette-api serves at ", where, " (pid ", getpid(), ")\n"));
  manager.Ready(absl::StrCat("serving at ", where));
  while (true) {
    manager.Alive();
    const std::optional<int> signal = signals.Next();
    if (signal.has_value() && *signal != SIGHUP) break;
    if (signal.has_value()) {  // New certificates and roles: a new server.
      manager.Reloading();
      const auto read = ConfigOf(flags);
      if (read.ok()) {
        options.roles = {read->api.read, read->api.operate};
        server.reset();
        ASSIGN_OR_RETURN(server, ApiServer::Start(options, backend));
        LOG_INFO("reloaded: roles and certificates");
      } else {
        LOG_ERROR("the configuration stays as it is: ", read.status().message());
      }
      manager.Ready(absl::StrCat("serving at ", where));
    }
    absl::SleepFor(kLook);
  }
  manager.Stopping();
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  const std::unique_ptr<Io> io = NewStandardIo();
  RunFlags flags;
  CLI::App app("Serve the API of this host: alerts, events, queries, rules, enforcement, status");
  app.name("vedette-api");
  app.add_option(
         "-c,--config", flags.config,
         absl::StrCat("Settings (YAML), with those of conf.d beside it; else ", kConfigPath))
      ->type_name("FILE");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  const absl::Status status = Serve(flags, *io);
  return status.ok() ? 0 : static_cast<int>(io->Fail(status));
}

}  // namespace
}  // namespace vedette

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  umask(077);
  return vedette::Main(argc, argv);
}
