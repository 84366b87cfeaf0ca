// SPDX-License-Identifier: Apache-2.0
#include "engine/match/explain.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "engine/match/test_program.h"

namespace vedette {
namespace {

class ExplainTest : public testing::Test {
 protected:
  std::string Why(uint32_t node) {
    const auto program = test_.Share();
    Program named = *program;
    for (Predicate& predicate : named.predicates) {
      predicate.text = absl::StrCat(predicate.field.field().name, " ", predicate.op->name, " ",
                                    predicate.literals.empty() ? "" : predicate.literals[0].text);
    }
    const Event event = host_.MakeEvent(RecordBuilder(WIRE_file_open)
                                            .Set("exec_id", 2)
                                            .Set("pid", 20)
                                            .Set("comm", "cat")
                                            .Set("path", "/etc/shadow"));
    std::string text;
    for (const AlertMatch& match : Explain(event, named, node)) {
      absl::StrAppend(&text, match.holds ? "" : "not ", match.predicate, " (", match.value, "); ");
    }
    return text;
  }

  TestHost host_;
  TestProgram test_;
};

TEST_F(ExplainTest, NamesWhatDecided) {
  const uint32_t shadow = test_.Compare("fd.name", "=", {"/etc/shadow"});
  const uint32_t hosts = test_.Compare("fd.name", "=", {"/etc/hosts"});
  const uint32_t cat = test_.Compare("proc.name", "=", {"cat"});
  const uint32_t vi = test_.Compare("proc.name", "=", {"vi"});
  const uint32_t either = test_.Combine(Node::Kind::kOr, {hosts, shadow});
  const uint32_t not_vi = test_.Combine(Node::Kind::kNot, {vi});
  const uint32_t neither =
      test_.Combine(Node::Kind::kNot, {test_.Combine(Node::Kind::kOr, {vi, hosts})});
  const uint32_t not_both =
      test_.Combine(Node::Kind::kNot, {test_.Combine(Node::Kind::kAnd, {cat, hosts})});
  EXPECT_EQ(Why(shadow), "fd.name = /etc/shadow (/etc/shadow); ");
  EXPECT_EQ(Why(hosts), "");
  EXPECT_EQ(Why(either), "fd.name = /etc/shadow (/etc/shadow); ");
  EXPECT_EQ(Why(not_vi), "not proc.name = vi (cat); ");
  EXPECT_EQ(Why(neither), "not proc.name = vi (cat); not fd.name = /etc/hosts (/etc/shadow); ");
  EXPECT_EQ(Why(not_both), "not fd.name = /etc/hosts (/etc/shadow); ");
  EXPECT_EQ(
      Why(test_.Combine(Node::Kind::kAnd, {either, cat, not_vi, cat})),
      "fd.name = /etc/shadow (/etc/shadow); proc.name = cat (cat); not proc.name = vi (cat); ");
  EXPECT_EQ(Why(test_.Combine(Node::Kind::kAnd, {cat, vi})), "");
  EXPECT_EQ(Why(test_.Constant(true)), "");
  EXPECT_EQ(Why(9999), "");
}

TEST_F(ExplainTest, IsBounded) {
  std::vector<uint32_t> many;
  for (int i = 0; i < 100; ++i) many.push_back(test_.Compare("fd.name", "!=", {absl::StrCat(i)}));
  const uint32_t all = test_.Combine(Node::Kind::kAnd, many);
  const std::string text = Why(all);
  EXPECT_EQ(std::count(text.begin(), text.end(), ';'), static_cast<int>(kExplainedMax));
  const std::string longest(5000, 'x');
  EXPECT_LT(Why(test_.Compare("fd.name", "!=", {longest})).size(), 2 * kExplainedTextMax);
}

}  // namespace
}  // namespace vedette
