// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/regex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vedette {
namespace {

TEST(Regex, MatchesTheWholeText) {
  const auto regex = CompileRegex("[a-z]+\\d");
  ASSERT_TRUE(regex.ok());
  EXPECT_TRUE(MatchRegex(**regex, "ab1"));
  EXPECT_FALSE(MatchRegex(**regex, "ab1 "));
  EXPECT_FALSE(MatchRegex(**regex, " ab1"));
}

TEST(Regex, SaysWhatIsWrong) {
  EXPECT_EQ(CompileRegex("a(b").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CompileRegex("(?=a)").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Regex, IsBoundedInSize) {
  EXPECT_EQ(CompileRegex("((a{100}){100}){10}").status().code(),
            absl::StatusCode::kInvalidArgument);  // RE2 refuses the repetition itself.
  EXPECT_EQ(CompileRegex("(\\pL{100}){9}").status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LE(RegexSize(**CompileRegex("abc")), 20u);
}

TEST(Regex, RequiresTheTextsWithoutWhichNothingMatches) {
  struct Case {
    const char* pattern;
    std::vector<std::string> texts;
  };
  const Case kCases[] = {
      {"/tmp/.*\\.sh", {"/tmp/"}},
      {".*(curl|wget).*", {"curl", "wget"}},
      {"(?i).*NetCat.*", {"netcat"}},
      {".*(curl|wget) .*(secret|password).*", {"password", "secret"}},
      {".*", {}},
      {"[a-z]+", {}},
      {"(nc)?.*", {}},
      {"a(b", {}},
  };
  for (const Case& c : kCases) {
    std::vector<std::string> texts = RequiredTexts(c.pattern);
    std::sort(texts.begin(), texts.end());
    EXPECT_EQ(texts, c.texts) << c.pattern;
  }
}

}  // namespace
}  // namespace vedette
