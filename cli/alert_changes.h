// SPDX-License-Identifier: Apache-2.0
//
// `vedette alerts ack`, `assign`, `comment`, `close` and `reopen`.
#ifndef VEDETTE_CLI_ALERT_CHANGES_H_
#define VEDETTE_CLI_ALERT_CHANGES_H_

#include <functional>

#include "cli/command.h"

namespace vedette {

// Defines them below `alerts`. `runs` says what a command does.
void DefineAlertChanges(Command& alerts, const std::function<void(Command&, CommandAction)>& runs);

}  // namespace vedette

#endif  // VEDETTE_CLI_ALERT_CHANGES_H_
