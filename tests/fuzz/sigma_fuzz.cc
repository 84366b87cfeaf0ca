// SPDX-License-Identifier: Apache-2.0
//
// The import of Sigma rules: whatever comes in, what goes out is a rule file that loads.
#include <string>

#include "base/check.h"
#include "rules/sigma/sigma.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  const RuleSource source = {"fuzz.yml", std::string(AsText(data, size))};
  for (const bool cased : {false, true}) {
    const SigmaImport imported = ImportSigma({&source, 1}, {.cased = cased});
    CHECK_EQ(imported.yaml.empty(), imported.translated == 0);
    CHECK(imported.skipped == 0 || imported.diagnostics.has_errors());
    imported.diagnostics.ToJson();
    const RuleSource yaml = {"imported.yaml", imported.yaml};
    const LoadResult loaded = LoadRules({&yaml, 1});
    CHECK(loaded.program != nullptr) << loaded.diagnostics.ToText();
    CHECK_EQ(loaded.program->rules.size(), imported.translated);
  }
  return 0;
}
