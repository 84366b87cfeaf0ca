// SPDX-License-Identifier: Apache-2.0
//
// Cases beside rules: any bytes are cases or diagnostics, and what is a case can be played, as
// records through the pipeline or as values of fields.
#include <string>

#include "base/check.h"
#include "engine/testing/rule_tests.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/replay/sample.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  static const auto* const program = new std::shared_ptr<const Program>(ShippedProgram());
  const RuleSource source = {"cases.yaml", std::string(AsText(data, size))};
  const CaseFile file = ParseCases(source);
  file.diagnostics.ToText();
  ParseCasesOfRules(source);
  CoverageOf(**program, file.cases);
  for (const RuleCase& one : file.cases) {
    if (!one.record.empty()) continue;  // Other files are not the input's to choose.
    const CaseResult result = RunCase(*program, one);
    CHECK(result.played.ok() || !result.passed());
  }
  return 0;
}
