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
