// SPDX-License-Identifier: Apache-2.0
//
// A command line command: commands.def lists them, `cli/<name>.cc` defines each. A definition says
// what its options are and what runs once they have been read; it does nothing else.
#ifndef VEDETTE_CLI_COMMAND_H_
#define VEDETTE_CLI_COMMAND_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/exit_code.h"
#include "cli/io.h"

namespace CLI {  // Who calls more than Command's own functions includes CLI/CLI.hpp: it is large.
class App;
class Option;
}  // namespace CLI

namespace vedette {

using CommandAction = std::function<ExitCode(Io&)>;

struct Example {
  absl::string_view command;  // "vedette run --output json"
  absl::string_view doc;
};

struct NumberLimits {
  uint64_t min, max;  // Both are allowed.
};

// One command or sub-command under definition. The app's options write to what they are bound to,
// so that must live as long as the action: bind to a shared_ptr that the action holds.
class Command {
 public:
  Command(CLI::App& app, CommandAction& chosen) : app_(app), chosen_(chosen) {}

  CLI::App& app() { return app_; }
  void Examples(std::initializer_list<Example> examples);
  // What happens if this command is the one on the command line.
  void Runs(CommandAction action);
  // `vedette rules check`: a command under this one, one of which must be given.
  Command Sub(const std::string& name, const std::string& doc);

  // Options with a name for their value: "--rules PATH". Given twice, the last counts.
  CLI::Option* Option(const std::string& flags, std::string& value, absl::string_view value_name,
                      const std::string& doc);
  // May be given more than once; takes one value each time.
  CLI::Option* Option(const std::string& flags, std::vector<std::string>& values,
                      absl::string_view value_name, const std::string& doc);
  CLI::Option* Flag(const std::string& flag, bool& value, const std::string& doc);
  // --utc: Io::zone() is UTC then.
  void ShowsTimes();
  // A whole number: "--depth N".
  CLI::Option* Number(const std::string& flags, uint64_t& value, NumberLimits limits,
                      const std::string& doc);

 private:
  CLI::App& app_;
  CommandAction& chosen_;
};

namespace commands {
#define COMMAND(name, doc) void name(Command& command);
#include "cli/commands.def"
#undef COMMAND
}  // namespace commands

struct CommandRow {
  absl::string_view name;
  absl::string_view doc;
  void (*define)(Command&);
};
absl::Span<const CommandRow> Commands();

// Reads a command line (without the program's name) and runs it. Never throws.
ExitCode RunCommandLine(const std::vector<std::string>& arguments, Io& io);

}  // namespace vedette

#endif  // VEDETTE_CLI_COMMAND_H_
