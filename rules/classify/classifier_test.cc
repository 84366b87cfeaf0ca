// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/classifier.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/classify/test_program.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

constexpr uint32_t kReadWrite = 2;  // O_RDWR

TEST(ClassifierTest, InputOfAFile) {
  const auto record = RecordBuilder(WIRE_file_open)
                          .Set("comm", "cat")
                          .Set("uid", 1000)
                          .Set("flags", kReadWrite)
                          .Set("mode", 0100644)
                          .Set("created", 1)
                          .Set("path", "/etc/shadow")
                          .Build();
  const auto view = EventView::Parse(record);
  const ClassifierInput input = InputOf(*view);
  EXPECT_EQ(input.kind, WIRE_file_open);
  EXPECT_EQ(input.comm, "cat");
  EXPECT_EQ(input.uid, 1000u);
  EXPECT_EQ(input.path.value_or("none"), "/etc/shadow");
  EXPECT_EQ(input.mode, uint32_t{CLASSIFY_READ | CLASSIFY_WRITE | CLASSIFY_CREATE | CLASSIFY_FILE});
  EXPECT_EQ(input.port, 0);
}

TEST(ClassifierTest, ATruncatedPathIsNotJudged) {
  const auto record =
      RecordBuilder(WIRE_file_open).Set("path", "/etc/x").SetTruncated("path").Build();
  EXPECT_FALSE(InputOf(*EventView::Parse(record)).path.has_value());
}

TEST(ClassifierTest, InputOfAConnection) {
  struct Case {
    const char* name;
    uint32_t family;
    const char* address;
    int result;
    uint32_t mode;
    uint16_t port;
  };
  const Case cases[] = {
      {"IPv4", 2, "10.0.0.1", 0, CLASSIFY_IPV4, 443},
      {"IPv6, under way", 10, "2001:db8::1", -115, CLASSIFY_IPV6 | CLASSIFY_FAILED, 443},
      {"IPv4 in IPv6's clothes", 10, "::ffff:10.0.0.1", 0, CLASSIFY_IPV4, 443},
      {"unix has no port, whatever the record says", 1, "0.0.0.0", 0, 0, 0},
  };
  for (const Case& c : cases) {
    const auto record = RecordBuilder(WIRE_network_connect)
                            .Set("family", c.family)
                            .Set("remote_address", c.address)
                            .Set("family", c.family)
                            .Set("remote_port", 443)
                            .Set("result", c.result)
                            .Build();
    const ClassifierInput input = InputOf(*EventView::Parse(record));
    EXPECT_EQ(input.mode, c.mode) << c.name;
    EXPECT_EQ(input.port, c.port) << c.name;
    EXPECT_FALSE(input.path.has_value());
  }
}

// One rule over files: does it survive?
bool Survives(const TestProgram& program, const ClassifierInput& input) {
  const Survivors survivors = Classifier(BuildTables(*program, 5)).Classify(input);
  return (survivors.words[0] & 1) != 0;
}

ClassifierInput Open(std::optional<absl::string_view> path, absl::string_view comm = "cat") {
  ClassifierInput input;
  input.kind = WIRE_file_open;
  input.comm = comm;
  input.path = path;
  input.mode = CLASSIFY_READ;
  return input;
}

TEST(ClassifierTest, APathThatIsNotJudgedExcludesNothing) {
  TestProgram p;
  p.AddRule(p.Is("fd.name", "startswith", {"/etc/"}));
  EXPECT_TRUE(Survives(p, Open("/etc/shadow")));
  EXPECT_FALSE(Survives(p, Open("/var")));
  EXPECT_TRUE(Survives(p, Open(std::nullopt)));
  EXPECT_TRUE(Survives(p, Open("")));
  EXPECT_TRUE(Survives(p, Open(std::string(CLASSIFY_PATH_MAX, 'x'))));
  EXPECT_FALSE(Survives(p, Open(std::string(CLASSIFY_PATH_MAX - 1, 'x'))));
  EXPECT_TRUE(Survives(p, Open(absl::string_view("/a\0/b", 5))));
}

