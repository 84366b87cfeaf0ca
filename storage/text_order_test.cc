// SPDX-License-Identifier: Apache-2.0
#include "storage/text_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace vedette {
namespace {

std::vector<std::string> Sorted(const std::vector<std::string>& all) {
  TextSet texts;
  std::vector<uint32_t> numbers;
  for (const std::string& text : all) {
    numbers.push_back(static_cast<uint32_t>(texts.size()));
    texts.Append(text);
  }
  SortByText(texts, numbers);
  std::vector<std::string> sorted;
  for (const uint32_t number : numbers) sorted.emplace_back(texts[number]);
  return sorted;
}

// Few letters, one of them NUL and one above 127, behind long beginnings that many share.
TEST(SortByTextTest, SaysWhatSortSays) {
  std::mt19937 random(1);
  const std::string kLetters("\0a\xff/", 4);
  const std::vector<std::string> kBeginnings = {"", "/usr/lib/x86_64-linux-gnu/", "/usr/lib/",
                                                std::string(40, '\0'), std::string(5000, 'x')};
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts;
    for (size_t i = random() % 200; i > 0; --i) {
      std::string text = kBeginnings[random() % kBeginnings.size()];
      for (size_t letters = random() % 20; letters > 0; --letters) {
        text.push_back(kLetters[random() % kLetters.size()]);
      }
      texts.push_back(text);
    }
    std::vector<std::string> expected = texts;
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(Sorted(texts), expected) << round;
  }
}

// Each is the beginning of the next one: as deep as texts can be nested.
TEST(SortByTextTest, TakesBeginningsOfEachOther) {
  std::vector<std::string> texts;
  for (size_t size = 3000; size > 0; --size) texts.emplace_back(size, 'a');
  const std::vector<std::string> expected(texts.rbegin(), texts.rend());
  EXPECT_EQ(Sorted(texts), expected);
}

TEST(SharedBeginningTest, CountsEqualBytes) {
  const std::string text = "/usr/lib/x86_64-linux-gnu/libc.so.6";
  for (size_t shared = 0; shared < text.size(); ++shared) {
    std::string other = text;
    other[shared] = '!';
    EXPECT_EQ(SharedBeginning(text, other), shared);
    EXPECT_EQ(SharedBeginning(text, text.substr(0, shared)), shared);
  }
  EXPECT_EQ(SharedBeginning(text, text), text.size());
}

}  // namespace
}  // namespace vedette
