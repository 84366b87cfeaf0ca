// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

RecordBuilder Exec(uint64_t id, uint64_t parent, absl::string_view comm) {
  return RecordBuilder(WIRE_process_exec)
      .Set("exec_id", id)
      .Set("parent_exec_id", parent)
      .Set("pid", id * 10)
      .Set("vpid", id * 10)
      .Set("comm", comm)
      .Set("sid", 20)
      .Set("pgid", 30)
      .Set("exe_path", absl::StrCat("/bin/", comm))
      .SetArguments("args", {absl::StrCat("./", comm), "-x"});
}

struct Case {
  absl::string_view field, text;
};

TEST(LeaderFields, OfAProgramInAPipe) {
  TestHost host;
  host.Give(Exec(1, 0, "systemd").Set("sid", 10).Set("pgid", 10));
  host.Give(Exec(2, 1, "zsh").Set("pgid", 20));
  host.Give(Exec(3, 2, "make"));
  host.Give(Exec(4, 3, "cc"));
  const auto record =
      RecordBuilder(WIRE_file_open).Set("exec_id", 4).Set("pid", 40).Set("comm", "cc");
  constexpr Case kCases[] = {
      {"proc.sname", "zsh"},
      {"proc.sid.exe", "./zsh"},
      {"proc.sid.exepath", "/bin/zsh"},
      {"proc.pgid.name", "make"},
      {"proc.pgid.exe", "./make"},
      {"proc.pgid.exepath", "/bin/make"},
      {"proc.vpgid", "30"},
      {"proc.vpgid.name", "make"},
      {"proc.vpgid.exe", "./make"},
      {"proc.vpgid.exepath", "/bin/make"},
      {"proc.is_pgid_leader", "false"},
      {"proc.is_vpgid_leader", "false"},
      {"proc.is_sid_leader", "false"},
      {"proc.loginshellid", "20"},
      {"proc.pvpid", "30"},
      {"proc.aargs", "-x,-x,-x"},
      {"proc.aargs[2]", "-x"},
  };
  for (const Case& test : kCases) EXPECT_EQ(host.Get(record, test.field), test.text) << test.field;
  const auto leader =
      RecordBuilder(WIRE_file_open).Set("exec_id", 3).Set("pid", 30).Set("comm", "renamed");
  EXPECT_EQ(host.Get(leader, "proc.is_pgid_leader"), "true");
  EXPECT_EQ(host.Get(leader, "proc.pgid.name"), "renamed");
}

// The leader has gone: the farthest ancestor that is still in the session stands for it.
TEST(LeaderFields, OfASessionWhoseLeaderHasGone) {
  TestHost host;
  host.Give(Exec(1, 0, "systemd").Set("sid", 10));
  host.Give(Exec(3, 1, "make").Set("sid", 99));
  host.Give(Exec(4, 3, "cc").Set("sid", 99));
  const auto record = RecordBuilder(WIRE_file_open).Set("exec_id", 4).Set("pid", 40);
  EXPECT_EQ(host.Get(record, "proc.sname"), "make");
  EXPECT_EQ(host.Get(record, "proc.sid.exepath"), "/bin/make");
}

// Inside of a pid namespace the group's number is that of its leader there.
TEST(LeaderFields, VirtualGroups) {
  TestHost host;
  host.Give(Exec(3, 0, "sh").Set("vpid", 1));
  host.Give(Exec(4, 3, "cc").Set("vpid", 7));
  host.Give(Exec(5, 3, "ld").Set("vpid", 8).Set("pgid", 777));
  const auto of = [](uint64_t id) {
    return RecordBuilder(WIRE_file_open).Set("exec_id", id).Set("pid", id * 10);
  };
  EXPECT_EQ(host.Get(of(4), "proc.vpgid"), "1");
  EXPECT_EQ(host.Get(of(3), "proc.vpgid"), "1");
  EXPECT_EQ(host.Get(of(5), "proc.vpgid"), "<NA>");  // Its leader has gone.
  EXPECT_EQ(host.Get(of(9), "proc.vpgid"), "<NA>");
  EXPECT_EQ(host.Get(of(9), "proc.loginshellid"), "<NA>");
}

}  // namespace
}  // namespace vedette