TEST(ClassifierTest, TheNewNameOfARenameIsItsTarget) {
  RecordBuilder builder(WIRE_file_rename);
  builder.Set("path", "/tmp/x").Set("new_path", "/etc/passwd");
  const auto record = builder.Build();
  const ClassifierInput input = InputOf(*EventView::Parse(record));
  EXPECT_EQ(input.path.value_or("none"), "/tmp/x");
  EXPECT_EQ(input.target.value_or("none"), "/etc/passwd");
  TestProgram onto;
  onto.AddRule(onto.Is("fs.path.target", "startswith", {"/etc/"}));
  EXPECT_TRUE(Survives(onto, input));
  TestProgram from;
  from.AddRule(from.Is("fs.path.source", "startswith", {"/etc/"}));
  EXPECT_FALSE(Survives(from, input));
  builder.Set("path", "/etc/passwd").Set("new_path", "/tmp/x");
  const auto back = builder.Build();
  EXPECT_FALSE(Survives(onto, InputOf(*EventView::Parse(back))));
  EXPECT_TRUE(Survives(from, InputOf(*EventView::Parse(back))));
  builder.header().flags |= WIRE_FLAG_LOOSE_PATH;
  const auto loose = builder.Build();
  EXPECT_TRUE(Survives(onto, InputOf(*EventView::Parse(loose)))) << "what is not judged";
}

TEST(ClassifierTest, TheNewNameOfASymbolicLinkIsItsPath) {
  const auto record = RecordBuilder(WIRE_file_symlink).Set("new_path", "/etc/x").Build();
  EXPECT_EQ(InputOf(*EventView::Parse(record)).path.value_or("none"), "/etc/x");
  EXPECT_FALSE(InputOf(*EventView::Parse(record)).target.has_value());
}

TEST(ClassifierTest, WhatTheLongestNodeLeavesOut) {
  TestProgram p;
  p.AddRule(p.And({p.Is("fd.name", "startswith", {"/etc/"}),
                   p.Not(p.Is("fd.name", "startswith", {"/etc/ssl/"}))}));
  EXPECT_TRUE(Survives(p, Open("/etc/ssl")));
  EXPECT_FALSE(Survives(p, Open("/etc/ssl/key")));
  EXPECT_FALSE(Survives(p, Open("/etc")));
}

TEST(ClassifierTest, ANameThatFillsTheCommIsItself) {
  TestProgram p;
  p.AddRule(p.Is("proc.name", "=", {"fifteen-letters"}));
  EXPECT_TRUE(Survives(p, Open("/x", "fifteen-letters")));
  EXPECT_FALSE(Survives(p, Open("/x", "fifteen-letter")));
  EXPECT_FALSE(Survives(p, Open("/x", "")));
}

TEST(ClassifierTest, AnUnknownLineageExcludesNothing) {
  TestProgram p;
  p.AddRule(p.Is("proc.lineage.name", "in", {"nginx", "httpd"}));
  const std::vector<std::string> web = {"init", "httpd"};
  const std::vector<std::string> none = {};
  ClassifierInput input = Open("/x");
  EXPECT_TRUE(Survives(p, input));
  input.lineage = &web;
  EXPECT_TRUE(Survives(p, input));
  input.lineage = &none;
  EXPECT_FALSE(Survives(p, input));
}

TEST(ClassifierTest, AKindWithoutTermsAndAnUnknownKindSurviveNothing) {
  TestProgram p;
  p.AddRule(p.Is("evt.type", "=", {"connect"}));
  EXPECT_FALSE(Survives(p, Open("/x")));
  ClassifierInput lost;
  lost.kind = WIRE_lost;
  EXPECT_FALSE(Survives(p, lost));
}

}  // namespace
}  // namespace vedette
