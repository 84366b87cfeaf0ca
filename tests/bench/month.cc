// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/month.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

constexpr uint64_t kSecondNs = 1'000'000'000;

struct Program {
  const char* comm;
  const char* exe;
  std::vector<std::string> folders;
  uint32_t uid;
};

const std::vector<Program>& Programs() {
  static const auto* const programs = new std::vector<Program>{
      {"bash", "/usr/bin/bash", {"/etc", "/home/ann", "/usr/bin"}, 1000},
      {"cc1plus",
       "/usr/lib/gcc/x86_64-linux-gnu/12/cc1plus",
       {"/usr/include/c++/12", "/home/ann/code/src"},
       1000},
      {"ld", "/usr/bin/ld", {"/usr/lib/x86_64-linux-gnu", "/home/ann/code/build"}, 1000},
      {"make", "/usr/bin/make", {"/home/ann/code", "/home/ann/code/src"}, 1000},
      {"git", "/usr/bin/git", {"/home/ann/code/.git/objects", "/home/ann/code"}, 1000},
      {"nginx", "/usr/sbin/nginx", {"/var/www/html", "/var/log/nginx"}, 33},
      {"php-fpm8.2", "/usr/sbin/php-fpm8.2", {"/var/www/html", "/var/lib/php/sessions"}, 33},
      {"postgres",
       "/usr/lib/postgresql/15/bin/postgres",
       {"/var/lib/postgresql/15/main/base", "/run/postgresql"},
       110},
      {"cron", "/usr/sbin/cron", {"/etc/cron.d", "/etc"}, 0},
      {"sshd", "/usr/sbin/sshd", {"/etc/ssh", "/etc"}, 0},
      {"python3", "/usr/bin/python3.11", {"/usr/lib/python3.11", "/srv/app"}, 1001},
      {"sed", "/usr/bin/sed", {"/tmp", "/home/ann/code"}, 1000},
      {"apt-get", "/usr/bin/apt-get", {"/var/lib/apt/lists", "/var/cache/apt/archives"}, 0},
      {"logrotate", "/usr/sbin/logrotate", {"/var/log", "/etc/logrotate.d"}, 0},
  };
  return *programs;
}

struct Running {
  uint64_t exec_id = 0, parent = 0;
  uint32_t pid = 0, parent_pid = 0;
  size_t program = 0;
  uint64_t start_ns = 0;
};

class Month {
 public:
  using Each = std::function<void(absl::Span<const std::byte>, uint64_t)>;
  Month(uint64_t count, const Each& each) : count_(count), each_(each) {}

  void Make() {
    for (size_t i = 0; i < Programs().size(); ++i) Start(i, nullptr);
    while (made_ < count_) Step();
  }

 private:
  // So that few things are frequent and many are rare.
  size_t Skewed(size_t size) {
    const double part = std::pow(Unit(), 3);
    return std::min(size - 1, static_cast<size_t>(part * static_cast<double>(size)));
  }
  double Unit() { return static_cast<double>(random_() % (1 << 24)) / (1 << 24); }
  bool OneOf(uint64_t n) { return random_() % n == 0; }

  // Most happens in the ten hours of a working day.
  void Advance() {
    const double even = static_cast<double>(kMonthSeconds) * 1e9 / static_cast<double>(count_);
    const uint64_t hour = now_ns_ / kSecondNs / 3600 % 24;
    const bool busy = hour >= 8 && hour < 18;
    now_ns_ += static_cast<uint64_t>(even * (busy ? 0.6 : 1.2857) * 2 * Unit());
  }

  void Emit(RecordBuilder& record, const Running& who) {
    Advance();
    const uint64_t cpu = random_() % 4;
    const Program& program = Programs()[who.program];
    record.Set("time_ns", now_ns_)
        .Set("sequence", ++sequence_[cpu])
        .Set("exec_id", who.exec_id)
        .Set("cgroup_id", 4000 + who.program)
        .Set("pid", who.pid)
        .Set("tid", who.pid)
        .Set("uid", program.uid)
        .Set("gid", program.uid)
        .Set("cpu", cpu)
        .Set("comm", program.comm);
    record.header().lane = WIRE_LANE_BULK;
    const RecordBytes bytes = record.Build();
    each_(bytes, now_ns_);
    ++made_;
  }

  uint64_t NewIdentity() { return ++identities_ * uint64_t{0x9e3779b97f4a7c15} >> 1; }

