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

// The folder with the shipped packs, for a program at `executable`: ../share/vedette/rules beside
// it, where it was installed; or for one in a build tree (build/<preset>/vedette) rules/packs of
// the sources. Empty if there is none. ReadRuleSources() (rules/lang/load.h) finds the packs in it.
std::string ShippedRules(const std::string& executable);

// What to load, in this order: `given` (--rules) alone if there are any, else what the
// configuration says. kNotFound: the shipped rules are wanted and not there.
absl::StatusOr<std::vector<std::string>> ChooseRulePaths(const std::vector<std::string>& given,
                                                         const Config& config,
                                                         const std::string& executable);

// The path of this program's file.
std::string OwnExecutable();

}  // namespace vedette

#endif  // VEDETTE_CLI_RULE_PATHS_H_
