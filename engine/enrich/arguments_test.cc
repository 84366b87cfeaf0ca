// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/arguments.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

constexpr int32_t kNone = -1;

RecordBuilder Exec() {
  return RecordBuilder(WIRE_process_exec)
      .Set("exec_id", 5)
      .Set("pid", 50)
      .Set("tid", 50)
      .Set("vpid", 50)
      .Set("uid", 1000)
      .Set("gid", 7)
      .Set("comm", "ls")
      .Set("parent_pid", 40)
      .Set("pgid", 50)
      .Set("login_uid", -1)
      .Set("tty", 34816)
      .Set("cap_effective", 0x1ff)
      .Set("cap_permitted", 1)
      .Set("cap_inheritable", 1)
      .Set("exe_ino", 99)
      .Set("exe_ctime_ns", 1'714'564'800'000'000'000)
      .Set("exe_mtime_ns", 1'714'564'800'000'000'000)
      .Set("cwd", "/home/ann")
      .Set("exe_path", "/usr/bin/ls")
      .Set("exe_requested", "/bin/ls")
      .SetArguments("env", {"A=1", "B=2"})
      .SetArguments("args", {"ls", "-l", "a b"});
}

RecordBuilder Open() {
  RecordBuilder record(WIRE_file_open);
  record.header().syscall = kNone;  // openat2
  return record.Set("exec_id", 5)
      .Set("result", 3)
      .Set("name", "../ann/x")
      .Set("path", "/home/ann/x")
      .Set("mode", 0100644)
      .Set("flags", O_RDWR | O_CREAT)
      .Set("create_mode", 0644)
      .Set("dev", 0x803)
      .Set("ino", 12);
}

RecordBuilder Fork() {
  return RecordBuilder(WIRE_process_fork)
      .Set("exec_id", 5)
      .Set("pid", 50)
      .Set("tid", 50)
      .Set("comm", "ls")
      .Set("child_pid", 51);
}

RecordBuilder Exit() {
  return RecordBuilder(WIRE_process_exit).Set("status", 2).Set("signal", 9).Set("core_dumped", 1);
}

RecordBuilder Connect() {
  return RecordBuilder(WIRE_network_connect)
      .Set("remote_address", "10.0.0.2")
      .Set("remote_port", 443)
      .Set("local_address", "10.0.0.1")
      .Set("local_port", 40000)
      .Set("result", -111);
}

struct Case {
  absl::string_view field, text;
};

void Check(TestHost& host, const RecordBuilder& record, std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(host.Get(record, c.field), c.text) << c.field;
}

TEST(Arguments, OfAnOpen) {
  TestHost host;
  host.Give(Exec());
  Check(host, Open(),
        {{"evt.arg.fd", "<f>/home/ann/x"},
         {"evt.rawarg.fd", "3"},
         {"evt.arg.name", "/home/ann/x"},
         {"evt.rawarg.name", "../ann/x"},
         {"evt.arg[name]", "/home/ann/x"},
         {"evt.arg.flags", "O_RDWR|O_CREAT"},
         {"evt.arg.mode", "0644"},
         {"evt.rawarg.mode", "420"},
         {"evt.arg.dev", "803"},
         {"evt.rawarg.ino", "12"},
         {"evt.arg[0]", "<f>/home/ann/x"},
         {"evt.arg[3]", "O_RDWR|O_CREAT"},
         {"evt.arg[1]", "<NA>"},  // dirfd
         {"evt.arg[99]", "<NA>"},
         {"evt.arg.res", "<NA>"},
         {"evt.arg.path", "<NA>"},  // Of open_by_handle_at only.
         {"evt.arg.resolve", "<NA>"}});
  Check(host, Open().Set("result", -2).Set("path", ""),
        {{"evt.arg.fd", "ENOENT"}, {"evt.rawarg.fd", "-2"}, {"evt.arg.ino", "<NA>"}});
  EXPECT_EQ(host.Get(Open(), "evt.args"),
            absl::StrCat("fd=3(<f>/home/ann/x) name=../ann/x(/home/ann/x) flags=", O_RDWR | O_CREAT,
                         "(O_RDWR|O_CREAT) mode=0644 dev=803 ino=12"));
  EXPECT_EQ(host.Get(Open(), "evt.info"), host.Get(Open(), "evt.args"));
}

TEST(Arguments, OfAnExec) {
  TestHost host;
  host.Give(Exec());
  host.Give(RecordBuilder(WIRE_process_exec).Set("exec_id", 4).Set("pid", 40).Set("comm", "sh"));
  Check(host, Exec(),
        {{"evt.arg.res", "0"},
         {"evt.rawarg.res", "0"},
         {"evt.arg.exe", "ls"},
         {"evt.arg.args", "-l.a b."},
         {"evt.arg.env", "A=1.B=2."},
         {"evt.arg.pid", "ls"},
         {"evt.rawarg.pid", "50"},
         {"evt.arg.ptid", "sh"},
         {"evt.rawarg.ptid", "40"},
         {"evt.arg.cwd", "/home/ann"},
         {"evt.arg.comm", "ls"},
         {"evt.arg.uid", "ann"},
         {"evt.rawarg.uid", "1000"},
         {"evt.arg.gid", "ops"},
         {"evt.arg.loginuid", "-1"},
         {"evt.rawarg.loginuid", "4294967295"},
         {"evt.arg.tty", "34816"},
         {"evt.arg.vpgid", "50"},
         {"evt.arg.cap_effective", "1FF"},
         {"evt.rawarg.cap_effective", "511"},
         {"evt.arg.exe_ino", "99"},
         {"evt.arg.exe_ino_ctime", "2024-05-01 12:00:00.000000000"},
         {"evt.arg.trusted_exepath", "/usr/bin/ls"},
         {"evt.arg.filename", "/bin/ls"},
         {"evt.arg.fdlimit", "<NA>"}});
}

