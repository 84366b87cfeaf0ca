// SPDX-License-Identifier: Apache-2.0
#include "cli/field_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

std::string WhyNot(absl::string_view text) {
  return std::string(ParseFieldList(text).status().message());
}

TEST(FieldList, NamesAndArguments) {
  const auto fields = ParseFieldList("proc.pid, proc.aname[2],proc.env[HOME]");
  ASSERT_TRUE(fields.ok()) << fields.status();
  ASSERT_EQ(fields->size(), 3u);
  EXPECT_EQ(FieldRefName((*fields)[0]), "proc.pid");
  EXPECT_EQ((*fields)[1].index, 2);
  EXPECT_EQ((*fields)[2].index, -1);
  EXPECT_EQ(FieldRefName((*fields)[2]), "proc.env[HOME]");
}

TEST(FieldList, MistakesHaveAWayOut) {
  using testing::HasSubstr;
  EXPECT_THAT(WhyNot("proc.pdi"), HasSubstr("did you mean \"proc.pid\"?"));
  EXPECT_THAT(WhyNot("proc.pid[1]"), HasSubstr("proc.pid takes no argument"));
  EXPECT_THAT(WhyNot("proc.aname[2"), HasSubstr("write proc.aname[...]"));
  EXPECT_THAT(WhyNot("proc.pid,"), HasSubstr("there is no field \"\""));
}

}  // namespace
}  // namespace vedette
