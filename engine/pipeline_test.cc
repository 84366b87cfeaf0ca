// SPDX-License-Identifier: Apache-2.0
#include "engine/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/match/test_program.h"

namespace vedette {
namespace {

// Writes down what comes out, one line each.
class Transcript : public PipelineOutput {
 public:
  void OnEvent(const Event& event, bool keep) override {
    lines.push_back(absl::StrCat(event.number, " ", event.view.info().name, keep ? " keep" : ""));
    if (event.process != nullptr) absl::StrAppend(&lines.back(), " of ", event.process->name());
  }
  void OnAlert(Alert alert) override {
    lines.push_back(absl::StrCat("alert ", alert.id, " ", alert.rule, ": ", alert.message));
    rules.push_back(alert.rule);
  }
  void OnGap(const RecordGap& gap) override {
    lines.push_back(absl::StrCat("gap ", gap.stage, " ", gap.kind, " ", gap.count, " ",
                                 absl::ToInt64Nanoseconds(gap.to - gap.from)));
    gap_records += gap.count;
  }
  void OnProcessSeen(const Event& event) override {
    lines.push_back(absl::StrCat("seen ", event.process->name()));
  }

  void OnProcessNote(const ProcessNote& note) override {
    lines.push_back(absl::StrCat("note ", note.exec_id));
    if (note.digest.has_value()) {
      absl::StrAppend(&lines.back(), " ", DigestStateName(note.digest->state));
    }
    if (note.request != nullptr) absl::StrAppend(&lines.back(), " by ", note.request->name);
  }

