// SPDX-License-Identifier: Apache-2.0
#include "integrations/sinks/selector.h"

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

TEST(EventSelectorTest, KindsAreGlobsAndSomeAreTakenAway) {
  const auto all = EventSelectorOf({"process_*", "network_connect", "!process_fork"}, {});
  ASSERT_TRUE(all.ok());
  EXPECT_TRUE(all->Wants(WIRE_process_exec, ""));
  EXPECT_TRUE(all->Wants(WIRE_network_connect, "203.0.113.7:443"));
  EXPECT_FALSE(all->Wants(WIRE_process_fork, ""));
  EXPECT_FALSE(all->Wants(WIRE_file_open, "/etc/shadow"));
  const auto some = EventSelectorOf({"*"}, {"/etc/*", "/root/*"});
  ASSERT_TRUE(some.ok());
  EXPECT_TRUE(some->Wants(WIRE_file_open, "/etc/shadow"));
  EXPECT_FALSE(some->Wants(WIRE_file_open, "/usr/bin/cat"));
  EXPECT_FALSE(some->Wants(WIRE_process_exit, ""));
}

TEST(EventSelectorTest, AKindThatThereIsNotIsAMistakeWithAWayOut) {
  const auto typo = EventSelectorOf({"file_opn"}, {});
  EXPECT_EQ(std::string(typo.status().message()),
            "\"file_opn\" is no kind of event; did you mean \"file_open\"?");
  EXPECT_FALSE(EventSelectorOf({"nothing_like_it*"}, {}).ok());
}

}  // namespace
}  // namespace vedette
