// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "CLI/CLI.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

using testing::HasSubstr;

struct Case {
  absl::string_view name;
  std::vector<std::string> arguments;
  ExitCode code;
  absl::string_view error;  // Part of standard error.
};

TEST(CommandLine, SaysWhatIsWrongAndTheWayOut) {
  const Case kCases[] = {
      {"no command", {}, ExitCode::kUsage, ""},
      {"unknown command", {"wathc"}, ExitCode::kUsage, "\"wathc\"; did you mean \"watch\"?"},
      {"unknown sub-command", {"rules", "chek"}, ExitCode::kUsage, "did you mean \"check\"?"},
      {"missing sub-command", {"rules"}, ExitCode::kUsage, "Try: vedette rules --help"},
      {"unknown option", {"fields", "--markdwn"}, ExitCode::kUsage, "did you mean \"--markdown\"?"},
      {"missing argument", {"rules", "check"}, ExitCode::kUsage, "Try: vedette rules check --help"},
      {"which argument is missing", {"query"}, ExitCode::kUsage, "\"sql\" is missing: One SELECT"},
      {"a number has limits",
       {"tree", "7", "--depth", "900"},
       ExitCode::kUsage,
       "--depth: expected a whole number from 0 to 256"},
      {"a number is one",
       {"watch", "-n", "all"},
       ExitCode::kUsage,
       "--count: expected a whole number from 1"},
      {"control bytes stay harmless", {"run", "a\x1b[2J"}, ExitCode::kUsage, "\"a\\x1b[2J\""},
      {"help is no error", {"run", "--help"}, ExitCode::kDone, ""},
  };
  for (const Case& c : kCases) {
    CapturedIo io;
    EXPECT_EQ(RunCommandLine(c.arguments, io), c.code) << c.name << io.error();
    EXPECT_THAT(io.error(), HasSubstr(std::string(c.error))) << c.name;
  }
}

TEST(CommandLine, ExceptionsDoNotEscape) {
  CapturedIo io;
  CLI::App app;
  CommandAction action;
  Command command(app, action);
  EXPECT_EQ(Commands().front().name, "run");
  EXPECT_EQ(RunCommandLine({"fields", std::string(1, '\0')}, io), ExitCode::kFailed);
}

TEST(RunCommandLine, ValuesAreSaidInASentence) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"watch", "--mode", "bad"}, io), ExitCode::kUsage);
  EXPECT_THAT(io.error(), testing::HasSubstr("--mode does not take \"bad\"; its values are auto, "
                                             "lsm, fentry and tracepoint"));
}

TEST(RunCommandLine, VersionIsAFlagToo) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"--version"}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), testing::StartsWith("vedette "));
}

}  // namespace
}  // namespace vedette
