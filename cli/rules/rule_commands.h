// SPDX-License-Identifier: Apache-2.0
//
// The commands under `vedette rules`, each in its file of this folder.
#ifndef VEDETTE_CLI_RULES_RULE_COMMANDS_H_
#define VEDETTE_CLI_RULES_RULE_COMMANDS_H_

#include "cli/command.h"

namespace vedette {

// Each adds its sub-command to `rules`.
void DefineRulesEval(Command& rules);
void DefineRulesExplain(Command& rules);
void DefineRulesFmt(Command& rules);
void DefineRulesImportSigma(Command& rules);
void DefineRulesNoise(Command& rules);
void DefineRulesParse(Command& rules);
void DefineRulesShow(Command& rules);
void DefineRulesTest(Command& rules);

}  // namespace vedette

#endif  // VEDETTE_CLI_RULES_RULE_COMMANDS_H_
