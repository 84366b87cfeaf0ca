// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

// systemd (1) -> nginx (2) -> sh (3, now called "renamed") -> nc (4)
class ProcFields : public testing::Test {
 protected:
  ProcFields() {
    Give(1, 0, {"/sbin/init"}, "systemd", "/usr/lib/systemd/systemd");
    Give(2, 1, {"nginx: master", "-g", "daemon off;"}, "nginx", "/usr/sbin/nginx");
    Give(3, 2, {"sh", "-c", "nc -l"}, "sh", "/bin/dash");
    Give(4, 3, {"nc", "-l", "", "4444"}, "nc", "/bin/nc");
  }

  void Give(uint64_t exec_id, uint64_t parent, const std::vector<std::string>& arguments,
            absl::string_view comm, absl::string_view exe_path) {
    host_.Give(RecordBuilder(WIRE_process_exec)
                   .Set("exec_id", exec_id)
                   .Set("pid", exec_id * 10)
                   .Set("start_ns", exec_id * 1000)
                   .Set("comm", comm)
                   .Set("parent_exec_id", parent)
                   .Set("sid", 20)
                   .Set("cap_effective", exec_id)
                   .Set("exe_path", exe_path)
                   .SetTruncated("exe_path")
                   .SetArguments("args", arguments)
                   .SetArguments("env", {"A=1", "AB=x=y", "EMPTY="}));
  }

  std::string Get(uint64_t exec_id, absl::string_view comm, absl::string_view field) {
    return host_.Get(RecordBuilder(WIRE_file_open)
                         .Set("exec_id", exec_id)
                         .Set("comm", comm)
                         .Set("pid", exec_id * 10)
                         .Set("tid", exec_id * 10)
                         .Set("time_ns", 10'000),
                     field);
  }

  TestHost host_;
};

struct Case {
  absl::string_view field, text;
};

TEST_F(ProcFields, OfAProcessWithAncestors) {
  constexpr Case kCases[] = {
      {"proc.name", "nc"},
      {"proc.exe", "nc"},
      {"proc.exepath", "/bin/nc"},
      {"proc.args", "-l  4444"},
      {"proc.args[0]", "-l"},
      {"proc.args[2]", "4444"},
      {"proc.args[3]", "<NA>"},
      {"proc.cmdline", "nc -l  4444"},
      {"proc.exeline", "nc -l  4444"},
      {"proc.cmdnargs", "3"},
      {"proc.cmdlenargs", "6"},
      {"proc.env", "A=1 AB=x=y EMPTY="},
      {"proc.env[A]", "1"},
      {"proc.env[AB]", "x=y"},
      {"proc.env[B]", "<NA>"},
      {"proc.pname", "sh"},
      {"proc.pexe", "sh"},
      {"proc.pexepath", "/bin/dash"},
      {"proc.pcmdline", "sh -c nc -l"},
      {"proc.aname", "sh,nginx,systemd"},
      {"proc.aname[0]", "nc"},
      {"proc.aname[1]", "sh"},
      {"proc.aname[3]", "systemd"},
      {"proc.aname[4]", "<NA>"},
      {"proc.apid", "30,20,10"},
      {"proc.apid[2]", "20"},
      {"proc.aexe[2]", "nginx: master"},
      {"proc.aexepath[2]", "/usr/sbin/nginx"},
      {"proc.acmdline[2]", "nginx -g daemon off;"},
      {"proc.lineage.name", "sh,nginx,systemd"},
      {"proc.sname", "nginx"},
      {"proc.is_sid_leader", "false"},
      {"proc.duration", "6000"},
      {"proc.ppid.duration", "7000"},
      {"thread.ismain", "true"},
      {"thread.cap_effective", "CAP_DAC_READ_SEARCH"},
      {"thread.cap_permitted", "<NA>"},
      {"proc.exepath_truncated", "true"},
      {"proc.args_truncated", "false"},
  };
  for (const Case& test : kCases) EXPECT_EQ(Get(4, "nc", test.field), test.text) << test.field;
}

TEST_F(ProcFields, TheProcessItselfGoesByItsNameOfNow) {
  EXPECT_EQ(Get(3, "renamed", "proc.name"), "renamed");
  EXPECT_EQ(Get(3, "renamed", "proc.cmdline"), "renamed -c nc -l");
  EXPECT_EQ(Get(3, "renamed", "proc.aname[0]"), "renamed");
  EXPECT_EQ(Get(4, "nc", "proc.pname"), "sh");
  EXPECT_EQ(Get(2, "worker", "proc.sname"), "worker");
  EXPECT_EQ(Get(2, "worker", "proc.is_sid_leader"), "true");
}

TEST_F(ProcFields, UnknownProcessHasItsNameAndNothingElse) {
  EXPECT_EQ(Get(99, "ghost", "proc.name"), "ghost");
  for (const absl::string_view field :
       {"proc.exe", "proc.cmdline", "proc.args", "proc.cmdnargs", "proc.pname", "proc.aname",
        "proc.aname[0]", "proc.lineage.name", "proc.sname", "proc.duration", "proc.exepath",
        "thread.cap_effective"}) {
    EXPECT_EQ(Get(99, "ghost", field), "<NA>") << field;
  }
}

TEST_F(ProcFields, ProcessWithoutAncestors) {
  EXPECT_EQ(Get(1, "systemd", "proc.aname"), "<NA>");
  EXPECT_EQ(Get(1, "systemd", "proc.pname"), "<NA>");
  EXPECT_EQ(Get(1, "systemd", "proc.cmdline"), "systemd");
  EXPECT_EQ(Get(1, "systemd", "proc.cmdnargs"), "0");
}

// What a shell writes and then runs in its own place would else be older than everything.
TEST_F(ProcFields, AChangeAfterTheStartIsNoTimeBeforeIt) {
  host_.Give(RecordBuilder(WIRE_process_exec)
                 .Set("exec_id", 7)
                 .Set("pid", 70)
                 .Set("start_ns", 7000)
                 .Set("exe_ctime_ns", 4'000'000'000'000'000'000)
                 .Set("exe_path", "/tmp/x"));
  EXPECT_EQ(Get(7, "x", "proc.exe_ino.ctime_duration_proc_start"), "0");
}

}  // namespace
}  // namespace vedette
