// SPDX-License-Identifier: Apache-2.0
#include "cli/run_flags.h"

#include <filesystem>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/config/config_files.h"
#include "integrations/sinks/units.h"
#include "sensor/source/scope.h"

namespace vedette {
namespace {

// The configuration wants absolute paths; a person in a shell need not write them.
std::string Absolute(const std::string& path) {
  std::error_code error;
  const std::string full = std::filesystem::absolute(path, error).lexically_normal().string();
  return error ? path : full;
}

}  // namespace

CLI::Option* AddDurationFlag(Command& command, absl::Duration& duration, const std::string& doc) {
  return command.app()
      .add_option_function<std::string>(
          "--duration",
          [&duration](const std::string& text) {
            const auto parsed = ParseInterval(text);
            if (!parsed.ok()) {
              throw CLI::ValidationError("--duration", std::string(parsed.status().message()));
            }
            duration = *parsed;
          },
          doc)
      ->type_name("D");
}

void AddScopeFlags(Command& command, std::string& scope, std::string& mode,
                   std::vector<std::string>& disabled_hooks) {
  command
      .Option("--scope", scope, "SCOPE",
              "Watch only pid:N and its descendants, or cgroup:PATH; decided in the kernel")
      ->check([](const std::string& text) { return std::string(CheckScope(text).message()); });
  command
      .Option("--mode", mode, "MODE",
              "How to attach: auto, lsm, fentry or tracepoint (auto: the best that works)")
      ->check(CLI::IsMember({"auto", "lsm", "fentry", "tracepoint"}));
  command.Option("--disable-hook", disabled_hooks, "HOOK",
                 "Do not use this hook, as `vedette doctor` names it; may be repeated");
}

void AddRunFlags(Command& command, RunFlags& flags) {
  command.Option("-c,--config", flags.config, "FILE",
                 absl::StrCat("Settings (YAML), with those of the folder conf.d beside it; else ",
                              kConfigPath));
  command.Option("--rules", flags.rules, "PATH",
                 "A rule file, or a folder of them, instead of the configured ones; may be "
                 "repeated");
  command.Option("--store", flags.store, "PATH", "Keep the history in this file");
  command.Flag("--no-store", flags.no_store, "Keep no history")->excludes("--store");
  command
      .Option("--output", flags.output, "FORMAT",
              "How alerts are printed: terminal or json (one object per line)")
      ->check(CLI::IsMember({"terminal", "json"}));
  AddScopeFlags(command, flags.scope, flags.mode, flags.disable_hooks);
  command.Option("--record", flags.record, "FILE",
                 "Write the raw records to a file, for `vedette replay`");
  AddDurationFlag(command, flags.duration, "Stop after this time: 90s, 5m, 1h30m");
  command.Flag("--i-know", flags.i_know,
               "Enforce rules that may lock everybody out of the machine, too");
  command.Flag("--watch-files", flags.watch_files,
               "Reload when the configuration or a rule file has changed, as at SIGHUP");
  command.Flag("--print-config", flags.print_config,
               "Print the settings that would be in force, and end");
  command
      .Option("--log-level", flags.log_level, "LEVEL",
              "Messages on standard error: debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
}

absl::StatusOr<Config> ConfigOf(const RunFlags& flags) {
  ASSIGN_OR_RETURN(Config config,
                   flags.config.empty() ? LoadUsualConfig() : LoadConfig(flags.config));
  if (!flags.rules.empty()) {
    config.rules.clear();
    for (const std::string& path : flags.rules) config.rules.push_back(Absolute(path));
  }
  if (!flags.store.empty()) config.store.path = Absolute(flags.store);
  if (!flags.output.empty()) {
    config.output_format =
        flags.output == "json" ? Config::Format::kJson : Config::Format::kTerminal;
  }
  if (!flags.scope.empty()) config.sensor.scope = flags.scope;
  if (flags.mode == "auto") config.sensor.mode = Config::Mode::kAuto;
  if (flags.mode == "lsm") config.sensor.mode = Config::Mode::kLsm;
  if (flags.mode == "fentry") config.sensor.mode = Config::Mode::kFentry;
  if (flags.mode == "tracepoint") config.sensor.mode = Config::Mode::kTracepoint;
  config.sensor.disable.insert(config.sensor.disable.end(), flags.disable_hooks.begin(),
                               flags.disable_hooks.end());
  config.enforce.allow_lockout = config.enforce.allow_lockout || flags.i_know;
  config.log_level = ParseLogSeverity(flags.log_level).value_or(config.log_level);
  return config;
}

}  // namespace vedette
