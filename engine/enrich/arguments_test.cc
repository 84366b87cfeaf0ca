// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/arguments.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <vector>

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

// Of a kind of the file family, by the number of a system call on x86-64.
RecordBuilder FileAct(EventKind kind, int32_t syscall) {
  RecordBuilder record(kind);
  record.header().syscall = syscall;
  return record.Set("exec_id", 5).Set("result", 0);
}
RecordBuilder Unlink() {
  return FileAct(WIRE_file_unlink, 263).Set("path", "/tmp/x").Set("mode", 040755);
}
RecordBuilder Rename() {
  return FileAct(WIRE_file_rename, 316)
      .Set("path", "/a")
      .Set("new_path", "/b")
      .Set("rename_flags", 2);
}
RecordBuilder Link() { return FileAct(WIRE_file_link, 86).Set("path", "/a").Set("new_path", "/b"); }
RecordBuilder Symlink() {
  return FileAct(WIRE_file_symlink, 266).Set("target", "../etc").Set("new_path", "/tmp/link");
}
RecordBuilder Mkdir() {
  return FileAct(WIRE_file_mkdir, 83).Set("path", "/tmp/d").Set("new_mode", 0755);
}
RecordBuilder Mknod() {
  return FileAct(WIRE_file_mknod, 133)
      .Set("path", "/tmp/n")
      .Set("new_mode", 020600)
      .Set("new_dev", 259);
}
RecordBuilder Chmod(int32_t syscall) {
  return FileAct(WIRE_file_chmod, syscall).Set("path", "/tmp/x").Set("new_mode", 04701);
}
RecordBuilder Chown(int32_t syscall) {
  return FileAct(WIRE_file_chown, syscall)
      .Set("path", "/tmp/x")
      .Set("new_uid", 12)
      .Set("new_gid", 0xffffffff);
}
RecordBuilder Mount() {
  return FileAct(WIRE_file_mount, 165)
      .Set("source", "/dev/sda1")
      .Set("path", "/mnt")
      .Set("fs_type", "ext4")
      .Set("mount_flags", 0x1003);
}
RecordBuilder Umount() {
  return FileAct(WIRE_file_umount, 166).Set("path", "/mnt").Set("umount_flags", 2);
}
RecordBuilder Mmap() {
  return FileAct(WIRE_file_mmap, 9).Set("path", "/lib/x.so").Set("prot", 5).Set("map_flags", 0x12);
}
RecordBuilder Mprotect() {
  return FileAct(WIRE_file_mprotect, 10)
      .Set("address", 0x20000000)
      .Set("length", 8192)
      .Set("prot", 5)
      .Set("result", -13);
}
RecordBuilder Bpf() { return RecordBuilder(WIRE_kernel_bpf).Set("command", 5); }
RecordBuilder Memfd() {
  return RecordBuilder(WIRE_kernel_memfd).Set("memfd_name", "hidden").Set("memfd_flags", 3);
}
RecordBuilder IoUring() {
  return RecordBuilder(WIRE_kernel_io_uring)
      .Set("sq_entries", 8)
      .Set("cq_entries", 16)
      .Set("setup_flags", 10);
}
RecordBuilder DeleteModule() {
  RecordBuilder record(WIRE_kernel_module);
  record.header().syscall = 176;  // On x86-64, like all of these.
  return record.Set("module_name", "dummy").Set("unload", 1);
}
RecordBuilder Call(int32_t number, uint64_t arg0 = 0, uint64_t arg1 = 0, uint64_t arg2 = 0,
                   uint64_t arg3 = 0) {
  RecordBuilder record(WIRE_system_call);
  record.header().syscall = number;
  return record.Set("arg0", arg0)
      .Set("arg1", arg1)
      .Set("arg2", arg2)
      .Set("arg3", arg3)
      .Set("result", -1);
}
constexpr int32_t kKeyctl = 250, kSeccomp = 317, kUserfaultfd = 323, kIoUringRegister = 427,
                  kFsconfig = 431, kPidfdOpen = 434;

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

