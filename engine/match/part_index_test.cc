// SPDX-License-Identifier: Apache-2.0
#include "engine/match/part_index.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

using Places = std::set<uint32_t>;

Places Find(const PartIndex& index, absl::string_view text) {
  Places places;
  index.ForEach(text, [&](uint32_t place) { places.insert(place); });
  return places;
}

TEST(PartIndex, FindsPartsOfEverySize) {
  const PartIndex index({{"a"}, {"-e"}, {"nc "}, {"curl"}, {"/etc/shadow"}, {"SH", true}, {"sh"}});
  EXPECT_EQ(Find(index, "nc -e /bin/sh"), (Places{1, 2, 5, 6}));
  EXPECT_EQ(Find(index, "cat /etc/shadow"), (Places{0, 4, 5, 6}));
  EXPECT_EQ(Find(index, "SH"), (Places{5}));
  EXPECT_EQ(Find(index, "cur"), (Places{}));
  EXPECT_EQ(Find(index, ""), (Places{}));
  EXPECT_TRUE(Find(PartIndex(), "curl").empty());
}

TEST(PartIndex, ManyPartsThatDifferInLittle) {
  std::vector<PartIndex::Part> parts;
  for (int i = 0; i < 5000; ++i) parts.push_back({absl::StrCat("/opt/app", i, "/bin")});
  const PartIndex index(parts);
  EXPECT_EQ(Find(index, "sh -c /opt/app4711/bin/x"), (Places{4711}));
  EXPECT_EQ(Find(index, "/opt/app1/bin /opt/app12/bin"), (Places{1, 12}));
  EXPECT_EQ(Find(index, "/opt/app12/lib"), (Places{}));
}

TEST(PartIndex, AgreesWithLookingForEachPart) {
  std::mt19937 random(1);
  const auto text = [&](size_t size_min, size_t size_max) {
    std::string result;
    for (size_t size = size_min + random() % (size_max - size_min + 1); size > 0; --size) {
      result += "abAB\xff"[random() % 5];
    }
    return result;
  };
  size_t found = 0;
  for (int i = 0; i < 500; ++i) {
    std::vector<PartIndex::Part> parts;
    for (int j = 0; j < 20; ++j) parts.push_back({text(1, 6), random() % 3 == 0});
    const PartIndex index(parts);
    for (int j = 0; j < 20; ++j) {
      const std::string value = text(0, 20);
      Places wanted;
      for (uint32_t place = 0; place < parts.size(); ++place) {
        const PartIndex::Part& part = parts[place];
        const bool is_in = part.any_case ? absl::StrContains(absl::AsciiStrToLower(value),
                                                             absl::AsciiStrToLower(part.text))
                                         : absl::StrContains(value, part.text);
        if (is_in) wanted.insert(place);
      }
      EXPECT_EQ(Find(index, value), wanted) << value;
      found += wanted.size();
    }
  }
  EXPECT_GT(found, 1000U);
}

}  // namespace
}  // namespace vedette
