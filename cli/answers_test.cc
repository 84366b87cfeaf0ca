// SPDX-License-Identifier: Apache-2.0
//
// What every command that reads the store takes, and how it is told: one table. A new command
// fails here until it has a row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"

namespace vedette {
namespace {

using Names = std::set<std::string>;

const Names kTimes = {"--since", "--until", "--between"};
const Names kPage = {"--limit", "--offset"};
const Names kForm = {"--json", "--csv"};

Names operator+(Names a, const Names& b) {
  a.insert(b.begin(), b.end());
  return a;
}

const Names kAnswer = kPage + kForm + Names{"--utc"};  // Of a list.
const Names kThing = {"--json", "--utc"};              // Of one thing.

// Of those above: what each has, and no more.
const std::map<std::string, Names>& Contract() {
  static const auto* const contract = new std::map<std::string, Names>{
      {"query", kPage + kForm},  // SQL names its times, and shows them as they are.
      {"export", kPage},         // It has --format.
      {"alerts", kTimes + kAnswer},
      {"alerts list", kTimes + kAnswer},
      {"alerts show", kThing},
      {"alerts follow", kTimes + kThing},
      {"alerts export", kTimes},
      {"alerts suppressions", kThing},
      {"tree", kThing},
      {"process show", kThing},
      {"timeline", kTimes + kAnswer},
      {"files", kTimes + kAnswer},
      {"connections", kTimes + kAnswer},
      {"who-touched", kTimes + kAnswer},
      {"who-contacted", kTimes + kAnswer},
      {"gaps", kTimes + kAnswer},
      {"diff", kAnswer},  // Its arguments are times.
      {"stats", kAnswer},
      {"hunt", kTimes + kThing + Names{"--limit"}},
      {"record", kTimes + Names{"--utc"}},
      {"verify", {"--json"}},
      {"case", {}},
      {"learn", {"--since", "--json", "--utc"}},
      {"rules explain", {"--json"}},
      {"rules noise", {"--since", "--limit", "--json", "--utc"}},
      {"enforce simulate", {"--since", "--utc"}},
      // They change something, or are about delivery.
      {"alerts ack", {}},
      {"alerts assign", {}},
      {"alerts comment", {}},
      {"alerts close", {}},
      {"alerts reopen", {}},
      {"alerts suppress", {"--since", "--until", "--json", "--utc"}},
      {"alerts unsuppress", {}},
      {"sinks status", {"--utc"}},
      {"sinks dead-letters", {"--limit", "--utc"}},
      {"replay", {}},
      {"run", {}},
  };
  return *contract;
}

bool Has(const CLI::App& app, const std::string& option) {
  return app.get_option_no_throw(option) != nullptr;
}

// All commands with --store.
std::map<std::string, const CLI::App*> CommandsOfStores(CLI::App& app) {
  static CommandAction action;
  std::map<std::string, const CLI::App*> found;
  for (const CommandRow& row : Commands()) {
    CLI::App* const sub = app.add_subcommand(std::string(row.name));
    Command command(*sub, action);
    row.define(command);
    if (Has(*sub, "--store")) found[std::string(row.name)] = sub;
    for (const CLI::App* below : sub->get_subcommands([](const CLI::App*) { return true; })) {
      if (Has(*below, "--store")) {
        found[std::string(row.name) + " " + below->get_name()] = below;
      }
    }
  }
  return found;
}

TEST(Answers, EveryCommandOfTheStoreTakesWhatItShould) {
  CLI::App app;
  const auto commands = CommandsOfStores(app);
  for (const auto& [name, command] : commands) {
    const auto row = Contract().find(name);
    if (row == Contract().end()) {
      ADD_FAILURE() << name << " reads the store: say in Contract() which options it has";
      continue;
    }
    for (const std::string& option : kTimes + kPage + kForm + Names{"--utc"}) {
      EXPECT_EQ(Has(*command, option), row->second.contains(option)) << name << " " << option;
    }
  }
  for (const auto& [name, options] : Contract()) {
    EXPECT_TRUE(commands.contains(name)) << name << " is no command of the store";
  }
}

// "(1000 unless given)" may differ.
TEST(Answers, OptionsAreToldTheSameEverywhere) {
  CLI::App app;
  std::map<std::string, Names> told;
  for (const auto& [name, command] : CommandsOfStores(app)) {
    for (const std::string& option : kTimes + kPage + Names{"--csv", "--utc"}) {
      if (!Has(*command, option) || (name == "alerts suppress" && option == "--until")) continue;
      const std::string text = command->get_option(option)->get_description();
      told[option].insert(text.substr(0, text.find(" (", text.find("ago)") + 1)));
    }
    if (Has(*command, "--json")) {
      told["--json"].insert(command->get_option("--json")->get_description());
    }
  }
  for (const auto& [option, texts] : told) {
    const size_t most = option == "--json" ? 3 : 1;  // Of a list, of one thing, of learn.
    EXPECT_LE(texts.size(), most) << option << ": " << absl::StrJoin(texts, " | ");
  }
}

// One meaning for each exit code: 2 is for what the command line alone has, 1 for what is not
// there.
TEST(Answers, ExitCodesMeanTheSameEverywhere) {
  const std::map<std::string, std::vector<std::string>> arguments = {
      {"query", {"SELECT 1"}},
      {"export", {"SELECT 1"}},
      {"alerts list", {}},
      {"alerts show", {"ab"}},
      {"alerts suppressions", {}},
      {"tree", {"1"}},
      {"process show", {"1"}},
      {"timeline", {"1"}},
      {"files", {"1"}},
      {"connections", {}},
      {"who-touched", {"/etc/shadow"}},
      {"who-contacted", {"10.0.0.1"}},
      {"gaps", {}},
      {"diff", {"1", "2"}},
      {"stats", {}},
      {"verify", {}},
      {"case", {"ab"}},
      {"record", {"-o", "/nowhere/x"}}};
  for (const auto& [name, rest] : arguments) {
    std::vector<std::string> line = absl::StrSplit(name, ' ');
    line.insert(line.end(), rest.begin(), rest.end());
    const auto run = [&line](const std::vector<std::string>& more, std::string& said) {
      std::vector<std::string> whole = line;
      whole.insert(whole.end(), more.begin(), more.end());
      CapturedIo io;
      const ExitCode code = RunCommandLine(whole, io);
      said = io.error();
      EXPECT_EQ(io.out(), "");
      return code;
    };
    std::string said;
    EXPECT_EQ(run({"--store", "/nowhere/x.db"}, said), ExitCode::kFailed) << name << ": " << said;
    EXPECT_THAT(said, testing::HasSubstr("/nowhere/x.db")) << name;
    EXPECT_EQ(run({"--nonsense"}, said), ExitCode::kUsage) << name;
    if (!Contract().at(name).contains("--since")) continue;
    EXPECT_EQ(run({"--since", "soon"}, said), ExitCode::kUsage) << name;
    EXPECT_THAT(said, testing::HasSubstr("is no time")) << name;
  }
}

}  // namespace
}  // namespace vedette
