// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

TEST(ActFields, ObjectsOfEachKindInShort) {
  TestHost host;
  host.Give(RecordBuilder(WIRE_process_exec)
                .Set("exec_id", 9)
                .Set("comm", "sshd")
                .Set("exe_path", "/usr/sbin/sshd"));
  struct Case {
    RecordBuilder record;
    const char* object;
  };
  const Case cases[] = {
      {RecordBuilder(WIRE_file_open).Set("path", "/etc/shadow"), "/etc/shadow"},
      {RecordBuilder(WIRE_file_unlink).Set("path", "/var/log/auth.log"), "/var/log/auth.log"},
      {RecordBuilder(WIRE_file_rename).Set("path", "/a").Set("new_path", "/b"), "/a -> /b"},
      {RecordBuilder(WIRE_file_mount).Set("source", "/dev/sda1").Set("path", "/mnt"),
       "/dev/sda1 -> /mnt"},
      {RecordBuilder(WIRE_network_connect)
           .Set("remote_address", "10.0.0.1")
           .Set("remote_port", 443),
       "0.0.0.0:0->10.0.0.1:443"},
      {RecordBuilder(WIRE_process_signal).Set("signal", 9).Set("target_exec_id", 9), "9 -> sshd"},
      {RecordBuilder(WIRE_kernel_module).Set("module_name", "rootkit"), "rootkit"},
      {RecordBuilder(WIRE_process_exec_failed).Set("name", "/bin/nothing"), "/bin/nothing"},
      {RecordBuilder(WIRE_process_exit).Set("exec_id", 9), "<NA>"},
  };
  for (const Case& c : cases) EXPECT_EQ(host.Get(c.record, "evt.object"), c.object);
}

TEST(ActFields, TheProcessAtTheOtherEnd) {
  TestHost host;
  host.Give(RecordBuilder(WIRE_process_exec)
                .Set("exec_id", 9)
                .Set("comm", "sshd")
                .Set("exe_path", "/usr/sbin/sshd")
                .SetArguments("args", {"sshd", "-D"}));
  const auto known = RecordBuilder(WIRE_process_ptrace).Set("target_exec_id", 9);
  EXPECT_EQ(host.Get(known, "target.name"), "sshd");
  EXPECT_EQ(host.Get(known, "target.exepath"), "/usr/sbin/sshd");
  EXPECT_EQ(host.Get(known, "target.cmdline"), "sshd -D");
  const auto unknown = RecordBuilder(WIRE_process_ptrace).Set("target_exec_id", 10);
  EXPECT_EQ(host.Get(unknown, "target.name"), "<NA>");
  EXPECT_EQ(host.Get(unknown, "target.cmdline"), "<NA>");
  EXPECT_EQ(host.Get(RecordBuilder(WIRE_file_open), "target.name"), "<NA>");
}

TEST(ActFields, CapabilitiesThatWereGained) {
  TestHost host;
  const auto change = RecordBuilder(WIRE_process_credentials)
                          .Set("old_cap_effective", 1)
                          .Set("new_cap_effective", 1 | 1 << 21);
  EXPECT_EQ(host.Get(change, "cred.gained_capabilities"), "CAP_SYS_ADMIN");
  EXPECT_EQ(host.Get(RecordBuilder(WIRE_process_credentials), "cred.gained_capabilities"), "<NA>");
}

// In tracepoint mode nobody knows what there was before: no rule may take that for a user.
TEST(ActFields, CredentialsThatAreUnknownHaveNoValue) {
  TestHost host;
  const auto change = RecordBuilder(WIRE_process_credentials)
                          .Set("old_euid", ~uint32_t{0})
                          .Set("new_euid", 0)
                          .Set("old_cap_effective", ~uint64_t{0})
                          .Set("new_cap_effective", 1);
  EXPECT_EQ(host.Get(change, "cred.old_euid"), "<NA>");
  EXPECT_EQ(host.Get(change, "cred.new_euid"), "0");
  EXPECT_EQ(host.Get(change, "cred.gained_capabilities"), "<NA>");
}

TEST(ActFields, AnAttemptSaysSo) {
  TestHost host;
  RecordBuilder attempt(WIRE_file_unlink);
  EXPECT_EQ(host.Get(attempt, "evt.is_attempt"), "false");
  attempt.header().flags = WIRE_FLAG_ATTEMPT;
  EXPECT_EQ(host.Get(attempt, "evt.is_attempt"), "true");
}

TEST(ActFields, TheProgramThatTheKernelStarts) {
  TestHost host;
  const auto helper = RecordBuilder(WIRE_process_helper)
                          .Set("path", "/sbin/modprobe")
                          .SetArguments("helper_args", {"/sbin/modprobe", "-q", "net-pf-10"});
  EXPECT_EQ(host.Get(helper, "helper.cmdline"), "/sbin/modprobe -q net-pf-10");
}

TEST(ActFields, PathsOfActsWithTwo) {
  TestHost host;
  const auto rename = RecordBuilder(WIRE_file_rename).Set("path", "/a/b").Set("new_path", "/a/c");
  EXPECT_EQ(host.Get(rename, "fs.path.source"), "/a/b");
  EXPECT_EQ(host.Get(rename, "fs.path.target"), "/a/c");
  EXPECT_EQ(host.Get(rename, "fs.path.name"), "<NA>");
  const auto link =
      RecordBuilder(WIRE_file_symlink).Set("new_path", "/a/link").Set("target", "../etc/passwd");
  EXPECT_EQ(host.Get(link, "fs.path.source"), "/etc/passwd");
  EXPECT_EQ(host.Get(link, "fs.path.target"), "/a/link");
}

// A name from user memory counts from the working directory.
TEST(ActFields, APathThatTheKernelDidNotResolveIsMadeAbsolute) {
  TestHost host;
  host.Give(RecordBuilder(WIRE_process_exec).Set("exec_id", 5).Set("cwd", "/home/ann"));
  RecordBuilder loose(WIRE_file_unlink);
  loose.Set("exec_id", 5).Set("path", "x/../notes");
  loose.header().flags = WIRE_FLAG_LOOSE_PATH;
  EXPECT_EQ(host.Get(loose, "fs.path.name"), "/home/ann/notes");
}

}  // namespace
}  // namespace vedette