  // A fork, and the exec of the program, by `parent`.
  void Start(size_t program_index, const Running* parent) {
    const Program& program = Programs()[program_index];
    Running child;
    child.program = program_index;
    child.pid = next_pid_ = next_pid_ % 4'000'000 + 300;
    child.start_ns = now_ns_;
    if (parent != nullptr) {
      child.parent = parent->exec_id;
      child.parent_pid = parent->pid;
      const uint64_t forked = NewIdentity();
      RecordBuilder fork(WIRE_process_fork);
      fork.Set("child_exec_id", forked)
          .Set("child_parent_exec_id", parent->exec_id)
          .Set("child_pid", child.pid)
          .Set("child_start_ns", now_ns_)
          .Set("syscall", 56);
      Emit(fork, *parent);
      child.exec_id = forked;
      if (OneOf(5)) {  // Workers fork and run on.
        child.program = parent->program;
        running_.push_back(child);
        return;
      }
    }
    const uint64_t before = child.exec_id;
    child.exec_id = NewIdentity();
    std::vector<std::string> arguments = {program.comm};
    for (size_t i = random_() % 5; i > 0; --i) arguments.push_back(Argument(program));
    const bool odd = OneOf(20'000);
    const std::string exe = !odd       ? program.exe
                            : OneOf(2) ? absl::StrCat("/tmp/.x", random_() % 50)
                                       : std::string("/memfd:run (deleted)");
    RecordBuilder exec(WIRE_process_exec);
    exec.Set("parent_exec_id", child.parent)
        .Set("previous_exec_id", before)
        .Set("parent_pid", child.parent_pid)
        .Set("start_ns", child.start_ns)
        .Set("exe_ino", 1'000'000 + program_index)
        .Set("exe_dev", 2049)
        .Set("exe_mode", 0100755)
        .Set("exe_links", odd ? 0 : 1)
        .Set("login_uid", program.uid == 1000 ? 1000 : -1)
        .Set("login_session", program.uid == 1000 ? 1 + now_ns_ / kSecondNs / 86400 : 0)
        .Set("sid", child.parent_pid)
        .Set("pgid", child.pid)
        .Set("vpid", child.pid)
        .Set("mnt_ns", 4026531841)
        .Set("syscall", 59)
        .Set("exe_path", exe)
        .Set("exe_requested", exe)
        .SetArguments("args", arguments)
        .Set("cwd", program.folders[0])
        .Set("cgroup", absl::StrCat("/system.slice/", program.comm, ".service"));
    Emit(exec, child);
    running_.push_back(child);
  }

  std::string Argument(const Program& program) {
    if (OneOf(3)) return Path(program);
    static const char* const kOptions[] = {"-O2", "-c", "-g", "--no-pager", "-std=c++20", "-q"};
    return OneOf(12) ? absl::StrCat("--id=", random_() % 1'000'000) : kOptions[random_() % 6];
  }

  std::string Path(const Program& program) {
    const std::string& folder = program.folders[Skewed(program.folders.size())];
    return absl::StrCat(folder, "/", kNames[Skewed(std::size(kNames))], Skewed(4000));
  }

  void End(size_t index) {
    const Running who = running_[index];
    RecordBuilder exit(WIRE_process_exit);
    exit.Set("start_ns", who.start_ns).Set("status", OneOf(20) ? 1 : 0);
    Emit(exit, who);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  void Step() {
    const size_t index = random_() % running_.size();
    const Running who = running_[index];
    const uint64_t kind = random_() % 1000;
    if (kind < 14) {
      if (running_.size() < 400) Start(Skewed(Programs().size()), &who);
    } else if (kind < 28) {
      if (running_.size() > 60) End(index);
    } else if (kind < 900) {
      Open(who);
    } else if (kind < 985) {
      Network(who);
    } else {
      Rare(who);
    }
  }

  void Open(const Running& who) {
    const Program& program = Programs()[who.program];
    const bool writes = OneOf(12);
    std::string path = OneOf(4) ? absl::StrCat("/usr/lib/x86_64-linux-gnu/lib", Skewed(300), ".so")
                                : Path(program);
    if (OneOf(30'000)) path = OneOf(2) ? "/etc/shadow" : "/home/ann/.ssh/id_ed25519";
    if (writes && OneOf(3'000)) path = kSettings[random_() % std::size(kSettings)];
    uint64_t ino = 5381;
    for (const char c : path) ino = ino * 33 + static_cast<unsigned char>(c);
    const bool failed = OneOf(9);
    RecordBuilder open(WIRE_file_open);
    open.Set("flags", writes ? O_WRONLY | O_CREAT : O_RDONLY | O_CLOEXEC)
        .Set("created", writes && OneOf(3))
        .Set("result", failed ? -2 : static_cast<int>(3 + random_() % 6))
        .Set("syscall", 257)
        .Set("name", path);
    if (!failed) {
      open.Set("path", path)
          .Set("mode", 0100644)
          .Set("dev", 2049)
          .Set("links", 1)
          .Set("ino", ino % 4'000'000);
    }
    Emit(open, who);
  }

  void Network(const Running& who) {
    const bool server = OneOf(3);
    const uint64_t what = random_() % 10;
    const EventKind kind = what < 5   ? (server ? WIRE_network_accept : WIRE_network_connect)
                           : what < 9 ? WIRE_network_end
                                      : WIRE_network_dns;
    RecordBuilder record(kind);
    record
        .Set("remote_address", OneOf(200'000) ? std::string("203.0.113.7")
                                              : absl::StrCat("10.", Skewed(250), ".", Skewed(250),
                                                             ".", 1 + Skewed(200)))
        .Set("local_address", "10.0.0.5")
        .Set("remote_port", server ? 30000 + random_() % 30000 : (OneOf(3) ? 5432 : 443))
        .Set("local_port", server ? 443 : 30000 + random_() % 30000)
        .Set("socket_type", 1)
        .Set("protocol", 6)
        .Set("syscall", server ? 288 : 42);
    if (kind == WIRE_network_end) {
      record.Set("bytes_sent", random_() % 100'000)
          .Set("bytes_received", random_() % 1'000'000)
          .Set("duration_ns", random_() % kSecondNs);
    }
    if (kind == WIRE_network_dns) {
      const std::string host = absl::StrCat("host", Skewed(3000));
      std::string payload("\1\2\1\0\0\1\0\0\0\0\0\0", 12);
      payload.push_back(static_cast<char>(host.size()));
      payload += host;
      payload.append("\7example\3com\0\0\1\0\1", 17);
      record.Set("payload", payload).Set("remote_port", 53);
    }
    Emit(record, who);
  }

  void Rare(const Running& who) {
    const Program& program = Programs()[who.program];
    static const EventKind kKinds[] = {WIRE_file_unlink, WIRE_file_rename, WIRE_file_mkdir,
                                       WIRE_file_chmod};
    if (OneOf(40)) {
      RecordBuilder credentials(WIRE_process_credentials);
      Emit(credentials, who);
    } else if (OneOf(400)) {
      RecordBuilder listen(WIRE_network_listen);
      listen.Set("local_address", "0.0.0.0").Set("local_port", OneOf(4) ? 8080 : 443);
      Emit(listen, who);
    } else if (OneOf(4000)) {
      RecordBuilder load(WIRE_kernel_module);
      Emit(load, who);
    } else if (OneOf(300)) {
      RecordBuilder receive(WIRE_file_receive);
      Emit(receive, who);
    } else {
      RecordBuilder record(kKinds[random_() % std::size(kKinds)]);
      record.Set("path", Path(program));
      Emit(record, who);
    }
  }

  static constexpr const char* kNames[] = {"file", "index", "data", "object", "main",
                                           "util", "cache", "page", "part",   "conf"};
  static constexpr const char* kSettings[] = {"/etc/systemd/system/evil.service",
                                              "/etc/cron.d/job",
                                              "/etc/ld.so.preload",
                                              "/etc/pam.d/sshd",
                                              "/root/.ssh/authorized_keys",
                                              "/etc/profile.d/x.sh"};

  const uint64_t count_;
  const Each& each_;
  std::mt19937_64 random_{1};
  uint64_t made_ = 0, now_ns_ = kSecondNs, identities_ = 0;
  uint64_t sequence_[4] = {};
  uint32_t next_pid_ = 1000;
  std::vector<Running> running_;
};

}  // namespace

void MakeMonth(
    uint64_t count,
    const std::function<void(absl::Span<const std::byte> record, uint64_t time_ns)>& each) {
  Month(count, each).Make();
}

}  // namespace vedette
