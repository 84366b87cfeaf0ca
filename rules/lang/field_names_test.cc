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
    FieldName name{std::string(field.name), std::nullopt, {}};
    if (field.argument == FieldArgument::kRequiredArgument) name.argument = "1";
    FieldRef ref;
    EXPECT_FALSE(ResolveField(name, reporter, ref).has_value()) << field.name;
    EXPECT_EQ(&ref.field(), &field);
  }
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
