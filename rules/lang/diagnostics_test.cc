// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/diagnostics.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vedette {
namespace {

Diagnostic At(std::string file, uint32_t line, uint32_t column, std::string message) {
  Diagnostic d;
  d.file = std::move(file);
  d.line = line;
  d.column = column;
  d.message = std::move(message);
  return d;
}

TEST(Diagnostics, ShowThePlaceTheLineAndTheHint) {
  Diagnostic d = At("base.yaml", 14, 14, "unknown field \"proc.nam\"");
  d.length = 8;
  d.source = "  condition: proc.nam = nc";
  d.hint = "did you mean \"proc.name\"?";
  EXPECT_EQ(ToText(d),
            "base.yaml:14:14: error: unknown field \"proc.nam\"\n"
            "   14 |   condition: proc.nam = nc\n"
            "      |              ^~~~~~~~\n"
            "  hint: did you mean \"proc.name\"?\n");
}

TEST(Diagnostics, AFileAsAWholeHasNoLine) {
  EXPECT_EQ(ToText(At("base.yaml", 0, 0, "is larger than 16 MiB")),
            "base.yaml: error: is larger than 16 MiB\n");
}

TEST(Diagnostics, HostileBytesAreShownAndTheCaretStaysInPlace) {
  Diagnostic d = At("a\x1b[2J.yaml", 1, 7, "unknown \x1b[31m");
  d.severity = Severity::kWarning;
  d.source = "a\x1b: \xc3\xa4\tb";
  d.column = 8;
  EXPECT_EQ(ToText(d),
            "a\\x1b[2J.yaml:1:8: warning: unknown \\x1b[31m\n"
            "    1 | a\\x1b: \xc3\xa4 b\n"
            "      |          ^\n");
}

TEST(Diagnostics, TheUnderlineEndsWithTheLine) {
  Diagnostic d = At("f", 1, 3, "m");
  d.source = "abcd";
  d.length = 100;
  EXPECT_NE(ToText(d).find("|   ^~\n"), std::string::npos) << ToText(d);
  d.column = 100;
  EXPECT_NE(ToText(d).find("|     ^\n"), std::string::npos) << ToText(d);
}

TEST(Diagnostics, AreSortedByPlaceAndDoublesGo) {
  Diagnostics all;
  all.Add(At("b", 1, 1, "b1"));
  all.Add(At("a", 2, 1, "a2"));
  all.Add(At("a", 1, 9, "a1"));
  all.Add(At("a", 1, 9, "a1"));
  all.Sort({"a", "b"});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].message, "a1");
  EXPECT_EQ(all[1].message, "a2");
  EXPECT_EQ(all[2].message, "b1");
  EXPECT_EQ(all.errors(), 3u);
}

TEST(Diagnostics, AreBoundedAndSayHowManyAreNotShown) {
  Diagnostics all;
  for (uint32_t i = 0; i < Diagnostics::kCapacity + 7; ++i) all.Add(At("f", i, 1, "m"));
  EXPECT_EQ(all.size(), Diagnostics::kCapacity);
  EXPECT_EQ(all.errors(), Diagnostics::kCapacity + 7);
  EXPECT_NE(all.ToText().find("7 more errors"), std::string::npos);
}

TEST(Diagnostics, OnlyErrorsAreErrors) {
  Diagnostics all;
  Diagnostic warning = At("f", 1, 1, "m");
  warning.severity = Severity::kWarning;
  all.Add(warning);
  EXPECT_FALSE(all.has_errors());
  Diagnostics more;
  more.Add(At("f", 1, 1, "m"));
  all.Append(more);
  EXPECT_TRUE(all.has_errors());
}

TEST(Diagnostics, JsonIsValidWhateverTheBytes) {
  Diagnostics all;
  Diagnostic d = At("f", 3, 4, "bad \xff byte");
  d.hint = "h";
  d.source = "line";
  all.Add(d);
  const auto json = nlohmann::json::parse(all.ToJson());
  ASSERT_EQ(json.size(), 1u);
  EXPECT_EQ(json[0]["severity"], "error");
  EXPECT_EQ(json[0]["line"], 3);
  EXPECT_EQ(json[0]["column"], 4);
  EXPECT_EQ(json[0]["length"], 1);
  EXPECT_EQ(json[0]["hint"], "h");
  EXPECT_EQ(json[0]["source"], "line");
}

}  // namespace
}  // namespace vedette
