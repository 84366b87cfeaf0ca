// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "sensor/decode/record_builder.h"
#include "sensor/source/record_file.h"
#include "storage/event_store.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr absl::string_view kRules = R"(
- rule: Netcat
  desc: somebody runs netcat
  condition: evt.kind = process_exec and proc.name in (nc, ncat)
  output: netcat (command=%proc.cmdline)
  priority: WARNING
- rule: Shadow
  desc: somebody reads the password file
  condition: evt.kind = file_open and fd.name = /etc/shadow and evt.is_open_read = true
  output: shadow (file=%fd.name)
  priority: CRITICAL
)";

class ReplayTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(WriteFileAtomically(At("rules.yaml"), kRules).ok());
    WriteRecords();
  }

  std::string At(const std::string& name) const { return folder_.File(name); }

  void WriteRecords(uint64_t later_ns = 0) {
    HostMetadata host;
    host.hostname = "web-1";
    host.boot_id = "11111111-2222-3333-4444-555555555555";
    host.wall_minus_boot_ns = 1'700'000'000'000'000'000;
    host.users = {{0, "root"}};
    auto writer = RecordWriter::Create(At("records"), host);
    ASSERT_TRUE(writer.ok()) << writer.status();
    std::vector<RecordBytes> records = {RecordBuilder(WIRE_process_seen)
                                            .Set("exec_id", uint64_t{7})
                                            .Set("pid", 42)
                                            .Set("comm", "bash")
                                            .Build(),
                                        RecordBuilder(WIRE_process_exec)
                                            .Set("exec_id", uint64_t{8})
                                            .Set("pid", 43)
                                            .Set("parent_exec_id", uint64_t{7})
                                            .Set("comm", "nc")
                                            .Set("exe_path", "/bin/nc")
                                            .Set("time_ns", uint64_t{1000} + later_ns)
                                            .Build(),
                                        RecordBuilder(WIRE_file_open)
                                            .Set("exec_id", uint64_t{8})
                                            .Set("pid", 43)
                                            .Set("comm", "nc")
                                            .Set("path", "/etc/shadow")
                                            .Set("result", 3)
                                            .Set("time_ns", uint64_t{2000})
                                            .Build(),
                                        RecordBuilder(WIRE_file_open)
                                            .Set("exec_id", uint64_t{8})
                                            .Set("pid", 43)
                                            .Set("comm", "nc")
                                            .Set("path", "/etc/hosts")
                                            .Set("result", 3)
                                            .Set("time_ns", uint64_t{3000})
                                            .Build()};
    for (const RecordBytes& record : records) ASSERT_TRUE((*writer)->Write(record).ok());
    ASSERT_TRUE((*writer)->Close().ok());
  }

  ExitCode Replay(std::vector<std::string> more, CapturedIo& io) {
    std::vector<std::string> arguments = {"replay", At("records"), "--rules", At("rules.yaml")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunCommandLine(arguments, io);
  }

  const TemporaryDirectory folder_;
};

TEST_F(ReplayTest, GivesTheSameAlertsEachTime) {
  CapturedIo first, second;
  ASSERT_EQ(Replay({"--output", "json"}, first), ExitCode::kDone) << first.error();
  ASSERT_EQ(Replay({"--output", "json"}, second), ExitCode::kDone);
  EXPECT_EQ(first.out(), second.out());
  EXPECT_THAT(first.out(), HasSubstr("\"rule\":\"Netcat\""));
  EXPECT_THAT(first.out(), HasSubstr("\"rule\":\"Shadow\""));
  EXPECT_THAT(first.error(), HasSubstr("records 4, events 3, malformed 0, alerts 2; balanced"));
}

// What a kernel with other rules thought of a record has no say.
TEST_F(ReplayTest, ForPeople) {
  CapturedIo io;
  ASSERT_EQ(Replay({}, io), ExitCode::kDone) << io.error();
  EXPECT_THAT(io.out(), HasSubstr("shadow (file=/etc/shadow)"));
  EXPECT_THAT(io.out(), HasSubstr("bash(42) > nc(43)"));
}

