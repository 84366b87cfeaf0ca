// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#include "sensor/schema/schema.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace vedette {
namespace {

TEST(Schema, EveryFieldIsFoundByItsNameAndHasOne) {
  std::set<std::string> names;
  for (const Field& field : Fields()) {
    EXPECT_EQ(FindField(field.name), &field) << field.name;
    EXPECT_TRUE(names.insert(std::string(field.name)).second) << field.name << " stands twice";
    EXPECT_EQ(&Fields()[IdOf(field)], &field);
    EXPECT_FALSE(field.doc.empty()) << field.name;
    EXPECT_EQ((field.kinds & RuleKinds()) != 0, field.supplied) << field.name;
    EXPECT_EQ(field.source != FieldSource::kNothing, field.supplied) << field.name;
  }
  EXPECT_EQ(FindField("proc.nam"), nullptr);
  EXPECT_EQ(FindField(""), nullptr);
}

TEST(Schema, AFieldOfEventsHasAMemberForEachOfItsKinds) {
  for (const Field& field : Fields()) {
    if (field.source != FieldSource::kEvent) continue;
    for (const KindInfo& info : Kinds()) {
      const Member* member = MemberOf(field, info.kind);
      if ((field.kinds & KindBit(info.kind)) == 0) continue;
      ASSERT_NE(member, nullptr) << field.name << " of " << info.name;
      EXPECT_EQ(member->type, field.type) << field.name << " of " << info.name;
    }
  }
}

TEST(Schema, KindsAreFoundByNumberAndName) {
  for (const KindInfo& info : Kinds()) {
    EXPECT_EQ(FindKind(info.kind), &info);
    EXPECT_EQ(FindKindByName(info.name), &info);
  }
  EXPECT_EQ(FindKind(0), nullptr);
  EXPECT_EQ(FindKind(WIRE_KIND_LIMIT), nullptr);
  EXPECT_EQ(FindKindByName("no_such_kind"), nullptr);
}

TEST(Schema, EventTypesBelongToTheirKinds) {
  EXPECT_EQ(KindsOfType("openat"), KindBit(WIRE_file_open));
  EXPECT_EQ(KindsOfType("execve"), KindBit(WIRE_process_exec) | KindBit(WIRE_process_exec_failed));
  EXPECT_EQ(KindsOfType("no_such_type"), 0u);
}

TEST(Schema, LossStagesHaveNames) {
  for (uint32_t stage = 1; stage < WIRE_LOSS_STAGE_LIMIT; ++stage) {
    EXPECT_NE(LossStageName(stage), "unknown") << stage;
    EXPECT_NE(LossStageDoc(stage), "unknown") << stage;
  }
  EXPECT_EQ(LossStageName(0), "unknown");
}

}  // namespace
}  // namespace vedette
