// SPDX-License-Identifier: Apache-2.0
#include "engine/match/value_index.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <string>
#include <vector>

#include "rules/lang/literals.h"

namespace vedette {
namespace {

using Rules = std::set<uint32_t>;

class ValueIndexTest : public testing::Test {
 protected:
  void Add(Access::Kind kind, absl::string_view text, uint32_t rule) {
    Access& access = accesses_.emplace_back();
    access.kind = kind;
    access.text = std::string(text);
    if (kind == Access::Kind::kValue) {
      EXPECT_FALSE(ReadLiteral(text, type_, literals_.emplace_back()));
      access.literal = &literals_.back();
    }
    entries_.push_back({&access, rule});
  }
  Rules Find(const Value& value) const {
    Rules rules;
    ValueIndex(type_, entries_).ForEach(value, [&](absl::Span<const uint32_t> found) {
      rules.insert(found.begin(), found.end());
    });
    return rules;
  }
  Rules FindAddress(const char* text) const {
    IpAddress address;
    EXPECT_TRUE(ReadAddress(text, address));
    return Find(Value::Address(address));
  }

  FieldType type_ = FieldType::kText;

 private:
  std::deque<Literal> literals_;
  std::deque<Access> accesses_;
  std::vector<ValueIndex::Entry> entries_;
};

TEST_F(ValueIndexTest, Texts) {
  Add(Access::Kind::kValue, "/etc/shadow", 1);
  Add(Access::Kind::kValue, "/etc/shadow", 2);
  Add(Access::Kind::kValue, "", 3);
  Add(Access::Kind::kBegin, "/etc/", 4);
  Add(Access::Kind::kBegin, "/etc/sh", 5);
  Add(Access::Kind::kEnd, "ow", 6);
  Add(Access::Kind::kPart, "shad", 7);
  Add(Access::Kind::kPartAnyCase, "SHAD", 8);
  Add(Access::Kind::kPartAnyCase, "shad", 9);
  Add(Access::Kind::kNotAscii, "", 10);
  EXPECT_EQ(Find(Value::Text("/etc/shadow")), (Rules{1, 2, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(Find(Value::Text("")), (Rules{3}));
  EXPECT_EQ(Find(Value::Text("/ETC/SHADOW")), (Rules{8, 9}));
  EXPECT_EQ(Find(Value::Text("\xff")), (Rules{10}));
  EXPECT_EQ(Find(Value::None()), (Rules{}));
}

TEST_F(ValueIndexTest, Numbers) {
  type_ = FieldType::kSigned;
  Add(Access::Kind::kValue, "-1", 1);
  Add(Access::Kind::kValue, "5", 2);
  EXPECT_EQ(Find(Value::Signed(-1)), (Rules{1}));
  EXPECT_EQ(Find(Value::Signed(5)), (Rules{2}));
  EXPECT_EQ(Find(Value::Signed(6)), (Rules{}));
}

TEST_F(ValueIndexTest, Addresses) {
  type_ = FieldType::kAddress;
  Add(Access::Kind::kValue, "10.0.0.1", 1);
  Add(Access::Kind::kValue, "::1", 2);
  EXPECT_EQ(FindAddress("10.0.0.1"), (Rules{1}));
  EXPECT_EQ(FindAddress("::1"), (Rules{2}));
  EXPECT_EQ(FindAddress("::a00:1"), (Rules{}));
}

TEST_F(ValueIndexTest, Networks) {
  type_ = FieldType::kNetwork;
  Add(Access::Kind::kValue, "10.0.0.0/8", 1);
  Add(Access::Kind::kValue, "10.77.255.255/12", 2);  // Bits behind the twelfth do not count.
  Add(Access::Kind::kValue, "0.0.0.0/0", 3);
  Add(Access::Kind::kValue, "fd00::/7", 4);
  EXPECT_EQ(FindAddress("10.1.2.3"), (Rules{1, 3}));
  EXPECT_EQ(FindAddress("10.64.2.3"), (Rules{1, 2, 3}));
  EXPECT_EQ(FindAddress("11.1.2.3"), (Rules{3}));
  EXPECT_EQ(FindAddress("fc00::1"), (Rules{4}));
  EXPECT_EQ(FindAddress("fe00::1"), (Rules{}));
}

}  // namespace
}  // namespace vedette
