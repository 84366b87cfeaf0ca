// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_condition.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace vedette {

std::string WatchCondition(const WatchFlags& flags) {
  std::vector<std::string> kinds;
  if (flags.exec) kinds.emplace_back("process_exec");
  if (flags.open) kinds.emplace_back("file_open");
  if (flags.connect) kinds.emplace_back("network_connect");
  if (kinds.empty() && flags.where.empty()) {
    kinds = {"process_exec", "process_exit", "file_open", "network_connect"};
  }
  if (kinds.empty()) return flags.where;
  const std::string chosen = absl::StrCat("evt.kind in (", absl::StrJoin(kinds, ", "), ")");
  return flags.where.empty() ? chosen : absl::StrCat(chosen, " and (", flags.where, ")");
}

absl::StatusOr<RuleSet> CompileWatch(const WatchFlags& flags) {
  if (!flags.where.empty()) {
    // Alone first, so that mistakes are shown in the text that was written, and no bracket in it
    // reaches beyond it.
    const LoadResult alone = LoadRules({}, {{"--where", flags.where}});
    if (alone.program == nullptr) {
      return absl::InvalidArgumentError(alone.diagnostics.ToText());
    }
  }
  const LoadResult loaded = LoadRules({}, {{"--where", WatchCondition(flags)}});
  if (loaded.program == nullptr) return absl::InvalidArgumentError(loaded.diagnostics.ToText());
  return MakeRuleSet(loaded.program, 1);
}

}  // namespace vedette
