// SPDX-License-Identifier: Apache-2.0
//
// The rule loader: one file of any bytes becomes a program or diagnostics that can be printed, and
// every program can be made into tables.
#include <string>

#include "base/check.h"
#include "engine/match/matcher.h"
#include "rules/classify/classifier.h"
#include "rules/lang/load.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  const RuleSource source = {"fuzz.yaml", std::string(AsText(data, size))};
  const LoadResult result = LoadRules({&source, 1}, {}, {.warn_unused = true});
  CHECK_EQ(result.program == nullptr, result.diagnostics.has_errors());
  CHECK_EQ(result.diagnostics.ToText().empty(), result.diagnostics.empty());
  result.diagnostics.ToJson();
  if (result.program == nullptr) return 0;
  const Matcher matcher(result.program);
  const Classifier classifier(BuildTables(*result.program, 1));
  return 0;
}
