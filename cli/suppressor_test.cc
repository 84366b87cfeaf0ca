// SPDX-License-Identifier: Apache-2.0
#include "cli/suppressor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

Alert ReadByCat() {
  Alert alert;
  alert.rule = "Read [sensitive] file";
  alert.time = kNow;
  alert.object = "/etc/shadow";
  alert.container_id = "host";
  alert.event_number = 7;
  alert.processes = {{3, 30, "cat", "/usr/bin/cat", "cat /etc/shadow", "root"},
                     {2, 20, "bash", "/usr/bin/bash", "bash", "root"},
                     {1, 10, "backupd", "/opt/backup/backupd", "backupd", "root"}};
  return alert;
}

SuppressionCriteria Rules(const std::string& rule, const std::string& duplicate_of = "") {
  SuppressionCriteria criteria;
  criteria.rule = rule;
  criteria.duplicate_of = duplicate_of;
  return criteria;
}

SuppressionAct Act(const SuppressionCriteria& criteria, absl::string_view id = "a") {
  SuppressionAct act;
  act.id = std::string(id);
  act.criteria = criteria;
  act.time = kNow - absl::Hours(1);
  act.expires = kNow + absl::Hours(1);
  return act;
}

struct Case {
  absl::string_view name;
  std::string SuppressionCriteria::*criterion;
  const char* value;
  bool covers;
};
constexpr Case kCases[] = {
    {"a name with brackets means itself", &SuppressionCriteria::rule, "Read [sensitive] file",
     true},
    {"a glob of the rule", &SuppressionCriteria::rule, "Read *", true},
    {"another rule", &SuppressionCriteria::rule, "Write *", false},
    {"the program", &SuppressionCriteria::program, "/usr/bin/cat", true},
    {"a parent is not the program", &SuppressionCriteria::program, "/usr/bin/bash", false},
    {"letters count", &SuppressionCriteria::program, "/usr/bin/CAT", false},
    {"a far ancestor", &SuppressionCriteria::ancestor, "/opt/backup/*", true},
    {"the actor is not its ancestor", &SuppressionCriteria::ancestor, "/usr/bin/cat", false},
    {"the command", &SuppressionCriteria::command, "cat /etc/*", true},
    {"the user", &SuppressionCriteria::account, "alice", false},
    {"the object", &SuppressionCriteria::object, "/etc/shadow", true},
    {"a beginning is not the object", &SuppressionCriteria::object, "/etc", false},
    {"the host", &SuppressionCriteria::container, "host", true},
    {"another rule has not told", &SuppressionCriteria::duplicate_of, "*", false},
};

TEST(Suppressor, ComparesEachCriterion) {
  for (const Case& one : kCases) {
    SuppressionCriteria criteria;
    criteria.*one.criterion = one.value;
    Suppressor suppressor;
    ASSERT_TRUE(suppressor.Apply(Act(criteria)).ok());
    EXPECT_EQ(suppressor.Cover(ReadByCat()), one.covers ? "a" : "") << one.name;
  }
}

TEST(Suppressor, AllCriteriaMustHold) {
  Suppressor suppressor;
  SuppressionCriteria criteria;
  criteria.program = "/usr/bin/cat";
  criteria.object = "/etc/passwd";
  ASSERT_TRUE(suppressor.Apply(Act(criteria)).ok());
  EXPECT_EQ(suppressor.Cover(ReadByCat()), "");
}

TEST(Suppressor, EndsByItsTimeAndByCommand) {
  Suppressor suppressor;
  ASSERT_TRUE(suppressor.Apply(Act(Rules("Read *"), "a")).ok());
  Alert late = ReadByCat();
  late.time = kNow + absl::Hours(1);
  EXPECT_EQ(suppressor.Cover(late), "");
  EXPECT_EQ(suppressor.Cover(ReadByCat()), "a");
  SuppressionAct end;
  end.ends = true;
  end.id = "a";
  EXPECT_TRUE(suppressor.Apply(end).ok());
  EXPECT_EQ(suppressor.Cover(ReadByCat()), "");
  EXPECT_THAT(std::string(suppressor.Apply(end).message()), HasSubstr("no suppression a"));
}

TEST(Suppressor, TellsOneOfSeveralAboutTheSameEvent) {
  Suppressor suppressor;
  ASSERT_TRUE(suppressor.Apply(Act(Rules("Published*", "Read*"), "d")).ok());
  Alert published = ReadByCat();
  published.rule = "Published read";
  EXPECT_EQ(suppressor.Cover(ReadByCat()), "");
  EXPECT_EQ(suppressor.Cover(published), "d");
  published.event_number = 8;  // Of this event nothing else has told.
  EXPECT_EQ(suppressor.Cover(published), "");
}

// Two suppressions that cover one another's rules would else hide both.
TEST(Suppressor, WhatWasNotToldHidesNothing) {
  Suppressor suppressor;
  ASSERT_TRUE(suppressor.Apply(Act(Rules("Read*"), "all")).ok());
  ASSERT_TRUE(suppressor.Apply(Act(Rules("Published*", "*"), "d")).ok());
  Alert published = ReadByCat();
  published.rule = "Published read";
  EXPECT_EQ(suppressor.Cover(ReadByCat()), "all");
  EXPECT_EQ(suppressor.Cover(published), "");
}

TEST(Suppressor, WhatIsGraverIsNoDuplicate) {
  Suppressor suppressor;
  ASSERT_TRUE(suppressor.Apply(Act(Rules("*", "*"), "d")).ok());
  Alert lesser = ReadByCat(), graver = ReadByCat(), equal = ReadByCat();
  lesser.priority = Priority::kNotice;
  graver.rule = "Graver";
  graver.priority = Priority::kWarning;
  equal.rule = "Equal";
  equal.priority = Priority::kWarning;
  EXPECT_EQ(suppressor.Cover(lesser), "");
  EXPECT_EQ(suppressor.Cover(graver), "");
  EXPECT_EQ(suppressor.Cover(equal), "d");
}

TEST(Suppressor, IsBoundedAndMakesRoomOfWhatHasEnded) {
  Suppressor suppressor;
  for (size_t i = 0; i < kSuppressionsMax; ++i) {
    ASSERT_TRUE(suppressor.Apply(Act(Rules("r"), absl::StrCat(i))).ok());
  }
  EXPECT_TRUE(absl::IsResourceExhausted(suppressor.Apply(Act(Rules("r"), "more"))));
  SuppressionAct later = Act(Rules("r"), "later");
  later.time = kNow + absl::Hours(2);
  EXPECT_TRUE(suppressor.Apply(later).ok());
  EXPECT_EQ(suppressor.in_force().size(), 1u);
}

TEST(Suppressor, TakesWhatIsInForceOutOfTheStore) {
  Suppressor suppressor;
  StoredSuppression live{Act(Rules("Read*"), "live"), false, {}};
  StoredSuppression ended{Act(Rules("*"), "ended"), true, {}};
  StoredSuppression over{Act(Rules("*"), "over"), false, {}};
  over.made.expires = kNow - absl::Minutes(1);
  suppressor.Restore({ended, over, live}, kNow);
  EXPECT_EQ(suppressor.in_force().size(), 1u);
  EXPECT_EQ(suppressor.Cover(ReadByCat()), "live");
}

}  // namespace
}  // namespace vedette
