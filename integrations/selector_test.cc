// SPDX-License-Identifier: Apache-2.0
#include "integrations/selector.h"

#include <gtest/gtest.h>

#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

TEST(SelectorTest, Globs) {
  struct Case {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Case kCases[] = {
      {"", "", true},           {"", "a", false},           {"*", "", true},
      {"*", "anything", true},  {"read*", "Read of", true}, {"*file", "a file", true},
      {"*a*b*", "xaxxb", true}, {"*a*b", "xaxxbc", false},  {"T1?03", "t1003", true},
      {"T1?03", "T103", false}, {"a*a", "a", false},        {"**", "x", true},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(MatchesGlob(c.pattern, c.text), c.matches) << c.pattern << " " << c.text;
  }
}

TEST(SelectorTest, EvilGlobsTakeNoTime) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a*";
  EXPECT_FALSE(MatchesGlob(pattern + "b", std::string(5000, 'a')));
}

TEST(SelectorTest, AllThatIsSetMustHold) {
  const Alert alert = SampleAlert();  // Critical, tags file, mitre_credential_access, T1003.008
  EXPECT_TRUE(AlertSelector{}.Wants(alert));
  EXPECT_TRUE((AlertSelector{.priority_min = Priority::kCritical}.Wants(alert)));
  EXPECT_FALSE((AlertSelector{.priority_min = Priority::kAlert}.Wants(alert)));
  EXPECT_TRUE((AlertSelector{.rules = {"x", "read of *"}}.Wants(alert)));
  EXPECT_FALSE((AlertSelector{.rules = {"x"}}.Wants(alert)));
  EXPECT_TRUE((AlertSelector{.rules = {"*"}, .tags = {"T1003*"}}.Wants(alert)));
  EXPECT_FALSE((AlertSelector{.rules = {"*"}, .tags = {"T1004*"}}.Wants(alert)));
}

TEST(SelectorTest, PriorityNames) {
  EXPECT_EQ(ParsePriority("warning"), Priority::kWarning);
  EXPECT_EQ(ParsePriority("Emergency"), Priority::kEmergency);
  EXPECT_EQ(ParsePriority("warn"), std::nullopt);
}

}  // namespace
}  // namespace vedette
