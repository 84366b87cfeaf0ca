// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

struct Case {
  absl::string_view field, text;
};

void Check(TestHost& host, const RecordBuilder& record, std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(host.Get(record, c.field), c.text) << c.field;
}

RecordBuilder Exec() {
  return RecordBuilder(WIRE_process_exec).Set("exec_id", 5).Set("pid", 50).Set("comm", "ls");
}

// Of the process family, by the number of a system call on x86-64.
RecordBuilder ProcessAct(EventKind kind, int32_t syscall) {
  RecordBuilder record(kind);
  record.header().syscall = syscall;
  return record.Set("exec_id", 5).Set("pid", 50).Set("comm", "ls");
}

TEST(ProcessArguments, OfASignal) {
  TestHost host;
  host.Give(Exec());
  const RecordBuilder record =
      ProcessAct(WIRE_process_signal, 62).Set("target_pid", 50).Set("signal", 9).Set("result", -1);
  Check(host, record,
        {{"evt.type", "kill"},
         {"evt.arg.res", "EPERM"},
         {"evt.rawarg.res", "-1"},
         {"evt.arg.pid", "ls"},
         {"evt.rawarg.pid", "50"},
         {"evt.arg.sig", "SIGKILL"},
         {"evt.args", "res=-1(EPERM) pid=50(ls) sig=9(SIGKILL)"}});
}

TEST(ProcessArguments, OfNewCredentials) {
  TestHost host;
  const auto record = [](int32_t syscall) {
    return ProcessAct(WIRE_process_credentials, syscall)
        .Set("new_uid", 1)
        .Set("new_euid", 2)
        .Set("new_suid", 3)
        .Set("new_egid", 4)
        .Set("new_cap_permitted", 0x1ff)
        .Set("new_cap_effective", 1);
  };
  Check(host, record(117),  // setresuid
        {{"evt.rawarg.res", "0"},
         {"evt.rawarg.ruid", "1"},
         {"evt.rawarg.euid", "2"},
         {"evt.rawarg.suid", "3"},
         {"evt.rawarg.uid", "<NA>"}});
  Check(host, record(105), {{"evt.type", "setuid"}, {"evt.rawarg.uid", "2"}});
  Check(host, record(106), {{"evt.type", "setgid"}, {"evt.rawarg.gid", "4"}});
  Check(host, record(126), {{"evt.arg.cap_permitted", "1FF"}, {"evt.rawarg.cap_effective", "1"}});
}

TEST(ProcessArguments, OfNamespacesAndRoots) {
  TestHost host;
  Check(host, ProcessAct(WIRE_process_namespace, 272).Set("ns_flags", 0x10020000),
        {{"evt.type", "unshare"},
         {"evt.arg.flags", "CLONE_NEWNS|CLONE_NEWUSER"},
         {"evt.rawarg.flags", "268566528"}});
  Check(host, ProcessAct(WIRE_process_namespace, 308).Set("ns_flags", 0x40000000),
        {{"evt.type", "setns"}, {"evt.arg.nstype", "CLONE_NEWNET"}});
  Check(host, ProcessAct(WIRE_process_root, 161).Set("path", "/srv/jail"),
        {{"evt.type", "chroot"}, {"evt.arg.path", "/srv/jail"}});
}

TEST(ProcessArguments, OfPrctlTheSecondIsATextOrANumber) {
  TestHost host;
  Check(host, ProcessAct(WIRE_process_prctl, 157).Set("option", 15).Set("new_name", "kworker/0:1"),
        {{"evt.arg.option", "PR_SET_NAME"},
         {"evt.arg.arg2_str", "kworker/0:1"},
         {"evt.arg.arg2_int", "<NA>"}});
  Check(host, ProcessAct(WIRE_process_prctl, 157).Set("option", 38).Set("arg2", 1),
        {{"evt.arg.option", "PR_SET_NO_NEW_PRIVS"}, {"evt.rawarg.arg2_int", "1"}});
}

TEST(ProcessArguments, OfFailedExecsTracingAndCores) {
  TestHost host;
  Check(host, ProcessAct(WIRE_process_exec_failed, 59).Set("name", "/none").Set("result", -2),
        {{"evt.arg.res", "ENOENT"}, {"evt.arg.filename", "/none"}});
  Check(host, ProcessAct(WIRE_process_ptrace, 101).Set("target_pid", 7),
        {{"evt.type", "ptrace"}, {"evt.rawarg.pid", "7"}});
  Check(host, ProcessAct(WIRE_process_coredump, -1).Set("signal", 11),
        {{"evt.arg.sig", "SIGSEGV"}, {"evt.arg.dpid", "ls"}});
}

}  // namespace
}  // namespace vedette
