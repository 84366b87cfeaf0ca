// SPDX-License-Identifier: Apache-2.0
//
// Where configurations come from and what becomes of them: files, their differences, their schema.
#ifndef VEDETTE_CLI_CONFIG_CONFIG_FILES_H_
#define VEDETTE_CLI_CONFIG_CONFIG_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/config/config.h"

namespace vedette {

// Of this process.
Environment ProcessEnvironment();

// The file, and behind it the *.yaml of the folder kAdditions beside it, in the order of their
// names; a path that cannot be read is named. `must_exist`: the file itself has to be there.
inline constexpr absl::string_view kAdditions = "conf.d";
absl::StatusOr<std::vector<ConfigSource>> ReadConfigFiles(const std::string& path, bool must_exist);

// Of a file that exists, or of kConfigPath, which need not; with additions and the environment.
absl::StatusOr<Config> LoadConfig(const std::string& path);
absl::StatusOr<Config> LoadUsualConfig();

// Keys of the options in which two configurations differ, in the order of the table.
std::vector<std::string> DifferingOptions(const Config& a, const Config& b);

// Can SIGHUP change the option? The others wait for the next start.
bool IsReloadable(absl::string_view key);

// JSON Schema (2020-12) of a configuration file, for editors and other tools.
std::string PrintConfigSchema();

}  // namespace vedette

#endif  // VEDETTE_CLI_CONFIG_CONFIG_FILES_H_
