// SPDX-License-Identifier: Apache-2.0
//
// The options of `vedette run`, and how they go together with the configuration file: an option
// beats the file, the file beats what is built in.
#ifndef VEDETTE_CLI_RUN_FLAGS_H_
#define VEDETTE_CLI_RUN_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/config/config.h"

namespace vedette {

struct RunFlags {
  std::string config;  // Empty: kConfigPath if there is such a file.
  std::vector<std::string> rules;
  std::string store, output, scope, mode, record, log_level;
  std::vector<std::string> disable_hooks;
  bool no_store = false, watch_files = false, print_config = false, i_know = false;
  absl::Duration duration = absl::InfiniteDuration();
};

void AddRunFlags(Command& command, RunFlags& flags);

// Reads the file, and puts the options over it.
absl::StatusOr<Config> ConfigOf(const RunFlags& flags);

// Options that several commands have.
void AddScopeFlags(Command& command, std::string& scope, std::string& mode,
                   std::vector<std::string>& disabled_hooks);
CLI::Option* AddDurationFlag(Command& command, absl::Duration& duration, const std::string& doc);

}  // namespace vedette

#endif  // VEDETTE_CLI_RUN_FLAGS_H_