  std::vector<std::string> lines;
  std::vector<std::string> rules;
  uint64_t gap_records = 0;
};

using Lines = std::vector<std::string>;

std::shared_ptr<const Program> ShadowRules() {
  TestProgram test;
  const uint32_t shadow = test.Compare("fd.name", "=", {"/etc/shadow"});
  const uint32_t cat = test.Compare("proc.pname", "=", {"sh"});
  test.AddRule("shadow", shadow).output = {{"", {TestField("proc.exepath")}}};
  test.AddRule("child of sh", cat, KindBit(WIRE_process_exec)).output = {{"exec", {}}};
  test.AddRule("keep tmp", test.Compare("fd.directory", "=", {"/tmp"})).recording = true;
  return test.Share();
}

RecordBuilder Exec(uint64_t id, uint64_t parent, absl::string_view comm) {
  return RecordBuilder(WIRE_process_exec)
      .Set("exec_id", id)
      .Set("pid", id)
      .Set("parent_exec_id", parent)
      .Set("comm", comm)
      .Set("time_ns", id * 1000)
      .Set("exe_path", absl::StrCat("/bin/", comm));
}

RecordBuilder Open(uint64_t id, absl::string_view path, uint64_t time_ns = 9000) {
  return RecordBuilder(WIRE_file_open).Set("exec_id", id).Set("path", path).Set("time_ns", time_ns);
}

TEST(Pipeline, FromRecordsToAlerts) {
  Transcript out;
  Pipeline pipeline(TestHost::SomeHost(), out);
  pipeline.SetProgram(ShadowRules());
  RecordBuilder seen = RecordBuilder(WIRE_process_seen).Set("exec_id", 1).Set("comm", "sh");
  pipeline.OnRecord(seen.Build());
  pipeline.OnRecord(Exec(2, 1, "cat").Build());
  pipeline.OnRecord(Open(2, "/etc/shadow").Build());
  pipeline.OnRecord(Open(2, "/tmp/x").Build());
  pipeline.OnRecord(Open(2, "/etc/hosts").Build());
  ASSERT_EQ(out.lines.size(), 7U);
  EXPECT_EQ(out.lines[0], "seen sh");
  EXPECT_EQ(out.lines[1], "1 process_exec keep of cat");  // The table knew it before the rules.
  EXPECT_EQ(out.rules, (Lines{"child of sh", "shadow"}));
  EXPECT_EQ(out.lines[3], "2 file_open keep of cat");
  EXPECT_TRUE(absl::EndsWith(out.lines[4], "shadow: /bin/cat")) << out.lines[4];
  EXPECT_EQ(out.lines[5], "3 file_open keep of cat");  // A recording rule makes no alert.
  EXPECT_EQ(out.lines[6], "4 file_open of cat");
  EXPECT_TRUE(pipeline.counts().Balanced());
  EXPECT_EQ(pipeline.counts().temporal.recordings, 1U);
}

TEST(Pipeline, AnExitIsMatchedBeforeTheProcessEnds) {
  Transcript out;
  Pipeline pipeline(TestHost::SomeHost(), out);
  pipeline.OnRecord(Exec(2, 1, "cat").Build());
  pipeline.OnRecord(RecordBuilder(WIRE_process_exit).Set("exec_id", 2).Set("pid", 2).Build());
  EXPECT_EQ(out.lines.back(), "2 process_exit of cat");
  EXPECT_EQ(pipeline.processes().FindPid(2), nullptr);
}

TEST(Pipeline, DamagedRecordsAreCountedAndReportedOnce) {
  Transcript out;
  Pipeline pipeline(TestHost::SomeHost(), out);
  pipeline.OnRecord(Open(2, "/a", 1000).Build());
  RecordBytes damaged = Open(2, "/b").Build();
  damaged.pop_back();
  for (int i = 0; i < 3; ++i) pipeline.OnRecord(damaged);
  EXPECT_EQ(pipeline.counts().gaps, 0U);
  EXPECT_TRUE(pipeline.counts().Balanced());
  pipeline.OnRecord(Open(2, "/c", 1500).Build());
  EXPECT_EQ(out.lines, (Lines{"1 file_open", "gap malformed  3 500", "2 file_open"}));
  pipeline.OnRecord({});
  pipeline.Flush();
  pipeline.Flush();
  EXPECT_EQ(out.lines.back(), "gap malformed  1 0");
  EXPECT_EQ(pipeline.counts().malformed, 4U);
  EXPECT_EQ(pipeline.counts().gaps, 2U);
  EXPECT_TRUE(pipeline.counts().Balanced());
}

TEST(Pipeline, LostRecordsBecomeGaps) {
  Transcript out;
  Pipeline pipeline(TestHost::SomeHost(), out);
  pipeline.OnRecord(RecordBuilder(WIRE_lost)
                        .Set("from_ns", 100)
                        .Set("to_ns", 300)
                        .Set("count", 17)
                        .Set("lost_kind", static_cast<uint32_t>(WIRE_file_open))
                        .Set("stage", static_cast<uint32_t>(WIRE_LOST_ring_full))
                        .Build());
  pipeline.OnRecord(RecordBuilder(WIRE_lost).Set("lost_kind", 0x10000 + WIRE_file_open).Build());
  EXPECT_EQ(out.lines, (Lines{"gap ring_full file_open 17 200", "gap unknown  0 0"}));
  EXPECT_EQ(pipeline.counts().lost_reported, 17U);
  EXPECT_EQ(pipeline.counts().events, 0U);
  EXPECT_TRUE(pipeline.counts().Balanced());
}

TEST(Pipeline, RulesChangeBetweenRecordsAndProcessesStay) {
  Transcript out;
  Pipeline pipeline(TestHost::SomeHost(), out);
  pipeline.OnRecord(Exec(2, 1, "cat").Build());
  pipeline.OnRecord(Open(2, "/etc/shadow").Build());
  EXPECT_TRUE(out.rules.empty());
  pipeline.SetProgram(ShadowRules());
  pipeline.OnRecord(Open(2, "/etc/shadow").Build());
  EXPECT_TRUE(absl::EndsWith(out.lines.back(), "shadow: /bin/cat")) << out.lines.back();
}

// The records do not wait: each is met with the rules that were in force when it came, none with
// both and none with neither.
TEST(Pipeline, RuleSetsAreMadeElsewhereAndChangeUnderAStream) {
  Transcript out;
  Pipeline pipeline(TestHost::SomeHost(), out);
  const auto make = [](const std::string& name) {
    TestProgram test;
    test.AddRule(name, test.Compare("fd.name", "startswith", {"/etc/"}));
    for (int i = 0; i < 2000; ++i) {
      test.AddRule("other", test.Compare("fd.name", "=", {absl::StrCat("/opt/", i)}));
    }
    return std::make_unique<Matcher>(test.Share());
  };
  pipeline.SetMatcher(make("0"));
  size_t records = 0;
  for (int set = 1; set <= 5; ++set) {
    auto next = std::async(std::launch::async, make, absl::StrCat(set));
    const auto is_made = [&] { return next.wait_for(std::chrono::seconds(0)); };
    do {
      pipeline.OnRecord(Open(2, "/etc/shadow").Build());
      ++records;
    } while (is_made() != std::future_status::ready);
    pipeline.SetMatcher(next.get());
    pipeline.OnRecord(Open(2, "/etc/passwd").Build());
    ++records;
    EXPECT_EQ(out.rules.back(), absl::StrCat(set));
    EXPECT_TRUE(pipeline.counts().Balanced());
  }
  EXPECT_EQ(out.rules.size(), records);
  EXPECT_TRUE(std::is_sorted(out.rules.begin(), out.rules.end()));
}

// Random records, some damaged: in = out + counted losses after each, and twice the same output.
class Flood {
 public:
  Lines Run(uint32_t seed) {
    std::mt19937 random(seed);
    Transcript out;
    Pipeline::Options options;
    options.process_limits.entries_max = 64;
    Pipeline pipeline(TestHost::SomeHost(), out, options);
    pipeline.SetProgram(ShadowRules());
    for (uint64_t i = 1; i <= 5000; ++i) {
      RecordBytes record = Next(random, i);
      if (random() % 10 == 0) record[random() % record.size()] = static_cast<std::byte>(random());
      if (random() % 10 == 0) record.resize(random() % record.size());
      pipeline.OnRecord(record);
      EXPECT_TRUE(pipeline.counts().Balanced());
      EXPECT_EQ(pipeline.counts().records_in, i);
    }
    pipeline.Flush();
    const PipelineCounts& counts = pipeline.counts();
    EXPECT_EQ(counts.malformed_waiting, 0U);
    EXPECT_EQ(counts.alerts, out.rules.size());
    EXPECT_EQ(out.gap_records, counts.malformed + counts.lost_reported);
    EXPECT_GT(counts.malformed, 100U);
    EXPECT_GT(counts.alerts, 100U);
    return out.lines;
  }

