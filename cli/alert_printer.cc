// SPDX-License-Identifier: Apache-2.0
// No unit test: integrations/format has those of the texts; replay_test and alerts_test print.
#include "cli/alert_printer.h"

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "integrations/format/json.h"
#include "integrations/format/terminal.h"

namespace vedette {

void PrintAlert(const Alert& alert, bool json, Io& io) {
  if (json) {
    io.Print(absl::StrCat(FormatJson(alert), "\n"));
    return;
  }
  TerminalStyle style;
  style.colour = io.screen().colour;
  io.Print(FormatTerminal(alert, style));
}

void AddOutputFlag(Command& command, std::string& output) {
  command
      .Option("--output", output, "FORMAT",
              "How alerts are printed: terminal or json (one object per line)")
      ->check(CLI::IsMember({"terminal", "json"}));
}

}  // namespace vedette
