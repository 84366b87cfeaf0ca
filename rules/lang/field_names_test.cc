// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/field_names.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(ResolveField, FindsEveryFieldOfTheSchema) {
  const SourceMap sources;
  Diagnostics diagnostics;
  Reporter reporter(sources, diagnostics);
  for (const Field& field : Fields()) {
    if (field.name == "evt.rawarg") continue;  // Its arguments are fields of their own.
    FieldName name{std::string(field.name), std::nullopt, {}};
    if (field.argument == FieldArgument::kRequiredArgument) name.argument = "1";
    FieldRef ref;
    const FieldPlace place = field.Has(kPrintOnly) ? FieldPlace::kOutput : FieldPlace::kCondition;
    EXPECT_FALSE(ResolveField(name, reporter, ref, place).has_value()) << field.name;
    EXPECT_EQ(&ref.field(), &field);
  }
}

TEST(ResolveField, KeepsFieldsInTheirPlace) {
  const SourceMap sources;
  Diagnostics diagnostics;
  Reporter reporter(sources, diagnostics);
  FieldRef ref;
  const FieldName printed{"thread.nametid", {}, {}};
  EXPECT_FALSE(ResolveField(printed, reporter, ref, FieldPlace::kOutput).has_value());
  EXPECT_EQ(ResolveField(printed, reporter, ref)->message,
            "thread.nametid can only be printed, not compared");
  const FieldName compared{"fd.net", {}, {}};
  EXPECT_FALSE(ResolveField(compared, reporter, ref).has_value());
  EXPECT_EQ(ResolveField(compared, reporter, ref, FieldPlace::kOutput)->message,
            "fd.net can only be compared, not printed");
}

TEST(ResolveField, BoundsTheIndex) {
  const SourceMap sources;
  Diagnostics diagnostics;
  Reporter reporter(sources, diagnostics);
  FieldRef ref;
  EXPECT_FALSE(ResolveField({"proc.aname", "0", {}}, reporter, ref).has_value());
  EXPECT_EQ(ref.index, 0);
  for (const char* const index : {"99999999999", "-1", "1000001", " 1"}) {
    EXPECT_TRUE(ResolveField({"proc.aname", index, {}}, reporter, ref).has_value()) << index;
  }
}

TEST(ResolveField, OnlyTheFirstMistakesGetASuggestion) {
  const SourceMap sources;
  Diagnostics diagnostics;
  Reporter reporter(sources, diagnostics);
  FieldRef ref;
  EXPECT_EQ(ResolveField({"proc.nam", {}, {}}, reporter, ref)->hint, "did you mean \"proc.name\"?");
  for (int i = 0; i < 1000; ++i) (void)ResolveField({"proc.nam", {}, {}}, reporter, ref);
  EXPECT_EQ(ResolveField({"proc.nam", {}, {}}, reporter, ref)->hint,
            "`vedette fields` lists the fields that Vedette supplies");
}

}  // namespace
}  // namespace vedette
