// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "cli/help.h"

namespace vedette {
namespace {

// As people write it: who_touched is the function of `who-touched`, export_ that of `export`.
template <size_t kSize>
struct DashedName {
  constexpr explicit DashedName(const char (&name)[kSize]) : size(kSize - 1) {
    for (size_t i = 0; i < kSize; ++i) text[i] = name[i] == '_' ? '-' : name[i];
    if (text[size - 1] == '-') --size;
  }
  constexpr absl::string_view view() const { return {text, size}; }
  char text[kSize]{};
  size_t size;
};

#define COMMAND(name, doc) constexpr DashedName kNameOf_##name(#name);
#include "cli/commands.def"
#undef COMMAND

constexpr CommandRow kCommands[] = {
#define COMMAND(name, doc) {kNameOf_##name.view(), doc, commands::name},
#include "cli/commands.def"
#undef COMMAND
};

// The deepest command that the command line has named.
const CLI::App& Named(const CLI::App& app) {
  const auto subs = app.get_subcommands();
  return subs.empty() ? app : Named(*subs.back());
}

std::string FullName(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : absl::StrCat(FullName(*parent), " ", app.get_name());
}

// What the word was probably meant to be, among the options or the commands at this place.
std::string DidYouMean(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  if (absl::StartsWith(word, "-")) {
    for (const CLI::Option* option : app.get_options([](const CLI::Option*) { return true; })) {
      for (const std::string& name : option->get_lnames())
        known.push_back(absl::StrCat("--", name));
    }
  } else {
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(sub->get_name());
    }
  }
  const std::vector<absl::string_view> candidates(known.begin(), known.end());
  const std::optional<absl::string_view> closest = ClosestMatch(word, candidates);
  return closest.has_value() ? absl::StrCat("; did you mean \"", *closest, "\"?") : "";
}

// Which argument is missing, and what it is.
std::string Missing(const CLI::App& app, const CLI::ParseError& error) {
  for (const CLI::Option* option : app.get_options([](const CLI::Option*) { return true; })) {
    if (option->get_required() && option->count() == 0) {
      const std::string name = option->get_positional()
                                   ? absl::StrCat("the argument \"", option->get_name(true), "\"")
                                   : option->get_name();
      return absl::StrCat(name, " is missing: ", option->get_description());
    }
  }
  return EscapeControl(error.what());
}

// CLI11's "--mode: bad not in {auto,lsm,fentry}", for people.
std::string NamedValues(absl::string_view what) {
  constexpr absl::string_view kNotIn = " not in {";
  const size_t at = what.rfind(kNotIn);
  const size_t colon = what.find(": ");
  if (at == absl::string_view::npos || colon == absl::string_view::npos || colon >= at ||
      !absl::EndsWith(what, "}")) {
    return EscapeControl(what);
  }
  absl::string_view values = what.substr(at + kNotIn.size());
  values.remove_suffix(1);
  const size_t last = values.rfind(',');
  std::string listed = absl::StrReplaceAll(values.substr(0, last), {{",", ", "}});
  if (last != absl::string_view::npos) absl::StrAppend(&listed, " and ", values.substr(last + 1));
  return absl::StrCat(EscapeControl(what.substr(0, colon)), " does not take \"",
                      EscapeControl(what.substr(colon + 2, at - colon - 2)), "\"; its values are ",
                      listed);
}

constexpr char kUtc[] = "--utc";

ExitCode UsageError(const CLI::App& app, const CLI::ParseError& error, Io& io) {
  const CLI::App& named = Named(app);
  const std::vector<std::string> extra = named.remaining();
  std::string message;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extra.empty()) {
    message = absl::StrCat("unexpected \"", EscapeControl(extra.front()), "\"",
                           DidYouMean(named, extra.front()));
  } else if (named.get_require_subcommand_min() > 0) {
    message = extra.empty() ? "a command is missing"
                            : absl::StrCat("there is no command \"", EscapeControl(extra.front()),
                                           "\"", DidYouMean(named, extra.front()));
  } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    message = Missing(named, error);
  } else {
    message = NamedValues(error.what());
  }
  io.Complain(message);
  io.PrintError(absl::StrCat("Try: ", FullName(named), " --help\n"));
  return ExitCode::kUsage;
}

