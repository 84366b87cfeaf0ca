// SPDX-License-Identifier: Apache-2.0
//
// What a program was given when it began, and how it came to run: standard descriptors, the script
// behind the interpreter, the loader as a program. A process that has not run a program of its own
// has what its creator's was given.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <optional>

#include "engine/enrich/fields.h"
#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

struct Descriptor {
  uint64_t ino;
  uint32_t dev, mode, rdev;
  uint16_t family;

  // Closed, or from a version whose records do not say.
  bool IsUnknown() const { return ino == 0 && dev == 0 && mode == 0; }
};

const wire_process_exec* ExecOf(const Event& event) {
  if (event.process == nullptr) return nullptr;
  const ProgramRecord* program = event.table.ProgramOf(*event.process);
  return program == nullptr ? nullptr : &program->fixed();
}

Descriptor Stdin(const wire_process_exec& e) {
  return {e.stdin_ino, e.stdin_dev, e.stdin_mode, e.stdin_rdev, e.stdin_family};
}
Descriptor Stdout(const wire_process_exec& e) {
  return {e.stdout_ino, e.stdout_dev, e.stdout_mode, e.stdout_rdev, e.stdout_family};
}
Descriptor Stderr(const wire_process_exec& e) {
  return {e.stderr_ino, e.stderr_dev, e.stderr_mode, e.stderr_rdev, e.stderr_family};
}

absl::string_view TypeOfSocket(uint16_t family) {
  switch (family) {
    case AF_INET:
      return "ipv4";
    case AF_INET6:
      return "ipv6";
    case AF_UNIX:
      return "unix";
    case AF_NETLINK:
      return "netlink";
    case AF_VSOCK:
      return "vsock";
    default:
      return "other";
  }
}

// As Falco names them: a device counts as a file; what has no type (an eventfd) is "other".
absl::string_view TypeOf(const Descriptor& descriptor) {
  switch (descriptor.mode & S_IFMT) {
    case S_IFSOCK:
      return TypeOfSocket(descriptor.family);
    case S_IFIFO:
      return "pipe";
    case S_IFDIR:
      return "directory";
    case S_IFREG:
    case S_IFCHR:
    case S_IFBLK:
    case S_IFLNK:
      return "file";
    default:
      return "other";
  }
}

// The kernel's numbers of terminals (Documentation/admin-guide/devices.txt).
bool IsTerminal(const Descriptor& descriptor) {
  if (!S_ISCHR(descriptor.mode)) return false;
  const unsigned number = major(descriptor.rdev);
  switch (number) {
    case 3:    // BSD pseudo-terminals
    case 4:    // Virtual consoles, serial ports
    case 166:  // USB modems
    case 188:  // USB serial ports
    case 204:  // Small serial ports
    case 229:  // Consoles of hypervisors
      return true;
    case 5:  // /dev/tty and /dev/console; 2 is /dev/ptmx, the other end of one.
      return minor(descriptor.rdev) < 2;
    default:
      return number >= 136 && number <= 143;  // /dev/pts
  }
}

ExeDigest DigestOf(const Event& event) {
  if (event.process == nullptr) return {};
  const ProgramRecord* program = event.table.ProgramOf(*event.process);
  if (program == nullptr) return {};
  if (const std::optional<ExeDigest> measured = MeasuredDigest(*program)) return *measured;
  const ExeDigest* made = event.table.digests().Find(FileIdentity::OfExecutable(program->fixed()));
  return made == nullptr ? ExeDigest() : *made;
}

using DescriptorOf = Descriptor (*)(const wire_process_exec&);

void AddType(const Event& event, DescriptorOf which, Values& values) {
  const wire_process_exec* exec = ExecOf(event);
  if (exec == nullptr || which(*exec).IsUnknown()) return;
  values.Add(Value::Text(TypeOf(which(*exec))));
}

void AddIsTerminal(const Event& event, DescriptorOf which, Values& values) {
  const wire_process_exec* exec = ExecOf(event);
  if (exec == nullptr || which(*exec).IsUnknown()) return;
  values.Add(Value::Bool(IsTerminal(which(*exec))));
}

}  // namespace

void Get_stdin_type(const Event& event, const FieldRef&, Values& values) {
  AddType(event, &Stdin, values);
}
void Get_stdout_type(const Event& event, const FieldRef&, Values& values) {
  AddType(event, &Stdout, values);
}
void Get_stderr_type(const Event& event, const FieldRef&, Values& values) {
  AddType(event, &Stderr, values);
}

void Get_stdin_is_tty(const Event& event, const FieldRef&, Values& values) {
  AddIsTerminal(event, &Stdin, values);
}
void Get_stdout_is_tty(const Event& event, const FieldRef&, Values& values) {
  AddIsTerminal(event, &Stdout, values);
}
void Get_stderr_is_tty(const Event& event, const FieldRef&, Values& values) {
  AddIsTerminal(event, &Stderr, values);
}

void Get_stdio_is_same(const Event& event, const FieldRef&, Values& values) {
  const wire_process_exec* exec = ExecOf(event);
  if (exec == nullptr) return;
  const Descriptor in = Stdin(*exec), out = Stdout(*exec);
  if (in.IsUnknown() || out.IsUnknown()) return;
  values.Add(Value::Bool(in.ino == out.ino && in.dev == out.dev));
}

void Get_exe_path_requested(const Event& event, const FieldRef&, Values& values) {
  const wire_process_exec* exec = ExecOf(event);
  if (exec == nullptr) return;
  const ProgramRecord* program = event.table.ProgramOf(*event.process);
  const absl::string_view requested = program->Text(exec->exe_requested);
  if (requested.empty()) return;  // Of who was there before us it is not known.
  values.Add(TextValue(PathFrom(program->cwd(), requested, event.arena)));
}

void Get_script_path(const Event& event, const FieldRef& ref, Values& values) {
  const wire_process_exec* exec = ExecOf(event);
  if (exec != nullptr && exec->exe_script != 0) Get_exe_path_requested(event, ref, values);
}

void Get_exe_sha256(const Event& event, const FieldRef&, Values& values) {
  const ExeDigest digest = DigestOf(event);
  if (digest.state != DigestState::kOk) return;
  values.Add(Value::Text(event.arena.Copy(HexOf(digest.sha256))));
}

void Get_exe_sha256_state(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(DigestStateName(DigestOf(event).state)));
}

void Get_exe_is_loader(const Event& event, const FieldRef&, Values& values) {
  constexpr uint8_t kUnknown = 0, kYes = 2;
  const wire_process_exec* exec = ExecOf(event);
  if (exec == nullptr || exec->exe_loader == kUnknown) return;
  values.Add(Value::Bool(exec->exe_loader == kYes));
}

}  // namespace vedette
