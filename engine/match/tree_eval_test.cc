// SPDX-License-Identifier: Apache-2.0
#include "engine/match/tree_eval.h"

#include <gtest/gtest.h>

#include <string>

#include "rules/lang/given_event.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

struct Case {
  absl::string_view name, condition;
  bool holds;
};

// proc.name is cat, fd.sport 443, proc.aname a and b; nothing else has a value
// but what follows from these.
constexpr Case kCases[] = {
    {"both sides of and", "proc.name = cat and fd.sport = 443", true},
    {"one side of or", "proc.name = dog or fd.sport = 443", true},
    {"not", "not proc.name = dog", true},
    {"no value is not equal to anything", "proc.exepath = x or proc.exepath != x", false},
    {"no value, negated", "not proc.exepath = x", true},
    {"no value does not exist", "proc.exepath exists", false},
    {"the first ancestor is the parent", "proc.pname = a and proc.aname[1] = a", true},
    {"any of several values", "proc.aname = b", true},
    {"one of several ancestors differs", "proc.aname != b", true},
};

TEST(EvaluateTree, MeansWhatConditionsMean) {
  GivenEvent event;
  using Type = GivenValue::Type;
  ASSERT_TRUE(event.Set("proc.name", {{Type::kText, "cat"}}).ok());
  ASSERT_TRUE(event.Set("fd.sport", {{Type::kNumber, "443"}}).ok());
  ASSERT_TRUE(event.Set("proc.aname", {{Type::kText, "a"}, {Type::kText, "b"}}).ok());
  for (const Case& one : kCases) {
    const NamedCondition condition{"test", std::string(one.condition)};
    const LoadResult loaded = LoadRules({}, {&condition, 1});
    ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
    const auto get = [&](const FieldRef& field, Values& values) { event.Get(field, values); };
    EXPECT_EQ(EvaluateTree(*loaded.program, loaded.program->rules[0].condition, get), one.holds)
        << one.name;
  }
}

}  // namespace
}  // namespace vedette