TEST_F(ReplayTest, FillsAStoreThatCanBeAsked) {
  CapturedIo io;
  ASSERT_EQ(Replay({"--store", At("s.db")}, io), ExitCode::kDone) << io.error();
  CapturedIo alerts;
  ASSERT_EQ(RunCommandLine({"alerts", "list", "--store", At("s.db")}, alerts), ExitCode::kDone)
      << alerts.error();
  EXPECT_THAT(alerts.out(), HasSubstr("Netcat"));
  EXPECT_THAT(alerts.out(), HasSubstr("Shadow"));
  CapturedIo tree;
  ASSERT_EQ(RunCommandLine({"tree", "43", "--store", At("s.db")}, tree), ExitCode::kDone)
      << tree.error();
  EXPECT_THAT(tree.out(), HasSubstr("bash"));
  EXPECT_THAT(tree.out(), HasSubstr("nc"));
}

TEST_F(ReplayTest, TheSameRecordingTwiceDoubledTheRowsOfAStore) {
  CapturedIo first, second;
  ASSERT_EQ(Replay({"--store", At("s.db")}, first), ExitCode::kDone) << first.error();
  EXPECT_EQ(Replay({"--store", At("s.db")}, second), ExitCode::kFailed);
  EXPECT_THAT(second.error(), HasSubstr("has this recording already (as run 1)"));
  EXPECT_EQ(second.out(), "");
  CapturedIo count;
  ASSERT_EQ(RunCommandLine({"query", "--store", At("s.db"), "--format", "csv",
                            "SELECT (SELECT count(*) FROM alerts), (SELECT count(*) FROM events), "
                            "(SELECT count(*) FROM gaps)"},
                           count),
            ExitCode::kDone)
      << count.error();
  EXPECT_THAT(count.out(), HasSubstr("\n2,4,0\n"));
}

TEST_F(ReplayTest, AnotherRecordingOfTheSameHostIsTaken) {
  CapturedIo first, second;
  ASSERT_EQ(Replay({"--store", At("s.db")}, first), ExitCode::kDone) << first.error();
  WriteRecords(500);
  ASSERT_EQ(Replay({"--store", At("s.db")}, second), ExitCode::kDone) << second.error();
}

TEST_F(ReplayTest, ARecordThatLiesAboutItsSizeEndsInAnErrorAndWasNotCounted) {
  const auto whole = ReadFile(At("records"), 1 << 20);
  ASSERT_TRUE(whole.ok());
  ASSERT_TRUE(WriteFileAtomically(At("records"), *whole + std::string(64, '\xff')).ok());
  CapturedIo io;
  ASSERT_EQ(Replay({}, io), ExitCode::kFailed) << io.error();
  EXPECT_THAT(io.error(), HasSubstr("64 bytes skipped"));
  EXPECT_THAT(io.error(), HasSubstr("records 4, events 3, malformed 1, alerts 2; balanced"));
  CapturedIo stored, gaps;
  ASSERT_EQ(Replay({"--store", At("s.db")}, stored), ExitCode::kFailed) << stored.error();
  ASSERT_EQ(RunCommandLine({"gaps", "--csv", "--store", At("s.db")}, gaps), ExitCode::kDone);
  EXPECT_THAT(gaps.out(), HasSubstr("malformed,1")) << "the store says that it lacks something";
}

TEST_F(ReplayTest, WhatIsNoRecordFileIsRefused) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"replay", At("rules.yaml"), "--rules", At("rules.yaml")}, io),
            ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("rules.yaml"));
}

// Whoever looks at a store in which a replay was killed must not take a part for the whole.
TEST_F(ReplayTest, AReplayThatWasCutOffIsSaid) {
  const std::string store = At("store.db");
  CapturedIo io;
  ASSERT_EQ(
      RunCommandLine({"replay", At("records"), "--rules", At("rules.yaml"), "--store", store}, io),
      ExitCode::kDone)
      << io.error();
  CapturedIo whole;
  RunCommandLine({"gaps", "--store", store}, whole);
  EXPECT_THAT(whole.error(), testing::Not(HasSubstr("is a replay")));
  // As a kill leaves it: what is committed is there, and the run has no end.
  const std::string half = At("half.db");
  {
    StoreOptions options;
    options.path = half;
    options.recording = StoredRecording{.name = "r", .begin = absl::FromUnixSeconds(1)};
    auto opened = EventStore::Open(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    CapturedIo asked;
    RunCommandLine({"gaps", "--store", half}, asked);
    EXPECT_THAT(asked.error(), HasSubstr("run 1 is a replay that has not come to its end"));
  }
}

}  // namespace
}  // namespace vedette
