// SPDX-License-Identifier: Apache-2.0
//
// No unit test: it prints constants; help_test runs the rest.
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "sensor/schema/wire.h"

namespace vedette::commands {

void version(Command& command) {
  command.Examples({{"vedette version", "For a bug report, with the output of vedette doctor"}});
  command.Runs([](Io& io) {
    io.Print(absl::StrCat("vedette ", VEDETTE_VERSION, "\nrecord format ", WIRE_VERSION, "\n"));
    return ExitCode::kDone;
  });
}

}  // namespace vedette::commands