void DefineAll(CLI::App& app, CommandAction& chosen) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", std::string("vedette " VEDETTE_VERSION "\n"),
                       "Show the version");
  app.require_subcommand(1);
  for (const CommandRow& row : kCommands) {
    CLI::App* sub = app.add_subcommand(std::string(row.name), std::string(row.doc));
    Command command(*sub, chosen);
    row.define(command);
  }
}

ExitCode Run(const std::vector<std::string>& arguments, Io& io) {
  CLI::App app(
      "Vedette watches processes, files and connections of a Linux host with eBPF, and "
      "alerts where a rule says so.",
      "vedette");
  CommandAction chosen;
  DefineAll(app, chosen);
  Command(app, chosen)
      .Examples({
          {"sudo vedette run", "Watch this host with the shipped rules"},
          {"sudo vedette watch --exec", "Print every program that is started"},
          {"sudo vedette doctor", "What can this kernel do?"},
          {"vedette rules check my.yaml", "Is my rule file right?"},
      });
  if (arguments.empty()) {
    io.Print(app.help());
    return ExitCode::kUsage;
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    io.Print(app.help());
    return ExitCode::kDone;
  } catch (const CLI::CallForVersion& version) {
    io.Print(version.what());
    return ExitCode::kDone;
  } catch (const CLI::ParseError& error) {
    return UsageError(app, error, io);
  }
  for (const CLI::App* named = &app; named != nullptr;) {
    const CLI::Option* const utc = named->get_option_no_throw(kUtc);
    if (utc != nullptr && utc->count() > 0) io.SetZone(absl::UTCTimeZone());
    const auto subs = named->get_subcommands();
    named = subs.empty() ? nullptr : subs.back();
  }
  return chosen(io);
}

}  // namespace

void Command::Examples(std::initializer_list<Example> examples) {
  std::string text = "Examples:\n";
  for (const Example& example : examples) {
    absl::StrAppend(&text, "  ", example.command, "\n      ", example.doc, "\n");
  }
  app_.footer(text);
}

void Command::Runs(CommandAction action) {
  app_.callback([this_chosen = &chosen_, action = std::move(action)] { *this_chosen = action; });
}

Command Command::Sub(const std::string& name, const std::string& doc) {
  app_.require_subcommand(1);
  return Command(*app_.add_subcommand(name, doc), chosen_);
}

CLI::Option* Command::Option(const std::string& flags, std::string& value,
                             absl::string_view value_name, const std::string& doc) {
  return app_.add_option(flags, value, doc)
      ->type_name(std::string(value_name))
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* Command::Option(const std::string& flags, std::vector<std::string>& values,
                             absl::string_view value_name, const std::string& doc) {
  CLI::Option* option = app_.add_option(flags, values, doc)->type_name(std::string(value_name));
  if (absl::StartsWith(flags, "-")) option->allow_extra_args(false);
  return option;
}

CLI::Option* Command::Flag(const std::string& flag, bool& value, const std::string& doc) {
  return app_.add_flag(flag, value, doc);
}

void Command::ShowsTimes() {
  app_.add_flag(kUtc)->description("Show times in UTC, with a Z, not in local time");
}

CLI::Option* Command::Number(const std::string& flags, uint64_t& value, NumberLimits limits,
                             const std::string& doc) {
  const std::string name = flags.substr(flags.find("--"));
  return app_
      .add_option_function<std::string>(
          flags,
          [&value, limits, name](const std::string& text) {
            uint64_t number = 0;
            if (!absl::SimpleAtoi(text, &number) || number < limits.min || number > limits.max) {
              throw CLI::ValidationError(name, absl::StrCat("expected a whole number from ",
                                                            limits.min, " to ", limits.max));
            }
            value = number;
          },
          doc)
      ->type_name("N")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

absl::Span<const CommandRow> Commands() { return kCommands; }

ExitCode RunCommandLine(const std::vector<std::string>& arguments, Io& io) {
  // The one door: CLI11 throws, and the standard library may.
  try {
    const ExitCode code = Run(arguments, io);
    const absl::Status written = io.written();
    return code == ExitCode::kDone && !written.ok() ? io.Fail(written) : code;
  } catch (const std::exception& error) {
    io.Complain(EscapeControl(error.what()));
    return ExitCode::kFailed;
  }
}

}  // namespace vedette
