// SPDX-License-Identifier: Apache-2.0
//
// `vedette rules fmt`: formatting twice is formatting once, and what loads loads to the same rules.
#include <string>

#include "base/check.h"
#include "rules/lang/format.h"
#include "tests/fuzz/fuzz_target.h"

namespace vedette {
namespace {

// Conditions by name; empty if there was an error.
std::string Meaning(const std::string& text) {
  const RuleSource source = {"fuzz.yaml", text};
  const LoadResult loaded = LoadRules({&source, 1});
  if (loaded.program == nullptr) return "";
  std::string meaning = "loaded\n";
  for (const Rule& rule : loaded.program->rules) {
    meaning += rule.name + ": " + rule.condition_text + " | " + rule.description + "\n";
  }
  return meaning;
}

}  // namespace
}  // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  const std::string text(AsText(data, size));
  const std::string once = FormatRules({"fuzz.yaml", text}).text;
  CHECK_EQ(FormatRules({"fuzz.yaml", once}).text, once);
  if (once != text) CHECK_EQ(Meaning(once), Meaning(text));
  return 0;
}
