// SPDX-License-Identifier: Apache-2.0
// No unit test: run_flags_test runs the command as far as it goes without a kernel.
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/config/config_files.h"
#include "cli/daemon.h"
#include "cli/run_flags.h"

namespace vedette::commands {
namespace {

ExitCode Run(const RunFlags& flags, Io& io) {
  const auto config = ConfigOf(flags);
  if (absl::IsInvalidArgument(config.status())) {  // All mistakes, each with its place.
    io.PrintError(absl::StrCat(config.status().message(), "\n"));
    io.Complain("the configuration is wrong");
    return ExitCode::kFailed;
  }
  if (!config.ok()) return io.Fail(config.status());
  if (flags.print_config) {
    io.Print(PrintConfig(*config));
    return ExitCode::kDone;
  }
  DaemonOptions options;
  options.config = *config;
  options.rules = flags.rules;
  options.with_store = !flags.no_store;
  options.record_path = flags.record;
  options.duration = flags.duration;
  if (flags.watch_files) {
    const std::string file = flags.config.empty() ? std::string(kConfigPath) : flags.config;
    options.watched = {file, (std::filesystem::path(file).parent_path() / "conf.d").string()};
  }
  options.read_config = [flags] { return ConfigOf(flags); };
  SetLogThreshold(config->log_level);
  Daemon daemon(std::move(options), io);
  const ExitCode code = daemon.Start();
  return code == ExitCode::kDone ? daemon.Run() : code;
}

}  // namespace

void run(Command& command) {
  auto flags = std::make_shared<RunFlags>();
  AddRunFlags(command, *flags);
  command.Examples({
      {"sudo vedette run", "Shipped rules, alerts to the terminal, history to the store"},
      {"sudo vedette run --output json | jq .rule", "Alerts for a program"},
      {"sudo vedette run --rules my.yaml --no-store", "Try rules; keep nothing"},
      {"sudo vedette run --scope pid:$$ --record out.vdt", "Record what this shell does"},
      {"vedette run --print-config", "Every setting, with what it means"},
      {"kill -HUP PID", "Take changed rules, sinks and settings; mistakes change nothing"},
  });
  command.Runs([flags](Io& io) { return Run(*flags, io); });
}

}  // namespace vedette::commands
