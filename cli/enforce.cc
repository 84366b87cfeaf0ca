// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/command.h"
#include "cli/control_socket.h"
#include "cli/enforce_simulate.h"
#include "cli/rules/loaded_rules.h"
#include "cli/run_flags.h"
#include "cli/table.h"
#include "sensor/source/enforcer.h"

namespace vedette::commands {
namespace {

struct Options {
  std::string config, rule, mode;
  bool offline = false, drop_unread = false;
};

absl::StatusOr<Config> ReadConfig(const Options& options) {
  RunFlags flags;
  flags.config = options.config;
  return ConfigOf(flags);
}

// Prints what the daemon answers to the request.
ExitCode Ask(const Options& options, const std::string& request, Io& io,
             void (*print)(const std::string& answer, Io& io)) {
  const auto config = ReadConfig(options);
  if (!config.ok()) return io.Fail(config.status());
  const auto answer = AskDaemon(config->enforce.socket, request);
  if (absl::IsUnavailable(answer.status())) {
    return io.Fail(absl::UnavailableError(
        absl::StrCat(answer.status().message(),
                     "\nWithout a daemon `vedette enforce status --offline` shows what is in the "
                     "kernel, and `vedette enforce off --offline` ends it")));
  }
  if (!answer.ok()) return io.Fail(answer.status());
  absl::string_view text = *answer;
  if (absl::ConsumePrefix(&text, "error: ")) {
    return io.Fail(absl::FailedPreconditionError(absl::StripSuffix(text, "\n")));
  }
  print(*answer, io);
  return ExitCode::kDone;
}

void PrintText(const std::string& answer, Io& io) { io.Print(answer); }

void PrintStatus(const std::string& answer, Io& io) {
  TextTable rules({"rule", "action", "does", "decisions", "enforced", "why"});
  TextTable hooks({"acts", "hook", "state", "why"});
  bool any_rule = false, any_hook = false;
  for (const absl::string_view line : absl::StrSplit(answer, '\n', absl::SkipEmpty())) {
    std::vector<std::string> words = absl::StrSplit(line, '\t');
    const bool is_rule = words[0] == "rule" && words.size() == 7;
    const bool is_hook = words[0] == "hook" && words.size() == 5;
    if (!is_rule && !is_hook) {
      io.Print(absl::StrCat(line, "\n"));
      continue;
    }
    words.erase(words.begin());
    any_rule = any_rule || is_rule;
    any_hook = any_hook || is_hook;
    (is_rule ? rules : hooks).AddRow(words);
  }
  if (any_rule) io.Print(absl::StrCat("\n", rules.Render(io.screen())));
  if (any_hook) io.Print(absl::StrCat("\n", hooks.Render(io.screen())));
}

ExitCode StatusOffline(const Options& options, Io& io) {
  const auto config = ReadConfig(options);
  if (!config.ok()) return io.Fail(config.status());
  const auto found = ReadPinnedEnforcement(config->enforce.pins);
  if (!found.ok()) return io.Fail(found.status());
  if (found->programs.empty()) {
    io.Print("nothing is enforced: the kernel has no programs of ours\n");
    return ExitCode::kDone;
  }
  io.Print(absl::StrCat(Count(found->programs.size(), "program"), " in the kernel (",
                        config->enforce.pins, ")\n\n"));
  TextTable rules({"rule", "does"});
  for (const DecidedTerm& term : found->rules) {
    rules.AddRow(
        {term.rule, std::string(term.enforces ? (term.kills ? "kills" : "denies") : "monitors")});
  }
  io.Print(rules.Render(io.screen()));
  return ExitCode::kDone;
}

ExitCode OffOffline(const Options& options, Io& io) {
  const auto config = ReadConfig(options);
  if (!config.ok()) return io.Fail(config.status());
  const auto ended = RemoveEnforcement(config->enforce.pins, options.drop_unread);
  if (!ended.ok()) return io.Fail(ended.status());
  io.Print(ended->sets == 0 ? "nothing was enforced\n"
                            : "enforcement has ended: its programs are gone from the kernel\n");
  if (ended->unread != 0) {
    const bool one = ended->unread == 1;
    io.Print(absl::StrCat(Count(ended->unread, "decision"), " that no daemon has read ",
                          options.drop_unread ? (one ? "is lost" : "are lost")
                          : one ? "waits for the next `vedette run`; --drop-unread gives it up"
                                : "wait for the next `vedette run`; --drop-unread gives them up",
                          "\n"));
  }
  return ExitCode::kDone;
}

void AddConfig(Command& command, Options& options) {
  command.Option("-c,--config", options.config, "FILE",
                 absl::StrCat("Settings (YAML); else ", kConfigPath, " if it exists"));
}

void DefineStatus(Command& parent, const std::shared_ptr<Options>& options) {
  Command status = parent.Sub("status", "Show what each rule does, and at which hooks");
  AddConfig(status, *options);
  status.Flag("--offline", options->offline, "What is in the kernel, whether a daemon runs or not");
  status.Examples({{"sudo vedette enforce status", "What is denied at the moment, and how often"}});
  status.Runs([options](Io& io) {
    return options->offline ? StatusOffline(*options, io)
                            : Ask(*options, "status", io, PrintStatus);
  });
}

void DefineSwitches(Command& parent, const std::shared_ptr<Options>& options) {
  Command on = parent.Sub("on", "Enforce again, at once");
  AddConfig(on, *options);
  on.Examples({{"sudo vedette enforce on", "After `vedette enforce off`"}});
  on.Runs([options](Io& io) { return Ask(*options, "on", io, PrintText); });

  Command off = parent.Sub("off", "Deny and kill nothing, at once, until the daemon starts again");
  AddConfig(off, *options);
  off.Flag("--offline", options->offline,
           "Take all programs out of the kernel; needs no daemon, and what runs goes on without");
  off.Flag("--drop-unread", options->drop_unread,
           "With --offline: leave nothing behind, not even decisions for the next daemon to tell");
  off.Examples({
      {"sudo vedette enforce off", "Something does not work, and a rule may be why"},
      {"sudo vedette enforce off --offline",
       "The daemon is gone, and its rules are still in force"},
      {"sudo vedette enforce off --offline --drop-unread", "Vedette is to be removed"},
  });
  off.Runs([options](Io& io) {
    return options->offline ? OffOffline(*options, io) : Ask(*options, "off", io, PrintText);
  });
}

void DefineRule(Command& parent, const std::shared_ptr<Options>& options) {
  Command rule = parent.Sub("rule", "Let one rule enforce, or only monitor, until the next start");
  AddConfig(rule, *options);
  rule.Option("name", options->rule, "NAME", "The rule")->required();
  rule.Option("mode", options->mode, "MODE", "monitor or enforce")
      ->required()
      ->check(CLI::IsMember({"monitor", "enforce"}));
  rule.Examples({{"sudo vedette enforce rule \"Deny netcat\" monitor",
                  "It hits the wrong ones; the others go on"}});
  rule.Runs([options](Io& io) {
    return Ask(*options, absl::StrCat("rule\t", options->rule, "\t", options->mode), io, PrintText);
  });
}

}  // namespace

void enforce(Command& command) {
  command.Examples({
      {"vedette enforce simulate my.yaml --since 7d", "Whom would my rules have hit?"},
      {"sudo vedette enforce status", "What is denied at the moment"},
      {"sudo vedette enforce off", "The way out"},
  });
  auto options = std::make_shared<Options>();
  DefineStatus(command, options);
  DefineSwitches(command, options);
  DefineRule(command, options);
  DefineEnforceSimulate(command);
}

}  // namespace vedette::commands
