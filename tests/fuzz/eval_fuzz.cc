// SPDX-License-Identifier: Apache-2.0
//
// `vedette rules eval`: a condition on the first line and values of fields on the others, each
// "field\tvalue". An event that nobody's kernel makes must be answered, too.
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "engine/match/tree_eval.h"
#include "rules/lang/given_event.h"
#include "rules/lang/load.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  if (size == 0) return 0;
  const std::vector<std::string> lines = absl::StrSplit(AsText(data, size), '\n');
  GivenEvent event;
  for (size_t i = 1; i < lines.size(); ++i) {
    std::vector<std::string> parts = absl::StrSplit(lines[i], '\t');
    std::vector<GivenValue> values;
    for (size_t part = 1; part < parts.size(); ++part) {
      // Every notation: the length chooses.
      const auto type = static_cast<GivenValue::Type>(parts[part].size() % 4);
      values.push_back({type, parts[part]});
    }
    event.Set(parts[0], values).IgnoreError();
  }
  event.Kinds();
  for (const bool fold : {false, true}) {
    const NamedCondition condition = {"fuzz", lines[0]};
    const LoadResult loaded = LoadRules({}, {&condition, 1}, {.fold_constants = fold});
    if (loaded.program == nullptr) return 0;
    const auto get = [&](const FieldRef& field, Values& values) { event.Get(field, values); };
    EvaluateTree(*loaded.program, loaded.program->rules[0].condition, get);
  }
  return 0;
}
