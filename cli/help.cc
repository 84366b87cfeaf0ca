// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/exit_code.h"

namespace vedette {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kNameColumns = 28;  // Of options and commands, with their indent.

void AppendRow(std::string& to, const std::string& name, absl::string_view doc) {
  std::string line = absl::StrCat("  ", name);
  if (line.size() + 2 > kNameColumns) {
    absl::StrAppend(&to, line, "\n");
    line.clear();
  }
  line.resize(kNameColumns, ' ');
  absl::StrAppend(&to, line, WrapText(doc, kColumns - kNameColumns, kNameColumns), "\n");
}

bool TakesValue(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

std::string OptionName(const CLI::Option& option) {
  std::string name = absl::StrReplaceAll(option.get_name(false, true), {{",", ", "}});
  if (TakesValue(option)) absl::StrAppend(&name, " ", option.get_type_name());
  return name;
}

std::string PositionalName(const CLI::Option& option) {
  std::string name = option.get_name(true, false);
  if (option.get_items_expected_max() > 1) name += "...";
  return option.get_required() ? name : absl::StrCat("[", name, "]");
}

// "vedette rules check"; versions of CLI11 differ in how much of it they pass on.
std::string FullName(const CLI::App& app) {
  if (app.get_parent() == nullptr) return app.get_name();
  return absl::StrCat(FullName(*app.get_parent()), " ", app.get_name());
}

std::string Usage(const CLI::App& app, const std::vector<const CLI::Option*>& positionals,
                  const std::string& name) {
  std::string usage = absl::StrCat("Usage: ", name, " [OPTIONS]");
  for (const CLI::Option* option : positionals) {
    absl::StrAppend(&usage, " ", PositionalName(*option));
  }
  if (!app.get_subcommands([](const CLI::App*) { return true; }).empty()) {
    usage += app.get_require_subcommand_min() > 0 ? " COMMAND" : " [COMMAND]";
  }
  return usage + "\n";
}

}  // namespace

std::string WrapText(absl::string_view text, size_t columns, size_t indent) {
  std::string out;
  size_t used = 0;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    if (used > 0 && used + 1 + word.size() > columns) {
      absl::StrAppend(&out, "\n", std::string(indent, ' '));
      used = 0;
    }
    if (used > 0) out += ' ';
    out.append(word.data(), word.size());
    used += word.size() + (used > 0 ? 1 : 0);
  }
  return out;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string /*name*/,
                                     CLI::AppFormatMode /*mode*/) const {
  const std::string full = FullName(*app);
  std::vector<const CLI::Option*> positionals, options;
  for (const CLI::Option* option : app->get_options([](const CLI::Option*) { return true; })) {
    (option->get_positional() ? positionals : options).push_back(option);
  }
  std::string help = absl::StrCat(Usage(*app, positionals, full), "\n",
                                  WrapText(app->get_description(), kColumns, 0), "\n");
  if (!positionals.empty()) {
    help += "\nArguments:\n";
    for (const CLI::Option* option : positionals) {
      AppendRow(help, option->get_name(true, false), option->get_description());
    }
  }
  const auto commands = app->get_subcommands([](const CLI::App*) { return true; });
  if (!commands.empty()) help += "\nCommands:\n";
  for (const CLI::App* command : commands) {
    AppendRow(help, command->get_name(), command->get_description());
  }
  help += "\nOptions:\n";
  for (const CLI::Option* option : options) {
    AppendRow(help, OptionName(*option), option->get_description());
  }
  if (!app->get_footer().empty()) absl::StrAppend(&help, "\n", app->get_footer());
  absl::StrAppend(&help, "\nExit codes:\n", ExitCodeTable());
  return help;
}

}  // namespace vedette
