// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"
#include "engine/match/operand.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

// The event is at 2024-05-01T12:00:01Z.
bool Holds(const std::string& condition) {
  TestHost host;
  const RecordBuilder record =
      RecordBuilder(WIRE_process_fork).Set("exec_id", 1).Set("time_ns", 1'000'000'000);
  const NamedCondition named{"c", condition};
  const LoadResult loaded = LoadRules({}, {&named, 1});
  EXPECT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  return loaded.program != nullptr &&
         HoldsFor(host.MakeEvent(record), loaded.program->predicates.at(0));
}

TEST(EvtAround, HoldsWithinSoManyMilliseconds) {
  EXPECT_TRUE(Holds("evt.around[1714564801000000000] = 0"));
  EXPECT_TRUE(Holds("evt.around[1714564801000000000] == 5"));
  EXPECT_TRUE(Holds("evt.around[1714564800995000000] = 5"));
  EXPECT_TRUE(Holds("evt.around[1714564801005000000] = 5"));
  EXPECT_FALSE(Holds("evt.around[1714564801005000001] = 5"));
  EXPECT_FALSE(Holds("evt.around[1714564800994999999] = 5"));
  EXPECT_TRUE(Holds("evt.around[0] = 18446744073709551615"));
}

}  // namespace
}  // namespace vedette
