// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

RecordBuilder Open(uint32_t flags) { return RecordBuilder(WIRE_file_open).Set("flags", flags); }

TEST(EvtFields, Times) {
  TestHost host;
  const auto record = RecordBuilder(WIRE_process_exit).Set("time_ns", 61'000'000'042);
  EXPECT_EQ(host.Get(record, "evt.time"), "12:01:01.000000042");
  EXPECT_EQ(host.Get(record, "evt.time.iso8601"), "2024-05-01T12:01:01.000000042+0000");
  EXPECT_EQ(host.Get(record, "evt.rawtime"), "1714564861000000042");
  EXPECT_EQ(host.Get(record, "evt.rawtime.s"), "1714564861");
  EXPECT_EQ(host.Get(record, "evt.rawtime.ns"), "42");
  EXPECT_EQ(host.Get(record, "evt.time.s"), "12:01:01");
  EXPECT_EQ(host.Get(record, "evt.outputtime"), "12:01:01.000000042");
  EXPECT_EQ(host.Get(record, "evt.datetime"), "2024-05-01 12:01:01.000000042");
  EXPECT_EQ(host.Get(record, "evt.datetime.s"), "2024-05-01 12:01:01");
}

// As Falco prints them; ISO 8601 stays in UTC.
TEST(EvtFields, TimesAreLocal) {
  TestHost utc;
  HostInfo there(TestHost::SomeHost(), HostInfo::Lookup::kMetadataOnly,
                 absl::FixedTimeZone(-5 * 60 * 60));
  const auto record = RecordBuilder(WIRE_process_exit).Set("time_ns", 61'000'000'042);
  const Event event = utc.MakeEvent(record);
  const Event local{event.view,  event.number, event.time, event.process,
                    event.table, there,        event.arena};
  const auto get = [&](absl::string_view field) {
    std::string text;
    AppendField(local, TestField(field), text);
    return text;
  };
  EXPECT_EQ(get("evt.time"), "07:01:01.000000042");
  EXPECT_EQ(get("evt.datetime.s"), "2024-05-01 07:01:01");
  EXPECT_EQ(get("evt.time.iso8601"), "2024-05-01T12:01:01.000000042+0000");
  EXPECT_EQ(get("evt.rawtime.s"), "1714564861");
}

TEST(EvtFields, TimesSinceOthers) {
  TestHost host;
  const auto record = RecordBuilder(WIRE_process_exit).Set("time_ns", 61'000'000'042);
  Event event = host.MakeEvent(record);
  const auto get = [&](absl::string_view field) {
    std::string text;
    AppendField(event, TestField(field), text);
    return text;
  };
  EXPECT_EQ(get("evt.reltime"), "0");  // The first event.
  EXPECT_EQ(get("evt.deltatime"), "0");
  event.first_ns = 1'000'000'000;
  event.previous_ns = 59'500'000'000;
  EXPECT_EQ(get("evt.reltime"), "60000000042");
  EXPECT_EQ(get("evt.reltime.s"), "60");
  EXPECT_EQ(get("evt.reltime.ns"), "42");
  EXPECT_EQ(get("evt.deltatime"), "1500000042");
  EXPECT_EQ(get("evt.deltatime.s"), "1");
  EXPECT_EQ(get("evt.deltatime.ns"), "500000042");
  event.previous_ns = 62'000'000'000;  // Another CPU's record came late.
  EXPECT_EQ(get("evt.deltatime"), "0");
}

TEST(EvtFields, CountsAndConstants) {
  TestHost host;
  struct Case {
    absl::string_view field, failed_open, exec, exit;
  };
  constexpr Case kCases[] = {
      {"evt.count", "1", "1", "1"},
      {"evt.count.error", "1", "0", "<NA>"},
      {"evt.count.error.file", "1", "<NA>", "<NA>"},
      {"evt.count.error.net", "<NA>", "<NA>", "<NA>"},
      {"evt.count.error.other", "<NA>", "0", "<NA>"},
      {"evt.count.exit", "1", "1", "<NA>"},
      {"evt.count.procinfo", "0", "0", "0"},
      {"evt.failed", "true", "false", "<NA>"},
      {"evt.res", "EACCES", "SUCCESS", "<NA>"},
      {"evt.rawres", "-13", "0", "<NA>"},
      {"evt.is_io", "false", "false", "false"},
      {"evt.is_wait", "false", "false", "false"},
      {"evt.is_async", "false", "false", "false"},
      {"evt.latency.human", "0ns", "0ns", "0ns"},
      {"evt.wait_latency", "0", "0", "0"},
      {"evt.is_open_read", "true", "false", "false"},
      {"evt.is_open_create", "false", "false", "false"},
      {"syscall.type", "openat2", "execve", "<NA>"},
      {"evt.type.is.execve", "0", "1", "0"},
      {"evt.type.is[execve]", "0", "1", "0"},
      {"evt.type.is[7]", "<NA>", "<NA>", "<NA>"},
  };
  for (const Case& test : kCases) {
    EXPECT_EQ(host.Get(Open(0).Set("result", -13), test.field), test.failed_open) << test.field;
    EXPECT_EQ(host.Get(RecordBuilder(WIRE_process_exec), test.field), test.exec) << test.field;
    EXPECT_EQ(host.Get(RecordBuilder(WIRE_process_exit), test.field), test.exit) << test.field;
  }
  const auto fork = RecordBuilder(WIRE_process_fork).Set("child_pid", 77);
  EXPECT_EQ(host.Get(fork, "evt.rawres"), "77");
  EXPECT_EQ(host.Get(fork, "evt.res"), "SUCCESS");
}

TEST(EvtFields, AnEventThatStandsForRepeatsCountsThem) {
  TestHost host;
  const auto open = Open(0).Set("result", -13).Set("repeats", 12);
  EXPECT_EQ(host.Get(open, "evt.repeats"), "12");
  EXPECT_EQ(host.Get(open, "evt.count"), "12");
  EXPECT_EQ(host.Get(open, "evt.count.error"), "12");
  EXPECT_EQ(host.Get(Open(0).Set("repeats", 12), "evt.count.error"), "0");
}

TEST(EvtFields, HostileTimesDoNotCrash) {
  TestHost host;
  const auto record = RecordBuilder(WIRE_process_exit).Set("time_ns", ~uint64_t{0} >> 1);
  EXPECT_NE(host.Get(record, "evt.time.iso8601"), "<NA>");
  const auto negative = RecordBuilder(WIRE_process_exit).Set("time_ns", uint64_t{1} << 63);
  EXPECT_NE(host.Get(negative, "evt.time"), "<NA>");
}

TEST(EvtFields, WhatKindOfEventItIs) {
  TestHost host;
  EXPECT_EQ(host.Get(Open(0), "evt.kind"), "file_open");
  EXPECT_EQ(host.Get(Open(0), "evt.type"), "openat2");
  EXPECT_EQ(host.Get(Open(0), "evt.category"), "file");
  EXPECT_EQ(host.Get(Open(0), "evt.dir"), "<");
  EXPECT_EQ(host.Get(Open(0), "evt.source"), "syscall");
  EXPECT_EQ(host.Get(Open(0), "evt.hostname"), "web1");
  EXPECT_EQ(host.Get(Open(0), "evt.is_io_uring"), "false");
  RecordBuilder ring = Open(0);
  ring.header().flags = WIRE_FLAG_IO_URING;
  EXPECT_EQ(host.Get(ring, "evt.is_io_uring"), "true");
  EXPECT_EQ(host.Get(ring, "evt.is_compat"), "false");
}

TEST(EvtFields, Results) {
  TestHost host;
  EXPECT_EQ(host.Get(Open(0).Set("result", 3), "evt.res"), "SUCCESS");
  EXPECT_EQ(host.Get(Open(0).Set("result", -13), "evt.res"), "EACCES");
  EXPECT_EQ(host.Get(Open(0).Set("result", -13), "evt.failed"), "true");
  EXPECT_EQ(host.Get(RecordBuilder(WIRE_process_exec), "evt.res"), "SUCCESS");
  EXPECT_EQ(host.Get(RecordBuilder(WIRE_process_exec), "evt.failed"), "false");
}

TEST(EvtFields, OpenModes) {
  TestHost host;
  struct Case {
    uint32_t flags;
    absl::string_view read, write, names;
  };
  const Case kCases[] = {
      {O_RDONLY, "true", "false", "O_RDONLY"},
      {O_WRONLY | O_APPEND, "false", "true", "O_WRONLY|O_APPEND"},
      {O_RDWR | O_CREAT, "true", "true", "O_RDWR|O_CREAT"},
      {O_ACCMODE, "false", "false", "O_ACCMODE"},
  };
  for (const Case& test : kCases) {
    EXPECT_EQ(host.Get(Open(test.flags), "evt.is_open_read"), test.read) << test.names;
    EXPECT_EQ(host.Get(Open(test.flags), "evt.is_open_write"), test.write) << test.names;
    EXPECT_EQ(host.Get(Open(test.flags), "evt.arg.flags"), test.names);
  }
}

TEST(EvtFields, OpenExecNeedsANewFile) {
  TestHost host;
  const auto made = Open(O_CREAT).Set("created", 1).Set("create_mode", 0755);
  EXPECT_EQ(host.Get(made, "evt.is_open_exec"), "true");
  EXPECT_EQ(host.Get(RecordBuilder(made).Set("create_mode", 0644), "evt.is_open_exec"), "false");
  EXPECT_EQ(host.Get(RecordBuilder(made).Set("created", 0), "evt.is_open_exec"), "false");
  const auto unnamed = Open(O_TMPFILE | O_RDWR).Set("create_mode", 0700);
  EXPECT_EQ(host.Get(unnamed, "evt.is_open_exec"), "true");
}

}  // namespace
}  // namespace vedette