#if defined(__x86_64__)
TEST(Arguments, OfNames) {
  TestHost host;
  host.Give(Exec());
  Check(host, Unlink(),
        {{"evt.type", "unlinkat"},
         {"evt.arg.res", "0"},
         {"evt.arg.name", "/tmp/x"},
         {"evt.arg.flags", "AT_REMOVEDIR"},
         {"evt.arg.path", "<NA>"}});
  Check(host, Rename(),
        {{"evt.arg.oldpath", "/a"},
         {"evt.arg.newpath", "/b"},
         {"evt.arg.flags", "RENAME_EXCHANGE"},
         {"evt.args", "res=0 oldpath=/a newpath=/b flags=2(RENAME_EXCHANGE)"}});
  Check(host, Link(), {{"evt.arg.oldpath", "/a"}, {"evt.arg.newpath", "/b"}});
  Check(host, Symlink(), {{"evt.arg.target", "../etc"}, {"evt.arg.linkpath", "/tmp/link"}});
  Check(host, Mkdir(),
        {{"evt.arg.path", "/tmp/d"}, {"evt.arg.mode", "1ED"}, {"evt.rawarg.mode", "493"}});
  Check(host, Mknod(),
        {{"evt.arg.mode", "S_IWUSR|S_IRUSR|S_IFCHR"},
         {"evt.arg.dev", "259"},
         {"evt.rawarg.dev", "259"}});
}

TEST(Arguments, OfANameInUserMemoryAreMadeAbsolute) {
  TestHost host;
  host.Give(Exec());
  RecordBuilder unlink = Unlink();
  unlink.header().flags = WIRE_FLAG_LOOSE_PATH | WIRE_FLAG_USER_PATH;
  Check(host, unlink.Set("path", "../ann/./x"),
        {{"evt.arg.name", "/home/ann/x"}, {"evt.rawarg.name", "../ann/./x"}});
}

TEST(Arguments, OfPermissionsAndOwners) {
  TestHost host;
  host.Give(Exec());
  Check(host, Chmod(90),
        {{"evt.arg.filename", "/tmp/x"},
         {"evt.arg.mode", "S_IXOTH|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID"},
         {"evt.rawarg.mode", "2497"},
         {"evt.arg.fd", "<NA>"}});
  Check(host, Chmod(91), {{"evt.arg.fd", "<f>/tmp/x"}, {"evt.arg.filename", "<NA>"}});
  Check(host, Chown(92),
        {{"evt.arg.path", "/tmp/x"}, {"evt.arg.uid", "12"}, {"evt.rawarg.gid", "4294967295"}});
  Check(host, Chown(260), {{"evt.arg.pathname", "/tmp/x"}, {"evt.arg.path", "<NA>"}});
}

TEST(Arguments, OfMountsAndMemory) {
  TestHost host;
  host.Give(Exec());
  Check(host, Mount(),
        {{"evt.arg.dev", "/dev/sda1"},
         {"evt.arg.dir", "/mnt"},
         {"evt.arg.type", "ext4"},
         {"evt.arg.flags", "RDONLY|NOSUID|BIND"},
         {"evt.rawarg.flags", "4099"}});
  Check(host, Umount(), {{"evt.arg.name", "/mnt"}, {"evt.arg.flags", "DETACH"}});
  Check(host, Mmap(),
        {{"evt.arg.prot", "PROT_READ|PROT_EXEC"},
         {"evt.arg.flags", "MAP_PRIVATE|MAP_FIXED"},
         {"evt.arg.fd", "<f>/lib/x.so"}});
  Check(host, Mprotect(),
        {{"evt.arg.res", "EACCES"},
         {"evt.arg.addr", "20000000"},
         {"evt.arg.length", "8192"},
         {"evt.arg.prot", "PROT_READ|PROT_EXEC"}});
}

TEST(Arguments, OfWhatChangesTheKernel) {
  TestHost host;
  host.Give(Exec());
  Check(host, Bpf(),
        {{"evt.type", "bpf"}, {"evt.arg.cmd", "BPF_PROG_LOAD"}, {"evt.rawarg.cmd", "5"}});
  Check(host, Memfd(),
        {{"evt.arg.name", "hidden"},
         {"evt.arg.flags", "MFD_CLOEXEC|MFD_ALLOW_SEALING"},
         {"evt.rawarg.flags", "3"}});
  Check(host, IoUring(),
        {{"evt.arg.res", "0"},
         {"evt.arg.sq_entries", "8"},
         {"evt.arg.cq_entries", "16"},
         {"evt.arg.flags", "IORING_SETUP_SQPOLL|IORING_SETUP_CQSIZE"}});
  Check(host, DeleteModule(), {{"evt.type", "delete_module"}, {"evt.arg.name", "dummy"}});
}

