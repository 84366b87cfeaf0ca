// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/trait_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/classify/test_program.h"

namespace vedette {
namespace {

using testing::ElementsAre;

constexpr EventKind kOpen = WIRE_file_open, kExec = WIRE_process_exec;

std::optional<Approximation> Traits(absl::string_view field, absl::string_view op,
                                    std::vector<std::string> literals, EventKind kind,
                                    Decider decider) {
  TestProgram p;
  p.Is(field, op, std::move(literals));
  return ApproximateTraits(p->predicates[0], kind, decider);
}

TEST(TraitFields, ToDescendFromOneOfAListIsATrait) {
  const auto known =
      Traits("proc.lineage.name", "in", {"nginx", "httpd", "nginx", ""}, kOpen, Decider::kObserver);
  ASSERT_TRUE(known && known->exact());
  ASSERT_EQ(known->may.points().size(), 1U);
  EXPECT_THAT(NamesOfTrait(known->may.points()[0].key),
              ElementsAre(HashKey("httpd"), HashKey("nginx")));
  EXPECT_TRUE(known->may.points()[0].in);
}

TEST(TraitFields, WhatNoProgramIsCalledIsNeverDescendedFrom) {
  for (const char* name : {"", "a-name-of-17-byte"}) {
    const auto known = Traits("proc.lineage.name", "=", {name}, kOpen, Decider::kObserver);
    ASSERT_TRUE(known && known->exact()) << name;
    EXPECT_TRUE(known->may.IsNone()) << name;
  }
}

TEST(TraitFields, OtherComparisonsOfSeveralValuesAreWidened) {
  for (const char* op : {"!=", "startswith", "contains"}) {
    const auto known = Traits("proc.lineage.name", op, {"sh"}, kOpen, Decider::kEnforcer);
    ASSERT_TRUE(known);
    EXPECT_TRUE(known->may.IsAll()) << op;
    EXPECT_TRUE(known->sure.IsNone()) << op;
  }
}

TEST(TraitFields, ATextIsPartOfTheNamesOfSomeCapabilities) {
  struct Case {
    const char* text;
    uint64_t mask;
  };
  constexpr Case kCases[] = {
      {"CAP_KILL", 1U << 5},
      {"CAP_NET_", 1U << 10 | 1U << 11 | 1U << 12 | 1U << 13},
      {"ADMIN", 1ULL << 12 | 1ULL << 21 | 1ULL << 33},
  };
  for (const Case& c : kCases) {
    const auto known =
        Traits("thread.cap_effective", "contains", {c.text}, kOpen, Decider::kEnforcer);
    ASSERT_TRUE(known && known->exact()) << c.text;
    ASSERT_EQ(known->may.points().size(), 1U) << c.text;
    EXPECT_EQ(MaskOfTrait(known->may.points()[0].key), c.mask) << c.text;
  }
  const auto none =
      Traits("thread.cap_effective", "contains", {"CAP_NONE"}, kOpen, Decider::kEnforcer);
  EXPECT_TRUE(none && none->may.IsNone());
  const auto several =
      Traits("thread.cap_effective", "contains", {"CAP_CHOWN CAP_KILL"}, kOpen, Decider::kEnforcer);
  EXPECT_TRUE(several && several->may.IsAll());
}

TEST(TraitFields, WhoKnowsCapabilitiesDependsOnTheAct) {
  const auto known = [](EventKind kind, Decider decider) {
    return Traits("thread.cap_effective", "contains", {"CAP_KILL"}, kind, decider).has_value();
  };
  EXPECT_TRUE(known(kExec, Decider::kObserver)) << "a program has begun";
  EXPECT_FALSE(known(kExec, Decider::kEnforcer)) << "it has not";
  EXPECT_FALSE(known(kOpen, Decider::kObserver)) << "rules say what it began with";
  EXPECT_TRUE(known(kOpen, Decider::kEnforcer));
}

// That one is in a container at all is known sooner, and of every cgroup (CLASSIFY_scope).
TEST(TraitFields, WhoObservesKnowsContainersByTheirCgroupsToo) {
  const auto known = [](absl::string_view field, absl::string_view op, const char* literal) {
    const auto traits = Traits(field, op, {literal}, kOpen, Decider::kObserver);
    return traits && traits->exact() && traits->dimension == CLASSIFY_container;
  };
  EXPECT_TRUE(known("container.image", "glob", "web*"));
  EXPECT_TRUE(known("k8s.ns.name", "=", "prod"));
  EXPECT_TRUE(known("proc.cgroup", "startswith", "/system.slice"));
  EXPECT_TRUE(known("container.id", "=", "3f0c6a"));
  EXPECT_TRUE(known("container.type", "startswith", "do"));
  EXPECT_FALSE(known("container.id", "=", "host"));
  EXPECT_FALSE(known("container.id", "!=", "host"));
  EXPECT_FALSE(known("container.origin", "=", "entry")) << "of the process";
}

}  // namespace
}  // namespace vedette
