// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "cli/rules/json_request.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr char kGood[] =
    "title: Good\nlogsource: {category: process_creation, product: linux}\n"
    "detection: {s: {Image: /bin/x}, condition: s}\n";
constexpr char kBad[] = "title: Bad\nlogsource: {category: registry_set, product: windows}\n";

// deep/er/good.yml, bad.yml
class RulesImportSigma : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(root_ + "/deep/er");
    ASSERT_TRUE(WriteFileAtomically(root_ + "/deep/er/good.yml", kGood).ok());
    ASSERT_TRUE(WriteFileAtomically(root_ + "/bad.yml", kBad).ok());
  }

  const TemporaryDirectory folder_;
  const std::string& root_ = folder_.path();
};

TEST_F(RulesImportSigma, PrintsRulesThatLoadAndWhatIsMissing) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "import-sigma", root_}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("- rule: \"Good\"\n"));
  EXPECT_THAT(io.error(), HasSubstr("bad.yml:2:12: error: the log source is not of Linux"));
  EXPECT_THAT(io.error(), HasSubstr("1 translated, 1 skipped\n"));
  CapturedIo json;
  EXPECT_EQ(RunCommandLine({"rules", "import-sigma", "--json", root_}, json), ExitCode::kDone);
  EXPECT_EQ(nlohmann::ordered_json::parse(json.out())["diagnostics"][0]["line"], 2);
}

TEST_F(RulesImportSigma, WritesAFileThatTheCheckerTakes) {
  CapturedIo io;
  const std::string file = root_ + "/out.yaml";
  EXPECT_EQ(RunCommandLine({"rules", "import-sigma", root_ + "/deep", "--output", file}, io),
            ExitCode::kDone)
      << io.error();
  EXPECT_EQ(io.out(), "");
  CapturedIo check;
  EXPECT_EQ(RunCommandLine({"rules", "check", file}, check), ExitCode::kDone) << check.out();
}

TEST_F(RulesImportSigma, NothingTranslatedIsAFailure) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "import-sigma", root_ + "/bad.yml"}, io), ExitCode::kFailed);
  EXPECT_EQ(RunCommandLine({"rules", "import-sigma", root_ + "/nowhere"}, io), ExitCode::kFailed);
}

}  // namespace
}  // namespace vedette
