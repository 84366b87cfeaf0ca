// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_ALERT_PRINTER_H_
#define VEDETTE_CLI_ALERT_PRINTER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/io.h"
#include "engine/match/alert.h"
#include "storage/queries.h"

namespace vedette {

// Prints one alert to standard output: for people, or as a line of JSON.
void PrintAlert(const Alert& alert, bool json, Io& io);

// The same of one in a store, whose JSON has one key more: "state", with "changes".
void PrintStoredAlert(const StoredAlert& stored, bool json, Io& io);
std::string FormatStoredJson(const StoredAlert& stored);

// "closed as benign, assigned to alice". Not escaped.
std::string StateText(const AlertState& state);
// "2024-05-01 12:00:00  alice  closed as benign: the backup". Escaped; in the zone of this host.
std::string ChangeText(const AlertChange& change, absl::TimeZone zone);

// `--output terminal|json`.
void AddOutputFlag(Command& command, std::string& output);

}  // namespace vedette

#endif  // VEDETTE_CLI_ALERT_PRINTER_H_
