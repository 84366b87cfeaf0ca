// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/match/test_program.h"
#include "engine/pipeline.h"

namespace vedette {
namespace {

constexpr uint64_t kMs = 1'000'000;

// Notes what is asked for; the test answers.
class Finder : public ContainerFinder {
 public:
  bool Request(ContainerRequest request) override {
    requests.push_back(absl::StrCat(request.runtime, " ", request.id, " ", request.cgroup));
    return !busy;
  }
  std::vector<std::string> requests;
  bool busy = false;
};

class Output : public PipelineOutput {
 public:
  void OnEvent(const Event& event, bool) override { events.push_back(event.view.comm().data()); }
  void OnAlert(Alert alert) override { alerts.push_back(alert.message); }
  void OnGap(const RecordGap&) override {}
  void OnContainer(absl::string_view id, const ContainerInfo& info) override {
    containers.push_back(absl::StrCat(id, " is ", info.name));
  }
  std::vector<std::string> events, alerts, containers;
};

using Texts = std::vector<std::string>;

class PipelineContainers : public testing::Test {
 protected:
  PipelineContainers() : pipeline_(TestHost::SomeHost(), out_, Options()) {
    TestProgram test;
    const uint32_t shadow = test.Compare("fd.name", "=", {"/etc/shadow"});
    test.AddRule("shadow", shadow).output = {{"in ", {TestField("container.name")}}};
    const uint32_t image = test.Compare("container.image.repository", "=", {"nginx"});
    test.AddRule("image", image, KindBit(WIRE_process_exec)).output = {
        {"exec of ", {TestField("proc.name")}}};
    pipeline_.SetProgram(test.Share());
  }
  Pipeline::Options Options() {
    Pipeline::Options options;
    options.containers = &finder_;
    return options;
  }
  ~PipelineContainers() override {
    EXPECT_TRUE(pipeline_.counts().Balanced());
    pipeline_.Finish();
    EXPECT_TRUE(pipeline_.counts().Balanced());
    EXPECT_FALSE(pipeline_.is_waiting());
  }

  void Exec(uint64_t exec_id, absl::string_view cgroup, uint64_t time_ns) {
    pipeline_.OnRecord(RecordBuilder(WIRE_process_exec)
                           .Set("exec_id", exec_id)
                           .Set("pid", exec_id)
                           .Set("comm", absl::StrCat("exec", exec_id))
                           .Set("time_ns", time_ns)
                           .Set("cgroup", cgroup)
                           .Build());
  }
  RecordBytes OpenRecord(uint64_t exec_id, uint64_t time_ns) {
    return RecordBuilder(WIRE_file_open)
        .Set("exec_id", exec_id)
        .Set("comm", absl::StrCat("open", exec_id))
        .Set("time_ns", time_ns)
        .Set("path", "/etc/shadow")
        .Build();
  }
  void Open(uint64_t exec_id, uint64_t time_ns) {
    pipeline_.OnRecord(OpenRecord(exec_id, time_ns));
  }
  void Answer(absl::string_view id, absl::string_view image, uint64_t now_ns,
              bool is_final = true) {
    ContainerAnswer answer{.id = std::string(id), .info = ContainerInfo(), .is_final = is_final};
    answer.info->name = absl::StrCat("the-", id);
    answer.info->image = std::string(image);
    answer.info->Bound();
    pipeline_.OnContainer(std::move(answer), now_ns);
  }

