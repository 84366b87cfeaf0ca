// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/given_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using Type = GivenValue::Type;

FieldRef Ref(absl::string_view name, absl::string_view argument = "") {
  FieldRef ref;
  ref.id = IdOf(*FindField(name));
  ref.argument = std::string(argument);
  return ref;
}

Values ValuesOf(const GivenEvent& event, const FieldRef& ref) {
  Values values;
  event.Get(ref, values);
  return values;
}

TEST(GivenEvent, ValuesAreReadAsTheirFieldsTypes) {
  GivenEvent event;
  ASSERT_TRUE(event.Set("proc.name", {{Type::kText, "cat"}}).ok());
  ASSERT_TRUE(event.Set("proc.aname[2]", {{Type::kUntyped, "sshd"}}).ok());
  ASSERT_TRUE(event.Set("proc.aname", {{Type::kText, "a"}, {Type::kText, "b"}}).ok());
  ASSERT_TRUE(event.Set("fd.sport", {{Type::kNumber, "443"}}).ok());
  ASSERT_TRUE(event.Set("fd.sip", {{Type::kText, "10.0.0.1"}}).ok());
  ASSERT_TRUE(event.Set("evt.rawres", {{Type::kNumber, "-2"}}).ok());
  ASSERT_TRUE(event.Set("fd.name", {}).ok());
  EXPECT_EQ(ValuesOf(event, Ref("proc.name"))[0].text, "cat");
  EXPECT_EQ(ValuesOf(event, Ref("proc.aname", "2"))[0].text, "sshd");
  EXPECT_EQ(ValuesOf(event, Ref("proc.aname")).size(), 2U);
  EXPECT_EQ(ValuesOf(event, Ref("fd.sport"))[0].number, 443U);
  EXPECT_EQ(ValuesOf(event, Ref("fd.sip"))[0].address.bytes[0], 10);
  EXPECT_EQ(ValuesOf(event, Ref("evt.rawres"))[0].AsSigned(), -2);
  EXPECT_TRUE(ValuesOf(event, Ref("fd.name")).empty());
  EXPECT_TRUE(ValuesOf(event, Ref("proc.pexepath")).empty());
}

std::string TextsOf(const GivenEvent& event, absl::string_view name, const char* argument = "") {
  FieldRef ref = Ref(name, argument);
  if (*argument != '\0') ref.index = std::atoi(argument);
  std::string texts;
  for (const Value& value : ValuesOf(event, ref)) absl::StrAppend(&texts, value.text, " ");
  return texts;
}

TEST(GivenEvent, AncestorsFollowFromWhatIsSaidOfThem) {
  GivenEvent all, single, both;
  ASSERT_TRUE(all.Set("proc.name", {{Type::kText, "cat"}}).ok());
  ASSERT_TRUE(all.Set("proc.aname", {{Type::kText, "bash"}, {Type::kText, "sshd"}}).ok());
  EXPECT_EQ(TextsOf(all, "proc.aname", "0"), "cat ");
  EXPECT_EQ(TextsOf(all, "proc.aname", "1"), "bash ");
  EXPECT_EQ(TextsOf(all, "proc.aname", "2"), "sshd ");
  EXPECT_EQ(TextsOf(all, "proc.aname", "3"), "");
  EXPECT_EQ(TextsOf(all, "proc.pname"), "bash ");
  ASSERT_TRUE(single.Set("proc.pname", {{Type::kText, "bash"}}).ok());
  ASSERT_TRUE(single.Set("proc.aname[3]", {{Type::kText, "init"}}).ok());
  EXPECT_EQ(TextsOf(single, "proc.aname"), "bash init ");
  EXPECT_EQ(TextsOf(single, "proc.aname", "1"), "bash ");
  EXPECT_EQ(TextsOf(single, "proc.aname", "2"), "");
  ASSERT_TRUE(both.Set("proc.aname[1]", {{Type::kText, "bash"}}).ok());
  ASSERT_TRUE(both.Set("proc.aname[0]", {{Type::kText, "cat"}}).ok());
  EXPECT_EQ(TextsOf(both, "proc.pname"), "bash ");
  EXPECT_EQ(TextsOf(both, "proc.name"), "cat ");
  EXPECT_EQ(TextsOf(both, "proc.aname"), "bash ");
}

