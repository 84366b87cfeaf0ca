// SPDX-License-Identifier: Apache-2.0
#include "integrations/runtimes/container_worker.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

namespace vedette {
namespace {

using Found = absl::StatusOr<FoundContainer>;

FoundContainer Named(absl::string_view name, bool is_whole) {
  FoundContainer found;
  found.info.name = std::string(name);
  found.is_whole = is_whole;
  return found;
}

class Scripted : public RuntimeSource {
 public:
  using Script = std::function<Found(const ContainerRequest&, absl::Time)>;
  Scripted(std::string name, std::string runtime, Script script)
      : name_(std::move(name)), runtime_(std::move(runtime)), script_(std::move(script)) {}
  std::string name() const override { return name_; }
  bool Serves(absl::string_view runtime) const override {
    return runtime_.empty() || runtime_ == runtime;
  }
  Found Find(const ContainerRequest& request, absl::Time deadline) override {
    return script_(request, deadline);
  }
  absl::Status Probe(absl::Time) override { return absl::OkStatus(); }

 private:
  const std::string name_, runtime_;
  const Script script_;
};

using Sources = std::vector<std::unique_ptr<RuntimeSource>>;

// "id name final" of what is told, until `id` is final.
std::vector<std::string> AnswersFor(ContainerWorker& worker, absl::string_view id) {
  std::vector<std::string> answers;
  for (const absl::Time end = absl::Now() + absl::Seconds(20); absl::Now() < end;) {
    for (const ContainerAnswer& answer : worker.Take()) {
      answers.push_back(absl::StrCat(answer.id, " ", answer.info ? answer.info->name : "-", " ",
                                     answer.is_final));
      if (answer.is_final && answer.id == id) return answers;
    }
    absl::SleepFor(absl::Milliseconds(1));
  }
  return answers;
}

using Texts = std::vector<std::string>;

TEST(ContainerWorker, TheFilesAnswerAtOnceAndTheSocketHasTheLastWord) {
  Sources sources;
  sources.push_back(std::make_unique<Scripted>("files", "", [](const auto&, absl::Time) {
    FoundContainer found = Named("by files", false);
    found.info.image = "nginx";
    return Found(found);
  }));
  sources.push_back(std::make_unique<Scripted>(
      "socket", "docker", [](const auto&, absl::Time) { return Found(Named("by socket", true)); }));
  ContainerWorker worker(std::move(sources));
  EXPECT_TRUE(worker.Request({.id = "a", .runtime = "docker", .cgroup = ""}));
  EXPECT_EQ(AnswersFor(worker, "a"), (Texts{"a by files 0", "a by socket 1"}));
  EXPECT_TRUE(worker.Request({.id = "b", .runtime = "podman", .cgroup = ""}));
  EXPECT_EQ(AnswersFor(worker, "b"), (Texts{"b by files 0", "b by files 1"}));
  EXPECT_EQ(worker.Counts()[1].found, 1u);
}

TEST(ContainerWorker, WhatNobodyKnowsIsToldToo) {
  Sources sources;
  sources.push_back(std::make_unique<Scripted>(
      "files", "", [](const auto&, absl::Time) { return Found(absl::NotFoundError("no")); }));
  ContainerWorker worker(std::move(sources));
  worker.Request({.id = "a", .runtime = "docker", .cgroup = ""});
  EXPECT_EQ(AnswersFor(worker, "a"), Texts{"a - 1"});
  EXPECT_EQ(worker.Counts()[0].unknown, 6u) << "it is asked for again";
  EXPECT_FALSE(worker.Counts()[0].is_failing);
  ContainerWorker none({});
  none.Request({.id = "a", .runtime = "docker", .cgroup = ""});
  EXPECT_EQ(AnswersFor(none, "a"), Texts{"a - 1"});
}

TEST(ContainerWorker, WhatIsWrittenDownLateIsFound) {
  Sources sources;
  int asked = 0;
  sources.push_back(std::make_unique<Scripted>("files", "", [&](const auto&, absl::Time) {
    return ++asked < 3 ? Found(absl::NotFoundError("no")) : Found(Named("late", true));
  }));
  ContainerWorker worker(std::move(sources));
  worker.Request({.id = "a", .runtime = "crun", .cgroup = ""});
  EXPECT_EQ(AnswersFor(worker, "a"), Texts{"a late 1"});
}

TEST(ContainerWorker, ARuntimeThatHangsHoldsUpNobodyAndIsLeftAlone) {
  Sources sources;
  sources.push_back(
      std::make_unique<Scripted>("hangs", "docker", [](const auto&, absl::Time deadline) {
        absl::SleepFor(deadline - absl::Now());
        return Found(absl::UnavailableError("no answer"));
      }));
  sources.push_back(std::make_unique<Scripted>(
      "works", "podman", [](const auto&, absl::Time) { return Found(Named("p", true)); }));
  ContainerWorker worker(std::move(sources), {.waiting_max = 4,
                                              .patience = absl::Milliseconds(300),
                                              .pause = absl::Hours(1),
                                              .retries_max = 0});
  const absl::Time begin = absl::Now();
  worker.Request({.id = "d", .runtime = "docker", .cgroup = ""});
  worker.Request({.id = "p", .runtime = "podman", .cgroup = ""});
  EXPECT_EQ(AnswersFor(worker, "p"), Texts{"p p 1"});
  EXPECT_LT(absl::Now() - begin, absl::Milliseconds(250));
  EXPECT_EQ(AnswersFor(worker, "d"), Texts{"d - 1"});
  const absl::Time then = absl::Now();
  for (int i = 0; i < 100; ++i) {
    worker.Request({.id = absl::StrCat("e", i), .runtime = "docker", .cgroup = ""});
  }
  EXPECT_EQ(AnswersFor(worker, "e99").size(), 100u);
  EXPECT_LT(absl::Now() - then, absl::Milliseconds(250)) << "it is not asked again";
  const SourceCounts counts = worker.Counts()[0];
  EXPECT_EQ(counts.failed, 1u);
  EXPECT_EQ(counts.skipped, 100u);
  EXPECT_TRUE(counts.is_failing);
  EXPECT_EQ(counts.why, "no answer");
}

TEST(ContainerWorker, AFloodOfRequestsIsRefusedNotKept) {
  absl::Mutex mu;
  mu.Lock();
  Sources sources;
  sources.push_back(std::make_unique<Scripted>("slow", "", [&mu](const auto&, absl::Time) {
    const absl::MutexLock lock(&mu);
    return Found(Named("x", true));
  }));
  ContainerWorker worker(std::move(sources), {.waiting_max = 8, .retries_max = 0});
  int taken = 0;
  for (int i = 0; i < 1000; ++i) {
    if (worker.Request({.id = absl::StrCat(i), .runtime = "docker", .cgroup = ""})) ++taken;
  }
  mu.Unlock();
  EXPECT_LE(taken, 9);
  EXPECT_GE(taken, 8);
}

TEST(ContainerWorker, WhatASourceLiesIsCut) {
  Sources sources;
  sources.push_back(std::make_unique<Scripted>("liar", "", [](const auto&, absl::Time) {
    return Found(Named(std::string(1 << 20, 'x'), true));
  }));
  ContainerWorker worker(std::move(sources));
  worker.Request({.id = "a", .runtime = "docker", .cgroup = ""});
  EXPECT_EQ(AnswersFor(worker, "a")[0].size(), ContainerInfo::kTextMax + 4);
}

}  // namespace
}  // namespace vedette
