// SPDX-License-Identifier: Apache-2.0
#include "engine/match/operand.h"

#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

RecordBuilder Open() {
  return RecordBuilder(WIRE_file_open)
      .Set("comm", "Cat")
      .Set("path", "/etc/Shadow")
      .Set("name", "/etc/Shadow")
      .Set("pid", 77);
}

struct Case {
  const char* name;
  const char* condition;
  bool holds;
};
constexpr Case kCases[] = {
    {"a plain comparison", "proc.name = Cat", true},
    {"a transformer", "tolower(proc.name) = cat", true},
    {"a transformer of a path", "basename(fd.name) = Shadow", true},
    {"texts that are made side by side",
     "concat(tolower(proc.name), ':', toupper(fd.filename)) "
     "= 'cat:SHADOW'",
     true},
    {"a field on the right", "fd.name = val(fd.nameraw)", true},
    {"another field on the right", "fd.name = val(proc.name)", false},
    {"a field without a value", "tolower(proc.pname) != x", false},
    {"a modifier", "fd.name startswith anyof (/x, /etc)", true},
    {"a number", "len(proc.name) = 3", true},
    {"within so many milliseconds of a time", "evt.around[1714564800005000000] = 5", true},
    {"farther from it", "evt.around[1714564800005000001] = 5", false},
    {"exactly then", "evt.around[1714564800000000000] == 0", true},
};

TEST(HoldsFor, WorksOutBothSidesForAnEvent) {
  TestHost host;
  const RecordBuilder record = Open();
  for (const Case& c : kCases) {
    const NamedCondition condition{"test", c.condition};
    const LoadResult result = LoadRules({}, {&condition, 1});
    ASSERT_NE(result.program, nullptr) << result.diagnostics.ToText();
    host.arena.Clear();
    const Event event = host.MakeEvent(record);
    EXPECT_EQ(HoldsFor(event, result.program->predicates.at(0)), c.holds) << c.name;
  }
}

TEST(EvaluateOperand, ReplacesWhatWasThere) {
  const NamedCondition condition{"test", "toupper(proc.name) exists"};
  const LoadResult result = LoadRules({}, {&condition, 1});
  ASSERT_NE(result.program, nullptr) << result.diagnostics.ToText();
  TestHost host;
  const RecordBuilder record = Open();
  const Event event = host.MakeEvent(record);
  Values values;
  values.Add(Value::Unsigned(1));
  EvaluateOperand(event, *result.program->predicates.at(0).left, values);
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(values[0].text, "CAT");
}

TEST(EvaluateOperand, WhatDoesNotFitIntoTheArenaIsCut) {
  const NamedCondition condition{"test", "concat(proc.name, proc.name) exists"};
  const LoadResult result = LoadRules({}, {&condition, 1});
  TestHost host;
  const RecordBuilder record = Open();
  const Event event = host.MakeEvent(record);
  host.arena.Clear();
  host.arena.Copy(std::string(Arena::kCapacity - 4, 'x'));
  Values values;
  EvaluateOperand(event, *result.program->predicates.at(0).left, values);
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(values[0].text, "CatC");
  EXPECT_EQ(host.arena.truncations(), 1u);
}

}  // namespace
}  // namespace vedette
