// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/text_constraints.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

struct Case {
  std::vector<std::string> wanted;  // `! ...`: not.
  bool can;
};

bool TextCan(const std::vector<std::string>& wanted) {
  std::vector<NamedCondition> conditions;
  for (const std::string& one : wanted) {
    conditions.push_back({"c", "fd.name " + one.substr(one[0] == '!' ? 2 : 0)});
  }
  const LoadResult result = LoadRules({}, conditions, {.fold_constants = false});
  EXPECT_NE(result.program, nullptr) << Messages(result);
  if (result.program == nullptr) return false;
  std::vector<Wanted> all;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const Node& node = result.program->nodes[result.program->rules[i].condition];
    all.push_back({&result.program->predicates[node.predicate], wanted[i][0] != '!'});
  }
  return TextCanBe(all);
}

TEST(TextCanBe, Cases) {
  const Case kCases[] = {
      {{"startswith ab", "startswith a"}, true},
      {{"startswith ab", "startswith b"}, false},
      {{"endswith ab", "endswith b"}, true},
      {{"endswith ab", "endswith a"}, false},
      {{"startswith ab", "endswith ba"}, true},
      {{"startswith ab", "! startswith a"}, false},
      {{"startswith a", "! startswith ab"}, true},
      {{"contains abc", "! contains b"}, false},
      {{"startswith abc", "! contains b"}, false},
      {{"endswith abc", "! icontains B"}, false},
      {{"contains B", "! icontains b"}, false},
      {{"icontains b", "! contains b"}, true},
      {{"contains b", "! startswith b"}, true},
      {{"glob a*", "startswith b"}, false},
      {{"glob *a", "startswith b"}, true},
      {{"< 1", "> 2"}, false},
      {{"< 2", "> 1"}, true},
      {{"<= 1", ">= 1"}, true},
      {{"< 1", ">= 1"}, false},
      {{"< 1", "! < 1"}, false},
      {{"! < 2", "! > 1"}, false},
      {{"! < 1", "! > 1"}, true},
      {{"startswith 2", "< 2"}, false},
      {{"startswith 2", "<= 2"}, true},
      {{"startswith 2", "> 3"}, false},
      {{"startswith 2", "> 25"}, true},
      {{"contains a", "! startswith ''"}, false},
  };
  for (const Case& c : kCases) EXPECT_EQ(TextCan(c.wanted), c.can) << c.wanted[0];
}

}  // namespace
}  // namespace vedette
