// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_SELF_PROTECTION_H_
#define VEDETTE_CLI_SELF_PROTECTION_H_

#include <optional>
#include <string>

#include "cli/config/config.h"
#include "rules/lang/load.h"

namespace vedette {

// Rules of Vedette's own, that deny to others what would blind it: changes of its store, of what is
// pinned and of its socket, and killing or freezing it by its cgroup. Ordinary rules, so that what
// they do is seen in alerts and by `vedette enforce status`. `cgroup` is the daemon's, as
// /proc/self/cgroup has it; empty: unknown. None if the configuration wants none.
std::optional<RuleSource> SelfProtectionRules(const Config& config, const std::string& cgroup);

// Of this process, in the hierarchy of version 2; empty if it has none.
std::string OwnCgroup();

}  // namespace vedette

#endif  // VEDETTE_CLI_SELF_PROTECTION_H_
