// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/table.h"
#include "integrations/sinks/registry.h"

namespace vedette::commands {
namespace {

void AddOption(const SinkOption& option, TextTable& table) {
  const bool required = option.default_value == kRequired;
  const std::string choices = absl::StrReplaceAll(option.choices, {{"|", ", "}});
  table.AddRow(
      {absl::StrCat("  ", option.name), required ? "required" : std::string(option.default_value),
       absl::StrCat(option.doc, choices.empty() ? "" : " (", choices, choices.empty() ? "" : ")")});
}

ExitCode List(Io& io) {
  for (const SinkType& type : SinkTypes()) {
    io.Print(absl::StrCat(type.name, ": ", type.doc, "\n"));
    TextTable table({"  option", "default", "what it is"});
    for (const SinkOption& option : type.spec.options) AddOption(option, table);
    io.Print(absl::StrCat(table.Render(io.screen()), "\n"));
  }
  TextTable common({"  option", "default", "what it is"});
  for (const SinkOption& option : CommonSinkOptions()) AddOption(option, common);
  io.Print(absl::StrCat("Of every sink:\n", common.Render(io.screen())));
  return ExitCode::kDone;
}

}  // namespace

void sinks(Command& command) {
  command.Examples({{"vedette sinks list", "What can stand under `sinks:` in the configuration?"}});
  Command list = command.Sub("list", "List the sinks and their options");
  list.Examples({{"vedette sinks list", "What can stand under `sinks:` in the configuration?"}});
  list.Runs(List);
}

}  // namespace vedette::commands
