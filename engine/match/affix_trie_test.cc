// SPDX-License-Identifier: Apache-2.0
#include "engine/match/affix_trie.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"

namespace vedette {
namespace {

using Texts = std::vector<std::string>;

Texts Find(AffixTrie::Side side, const Texts& texts, absl::string_view text) {
  Texts found;
  AffixTrie(side, texts).ForEach(text, [&](uint32_t place) { found.push_back(texts[place]); });
  return found;
}

TEST(AffixTrie, FindsWhatATextBeginsAndEndsWith) {
  const Texts texts = {"/etc/", "/etc/ssh", "/", "/usr", "/etc/sshd", ".sh", "sh"};
  using Side = AffixTrie::Side;
  EXPECT_EQ(Find(Side::kBegin, texts, "/etc/ssh/x"), (Texts{"/", "/etc/", "/etc/ssh"}));
  EXPECT_EQ(Find(Side::kBegin, texts, "/etc"), (Texts{"/"}));
  EXPECT_EQ(Find(Side::kBegin, texts, ""), (Texts{}));
  EXPECT_EQ(Find(Side::kEnd, texts, "x.sh"), (Texts{"sh", ".sh"}));
  EXPECT_EQ(Find(Side::kEnd, texts, "h"), (Texts{}));
  EXPECT_EQ(Find(Side::kBegin, {}, "a"), (Texts{}));
  EXPECT_EQ(Find(Side::kBegin, {"", "a"}, "b"), (Texts{""}));
}

TEST(AffixTrie, AgreesWithLookingAtEachText) {
  std::mt19937 random(1);
  const auto text = [&](size_t size_max) {
    std::string result;
    for (size_t size = random() % (size_max + 1); size > 0; --size) {
      result += "ab\xff"[random() % 3];
    }
    return result;
  };
  for (int i = 0; i < 300; ++i) {
    std::set<std::string> distinct;
    for (int j = 0; j < 20; ++j) distinct.insert(text(5));
    const Texts texts(distinct.begin(), distinct.end());
    const AffixTrie begins(AffixTrie::Side::kBegin, texts), ends(AffixTrie::Side::kEnd, texts);
    for (int j = 0; j < 20; ++j) {
      const std::string value = text(8);
      std::set<std::string> begin, end, begin_wanted, end_wanted;
      begins.ForEach(value, [&](uint32_t place) { begin.insert(texts[place]); });
      ends.ForEach(value, [&](uint32_t place) { end.insert(texts[place]); });
      for (const std::string& wanted : texts) {
        if (absl::StartsWith(value, wanted)) begin_wanted.insert(wanted);
        if (absl::EndsWith(value, wanted)) end_wanted.insert(wanted);
      }
      EXPECT_EQ(begin, begin_wanted);
      EXPECT_EQ(end, end_wanted);
    }
  }
}

}  // namespace
}  // namespace vedette