TEST(Arguments, OfCallsThatNoHookCovers) {
  TestHost host;
  host.Give(Exec());
  Check(host, Call(kSeccomp, 1, 2),
        {{"evt.type", "seccomp"},
         {"evt.arg.res", "EPERM"},
         {"evt.arg.op", "1"},
         {"evt.arg.flags", "2"},
         {"evt.arg.fd", "<NA>"}});
  Check(host, Call(kUserfaultfd, 1), {{"evt.arg.flags", "1"}, {"evt.arg.op", "<NA>"}});
  Check(host, Call(kKeyctl, 11), {{"evt.arg.operation", "KEYCTL_READ"}});
  Check(host, Call(kIoUringRegister, 7, 9, 4096, 3),
        {{"evt.arg.fd", "7"},
         {"evt.arg.opcode", "9"},
         {"evt.arg.arg", "1000"},
         {"evt.rawarg.arg", "4096"},
         {"evt.arg.nr_args", "3"}});
  Check(host, Call(kPidfdOpen, 50, 2048), {{"evt.rawarg.pid", "50"}, {"evt.arg.flags", "2048"}});
  Check(host, Call(kFsconfig, 4, 6), {{"evt.arg.fd", "4"}, {"evt.arg.cmd", "6"}});
}
#endif
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
// Of the process family, by the number of a system call on x86-64.
RecordBuilder ProcessAct(EventKind kind, int32_t syscall) {
  RecordBuilder record(kind);
  record.header().syscall = syscall;
  return record.Set("exec_id", 5).Set("pid", 50);
}

std::vector<RecordBuilder> RecordsWithArguments() {
  RecordBuilder by_handle = Open();
  by_handle.header().syscall = 304;  // open_by_handle_at on x86-64
  return {Open(),
          by_handle,
          Exec(),
          Fork(),
          Exit(),
          Connect(),
          Unlink(),
          FileAct(WIRE_file_unlink, 87).Set("path", "/a"),
          Rename(),
          Link(),
          Symlink(),
          Mkdir(),
          Mknod(),
          Chmod(90),
          Chmod(91),
          Chown(92),
          Chown(93),
          Chown(260),
          Mount(),
          Umount(),
          Mmap(),
          Mprotect(),
          Bpf(),
          Memfd(),
          IoUring(),
          DeleteModule(),
          Call(kSeccomp),
          Call(kUserfaultfd),
          Call(kKeyctl),
          Call(kIoUringRegister),
          Call(kPidfdOpen),
          Call(kFsconfig),
          SocketPair(),
          Served(WIRE_network_socket),
          Served(WIRE_network_bind),
          Served(WIRE_network_listen),
          WithPeer(WIRE_network_accept),
          WithPeer(WIRE_network_send),
          WithPeer(WIRE_network_receive),
          ProcessAct(WIRE_process_exec_failed, 59).Set("name", "/none"),
          ProcessAct(WIRE_process_credentials, 117),  // setresuid
          ProcessAct(WIRE_process_credentials, 119),  // setresgid
          ProcessAct(WIRE_process_credentials, 105),  // setuid
          ProcessAct(WIRE_process_credentials, 106),  // setgid
          ProcessAct(WIRE_process_credentials, 126),  // capset
          ProcessAct(WIRE_process_namespace, 308),    // setns
          ProcessAct(WIRE_process_namespace, 272),    // unshare
          ProcessAct(WIRE_process_root, 161).Set("path", "/srv"),
          ProcessAct(WIRE_process_prctl, 157).Set("new_name", "x"),
          ProcessAct(WIRE_process_ptrace, 101).Set("target_pid", 7).Set("traceme", 1),
          ProcessAct(WIRE_process_signal, 62).Set("target_pid", 7),
          ProcessAct(WIRE_process_coredump, -1)};
}

// Every row of arguments.h that claims a kind has a value for it, and no other has one.
TEST(Arguments, AreSuppliedForTheKindsThatTheSchemaSays) {
  TestHost host;
  host.Give(Exec());
  const std::vector<RecordBuilder> records = RecordsWithArguments();
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
