// SPDX-License-Identifier: Apache-2.0
//
// Where rules come from when nobody says: the shipped packs, found from the place of the program.
#ifndef VEDETTE_CLI_RULE_PATHS_H_
#define VEDETTE_CLI_RULE_PATHS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/config/config.h"

namespace vedette {

// Folders with the shipped rules, for a program at `executable`: those in ../share/vedette/rules
// beside it, where it was installed; or for one in a build tree (build/<preset>/vedette) those in
// rules/packs of the sources. Empty if there are none.
std::vector<std::string> ShippedRuleFolders(const std::string& executable);

// The folder itself and those right below it, sorted, as far as they have rule files.
std::vector<std::string> FoldersWithRules(const std::string& folder);

// What to load, in this order: `given` (--rules) alone if there are any, else what the
// configuration says. kNotFound: the shipped rules are wanted and not there.
absl::StatusOr<std::vector<std::string>> ChooseRulePaths(const std::vector<std::string>& given,
                                                         const Config& config,
                                                         const std::string& executable);

// The path of this program's file.
std::string OwnExecutable();

}  // namespace vedette

#endif  // VEDETTE_CLI_RULE_PATHS_H_
