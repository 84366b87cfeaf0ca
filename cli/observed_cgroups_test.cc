// SPDX-License-Identifier: Apache-2.0
#include "cli/observed_cgroups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/listening_source.h"
#include "engine/enrich/test_host.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

struct Nothing : PipelineOutput {
  void OnEvent(const Event&, bool) override {}
  void OnAlert(Alert) override {}
  void OnGap(const RecordGap&) override {}
};

class ObservedCgroupsTest : public testing::Test {
 protected:
  void SetRule(absl::string_view condition) {
    const TemporaryDirectory folder;
    const std::string path = folder.File("rule.yaml");
    const std::string text = absl::StrCat("- rule: R\n  desc: d\n  condition: ", condition,
                                          "\n  output: o\n  priority: NOTICE\n");
    ASSERT_TRUE(WriteFileAtomically(path, text).ok());
    auto loaded = LoadRuleSet({.paths = {path}, .recording = {}}, ++generation_);
    ASSERT_TRUE(loaded.rules.ok()) << loaded.diagnostics;
    ASSERT_TRUE(cgroups_.PutInForce(*loaded.rules, source_, pipeline_).ok());
  }
  void Follow() { cgroups_.Follow(source_, pipeline_.processes(), nullptr); }

  ListeningSource source_;
  Nothing output_;
  Pipeline pipeline_{TestHost::SomeHost(), output_};
  ObservedCgroups cgroups_{true};
  uint32_t generation_ = 0;
};

TEST_F(ObservedCgroupsTest, WhatIsMadeIsToldAtOnceAndForgottenWhenItIsRemoved) {
  SetRule("evt.kind = file_open and proc.cgroup startswith /a");
  source_.changes = {{7, false, "/a/b"}, {8, false, "/docker"}};
  Follow();
  EXPECT_THAT(source_.told, ElementsAre(Pair(7, CLASSIFY_HOST), Pair(8, CLASSIFY_HOST)));
  EXPECT_EQ(source_.numbers.size(), 2u);
  source_.changes = {{7, true, ""}};
  Follow();
  EXPECT_THAT(source_.forgotten, ElementsAre(7));
  EXPECT_EQ(source_.numbers.count(7), 0u);
}

TEST_F(ObservedCgroupsTest, WhoWasThereBeforeIsToldToo) {
  SetRule("evt.kind = file_open and proc.cgroup startswith /a");
  cgroups_.OnRecord(
      RecordBuilder(WIRE_process_seen).Set("cgroup_id", 5).Set("cgroup", "/init.scope").Build(),
      source_);
  Follow();
  EXPECT_THAT(source_.told, ElementsAre(Pair(5, CLASSIFY_HOST)));
  EXPECT_EQ(source_.numbers.count(5), 1u);
}

TEST_F(ObservedCgroupsTest, WhereNoRuleAsksNoNumberIsGiven) {
  SetRule("evt.kind = file_open and container.id = host");
  source_.changes = {{7, false, "/a"}};
  Follow();
  EXPECT_THAT(source_.numbers, IsEmpty());
}

// A rule set that asks for what nobody has said yet must not find what the last one was told.
TEST_F(ObservedCgroupsTest, WhatANewRuleSetAsksIsUnjudgedUntilItIsKnown) {
  const std::string path = absl::StrCat("/docker/", std::string(64, 'a'));
  SetRule("evt.kind = file_open and container.type = docker");
  source_.changes = {{7, false, path}};
  Follow();
  EXPECT_EQ(source_.numbers.count(7), 1u);
  SetRule("evt.kind = file_open and container.image = web");
  EXPECT_EQ(source_.numbers.count(7), 0u);
}

}  // namespace
}  // namespace vedette
