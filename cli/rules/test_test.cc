// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "cli/rules/json_request.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr char kBase[] = "- macro: an_exec\n  condition: evt.kind = process_exec\n";
constexpr char kRules[] = R"(
- rule: Netcat
  desc: d
  condition: an_exec and proc.name in (nc, ncat)
  output: netcat as %proc.cmdline
  priority: WARNING
- rule: Untested
  desc: d
  condition: an_exec and proc.name = untested
  output: o
  priority: NOTICE
)";
constexpr char kCases[] = R"(
- rule: Netcat
  name: nc listens
  events: [{kind: process_exec, exe_path: /usr/bin/nc, args: [nc, -l]}]
  expect: [Netcat]
- rule: Netcat
  name: the name alone is no netcat
  events: [{evt.kind: process_exec, proc.name: nconvert}]
  expect: []
)";

// base/base.yaml, own/own.yaml, own/tests/cases.yaml
class RulesTest : public testing::Test {
 protected:
  void SetUp() override {
    Write("base/base.yaml", kBase);
    Write("own/own.yaml", kRules);
    Write("own/tests/cases.yaml", kCases);
  }

  std::string Path(absl::string_view name) const { return folder_.File(name); }
  void Write(absl::string_view name, absl::string_view text) const {
    const std::string path = Path(name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    ASSERT_TRUE(WriteFileAtomically(path, text).ok());
  }
  ExitCode Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"rules", "test"});
    io_ = CapturedIo();
    return RunCommandLine(arguments, io_);
  }

  const TemporaryDirectory folder_;
  const std::string& root_ = folder_.path();
  CapturedIo io_;
};

TEST_F(RulesTest, PassesAndNamesTheRulesThatLackCases) {
  EXPECT_EQ(Run({"--with", Path("base"), Path("own")}), ExitCode::kDone) << io_.error();
  EXPECT_EQ(io_.out(),
            "no case in which it alerts and none in which it is silent: Untested\n"
            "2 rules, 2 cases: 2 passed, 0 failed; 1 rule without both kinds of case\n");
  EXPECT_EQ(Run({"--strict", "--with", Path("base"), Path("own")}), ExitCode::kFailed);
}

TEST_F(RulesTest, EachWayToNameThemFindsTheCases) {
  const std::string with = Path("base");
  EXPECT_EQ(Run({root_}), ExitCode::kDone) << io_.error();
  EXPECT_THAT(io_.out(), HasSubstr("2 cases"));
  EXPECT_EQ(Run({"--with", with, Path("own/own.yaml")}), ExitCode::kDone) << io_.error();
  EXPECT_THAT(io_.out(), HasSubstr("2 cases"));
  EXPECT_EQ(Run({"--with", with, Path("own/tests/cases.yaml")}), ExitCode::kDone) << io_.error();
  EXPECT_THAT(io_.out(), HasSubstr("2 cases"));
}

TEST_F(RulesTest, AFailureShowsWhatWasExpectedAndWhatCame) {
  Write("own/tests/more.yaml",
        "- rule: Netcat\n  name: wrong\n  events: [{kind: process_exec, exe_path: /usr/bin/nc}]\n"
        "  expect: [Untested]\n");
  EXPECT_EQ(Run({root_}), ExitCode::kFailed);
  EXPECT_THAT(io_.out(), HasSubstr("FAIL Netcat: wrong (" + Path("own/tests/more.yaml:1") +
                                   ")\n  - Untested\n  + Netcat: netcat as nc"));
  EXPECT_THAT(io_.out(), HasSubstr("3 cases: 2 passed, 1 failed"));
  EXPECT_EQ(Run({"--json", root_}), ExitCode::kFailed);
  const auto json = nlohmann::ordered_json::parse(io_.out());
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["cases"][2]["missing"][0], "Untested");
  EXPECT_EQ(json["cases"][2]["unexpected"][0]["rule"], "Netcat");
  EXPECT_EQ(json["rules"][1]["matching"], 0);
}

TEST_F(RulesTest, CasesMayStandInTheRuleFile) {
  Write("one.yaml", absl::StrCat(kBase, kRules, "- tests:\n",
                                 "    - {rule: Netcat, name: n, expect: [Netcat], ",
                                 "events: [{proc.name: nc, evt.type: execve}]}\n"));
  EXPECT_EQ(Run({Path("one.yaml")}), ExitCode::kDone) << io_.error();
  EXPECT_EQ(io_.error(), "");
  EXPECT_THAT(io_.out(), HasSubstr("2 rules, 1 case: 1 passed"));
}

TEST_F(RulesTest, WhatCannotBePlayedFails) {
  Write("own/tests/wrong.yaml",
        "- {rule: Nutcat, name: n, expect: [], events: [{proc.name: x}]}\n"
        "- {rule: Netcat, name: n, expect: [], events: [{proc.nmae: x}]}\n"
        "- {rule: Netcat, name: n, expects: [], events: [{proc.name: x}]}\n");
  EXPECT_EQ(Run({root_}), ExitCode::kFailed);
  EXPECT_THAT(io_.out(), HasSubstr("there is no rule \"Nutcat\""));
  EXPECT_THAT(io_.out(), HasSubstr("wrong.yaml:2:"));
  EXPECT_THAT(io_.error(), HasSubstr("wrong.yaml:3:"));
}

TEST_F(RulesTest, NoCasesAreAFailureThatSaysWhereTheyGo) {
  EXPECT_EQ(Run({Path("base")}), ExitCode::kFailed);
  EXPECT_THAT(io_.error(), HasSubstr("`- tests:`"));
  EXPECT_EQ(Run({Path("nowhere")}), ExitCode::kFailed);
}

}  // namespace
}  // namespace vedette
