// SPDX-License-Identifier: Apache-2.0
// No unit test: tests use it.
#include "tests/enforce/acts.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace vedette {
namespace {

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int Socket(int type) { return socket(AF_INET, type | SOCK_CLOEXEC, 0); }

int Connect(int fd, uint16_t port) {
  const sockaddr_in address = Loopback(port);
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

int Bind(int fd, uint16_t port) {
  const sockaddr_in address = Loopback(port);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

// A child that waits to be killed.
pid_t Sleeper() {
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "vt_sleeper");
    while (true) pause();
  }
  return pid;
}

void End(pid_t pid) {
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

int ActOnProcess(const std::function<int(pid_t)>& act) {
  const pid_t pid = Sleeper();
  const int result = act(pid);
  // The actor may not be allowed to: its end is that of the sleeper.
  if (result == 0) End(pid);
  return result;
}

int ConnectAct() {
  const int fd = Socket(SOCK_STREAM);
  const int error = ErrnoOf(Connect(fd, 9));  // Nobody listens: refused is as good as made.
  return error == ECONNREFUSED ? 0 : error;
}

int SendAct() {
  const int fd = Socket(SOCK_DGRAM);
  const sockaddr_in address = Loopback(9);
  return ErrnoOf(
      sendto(fd, "x", 1, 0, reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
}

int ListenAct() {
  const int fd = Socket(SOCK_STREAM);
  return ErrnoOf(listen(fd, 1));
}

int MapAct(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED ? errno : 0;
}

int ProtectAct() {
  void* memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return ErrnoOf(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
}

int MountAct(const std::string& folder) {
  if (unshare(CLONE_NEWNS) != 0) return errno;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno;
  return ErrnoOf(mount("none", (folder + "/place").c_str(), "tmpfs", 0, nullptr));
}

int BpfAct() {
  bpf_attr attributes = {};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = attributes.value_size = 4;
  attributes.max_entries = 1;
  return ErrnoOf(syscall(__NR_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes)));
}

// A module that is none: asked for first, and refused for its contents only then.
int ModuleAct(const std::string& folder) {
  const int fd = open((folder + "/object").c_str(), O_RDONLY | O_CLOEXEC);
  const int error = ErrnoOf(syscall(__NR_finit_module, fd, "", 0));
  return error == ENOEXEC || error == EINVAL ? 0 : error;
}

}  // namespace

int ErrnoOf(long result) { return result < 0 ? errno : 0; }

int ActAs(const std::string& comm, const std::function<int()>& act) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  const pid_t child = fork();
  if (child == 0) {
    const pid_t actor = fork();
    if (actor == 0) {
      prctl(PR_SET_NAME, comm.c_str());
      _exit(act());
    }
    int status = 0;
    waitpid(actor, &status, 0);
    const int how = WIFEXITED(status)             ? WEXITSTATUS(status)
                    : WTERMSIG(status) == SIGKILL ? kKilled
                                                  : 2000 + WTERMSIG(status);
    (void)!write(ends[1], &how, sizeof(how));
    _exit(0);
  }
  close(ends[1]);
  int how = 3000;
  (void)!read(ends[0], &how, sizeof(how));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return how;
}

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool Exists(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0;
}

bool MakeProgram(const std::string& path) {
  // A shell that is told nothing: busybox would do what it is called.
  std::ofstream(path) << "#!/bin/busybox true\n";
  return chmod(path.c_str(), 0755) == 0;
}

bool MakeService(const std::string& path) {
  std::ofstream(path) << "#!/bin/busybox sh\n\"$@\"\n";
  return chmod(path.c_str(), 0755) == 0;
}

int RunProgram(const std::string& path) { return RunCommand({path, "program"}); }

int RunCommand(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const pid_t pid = vfork();
  if (pid == 0) {
    execv(command[0].c_str(), arguments.data());
    _exit(errno == 0 ? 127 : errno);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGKILL ? kKilled : 2000;
  return WEXITSTATUS(status);
}

std::string MakeFolder() {
  char name[] = "/tmp/vt_XXXXXX";
  if (mkdtemp(name) == nullptr) return "";
  const std::string folder = name;
  std::ofstream(folder + "/object") << "as it was";
  mkdir((folder + "/place").c_str(), 0755);
  MakeProgram(folder + "/program");
  chmod(folder.c_str(), 0755);
  return folder;
}

void RemoveFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
}

namespace {

using Acts = std::vector<HookAct>;

std::string In(const std::string& folder, const char* name) { return folder + "/" + name; }

void AddContent(Acts& acts) {
  acts.push_back({"open", "file_open",
                  [](const std::string& f) {
                    return ErrnoOf(open(In(f, "object").c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
                  },
                  [](const std::string& f) { return Contents(In(f, "object")) == "as it was"; }});
  acts.push_back({"create", "file_open",
                  [](const std::string& f) {
                    return ErrnoOf(
                        open(In(f, "new").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
                  },
                  [](const std::string& f) { return !Exists(In(f, "new")); }});
  acts.push_back({"exec", "process_exec", [](const std::string& f) {
                    char* const arguments[] = {const_cast<char*>("program"), nullptr};
                    execv(In(f, "program").c_str(), arguments);
                    return errno;
                  }});
  acts.push_back(
      {"mmap", "file_mmap", [](const std::string& f) { return MapAct(In(f, "object")); }});
  acts.push_back({"mprotect", "file_mprotect", [](const std::string&) { return ProtectAct(); }});
}

void AddNames(Acts& acts) {
  acts.push_back({"unlink", "file_unlink",
                  [](const std::string& f) { return ErrnoOf(unlink(In(f, "object").c_str())); },
                  [](const std::string& f) { return Exists(In(f, "object")); }});
  acts.push_back({"rmdir", "file_unlink",
                  [](const std::string& f) { return ErrnoOf(rmdir(In(f, "place").c_str())); },
                  [](const std::string& f) { return Exists(In(f, "place")); }});
  acts.push_back(
      {"rename", "file_rename",
       [](const std::string& f) {
         return ErrnoOf(rename(In(f, "object").c_str(), In(f, "other").c_str()));
       },
       [](const std::string& f) { return Exists(In(f, "object")) && !Exists(In(f, "other")); }});
  acts.push_back({"link", "file_link",
                  [](const std::string& f) {
                    return ErrnoOf(link(In(f, "object").c_str(), In(f, "other").c_str()));
                  },
                  [](const std::string& f) { return !Exists(In(f, "other")); }});
  acts.push_back(
      {"symlink", "file_symlink",
       [](const std::string& f) { return ErrnoOf(symlink("object", In(f, "other").c_str())); },
       [](const std::string& f) { return !Exists(In(f, "other")); }});
  acts.push_back({"mkdir", "file_mkdir",
                  [](const std::string& f) { return ErrnoOf(mkdir(In(f, "other").c_str(), 0700)); },
                  [](const std::string& f) { return !Exists(In(f, "other")); }});
  acts.push_back({"mknod", "file_mknod",
                  [](const std::string& f) {
                    return ErrnoOf(mknod(In(f, "other").c_str(), S_IFIFO | 0600, 0));
                  },
                  [](const std::string& f) { return !Exists(In(f, "other")); }});
}

void AddAttributes(Acts& acts) {
  acts.push_back(
      {"chmod", "file_chmod",
       [](const std::string& f) { return ErrnoOf(chmod(In(f, "object").c_str(), 0777)); },
       [](const std::string& f) {
         struct stat status = {};
         stat(In(f, "object").c_str(), &status);
         return (status.st_mode & 0777) != 0777;
       }});
  acts.push_back(
      {"chown", "file_chown",
       [](const std::string& f) { return ErrnoOf(chown(In(f, "object").c_str(), 7, 7)); },
       [](const std::string& f) {
         struct stat status = {};
         stat(In(f, "object").c_str(), &status);
         return status.st_uid == 0;
       }});
  acts.push_back({"xattr", "file_xattr",
                  [](const std::string& f) {
                    return ErrnoOf(setxattr(In(f, "object").c_str(), "trusted.vt", "x", 1, 0));
                  },
                  [](const std::string& f) {
                    char value[2];
                    return getxattr(In(f, "object").c_str(), "trusted.vt", value, 2) < 0;
                  }});
  acts.push_back(
      {"truncate", "file_truncate",
       [](const std::string& f) { return ErrnoOf(truncate(In(f, "object").c_str(), 0)); },
       [](const std::string& f) { return Contents(In(f, "object")) == "as it was"; }});
  acts.push_back({"mount", "file_mount", MountAct});
}

void AddProcesses(Acts& acts) {
  acts.push_back({"ptrace", "process_ptrace", [](const std::string&) {
                    return ActOnProcess([](pid_t pid) {
                      return ErrnoOf(ptrace(PTRACE_ATTACH, pid, nullptr, nullptr));
                    });
                  }});
  acts.push_back({"kill", "process_signal", [](const std::string&) {
                    return ActOnProcess([](pid_t pid) { return ErrnoOf(kill(pid, SIGTERM)); });
                  }});
  acts.push_back({"setuid", "process_credentials",
                  [](const std::string&) { return ErrnoOf(setresuid(7, 7, 7)); }});
  acts.push_back({"userns", "process_namespace",
                  [](const std::string&) { return ErrnoOf(unshare(CLONE_NEWUSER)); }, nullptr,
                  "lsm/userns_create"});
  acts.push_back({"module", "kernel_module", ModuleAct});
  acts.push_back({"load", "kernel_load", ModuleAct});
  acts.push_back({"bpf", "kernel_bpf", [](const std::string&) { return BpfAct(); }});
}

void AddNetwork(Acts& acts) {
  acts.push_back({"socket", "network_socket",
                  [](const std::string&) { return ErrnoOf(Socket(SOCK_STREAM)); }});
  acts.push_back({"connect", "network_connect", [](const std::string&) { return ConnectAct(); }});
  acts.push_back({"bind", "network_bind",
                  [](const std::string&) { return ErrnoOf(Bind(Socket(SOCK_STREAM), 0)); }});
  acts.push_back({"listen", "network_listen", [](const std::string&) { return ListenAct(); }});
  acts.push_back({"send", "network_send", [](const std::string&) { return SendAct(); }});
}

}  // namespace

std::vector<HookAct> HookActs() {
  Acts acts;
  AddContent(acts);
  AddNames(acts);
  AddAttributes(acts);
  AddProcesses(acts);
  AddNetwork(acts);
  return acts;
}

}  // namespace vedette
