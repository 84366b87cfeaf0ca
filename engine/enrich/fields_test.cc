// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/fields.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

RecordBuilder Exec(uint64_t exec_id) {
  return RecordBuilder(WIRE_process_exec)
      .Set("exec_id", exec_id)
      .Set("pid", exec_id)
      .Set("vpid", 1)
      .Set("comm", "sh")
      .Set("parent_pid", 77)
      .Set("exe_path", "/bin/sh")
      .Set("cgroup", "/lxc/web");
}

// Reads every field of every kind: nothing crashes where process and texts are missing, and a kind
// outside of the field's kinds has no value.
TEST(Fields, EveryFieldOfAnEmptyRecord) {
  TestHost host;
  for (const KindInfo& info : Kinds()) {
    const RecordBuilder record(info.kind);
    for (const Field& field : Fields()) {
      if (field.name == "evt.rawarg") continue;  // Its arguments are fields of their own.
      const bool needs = field.argument == FieldArgument::kRequiredArgument;
      const std::string text = host.Get(record, absl::StrCat(field.name, needs ? "[1]" : ""));
      const bool restricted = field.source == FieldSource::kContext ||
                              field.source == FieldSource::kArgument || !field.supplied;
      if (restricted && (field.kinds & KindBit(info.kind)) == 0) {
        EXPECT_EQ(text, "<NA>") << info.name << " " << field.name;
      }
    }
  }
}

TEST(Fields, HeaderEventAndProcessMembersComeFromTheSchema) {
  TestHost host;
  host.Give(Exec(5));
  const auto open = RecordBuilder(WIRE_file_open)
                        .Set("exec_id", 5)
                        .Set("pid", 9)
                        .Set("ino", 11)
                        .Set("result", -2);
  EXPECT_EQ(host.Get(open, "proc.pid"), "9");
  EXPECT_EQ(host.Get(open, "fd.ino"), "11");
  EXPECT_EQ(host.Get(open, "evt.rawres"), "-2");
  EXPECT_EQ(host.Get(open, "proc.exepath"), "/bin/sh");
  EXPECT_EQ(host.Get(open, "user.loginuid"), "0");
  EXPECT_EQ(host.Get(open, "proc.is_exe_deleted"), "false");
  EXPECT_EQ(host.Get(open, "fd.rport"), "<NA>");
  const auto connect = RecordBuilder(WIRE_network_connect).Set("result", -115);
  EXPECT_EQ(host.Get(connect, "evt.rawres"), "-115");  // One field, a member of several kinds.
}

TEST(Fields, ForkKnowsBetterThanTheProgramsRecord) {
  TestHost host;
  host.Give(Exec(5));
  host.Give(RecordBuilder(WIRE_process_fork)
                .Set("exec_id", 5)
                .Set("pid", 5)
                .Set("child_exec_id", 6)
                .Set("child_pid", 60)
                .Set("child_vpid", 2)
                .Set("child_parent_exec_id", 5));
  const auto open = RecordBuilder(WIRE_file_open).Set("exec_id", 6);
  EXPECT_EQ(host.Get(open, "proc.ppid"), "5");
  EXPECT_EQ(host.Get(open, "proc.vpid"), "2");
  EXPECT_EQ(host.Get(open, "proc.parent_exec_id"), "5");
  EXPECT_EQ(host.Get(open, "proc.exepath"), "/bin/sh");
}

TEST(Fields, UsersAndContainers) {
  TestHost host;
  host.Give(Exec(5).Set("login_uid", 1000));
  host.Give(Exec(6).Set("login_uid", -1).Set("cgroup", "/init.scope"));
  const auto open = RecordBuilder(WIRE_file_open).Set("exec_id", 5).Set("gid", 7);
  EXPECT_EQ(host.Get(open, "user.name"), "root");
  EXPECT_EQ(host.Get(open, "user.loginname"), "ann");
  EXPECT_EQ(host.Get(open, "group.name"), "ops");
  EXPECT_EQ(host.Get(open, "container.id"), "web");
  EXPECT_EQ(host.Get(open, "container.full_id"), "web");
  EXPECT_EQ(host.Get(open, "container.type"), "lxc");
  const auto other = RecordBuilder(WIRE_file_open).Set("exec_id", 6).Set("uid", 4242);
  EXPECT_EQ(host.Get(other, "user.name"), "<NA>");
  EXPECT_EQ(host.Get(other, "user.loginname"), "<NA>");
  EXPECT_EQ(host.Get(other, "container.id"), "host");
  const auto stranger = RecordBuilder(WIRE_file_open).Set("exec_id", 99);
  EXPECT_EQ(host.Get(stranger, "container.id"), "<NA>");
}

}  // namespace
}  // namespace vedette
