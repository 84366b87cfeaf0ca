// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <random>
#include <string>

#include "gtest/gtest.h"

namespace vedette {
namespace {

struct EscapeCase {
  absl::string_view name, text, shown;
};

constexpr EscapeCase kEscapeCases[] = {
    {"plain text stays", "/usr/bin/cat \\ \"x\"", "/usr/bin/cat \\ \"x\""},
    {"newline, tab and escape", "a\n\t\x1b[31m", "a\\x0a\\x09\\x1b[31m"},
    {"nul and delete", absl::string_view("\0\x7f", 2), "\\x00\\x7f"},
    {"valid UTF-8 stays", "Zürich 東京 🦊", "Zürich 東京 🦊"},
    {"C1 control sequence introducer", "\u009b31m", "\\u{9b}31m"},
    {"bidirectional override", "txt\u202eexe", "txt\\u{202e}exe"},
    {"bidirectional isolate", "\u2066x\u2069", "\\u{2066}x\\u{2069}"},
    {"zero-width and byte order mark", "a\u200bb\ufeff", "a\\u{200b}b\\u{feff}"},
    {"line separator", "a\u2028b", "a\\u{2028}b"},
    {"tag characters", "\U000e0041", "\\u{e0041}"},
    {"a byte that starts nothing", "\xff\x80", "\\xff\\x80"},
    {"overlong slash", "\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf"},
    {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"beyond the last code point", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
    {"cut sequence at the end", "a\xe6\x9d", "a\\xe6\\x9d"},
    {"cut sequence before text", "\xe6\x9d!", "\\xe6\\x9d!"},
};

TEST(EscapeControlInLines, KeepsLinesAndTabs) {
  EXPECT_EQ(EscapeControlInLines("a\x1b[2J\n\tb\n"), "a\\x1b[2J\n\tb\n");
  EXPECT_EQ(EscapeControlInLines(""), "");
}

TEST(EscapeControl, Cases) {
  for (const EscapeCase& test : kEscapeCases) {
    EXPECT_EQ(EscapeControl(test.text), test.shown) << test.name;
  }
}

TEST(EscapeControl, RandomBytesBecomeHarmlessBoundedAndStayTheSame) {
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 12, '\0');
    for (char& byte : text) byte = static_cast<char>(random());
    const std::string shown = EscapeControl(text);
    EXPECT_LE(shown.size(), 4 * text.size());
    EXPECT_EQ(EscapeControl(shown), shown);
    for (const char byte : shown) EXPECT_GE(static_cast<unsigned char>(byte), 0x20);
  }
}

TEST(ValidUtf8, KeepsWhatIsAndReplacesEachByteThatIsNot) {
  EXPECT_EQ(ValidUtf8("a\x1b\n\xc3\xa4"), "a\x1b\n\xc3\xa4");
  EXPECT_EQ(ValidUtf8("a\xff\xe2\x82"), "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(TruncateUtf8, DoesNotCutASequence) {
  const absl::string_view text = "aé東🦊";  // Lengths 1, 2, 3, 4.
  const size_t kept[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (size_t max = 0; max < std::size(kept); ++max) {
    EXPECT_EQ(TruncateUtf8(text, max), text.substr(0, kept[max])) << max;
  }
}

TEST(TruncateUtf8, BrokenBytesAreCutAnywhere) {
  EXPECT_EQ(TruncateUtf8("\x80\x80\x80\x80\x80", 4).size(), 4U);
  EXPECT_EQ(TruncateUtf8("\xf0\x9f\xff\xff", 2).size(), 2U);
  EXPECT_EQ(TruncateUtf8("", 4), "");
}

TEST(EditDistance, CountsInsertDeleteReplaceAndSwap) {
  EXPECT_EQ(EditDistance("proc.name", "proc.name", 3), 0U);
  EXPECT_EQ(EditDistance("proc.nam", "proc.name", 3), 1U);
  EXPECT_EQ(EditDistance("proc.name", "proc.nme", 3), 1U);
  EXPECT_EQ(EditDistance("proc.mame", "proc.name", 3), 1U);
  EXPECT_EQ(EditDistance("porc", "proc", 3), 1U);
  EXPECT_EQ(EditDistance("", "abc", 3), 3U);
  EXPECT_EQ(EditDistance("kitten", "sitting", 5), 3U);
}

TEST(EditDistance, StopsAtTheLimit) {
  EXPECT_EQ(EditDistance("abcdef", "uvwxyz", 2), 3U);
  EXPECT_EQ(EditDistance("a", "abcdefgh", 2), 3U);
}

TEST(ClosestMatch, FindsWhatWasMeant) {
  const absl::string_view fields[] = {"proc.name", "proc.pname", "fd.name", "evt.type"};
  EXPECT_EQ(ClosestMatch("proc.nam", fields), "proc.name");
  EXPECT_EQ(ClosestMatch("proc.pnam", fields), "proc.pname");
  EXPECT_EQ(ClosestMatch("PROC.NAME", fields), "proc.name");
  EXPECT_EQ(ClosestMatch("evt.tyep", fields), "evt.type");
}

TEST(ClosestMatch, SaysNothingWhenNothingIsNear) {
  const absl::string_view fields[] = {"proc.name", "fd.name"};
  EXPECT_EQ(ClosestMatch("container", fields), std::nullopt);
  EXPECT_EQ(ClosestMatch("", fields), std::nullopt);
  EXPECT_EQ(ClosestMatch("x", {}), std::nullopt);
  EXPECT_EQ(ClosestMatch(std::string(1000, 'x'), fields), std::nullopt);
}

TEST(ClosestMatch, TakesTheFirstOfEquals) {
  const absl::string_view words[] = {"ab", "ac"};
  EXPECT_EQ(ClosestMatch("a", words), "ab");
}

}  // namespace
}  // namespace vedette
