// SPDX-License-Identifier: Apache-2.0
#include "cli/run_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/temporary_directory.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string ConfigFile(absl::string_view text) {
  static const TemporaryDirectory folder;
  const std::string path = folder.File("run_flags_test.yaml");
  EXPECT_TRUE(WriteFileAtomically(path, text).ok());
  return path;
}

TEST(RunFlags, AnOptionBeatsTheFileAndTheFileBeatsWhatIsBuiltIn) {
  RunFlags flags;
  flags.config = ConfigFile("store:\n  path: /var/lib/other.db\nsensor:\n  mode: fentry\n");
  auto config = ConfigOf(flags);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->store.path, "/var/lib/other.db");
  EXPECT_EQ(config->sensor.mode, Config::Mode::kFentry);
  EXPECT_EQ(config->log_level, LogSeverity::kInfo);

  flags.store = "/tmp/x.db";
  flags.mode = "auto";
  flags.output = "json";
  flags.rules = {"/etc/my.yaml"};
  flags.log_level = "error";
  config = ConfigOf(flags);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->store.path, "/tmp/x.db");
  EXPECT_EQ(config->sensor.mode, Config::Mode::kAuto);
  EXPECT_EQ(config->output_format, Config::Format::kJson);
  EXPECT_THAT(config->rules, ElementsAre("/etc/my.yaml"));
  EXPECT_EQ(config->log_level, LogSeverity::kError);
}

TEST(RunFlags, PathsOfTheShellAreRelativeToIt) {
  RunFlags flags;
  flags.config = ConfigFile("{}\n");
  flags.store = "x.db";
  const auto config = ConfigOf(flags);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(config->store.path, testing::StartsWith("/"));
}

TEST(Run, PrintConfigGivesAFileThatSaysTheSame) {
  CapturedIo io;
  const std::string path = ConfigFile("sensor:\n  mode: fentry\n");
  ASSERT_EQ(RunCommandLine({"run", "--config", path, "--print-config"}, io), ExitCode::kDone)
      << io.error();
  const auto again = ParseConfig("printed", io.out());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->sensor.mode, Config::Mode::kFentry);
}

TEST(Run, MistakesAreUsageErrors) {
  const std::vector<std::vector<std::string>> kCases = {
      {"run", "--output", "xml"},     {"run", "--mode", "best"},
      {"run", "--duration", "soon"},  {"run", "--store", "a", "--no-store"},
      {"run", "--log-level", "loud"},
  };
  for (const auto& arguments : kCases) {
    CapturedIo io;
    EXPECT_EQ(RunCommandLine(arguments, io), ExitCode::kUsage) << arguments[1];
    EXPECT_THAT(io.error(), HasSubstr("Try: vedette run --help")) << arguments[1];
  }
}

TEST(Run, AWrongConfigurationIsRefusedWithItsPlace) {
  CapturedIo io;
  const std::string path = ConfigFile("stoer:\n  path: /x\n");
  EXPECT_EQ(RunCommandLine({"run", "-c", path}, io), ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("run_flags_test.yaml:1:1"));
  EXPECT_THAT(io.error(), HasSubstr("\nvedette: the configuration is wrong\n"));
}

TEST(Run, WrongRulesAreRefusedWithAllTheirMistakes) {
  const TemporaryDirectory folder;
  const std::string path = folder.File("run_wrong_rules.yaml");
  ASSERT_TRUE(WriteFileAtomically(path,
                                  "- rule: A\n  desc: d\n  condition: proc.nam = x\n"
                                  "  output: o\n  priority: NOTICE\n"
                                  "- rule: B\n  desc: d\n  condition: proc.name == x\n"
                                  "  output: '%fd.nam'\n  priority: NOTICE\n")
                  .ok());
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"run", "-c", ConfigFile("{}\n"), "--rules", path, "--no-store"}, io),
            ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("run_wrong_rules.yaml:3:"));
  EXPECT_THAT(io.error(), HasSubstr("run_wrong_rules.yaml:9:"));
}

}  // namespace
}  // namespace vedette