  Finder finder_;
  Output out_;
  Pipeline pipeline_;
};

TEST_F(PipelineContainers, TheFirstExecIsMatchedWithWhatTheRuntimeSays) {
  Exec(1, "/lxc.payload.web", 1 * kMs);
  Open(1, 2 * kMs);
  EXPECT_EQ(finder_.requests, Texts{"lxc web /lxc.payload.web"});
  EXPECT_TRUE(out_.events.empty());
  EXPECT_EQ(pipeline_.counts().waiting, 2u);
  EXPECT_TRUE(pipeline_.counts().Balanced());
  Answer("web", "nginx:1", 10 * kMs);
  EXPECT_EQ(out_.containers, Texts{"web is the-web"});
  EXPECT_EQ(out_.events, (Texts{"exec1", "open1"}));
  EXPECT_EQ(out_.alerts, (Texts{"exec of exec1", "in the-web"}));
  Exec(2, "/lxc.payload.web", 20 * kMs);
  EXPECT_EQ(out_.alerts.back(), "exec of exec2") << "the next one does not wait";
  EXPECT_EQ(finder_.requests.size(), 1u);
}

TEST_F(PipelineContainers, NobodyElseWaits) {
  Exec(1, "/lxc.payload.web", 1 * kMs);
  Exec(2, "/lxc.payload.db", 2 * kMs);
  Exec(3, "/user.slice", 3 * kMs);
  EXPECT_EQ(out_.events, Texts{"exec3"}) << "the host";
  Answer("db", "postgres", 4 * kMs);
  EXPECT_EQ(out_.events, (Texts{"exec3", "exec2"}));
  Answer("web", "nginx", 5 * kMs);
  EXPECT_EQ(out_.events.size(), 3u);
}

TEST_F(PipelineContainers, AnAlertWaitsNoLongerThanTold) {
  Exec(1, "/lxc.payload.web", 1 * kMs);
  Open(1, 2 * kMs);
  pipeline_.AdvanceTo(200 * kMs);
  EXPECT_TRUE(out_.alerts.empty());
  pipeline_.AdvanceTo(201 * kMs);
  EXPECT_EQ(out_.alerts, Texts{"in <NA>"});
  EXPECT_EQ(pipeline_.counts().waited_vainly, 2u);
  Open(1, 202 * kMs);
  EXPECT_EQ(out_.alerts.size(), 2u) << "a runtime that hangs holds up nothing more";
  Answer("web", "nginx", 900 * kMs);
  EXPECT_EQ(out_.containers, Texts{"web is the-web"}) << "the store is told late";
  Open(1, 901 * kMs);
  EXPECT_EQ(out_.alerts.back(), "in the-web");
}

TEST_F(PipelineContainers, WhatIsKnownSoFarIsUsedWhenTheTimeIsUp) {
  Exec(1, "/lxc.payload.web", 1 * kMs);
  Open(1, 2 * kMs);
  Answer("web", "", 3 * kMs, false);
  EXPECT_TRUE(out_.alerts.empty());
  pipeline_.AdvanceTo(300 * kMs);
  EXPECT_EQ(out_.alerts, Texts{"in the-web"});
}

TEST_F(PipelineContainers, AContainerThatNobodyKnowsDoesNotWait) {
  Exec(1, "/lxc.payload.web", 1 * kMs);
  Open(1, 2 * kMs);
  pipeline_.OnContainer({.id = "web", .info = std::nullopt}, 3 * kMs);
  EXPECT_EQ(out_.alerts, Texts{"in <NA>"});
  EXPECT_EQ(pipeline_.counts().waited_vainly, 0u);
}

TEST_F(PipelineContainers, NothingWaitsWhenTooManyAreAskedFor) {
  finder_.busy = true;
  Exec(1, "/lxc.payload.web", 1 * kMs);
  EXPECT_EQ(out_.events, Texts{"exec1"});
}

TEST_F(PipelineContainers, AFloodOfANewContainerFillsNoMemoryAndKeepsItsOrder) {
  Exec(1, "/lxc.payload.web", 1 * kMs);
  Exec(2, "/lxc.payload.db", 1 * kMs);
  size_t sent = 0;
  while (pipeline_.counts().not_waited == 0 && sent < 1'000'000) {
    Open(1, (2 + sent) * 1000);
    ++sent;
  }
  ASSERT_LT(sent, 1'000'000u);
  EXPECT_EQ(out_.events.size(), sent + 1) << "all of the noisy one, in order";
  EXPECT_EQ(out_.events.front(), "exec1");
  EXPECT_EQ(pipeline_.counts().waiting, 1u) << "the other container still waits";
}

TEST_F(PipelineContainers, DecisionsOfTheKernelWaitToo) {
  Exec(1, "/lxc.payload.web", 1 * kMs);
  RecordBytes record = OpenRecord(1, 2 * kMs);
  const std::vector<DecidedTerm> terms = {{.rule = "shadow", .kills = false, .enforces = true}};
  pipeline_.OnDecision(record, terms);
  EXPECT_TRUE(out_.alerts.empty());
  Answer("web", "alpine", 3 * kMs);
  EXPECT_EQ(out_.alerts, Texts{"in the-web"});
  EXPECT_EQ(pipeline_.counts().decisions, 1u);
}

TEST_F(PipelineContainers, AtTheEndNothingIsLeftWaiting) {
  Exec(1, "/lxc.payload.web", 1 * kMs);
  Open(1, 2 * kMs);
  pipeline_.Finish();
  EXPECT_EQ(out_.alerts, Texts{"in <NA>"});
}

}  // namespace
}  // namespace vedette
