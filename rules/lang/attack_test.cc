// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/attack.h"

#include <gtest/gtest.h>

#include <string>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

TEST(Attack, IdsAreKnownByTheirNumbers) {
  for (const char* id : {"T1059", "T1059.004", "T1059.013", "T1003.008", "TA0002", "TA0040",
                         "T1562.001", "T1611", "T1547.006"}) {
    EXPECT_TRUE(IsKnownAttackId(id)) << id;
  }
  for (const char* id :
       {"T1059.014", "T1059.000", "T1611.001", "T9999", "T1000", "TA0012", "TA9999", "T0001"}) {
    EXPECT_TRUE(IsAttackId(id)) << id;
    EXPECT_FALSE(IsKnownAttackId(id)) << id;
  }
}

TEST(Attack, UnknownIdsAreWarningsWithWhatIsNear) {
  const auto messages = [](const char* ids) {
    return MessagesOf({RuleYaml("r", "proc.pid = 1", std::string("  attack: ") + ids + "\n")});
  };
  EXPECT_EQ(messages("[T1059.004, TA0002]"), "");
  EXPECT_EQ(messages("T1059.099"),
            "6:11 warning: ATT&CK has no \"T1059.099\" (as of version 19) | sub-techniques of "
            "T1059 go up to T1059.013\n");
  EXPECT_EQ(messages("T1611.001"),
            "6:11 warning: ATT&CK has no \"T1611.001\" (as of version 19) | T1611 has no "
            "sub-techniques\n");
  EXPECT_EQ(messages("TA0099"),
            "6:11 warning: ATT&CK has no \"TA0099\" (as of version 19) | tactics are TA0001 to "
            "TA0011, TA0040, TA0042, TA0043 and TA0112\n");
  EXPECT_NE(messages("T1060").find("did you mean \"T10"), std::string::npos) << messages("T1060");
}

TEST(Attack, TagsAreLookedAtToo) {
  EXPECT_EQ(
      MessagesOf({RuleYaml("r", "proc.pid = 1", "  tags: [T1059, T1999, host]\n")}).substr(0, 42),
      "6:17 warning: ATT&CK has no \"T1999\" (as of");
}

}  // namespace
}  // namespace vedette
