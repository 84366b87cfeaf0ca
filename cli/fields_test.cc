// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "integrations/format/golden.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Fields, DocsFieldsMdIsUpToDate) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"fields", "--markdown"}, io), ExitCode::kDone);
  ExpectGolden("../../docs/fields.md", io.out());
}

TEST(Fields, ListsAllOfThem) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"fields"}, io), ExitCode::kDone);
  for (const Field& field : Fields()) EXPECT_THAT(io.out(), HasSubstr(std::string(field.name)));
}

TEST(Fields, WhatIsSuppliedComesFirst) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"fields"}, io), ExitCode::kDone);
  const size_t heading = io.out().find("\nNot yet supplied: ");
  ASSERT_NE(heading, std::string::npos);
  for (const Field& field : Fields()) {
    if (field.name != "fd.name" && field.name != "fd.types") continue;
    EXPECT_EQ(io.out().find("\n" + std::string(field.name)) < heading, field.supplied);
  }
}

TEST(Fields, JsonSaysWhatAFieldIsAndWhetherItIsSupplied) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"fields", "--json"}, io), ExitCode::kDone);
  const auto all = nlohmann::json::parse(io.out());
  ASSERT_EQ(all.size(), Fields().size());
  const auto find = [&](const char* name) {
    for (const auto& row : all) {
      if (row["name"] == name) return row;
    }
    return nlohmann::json();
  };
  const auto types = find("fd.types");
  EXPECT_EQ(types["supplied"], false);
  EXPECT_EQ(types["list"], true);
  EXPECT_EQ(types["argument"], "optional");
  EXPECT_EQ(types["argument_is"], "number");
  EXPECT_EQ(types["not_on_the_right"], true);
  EXPECT_EQ(types["no_transformers"], false);
  const auto net = find("fd.net");
  EXPECT_EQ(net["supplied"], true);
  EXPECT_EQ(net["filter_only"], true);
  EXPECT_EQ(net["type"], "network");
  EXPECT_THAT(net["events"], testing::Contains("network_connect"));
}

TEST(Fields, NotYetSuppliedIsSaid) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"fields", "evt.arg.action"}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("not yet supplied"));
}

TEST(Fields, APatternNarrowsIgnoringCase) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"fields", "FD.RPORT"}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("fd.rport"));
  EXPECT_THAT(io.out(), Not(HasSubstr("proc.name")));
}

TEST(Fields, NothingFoundFailsWithAHint) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"fields", "proc.nmae"}, io), ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("did you mean \"proc.name\"?"));
}

}  // namespace
}  // namespace vedette