TEST(GivenEvent, WhatIsSaidToHaveNoValueIsNotMadeUp) {
  GivenEvent event;
  ASSERT_TRUE(event.Set("proc.aname", {{Type::kText, "bash"}}).ok());
  ASSERT_TRUE(event.Set("proc.pname", {}).ok());
  EXPECT_EQ(TextsOf(event, "proc.pname"), "");
  EXPECT_EQ(TextsOf(event, "proc.aname"), "bash ");
}

struct Bad {
  absl::string_view name, field;
  std::vector<GivenValue> values;
  absl::string_view message;
};

TEST(GivenEvent, SaysWhatIsWrong) {
  const Bad cases[] = {
      {"an unknown field", "proc.nmae", {{Type::kText, "x"}}, "did you mean \"proc.name\"?"},
      {"no field", "proc", {}, "is no field"},
      {"a condition", "a.b exists or c.d", {}, "is no field"},
      {"a number for a text", "proc.name", {{Type::kNumber, "1"}}, "expected a text, not a number"},
      {"a text for a number", "proc.pid", {{Type::kText, "1"}}, "expected a number, not a text"},
      {"a fraction", "proc.pid", {{Type::kNumber, "1.5"}}, "proc.pid: "},
      {"no address", "fd.sip", {{Type::kText, "example"}}, "is no address"},
      {"too many values", "proc.name", std::vector<GivenValue>(65), "more than 64 values"},
  };
  for (const Bad& bad : cases) {
    GivenEvent event;
    const absl::Status status = event.Set(std::string(bad.field), bad.values);
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(bad.message))) << bad.name;
  }
  GivenEvent twice;
  ASSERT_TRUE(twice.Set("evt.arg.flags", {}).ok());
  EXPECT_THAT(std::string(twice.Set("evt.arg[flags]", {}).message()), HasSubstr("twice"));
}

TEST(GivenEvent, KnowsWhatKindsItCanBe) {
  GivenEvent any, open, kind;
  EXPECT_EQ(any.Kinds(), RuleKinds());
  ASSERT_TRUE(open.Set("evt.type", {{Type::kText, "openat"}}).ok());
  EXPECT_EQ(open.Kinds(), KindsOfType("openat"));
  ASSERT_TRUE(kind.Set("evt.kind", {{Type::kText, "process_exec"}}).ok());
  EXPECT_EQ(kind.Kinds(), KindBit(WIRE_process_exec));
}

TEST(GivenEvent, CompletesWhatFollows) {
  GivenEvent open, kind, unknown;
  ASSERT_TRUE(open.Set("evt.type", {{Type::kText, "openat"}}).ok());
  open.Complete();
  EXPECT_EQ(ValuesOf(open, Ref("evt.kind"))[0].text, "file_open");
  EXPECT_EQ(ValuesOf(open, Ref("evt.category"))[0].text, "file");
  EXPECT_EQ(ValuesOf(open, Ref("evt.type"))[0].text, "openat");
  ASSERT_TRUE(kind.Set("evt.kind", {{Type::kText, "process_exec"}}).ok());
  kind.Complete();
  EXPECT_EQ(ValuesOf(kind, Ref("evt.type"))[0].text, "execve");
  unknown.Complete();
  EXPECT_TRUE(ValuesOf(unknown, Ref("evt.kind")).empty());
  EXPECT_EQ(ValuesOf(unknown, Ref("evt.dir"))[0].text, "<");
}

}  // namespace
}  // namespace vedette
