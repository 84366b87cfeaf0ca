// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

class ExecFields : public testing::Test {
 protected:
  static RecordBuilder Exec() {
    return RecordBuilder(WIRE_process_exec).Set("exec_id", 1).Set("pid", 10).Set("comm", "sh");
  }
  std::string Get(const RecordBuilder& exec, absl::string_view field) {
    TestHost host;
    host.Give(exec);
    return host.Get(RecordBuilder(WIRE_file_open).Set("exec_id", 1).Set("pid", 10), field);
  }
  static RecordBuilder WithStdin(uint32_t mode, uint32_t rdev = 0, uint16_t family = 0) {
    return Exec()
        .Set("stdin_ino", 7)
        .Set("stdin_dev", 8)
        .Set("stdin_mode", mode)
        .Set("stdin_rdev", rdev)
        .Set("stdin_family", family);
  }
};

TEST_F(ExecFields, ADescriptorHasATypeAsFdTypeNamesIt) {
  struct Case {
    uint32_t mode;
    uint16_t family;
    const char* type;
  };
  constexpr Case kCases[] = {
      {S_IFREG | 0644, 0, "file"},       {S_IFDIR | 0755, 0, "directory"},
      {S_IFIFO | 0600, 0, "pipe"},       {S_IFCHR | 0666, 0, "file"},
      {S_IFBLK | 0660, 0, "file"},       {S_IFSOCK, AF_INET, "ipv4"},
      {S_IFSOCK, AF_INET6, "ipv6"},      {S_IFSOCK, AF_UNIX, "unix"},
      {S_IFSOCK, AF_NETLINK, "netlink"}, {S_IFSOCK, AF_VSOCK, "vsock"},
      {S_IFSOCK, AF_PACKET, "other"},    {0600, 0, "other"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Get(WithStdin(c.mode, 0, c.family), "proc.stdin.type"), c.type) << c.mode;
  }
}

TEST_F(ExecFields, ADescriptorThatWasClosedHasNone) {
  for (const char* field :
       {"proc.stdin.type", "proc.stdout.type", "proc.stderr.type", "proc.stdin.is_tty",
        "proc.stdout.is_tty", "proc.stderr.is_tty", "proc.is_stdio_same"}) {
    EXPECT_EQ(Get(Exec(), field), "<NA>") << field;
  }
}

TEST_F(ExecFields, EachDescriptorIsReadFromItsOwnMembers) {
  const RecordBuilder exec = Exec()
                                 .Set("stdin_ino", 1)
                                 .Set("stdin_mode", S_IFIFO)
                                 .Set("stdout_ino", 2)
                                 .Set("stdout_mode", S_IFSOCK)
                                 .Set("stdout_family", AF_INET)
                                 .Set("stderr_ino", 3)
                                 .Set("stderr_mode", S_IFCHR)
                                 .Set("stderr_rdev", 136 << 8 | 2);
  EXPECT_EQ(Get(exec, "proc.stdin.type"), "pipe");
  EXPECT_EQ(Get(exec, "proc.stdout.type"), "ipv4");
  EXPECT_EQ(Get(exec, "proc.stderr.type"), "file");
  EXPECT_EQ(Get(exec, "proc.stdin.is_tty"), "false");
  EXPECT_EQ(Get(exec, "proc.stdout.is_tty"), "false");
  EXPECT_EQ(Get(exec, "proc.stderr.is_tty"), "true");
  EXPECT_EQ(Get(exec, "proc.stdout.ino"), "2");
}

TEST_F(ExecFields, TerminalsAreKnownByTheirNumbers) {
  struct Case {
    unsigned major, minor;
    const char* is_tty;
  };
  constexpr Case kCases[] = {
      {136, 0, "true"},  {143, 5, "true"},  {4, 1, "true"},     {4, 64, "true"},  {5, 0, "true"},
      {5, 1, "true"},    {5, 2, "false"},   {1, 3, "false"},    {229, 0, "true"}, {188, 0, "true"},
      {204, 64, "true"}, {144, 0, "false"}, {10, 200, "false"},
  };
  for (const Case& c : kCases) {
    const auto rdev = static_cast<uint32_t>(makedev(c.major, c.minor));
    EXPECT_EQ(Get(WithStdin(S_IFCHR | 0620, rdev), "proc.stdin.is_tty"), c.is_tty)
        << c.major << ":" << c.minor;
  }
  const auto terminal = static_cast<uint32_t>(makedev(136, 0));
  EXPECT_EQ(Get(WithStdin(S_IFREG, terminal), "proc.stdin.is_tty"), "false");
}

TEST_F(ExecFields, OneSocketForBothDirectionsIsTold) {
  RecordBuilder exec = WithStdin(S_IFSOCK, 0, AF_INET).Set("stdout_mode", S_IFSOCK);
  EXPECT_EQ(Get(exec.Set("stdout_ino", 7).Set("stdout_dev", 8), "proc.is_stdio_same"), "true");
  EXPECT_EQ(Get(exec.Set("stdout_dev", 9), "proc.is_stdio_same"), "false");
  EXPECT_EQ(Get(exec.Set("stdout_ino", 6).Set("stdout_dev", 8), "proc.is_stdio_same"), "false");
}

TEST_F(ExecFields, AScriptHasItsPath) {
  RecordBuilder exec = Exec()
                           .Set("exe_path", "/usr/bin/dash")
                           .Set("exe_requested", "./x/../run.sh")
                           .Set("cwd", "/opt");
  EXPECT_EQ(Get(exec, "proc.script"), "<NA>");
  EXPECT_EQ(Get(exec, "proc.is_script"), "false");
  EXPECT_EQ(Get(exec, "proc.exepath_requested"), "/opt/run.sh");
  exec.Set("exe_script", 1);
  EXPECT_EQ(Get(exec, "proc.script"), "/opt/run.sh");
  EXPECT_EQ(Get(exec, "proc.is_script"), "true");
  EXPECT_EQ(Get(exec.Set("exe_requested", "/srv/a.sh"), "proc.script"), "/srv/a.sh");
  EXPECT_EQ(Get(exec.Set("exe_requested", ""), "proc.exepath_requested"), "<NA>");
  EXPECT_EQ(Get(exec.Set("exe_requested", "a.sh").Set("cwd", ""), "proc.script"), "a.sh");
}

TEST_F(ExecFields, WhetherTheProgramIsALoaderMayBeUnknown) {
  EXPECT_EQ(Get(Exec(), "proc.is_exe_loader"), "<NA>");
  EXPECT_EQ(Get(Exec().Set("exe_loader", 1), "proc.is_exe_loader"), "false");
  EXPECT_EQ(Get(Exec().Set("exe_loader", 2), "proc.is_exe_loader"), "true");
}

}  // namespace
}  // namespace vedette
