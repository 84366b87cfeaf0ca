// SPDX-License-Identifier: Apache-2.0
//
// For the tests of this directory: rules in, conditions and messages out.
#ifndef VEDETTE_RULES_LANG_TESTING_H_
#define VEDETTE_RULES_LANG_TESTING_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/lang/load.h"

namespace vedette {

inline LoadResult LoadFiles(const std::vector<std::string>& files) {
  std::vector<RuleSource> sources;
  for (const std::string& text : files) {
    sources.push_back({absl::StrCat("file", sources.size() + 1), text});
  }
  return LoadRules(sources);
}

// A rule with everything that it needs.
inline std::string RuleYaml(absl::string_view name, absl::string_view condition,
                            absl::string_view more = "") {
  return absl::StrCat("- rule: ", name, "\n  condition: ", condition,
                      "\n  output: o\n  desc: d\n  priority: notice\n", more);
}

// "name: canonical condition", a line for each rule; the diagnostics if there was an error.
inline std::string ConditionTexts(const LoadResult& result) {
  if (result.program == nullptr) return result.diagnostics.ToText();
  std::string text;
  for (const Rule& rule : result.program->rules) {
    absl::StrAppend(&text, rule.name, ": ", rule.condition_text, "\n");
  }
  return text;
}
inline std::string ConditionsOf(const std::vector<std::string>& files) {
  return ConditionTexts(LoadFiles(files));
}

// "line:column message | hint", a line for each diagnostic.
inline std::string Messages(const LoadResult& result) {
  std::string text;
  for (const Diagnostic& d : result.diagnostics) {
    absl::StrAppend(&text, d.line, ":", d.column, " ", SeverityName(d.severity), ": ", d.message);
    absl::StrAppend(&text, d.hint.empty() ? "" : " | ", d.hint, "\n");
  }
  return text;
}
inline std::string MessagesOf(const std::vector<std::string>& files) {
  return Messages(LoadFiles(files));
}

// The same for a condition alone.
inline LoadResult LoadCondition(const std::string& condition) {
  const NamedCondition named{"test", condition};
  return LoadRules({}, {&named, 1});
}

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_TESTING_H_