 private:
  static RecordBytes Next(std::mt19937& random, uint64_t i) {
    const uint64_t id = 1 + random() % 100;
    switch (random() % 6) {
      case 0:
        return Exec(id, 1 + random() % 100, random() % 2 == 0 ? "sh" : "cat").Build();
      case 1:
        return RecordBuilder(WIRE_process_fork)
            .Set("exec_id", id)
            .Set("child_exec_id", 1 + random() % 100)
            .Set("child_parent_exec_id", id)
            .Set("time_ns", i)
            .Build();
      case 2:
        return RecordBuilder(WIRE_process_exit).Set("exec_id", id).Build();
      case 3:
        return RecordBuilder(WIRE_lost).Set("count", random() % 5).Build();
      case 4:
        return Open(id, "/tmp/x", i).Build();
      default:
        return Open(id, "/etc/shadow", i).Build();
    }
  }
};

TEST(Pipeline, FloodIsBalancedAndDeterministic) {
  for (const uint32_t seed : {1U, 2U, 3U}) EXPECT_EQ(Flood().Run(seed), Flood().Run(seed));
}

struct FakeDigests : DigestMaker {
  bool Request(DigestRequest request) override {
    if (requests.size() == 2) return false;
    requests.push_back(std::move(request));
    return true;
  }
  std::vector<DigestRequest> requests;
};

RecordBuilder ExecOf(uint64_t id, uint64_t ino) {
  return Exec(id, 0, "x").Set("exe_ino", ino).Set("exe_fs_magic", 7).Set("parent_pid", 3);
}

RecordBuilder ForkOf(uint64_t creator, uint64_t child) {
  return RecordBuilder(WIRE_process_fork)
      .Set("exec_id", creator)
      .Set("time_ns", 5000)
      .Set("child_exec_id", child)
      .Set("child_parent_exec_id", creator)
      .Set("child_pid", child);
}

TEST(Pipeline, DigestsAreAskedForOnceAndNotedWhenTheyCome) {
  Transcript out;
  FakeDigests maker;
  Pipeline::Options options;
  options.digests = &maker;
  Pipeline pipeline({}, out, options);
  const auto feed = [&](const RecordBuilder& builder) { pipeline.OnRecord(builder.Build()); };
  feed(ExecOf(10, 100));
  feed(ExecOf(11, 100));
  feed(ForkOf(10, 12));
  ASSERT_EQ(maker.requests.size(), 1U);
  EXPECT_EQ(maker.requests[0].file.ino, 100U);
  EXPECT_EQ(maker.requests[0].pid, 10U);
  EXPECT_EQ(maker.requests[0].parent_pid, 3U);
  EXPECT_EQ(maker.requests[0].fs_magic, 7U);
  EXPECT_EQ(maker.requests[0].path, "/bin/x");
  out.lines.clear();
  pipeline.OnDigest(maker.requests[0].file, {.state = DigestState::kOk});
  EXPECT_EQ(out.lines, (Lines{"note 10 ok", "note 11 ok", "note 12 ok"}));
  out.lines.clear();
  feed(ExecOf(13, 100));
  feed(ForkOf(13, 14));
  EXPECT_EQ(out.lines, (Lines{"4 process_exec of x", "note 13 ok", "5 process_fork of x"}));
  feed(ExecOf(15, 101));
  out.lines.clear();
  feed(ExecOf(16, 102));
  EXPECT_EQ(out.lines, (Lines{"7 process_exec of x", "note 16 busy"}));
  EXPECT_TRUE(pipeline.counts().Balanced());
}

TEST(Pipeline, WhatTheKernelMeasuredIsNotedWithoutAMaker) {
  Transcript out;
  Pipeline pipeline({}, out);
  pipeline.OnRecord(ExecOf(9, 99).Build());
  pipeline.OnRecord(ExecOf(10, 100)
                        .Set("exe_digest_algorithm", 5)
                        .Set("exe_digest", std::string(32, 'd'))
                        .Build());
  EXPECT_EQ(out.lines, (Lines{"1 process_exec of x", "2 process_exec of x", "note 10 ok"}));
}

TEST(Pipeline, WhoAskedForAProgramIsNotedAtItsForkAndItsExec) {
  Transcript out;
  Pipeline pipeline({}, out);
  pipeline.OnRecord(Exec(1, 0, "systemd").Build());
  pipeline.OnRecord(Exec(2, 0, "systemctl").Build());
  pipeline.OnRecord(RecordBuilder(WIRE_network_connect)
                        .Set("exec_id", 2)
                        .Set("comm", "systemctl")
                        .Set("time_ns", 4000)
                        .Set("family", 1)
                        .Set("unix_path", "/run/systemd/private")
                        .Set("peer_exec_id", 1)
                        .Build());
  out.lines.clear();
  pipeline.OnRecord(ForkOf(1, 3).Build());
  pipeline.OnRecord(Exec(4, 1, "x").Set("previous_exec_id", 3).Build());
  EXPECT_EQ(out.lines, (Lines{"4 process_fork of systemd", "note 3 by systemctl",
                              "5 process_exec of x", "note 4 by systemctl"}));
}

}  // namespace
}  // namespace vedette
