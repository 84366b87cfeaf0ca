// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_WATCH_CONDITION_H_
#define VEDETTE_CLI_WATCH_CONDITION_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/rule_set.h"

namespace vedette {

struct WatchFlags {
  std::string where;  // A condition of the rule language; empty: everything.
  bool exec = false, open = false, connect = false;
};

// The flags as one condition: the kinds that were asked for, and what was asked of them.
std::string WatchCondition(const WatchFlags& flags);

// The condition as a rule set of one recording rule. An error's message is the text of the
// mistakes, with their places in `flags.where`.
absl::StatusOr<RuleSet> CompileWatch(const WatchFlags& flags);

}  // namespace vedette

#endif  // VEDETTE_CLI_WATCH_CONDITION_H_
