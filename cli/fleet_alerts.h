// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_FLEET_ALERTS_H_
#define VEDETTE_CLI_FLEET_ALERTS_H_

#include <string>

#include "cli/alert_list.h"
#include "cli/fleet_question.h"
#include "storage/queries.h"

namespace vedette {

// `vedette alerts list --fleet`: the newest of all hosts, oldest first. What was done about an
// alert is with its host: a filter that asks for it is an error.
ExitCode ListFleetAlerts(const AlertListOptions& options, const AlertFilter& filter, Io& io);
std::string FleetAlertsSql(const FleetScope& scope, const AlertFilter& filter,
                           const PageFlags& page);

}  // namespace vedette

#endif  // VEDETTE_CLI_FLEET_ALERTS_H_
