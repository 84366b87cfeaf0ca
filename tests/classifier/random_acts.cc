// SPDX-License-Identifier: Apache-2.0
#include "tests/classifier/random_acts.h"

#include <string>

namespace vedette {
namespace {

using Random = std::mt19937;

const std::string kLongPath = "/etc/" + std::string(300, 'l');
const std::string kLimitPath = "/etc/" + std::string(234, 'l');  // The longest that is judged.
const std::vector<std::string> kNames = {"", "sh", "bash", "nc", "fifteen-letters"};
const std::vector<std::string> kPrograms = {"",     "init", "sh",   "bash",
                                            "sshd", "nc",   "cron", "fifteen-letters"};
const std::vector<std::string> kCapabilities = {"CAP_KILL", "CAP_NET_RAW",        "CAP_NET", "CAP_",
                                                "AUDIT",    "CAP_CHOWN CAP_KILL", "x",       ""};
const std::vector<std::string> kPaths = {"/a/" + std::string(60, 'n'),
                                         "/a/" + std::string(55, 'n'),
                                         "",
                                         "/",
                                         "/etc",
                                         "/etc/",
                                         "/etc/passwd",
                                         "/etc/ssl/key",
                                         "/etcetera",
                                         "/var/log/x",
                                         "memfd:x",
                                         kLongPath,
                                         kLimitPath,
                                         "passwd"};
const std::vector<std::string> kFileNames = {"",
                                             "passwd",
                                             "key",
                                             "etc",
                                             "x",
                                             "memfd:x",
                                             "a/b",
                                             std::string(60, 'n'),
                                             std::string(55, 'n'),
                                             std::string(56, 'n')};
const std::string kLongExe = "/usr/" + std::string(140, 'e');
const std::vector<std::string> kExes = {"",         "/usr/bin/sh", "/usr/bin/nc", "/usr/bin/",
                                        "/usr/bin", "/tmp/x",      "memfd:x",     kLongExe};
const std::vector<std::string> kAddresses = {"10.0.0.1", "10.0.0.2", "127.0.0.1", "::1",
                                             "2001:db8::1"};
const std::vector<std::string> kNetworks = {"10.0.0.0/8", "10.0.0.0/31",   "0.0.0.0/0",
                                            "::/0",       "2001:db8::/33", "127.0.0.1/32"};
const std::vector<int> kResults = {0, 3, 22, -1, -2, -13, -115};
const std::vector<std::string> kNumbers = {"0", "1", "22", "80", "1000", "-1", "-13", "65536"};

template <typename T>
const T& Pick(Random& random, const std::vector<T>& from) {
  return from[random() % from.size()];
}

struct Template {
  absl::string_view field;
  const std::vector<std::string>& literals;
  std::vector<absl::string_view> ops;
};

const std::vector<Template>& Templates() {
  static const std::vector<std::string> bools = {"true", "false"};
  static const std::vector<std::string> chars = {"f", "d", "4", "6", "u", "p"};
  static const std::vector<std::string> names = {"file", "directory", "ipv4", "unix"};
  static const std::vector<std::string> types = {"openat", "open",   "openat2",  "connect",
                                                 "accept", "execve", "execveat", "clone"};
  static const std::vector<std::string> results = {"SUCCESS", "EACCES", "EPERM", "EINPROGRESS"};
  static const std::vector<std::string> containers = {"host", "host", "3f0c6a", "docker"};
  static const std::vector<std::string> images = {"nginx", "nginx:1", "redis", "x"};
  static const std::vector<std::string> protocols = {"tcp", "udp", "icmp", "raw", "sctp"};
  static const std::vector<absl::string_view> texts = {"=",        "!=",     "in",  "startswith",
                                                       "contains", "exists", "glob"};
  static const std::vector<absl::string_view> numbers = {"=", "!=", "in", "<", ">=", "exists"};
  static const std::vector<absl::string_view> capability = {"contains", "contains", "=", "exists"};
  static const std::vector<absl::string_view> equal = {"=", "!=", "in", "exists"};
  static const auto* const templates = new std::vector<Template>{
      {"proc.name", kNames, equal},
      {"proc.name", kNames, texts},
      {"user.uid", kNumbers, numbers},
      {"fd.name", kPaths, texts},
      {"fd.name", kPaths, equal},
      {"fd.directory", kPaths, texts},
      {"fs.path.source", kPaths, texts},
      {"fs.path.target", kPaths, texts},
      {"fs.path.target", kPaths, equal},
      {"evt.is_open_read", bools, equal},
      {"evt.is_open_write", bools, equal},
      {"evt.is_open_create", bools, equal},
      {"evt.failed", bools, equal},
      {"evt.rawres", kNumbers, numbers},
      {"fd.num", kNumbers, numbers},
      {"evt.res", results, equal},
      {"fd.typechar", chars, equal},
      {"fd.type", names, equal},
      {"evt.type", types, equal},
      {"fd.rport", kNumbers, numbers},
      {"fd.sport", kNumbers, equal},
      {"fd.cport", kNumbers, equal},
      {"fd.lport", kNumbers, equal},
      {"fd.filename", kFileNames, equal},
      {"fd.filename", kFileNames, texts},
      {"proc.exepath", kExes, equal},
      {"proc.exepath", kExes, texts},
      {"fd.rip", kAddresses, equal},
      {"fd.sip", kAddresses, equal},
      {"fd.lip", kAddresses, equal},
      {"fd.cip", kAddresses, equal},
      {"fd.rnet", kNetworks, equal},
      {"fd.snet", kNetworks, equal},
      {"fd.lnet", kNetworks, equal},
      {"fd.l4proto", protocols, equal},
      {"container.id", containers, equal},
      {"container.id", containers, texts},
      {"container.type", containers, equal},
      {"container.image", images, texts},
      {"proc.pname", kNames, equal},
      {"proc.lineage.name", kPrograms, equal},
      {"proc.lineage.name", kPrograms, equal},
      {"proc.lineage.name", kPrograms, texts},
      {"thread.cap_effective", kCapabilities, capability},
  };
  return *templates;
}

uint32_t RandomLeaf(Random& random, TestProgram& program) {
  const Template& row = Pick(random, Templates());
  const absl::string_view op = Pick(random, row.ops);
  std::vector<std::string> literals;
  if (op != "exists") literals.push_back(Pick(random, row.literals));
  while (op == "in" && random() % 2 == 0) literals.push_back(Pick(random, row.literals));
  if (op == "glob") literals[0] += "*";
  return program.Is(row.field, op, std::move(literals));
}

uint32_t RandomCondition(Random& random, TestProgram& program, int depth) {
  if (depth == 0 || random() % 4 == 0) return RandomLeaf(random, program);
  if (random() % 4 == 0) return program.Not(RandomCondition(random, program, depth - 1));
  std::vector<uint32_t> children;
  for (size_t i = 2 + random() % 2; i > 0; --i) {
    children.push_back(RandomCondition(random, program, depth - 1));
  }
  return random() % 2 == 0 ? program.And(std::move(children)) : program.Or(std::move(children));
}

void SetSocket(Random& random, RecordBuilder& record) {
  const auto set_address = [&](absl::string_view member, uint32_t family) {
    if (family == 2) record.Set(member, kAddresses[random() % 3]);
    if (family == 10)
      record.Set(member, random() % 3 == 0 ? "::ffff:10.0.0.1" : kAddresses[3 + random() % 2]);
  };
  const uint32_t family = Pick(random, std::vector<uint32_t>{0, 1, 2, 2, 10, 10});
  set_address("remote_address", family);
  set_address("local_address", family);
  record.Set("family", family).Set("result", Pick(random, kResults));
  record.Set("local_port", Pick(random, std::vector<uint32_t>{0, 22, 443}));
  record.Set("remote_port", Pick(random, std::vector<uint32_t>{0, 22, 80, 443}));
  record.Set("protocol", Pick(random, std::vector<uint32_t>{0, 0, 1, 6, 17, 58, 132, 255}));
  record.Set("socket_type", random() % 5);
}

void SetFile(Random& random, RecordBuilder& record) {
  const std::string& path = Pick(random, kPaths);
  record.Set("result", Pick(random, kResults)).Set("flags", random() % 4);
  record.Set("created", random() % 2);
  record.Set("mode", Pick(random, std::vector<uint32_t>{0, 0100644, 0040755, 0010600}));
  record.Set("path", path).Set("name", random() % 2 == 0 ? path : Pick(random, kPaths));
  if (random() % 8 == 0) record.SetTruncated("path");
}

// Two names, which are always there; neither is judged where it is not known where they begin.
void SetNames(Random& random, RecordBuilder& record) {
  record.Set("result", Pick(random, kResults)).Set("mode", 0100644);
  for (const char* name : {"path", "new_path"}) {
    const std::string& path = Pick(random, kPaths);
    record.Set(name, path.empty() ? "/" : path);
    if (random() % 8 == 0) record.SetTruncated(name);
  }
  if (random() % 8 == 0) record.header().flags |= WIRE_FLAG_LOOSE_PATH;
}

}  // namespace

uint32_t RandomActCondition(Random& random, TestProgram& program, int depth) {
  return RandomCondition(random, program, depth);
}

Act RandomAct(Random& random) {
  static const std::vector<EventKind> kinds = {
      WIRE_process_exec,    WIRE_file_open,      WIRE_file_open,    WIRE_network_connect,
      WIRE_network_connect, WIRE_network_accept, WIRE_network_bind, WIRE_process_exit,
      WIRE_file_rename,     WIRE_file_link};
  const EventKind kind = Pick(random, kinds);
  RecordBuilder record(kind);
  record.Set("comm", Pick(random, kNames)).Set("pid", random() % 100);
  record.Set("uid", Pick(random, std::vector<uint32_t>{0, 1, 22, 1000, ~0u}));
  // Numbers of calls on x86-64 and i386: open, openat, connect, accept, execve, ...
  record.header().syscall =
      Pick(random, std::vector<int>{-1, 2, 5, 11, 42, 43, 59, 257, 295, 322, 437});
  record.header().flags =
      Pick(random, std::vector<__u8>{0, 0, 0, WIRE_FLAG_COMPAT, WIRE_FLAG_IO_URING});
  // One of few processes, which always run the same, and some that nobody knows. Of an exec the
  // program is always known.
  const bool is_exec = kind == WIRE_process_exec;
  const size_t program =
      is_exec ? 1 + random() % (kExes.size() - 1) : random() % (kExes.size() + 2);
  record.Set("exec_id", program + 1);
  Act act;
  if (program < kExes.size()) act.exe = kExes[program];
  if (program < kExes.size() && program % 4 != 0) {
    act.scope = program % 2 == 0 ? CLASSIFY_HOST : CLASSIFY_CONTAINER;
  }
  if (act.scope) {
    const auto container = static_cast<uint32_t>(2 + program % 3);
    act.container = *act.scope == CLASSIFY_HOST ? 1 : container;
  }
  // As its programs, which are few, descend.
  if (program % 5 != 4) {
    act.lineage.emplace();
    for (size_t i = 1; i < kPrograms.size(); ++i) {
      if ((program * 0x9e3779b9 >> i) % 3 == 0) act.lineage->push_back(kPrograms[i]);
    }
  }
  if (kind == WIRE_file_open) SetFile(random, record);
  if (kind == WIRE_file_rename || kind == WIRE_file_link) SetNames(random, record);
  if (FindKind(kind)->category == "net") SetSocket(random, record);
  if (kind == WIRE_process_exec && act.exe) record.Set("exe_path", *act.exe);
  act.capabilities = Pick(random, std::vector<uint64_t>{0, 1, 0x21, 1 << 13, ~0ull});
  if (kind == WIRE_process_exec) record.Set("cap_effective", act.capabilities);
  act.record = record.Build();
  return act;
}

std::vector<Act> RandomActs(Random& random, size_t count) {
  std::vector<Act> acts;
  for (size_t i = 0; i < count; ++i) acts.push_back(RandomAct(random));
  return acts;
}

}  // namespace vedette