TEST(Arguments, OfAForkAnExitAndAConnect) {
  TestHost host;
  host.Give(Exec());
  Check(host, Fork(),
        {{"evt.rawarg.res", "51"},
         {"evt.arg.res", "51"},
         {"evt.arg.exe", "ls"},
         {"evt.arg.uid", "0"},
         {"evt.rawarg.vtid", "50"},
         {"evt.arg.tty", "<NA>"}});
  Check(host, Exit(),
        {{"evt.rawarg.status", "649"},  // 2 << 8 | 0x80 | 9
         {"evt.rawarg.ret", "2"},
         {"evt.arg.sig", "SIGKILL"},
         {"evt.rawarg.sig", "9"},
         {"evt.arg.core", "1"},
         {"evt.args", "status=649 ret=2 sig=9(SIGKILL) core=1"}});
  Check(host, Connect(),
        {{"evt.arg.res", "ECONNREFUSED"},
         {"evt.rawarg.res", "-111"},
         {"evt.arg.tuple", "10.0.0.1:40000->10.0.0.2:443"},
         {"evt.arg.addr", "10.0.0.2:443"},
         {"evt.arg.fd", "<NA>"}});
}

RecordBuilder SocketPair() {
  RecordBuilder record(WIRE_network_socket);
  record.header().syscall = 53;  // On x86-64.
  return record.Set("family", 1).Set("socket_type", 2);
}

// Of any other network kind: an own side that listens at 443, and a peer where there is one.
RecordBuilder Served(EventKind kind) {
  RecordBuilder record(kind);
  record.header().syscall = kNone;
  record.Set("local_address", "10.0.0.1").Set("local_port", 443).Set("socket_type", 1);
  return record.Set("family", 2).Set("protocol", 6);
}
RecordBuilder WithPeer(EventKind kind) {
  return Served(kind).Set("remote_address", "10.0.0.2").Set("remote_port", 40000);
}

TEST(Arguments, OfSockets) {
  TestHost host;
  Check(host, Served(WIRE_network_socket),
        {{"evt.arg.domain", "AF_INET"},
         {"evt.rawarg.domain", "2"},
         {"evt.arg.type", "1"},
         {"evt.arg.proto", "6"},
         {"evt.arg.res", "<NA>"},
         {"evt.args", "domain=2(AF_INET) type=1 proto=6"}});
  Check(host, Served(WIRE_network_bind).Set("result", -98),
        {{"evt.arg.res", "EADDRINUSE"}, {"evt.arg.addr", "10.0.0.1:443"}});
  Check(host, RecordBuilder(WIRE_network_bind).Set("family", 1).Set("unix_path", "/run/x"),
        {{"evt.arg.addr", "/run/x"}});
  Check(host, Served(WIRE_network_listen).Set("backlog", 128),
        {{"evt.arg.backlog", "128"}, {"evt.rawarg.backlog", "128"}, {"evt.arg.res", "0"}});
  Check(host, WithPeer(WIRE_network_accept),
        {{"evt.arg.tuple", "10.0.0.2:40000->10.0.0.1:443"}, {"evt.arg.queuepct", "<NA>"}});
  Check(host, WithPeer(WIRE_network_send).Set("bytes", 27),
        {{"evt.arg.size", "27"}, {"evt.arg.tuple", "10.0.0.2:40000->10.0.0.1:443"}});
  Check(host, WithPeer(WIRE_network_receive).Set("bytes", 28), {{"evt.rawarg.size", "28"}});
}

// Every row of arguments.h that claims a kind has a value for it, and no other has one.
TEST(Arguments, AreSuppliedForTheKindsThatTheSchemaSays) {
  TestHost host;
  host.Give(Exec());
  RecordBuilder by_handle = Open();
  by_handle.header().syscall = 304;  // open_by_handle_at on x86-64
  const RecordBuilder records[] = {Open(),
                                   by_handle,
                                   Exec(),
                                   Fork(),
                                   Exit(),
                                   Connect(),
                                   SocketPair(),
                                   Served(WIRE_network_socket),
                                   Served(WIRE_network_bind),
                                   Served(WIRE_network_listen),
                                   WithPeer(WIRE_network_accept),
                                   WithPeer(WIRE_network_send),
                                   WithPeer(WIRE_network_receive)};
  for (const Field& field : Fields()) {
    const bool argument =
        field.source == FieldSource::kArgument && field.argument == FieldArgument::kNoArgument;
    if (!argument) continue;
    KindSet found = 0;
    for (const RecordBuilder& record : records) {
      const Event event = host.MakeEvent(record);
      Values values;
      GetField(event, TestField(field.name), values);
      if (!values.empty()) found |= KindBit(event.view.kind());
    }
#if defined(__x86_64__)
    EXPECT_EQ(found, field.kinds) << field.name;
#endif
  }
}

}  // namespace
}  // namespace vedette
