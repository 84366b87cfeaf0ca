// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "cli/config/config_files.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

class ConfigCommandTest : public testing::Test {
 protected:
  ExitCode Check(const std::string& config) {
    EXPECT_TRUE(WriteFileAtomically(folder_.File("c.yaml"), config).ok());
    io_ = std::make_unique<CapturedIo>();
    return RunCommandLine({"config", "check", "-c", folder_.File("c.yaml")}, *io_);
  }
  std::string Rules(const std::string& condition) {
    const std::string path = folder_.File("r.yaml");
    EXPECT_TRUE(
        WriteFileAtomically(path, absl::StrCat("- rule: r\n  desc: d\n  condition: ", condition,
                                               "\n  output: o\n  priority: INFO\n"))
            .ok());
    return absl::StrCat("rules: [", path, "]\n");
  }

  const TemporaryDirectory folder_;
  std::unique_ptr<CapturedIo> io_;
};

TEST_F(ConfigCommandTest, WhatIsGoodIsSummedUp) {
  EXPECT_EQ(Check(Rules("evt.kind = file_open") + "sinks: [{type: console}]\n"), ExitCode::kDone)
      << io_->error();
  EXPECT_THAT(io_->out(), HasSubstr("good: 1 rule, 1 sink, store /var/lib/vedette/vedette.db"));
}

TEST_F(ConfigCommandTest, EachMistakeIsFoundWhereItIs) {
  EXPECT_EQ(Check("stroe: 7\n"), ExitCode::kFailed);
  EXPECT_THAT(io_->error(), HasSubstr("c.yaml:1:1: error: unknown option \"stroe\""));
  EXPECT_EQ(Check(Rules("evt.kynd = file_open")), ExitCode::kFailed);
  EXPECT_THAT(io_->error(), HasSubstr("r.yaml:3:"));
  EXPECT_EQ(Check(Rules("evt.kind = file_open") + "recording: {x: nonsense}\n"), ExitCode::kFailed);
  EXPECT_THAT(io_->error(), HasSubstr("recording.x"));
  EXPECT_EQ(RunCommandLine({"config", "check", "-c", "/nowhere.yaml"}, *io_), ExitCode::kFailed);
}

TEST_F(ConfigCommandTest, SecretsThatCannotBeReadAreNamed) {
  const std::string secret = folder_.File("token");
  const std::string config =
      absl::StrCat(Rules("evt.kind = file_open"), "sinks: [{type: splunk_hec, name: siem, ",
                   "url: \"https://h\", token: \"file:", secret, "\"}]\n");
  EXPECT_EQ(Check(config), ExitCode::kFailed);
  EXPECT_THAT(io_->error(), HasSubstr("sink siem, token: "));
  ASSERT_TRUE(WriteFileAtomically(secret, "hush\n").ok());
  EXPECT_EQ(Check(config), ExitCode::kDone) << io_->error();
  ASSERT_EQ(chmod(secret.c_str(), 0644), 0);
  EXPECT_EQ(Check(config), ExitCode::kFailed) << "others may read it";
}

TEST_F(ConfigCommandTest, ASecretUrlNeedsAScheme) {
  const std::string secret = folder_.File("url");
  const std::string config =
      absl::StrCat(Rules("evt.kind = file_open"),
                   "sinks: [{type: webhook, name: chat, url: \"file:", secret, "\"}]\n");
  ASSERT_TRUE(WriteFileAtomically(secret, "hooks.example.org/hunter2\n").ok());
  EXPECT_EQ(Check(config), ExitCode::kFailed);
  EXPECT_THAT(io_->error(), HasSubstr("sink chat, url: what is written there must begin with"));
  EXPECT_THAT(io_->error(), Not(HasSubstr("hunter2")));
  ASSERT_TRUE(WriteFileAtomically(secret, "https://hooks.example.org/hunter2\n").ok());
  EXPECT_EQ(Check(config), ExitCode::kDone) << io_->error();
}

TEST_F(ConfigCommandTest, FilesAndFoldersThatAreMissingAreNamed) {
  const std::string rules = Rules("evt.kind = file_open");
  EXPECT_EQ(Check(rules + "sinks: [{type: file, path: /nowhere/a.log}]\n"), ExitCode::kFailed);
  EXPECT_THAT(io_->error(), HasSubstr("sink file, path: "));
  EXPECT_THAT(io_->error(), HasSubstr("/nowhere"));
  const std::string loki = "sinks: [{type: loki, url: \"https://h\", ca_file: /nowhere/ca.pem}]\n";
  EXPECT_EQ(Check(rules + loki), ExitCode::kFailed);
  EXPECT_THAT(io_->error(), HasSubstr("sink loki, ca_file: "));
  const std::string path = folder_.File("a.log");
  EXPECT_EQ(Check(absl::StrCat(rules, "sinks: [{type: file, path: ", path, "}]\n")),
            ExitCode::kDone)
      << io_->error();
}

TEST_F(ConfigCommandTest, PrintsSettingsAndSchema) {
  ASSERT_TRUE(WriteFileAtomically(folder_.File("c.yaml"), "store: {path: /mine}\n").ok());
  CapturedIo printed;
  EXPECT_EQ(RunCommandLine({"config", "print", "-c", folder_.File("c.yaml")}, printed),
            ExitCode::kDone);
  EXPECT_THAT(printed.out(), HasSubstr("path: /mine\n"));
  CapturedIo schema;
  EXPECT_EQ(RunCommandLine({"config", "schema"}, schema), ExitCode::kDone);
  EXPECT_EQ(schema.out(), PrintConfigSchema());
}

}  // namespace
}  // namespace vedette
