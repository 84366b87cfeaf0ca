// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/tables.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/classify/field_map.h"
#include "rules/classify/test_program.h"

namespace vedette {
namespace {

// Term 0 of the nodes of a kind, by their text.
std::map<std::string, bool> NodesOf(const ClassifierTables& tables, EventKind kind) {
  std::map<std::string, bool> nodes;
  for (const auto& [key, vector] : tables.paths) {
    if (key.kind != kind) continue;
    EXPECT_EQ(key.generation, tables.generation);
    const std::string text(reinterpret_cast<const char*>(key.path), (key.prefix_bits - 64) / 8);
    EXPECT_TRUE(nodes.emplace(text, (vector.words[0] & 1) != 0).second);
    EXPECT_TRUE(std::all_of(key.path + text.size(), std::end(key.path),
                            [](uint8_t byte) { return byte == 0; }));
  }
  return nodes;
}

TEST(TablesTest, ANodeHoldsTheClosureOverThoseAboveIt) {
  TestProgram p;
  p.AddRule(p.And({p.Is("fd.name", "startswith", {"/etc/"}),
                   p.Not(p.Is("fd.name", "startswith", {"/etc/ssl/"})),
                   p.Not(p.Is("fd.name", "=", {"/etc/motd"}))}));
  const ClassifierTables tables = BuildTables(*p, 3);
  const std::map<std::string, bool> expected = {
      {"", false}, {"/etc/", true}, {"/etc/ssl/", false}, {PathKey("/etc/motd"), false}};
  EXPECT_EQ(NodesOf(tables, WIRE_file_open), expected);
}

TEST(TablesTest, ANodeThatSaysWhatTheOneAboveSaysIsLeftOut) {
  TestProgram p;
  p.AddRule(p.Is("fd.name", "startswith", {"/etc/"}));
  p.AddRule(p.Is("fd.name", "in", {"/etc/passwd", "/var/x"}));
  const ClassifierTables tables = BuildTables(*p, 3);
  EXPECT_EQ(NodesOf(tables, WIRE_file_open).size(), 4u);
  TestProgram q;
  q.AddRule(q.Or({q.Is("fd.name", "startswith", {"/etc/"}),
                  q.Is("fd.name", "in", {"/etc/passwd", "/var/x"})}));
  EXPECT_EQ(NodesOf(BuildTables(*q, 3), WIRE_file_open).size(), 3u);
}

TEST(TablesTest, TheEmptyPrefixIsThereForEveryKind) {
  TestProgram p;
  p.AddRule(p.Is("fd.rport", "=", {"22"}));
  const ClassifierTables tables = BuildTables(*p, 3);
  for (const KindTables& kind : tables.kinds) EXPECT_EQ(NodesOf(tables, kind.kind).count(""), 1u);
}

TEST(TablesTest, KeysAreAsTheKernelMakesThem) {
  TestProgram p;
  p.AddRule(p.Is("fd.rport", "=", {"258"}), KindBit(WIRE_network_connect));
  const ClassifierTables tables = BuildTables(*p, 9);
  ASSERT_EQ(tables.values.size(), 1u);
  const auto& [key, vector] = tables.values[0];
  EXPECT_EQ(key.generation, 9u);
  EXPECT_EQ(key.kind, WIRE_network_connect);
  EXPECT_EQ(key.dimension, CLASSIFY_port);
  const uint8_t value[WIRE_COMM_SIZE] = {2, 1};
  EXPECT_EQ(std::memcmp(key.value, value, sizeof(value)), 0);
  EXPECT_EQ(vector.words[0], 1u);
  EXPECT_EQ(tables.Find(WIRE_network_connect)->vectors.defaults[CLASSIFY_port].words[0], 0u);
  EXPECT_EQ(tables.Find(WIRE_network_connect)->vectors.defaults[CLASSIFY_comm].words[0], 1u);
}

TEST(TablesTest, ANegationIsADefaultWithExceptions) {
  TestProgram p;
  p.AddRule(p.Is("proc.name", "!=", {"sshd"}), KindBit(WIRE_process_exec));
  const ClassifierTables tables = BuildTables(*p, 1);
  EXPECT_EQ(tables.Find(WIRE_process_exec)->vectors.defaults[CLASSIFY_comm].words[0], 1u);
  ASSERT_EQ(tables.values.size(), 2u);  // The name itself, and no name.
  for (const auto& [key, vector] : tables.values) EXPECT_EQ(vector.words[0], 0u);
}

TEST(TablesTest, WantedAndAlertingKinds) {
  TestProgram p;
  p.AddRule(p.Is("fd.rport", "=", {"22"}),
            KindBit(WIRE_network_connect) | KindBit(WIRE_process_exec));
  p.AddRule(p.Is("evt.is_open_write", "=", {"true"}), RuleKinds(), true);
  const ClassifierTables tables = BuildTables(*p, 1);
  EXPECT_EQ(tables.wanted, KindBit(WIRE_network_connect) | KindBit(WIRE_file_open));
  EXPECT_EQ(tables.alerting, KindBit(WIRE_network_connect));
  EXPECT_EQ(tables.Find(WIRE_network_connect)->vectors.alerting.words[0], 1u);
  EXPECT_EQ(tables.Find(WIRE_file_open)->vectors.alerting.words[0], 0u);
  ASSERT_NE(tables.Find(WIRE_process_exec), nullptr);
  EXPECT_TRUE(tables.Find(WIRE_process_exec)->terms.empty());
  EXPECT_EQ(tables.Find(WIRE_lost), nullptr);
}

TEST(TablesTest, BitsOfNoTermAreInNoMode) {
  TestProgram p;
  p.AddRule(p.Is("evt.is_open_read", "=", {"true"}));
  p.AddRule(p.Is("user.uid", "=", {"0"}));
  const ClassifierTables tables = BuildTables(*p, 1);
  const classify_kind& open = tables.Find(WIRE_file_open)->vectors;
  EXPECT_EQ(open.modes[0].words[0], 2u);
  EXPECT_EQ(open.modes[CLASSIFY_READ | CLASSIFY_FAILED].words[0], 3u);
  EXPECT_EQ(open.modes[CLASSIFY_READ].words[3], 0u);
}

TEST(TablesTest, SurvivorsGiveTheirRulesOnce) {
  TestProgram p;
  p.AddRule(p.Is("proc.name", "=", {"a"}));
  p.AddRule(p.Or({p.Is("proc.name", "=", {"a"}),
                  p.And({p.Is("proc.name", "=", {"b"}), p.Is("user.uid", "=", {"0"})})}));
  const ClassifierTables tables = BuildTables(*p, 1);
  const KindTables& exec = *tables.Find(WIRE_process_exec);
  Survivors all;
  std::fill(std::begin(all.words), std::end(all.words), ~uint64_t{0});
  EXPECT_TRUE(IsNotJudged(all));
  std::vector<uint32_t> rules = {99};
  AppendRules(exec, all, rules);
  EXPECT_EQ(rules, (std::vector<uint32_t>{99, 0, 1}));
  rules.clear();
  AppendRules(exec, {}, rules);
  EXPECT_TRUE(rules.empty());
}

TEST(TablesTest, WhatAlertingRulesAskOfContainersExcludesNobodyOfWhomItIsNotKnown) {
  TestProgram p;
  p.AddRule(p.Is("container.image", "=", {"web"}), KindBit(WIRE_file_open));
  const ClassifierTables tables = BuildTables(*p, 1);
  ASSERT_EQ(tables.containers.size(), 1u);
  EXPECT_EQ(tables.containers[0].kind, WIRE_file_open);
  EXPECT_EQ(tables.containers[0].predicate, 0u);
  ASSERT_EQ(tables.traits.size(), 1u);
  EXPECT_EQ(tables.traits[0].second.unjudged.words[0] & 1, 1u);
}

}  // namespace
}  // namespace vedette
