// SPDX-License-Identifier: Apache-2.0
//
// `vedette alerts suppress`, `suppressions` and `unsuppress`.
#ifndef VEDETTE_CLI_SUPPRESSIONS_H_
#define VEDETTE_CLI_SUPPRESSIONS_H_

#include <functional>

#include "cli/command.h"

namespace vedette {

// Defines them below `alerts`. `runs` says what a command does.
void DefineSuppressions(Command& alerts, const std::function<void(Command&, CommandAction)>& runs);

}  // namespace vedette

#endif  // VEDETTE_CLI_SUPPRESSIONS_H_
