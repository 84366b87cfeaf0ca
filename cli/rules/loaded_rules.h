// SPDX-License-Identifier: Apache-2.0
//
// The rules that a sub-command of `vedette rules` is about.
#ifndef VEDETTE_CLI_RULES_LOADED_RULES_H_
#define VEDETTE_CLI_RULES_LOADED_RULES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io.h"
#include "rules/classify/explain.h"
#include "rules/lang/program.h"

namespace vedette {

// All that were named, or those that `vedette run` takes. Null: it has been said why, and `code`
// is set.
std::shared_ptr<const Program> LoadOrComplain(const std::vector<std::string>& paths, Io& io,
                                              ExitCode& code);

// The rule of this name, by any case. Nothing: it has been said that there is none.
std::optional<uint32_t> FindRuleOrComplain(const Program& program, const std::string& name, Io& io);

// "process_exec", ...; empty for a rule that can never hold.
std::vector<std::string> KindNamesOf(const Rule& rule);

// "kernel", "kernel, then user space", "never holds"
std::string DecidedBy(const Rule& rule, const RuleExplanation& explanation);

// Without the steps of sequences, which are rules of the engine's but not of the file's.
size_t CountRules(const Program& program);

// The template as a rule file would have it: "read by %proc.name".
std::string OutputText(const Rule& rule);

std::string Count(size_t count, absl::string_view what);  // "1 rule", "2 rules"

}  // namespace vedette

#endif  // VEDETTE_CLI_RULES_LOADED_RULES_H_
