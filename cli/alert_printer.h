// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_ALERT_PRINTER_H_
#define VEDETTE_CLI_ALERT_PRINTER_H_

#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/io.h"
#include "engine/match/alert.h"

namespace vedette {

// Prints one alert to standard output: for people, or as a line of JSON.
void PrintAlert(const Alert& alert, bool json, Io& io);

// `--output terminal|json`.
void AddOutputFlag(Command& command, std::string& output);

}  // namespace vedette

#endif  // VEDETTE_CLI_ALERT_PRINTER_H_
