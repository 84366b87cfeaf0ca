// SPDX-License-Identifier: Apache-2.0
//
// fd.* of files, and those fd.* fields that files and sockets share.
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "absl/strings/str_cat.h"
#include "engine/enrich/call_types.h"
#include "engine/enrich/event_members.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/process_table.h"
#include "sensor/schema/classify.h"

namespace vedette {
namespace {

// What a descriptor is: one row for both fields.
struct DescriptorType {
  absl::string_view letter;
  absl::string_view name;
};
constexpr DescriptorType kFile = {"f", "file"};
constexpr DescriptorType kDirectory = {"d", "directory"};
constexpr DescriptorType kIpv4 = {"4", "ipv4"};
constexpr DescriptorType kIpv6 = {"6", "ipv6"};
constexpr DescriptorType kUnix = {"u", "unix"};
constexpr DescriptorType kVsock = {"o", "vsock"};
constexpr DescriptorType kOther = {"o", "other"};

// A mapped IPv4 address makes the socket IPv4, as in Falco. So does everything that is opened and
// is no directory count as a file: devices, pipes, and what could not be opened.
const DescriptorType& TypeOf(const Event& event) {
  const EventMembers& members = MembersOf(event.view.kind());
  if (members.family == nullptr) {
    return (OpenMode(event.view) & CLASSIFY_DIRECTORY) != 0 ? kDirectory : kFile;
  }
  const uint64_t family = NumberOf(event.view, members.family);
  if (family == AF_UNIX) return kUnix;
  if (family == AF_VSOCK) return kVsock;
  const Value remote = ValueOf(event.view, members.remote_address);
  if (!remote.HasValue()) return kOther;
  return remote.address.is_v6 ? kIpv6 : kIpv4;
}

// `a/./b//../c` is `a/c`. Takes one component of a path; `text` is absolute and has no final slash.
size_t TakeComponent(char* text, size_t size, absl::string_view component) {
  if (component.empty() || component == ".") return size;
  if (component == "..") {
    const size_t slash = absl::string_view(text, size).rfind('/');
    return slash == absl::string_view::npos ? 0 : slash;
  }
  text[size++] = '/';
  component.copy(text + size, component.size());
  return size + component.size();
}

constexpr size_t kPathMax = 2 * WIRE_TEXT_MAX + 2;

absl::string_view MakeAbsolute(absl::string_view directory, absl::string_view name, Arena& arena) {
  char text[kPathMax];
  size_t size = 0;
  for (absl::string_view part : {directory, name}) {
    while (!part.empty()) {
      const size_t slash = part.find('/');
      size = TakeComponent(text, size, part.substr(0, slash));
      part.remove_prefix(slash == absl::string_view::npos ? part.size() : slash + 1);
    }
  }
  if (size == 0) return "/";
  return arena.Copy({text, size});
}

}  // namespace

absl::string_view PathFrom(absl::string_view directory, absl::string_view name, Arena& arena) {
  if (name.empty()) return {};
  if (name.front() != '/' && directory.empty()) return name;
  return MakeAbsolute(name.front() == '/' ? "" : directory, name, arena);
}

namespace {

// The working directory is that of the last exec: a chdir since then is not known.
absl::string_view AbsolutePath(const Event& event, absl::string_view name) {
  const ProgramRecord* program =
      event.process == nullptr ? nullptr : event.table.ProgramOf(*event.process);
  return PathFrom(program == nullptr ? "" : program->cwd(), name, event.arena);
}

absl::string_view PathBeside(const Event& event, absl::string_view sibling,
                             absl::string_view name) {
  if (name.empty() || name.front() == '/') return name;
  const size_t slash = sibling.rfind('/');
  if (slash == absl::string_view::npos) return name;
  return MakeAbsolute(sibling.substr(0, slash), name, event.arena);
}

}  // namespace

absl::string_view ResolvedPath(const Event& event, absl::string_view path) {
  const bool loose = (event.view.header().flags & WIRE_FLAG_LOOSE_PATH) != 0;
  return loose ? AbsolutePath(event, path) : path;
}

absl::string_view FilePath(const Event& event) {
  const EventMembers& members = MembersOf(event.view.kind());
  const absl::string_view path = TextOf(event.view, members.path);
  if (!path.empty()) return ResolvedPath(event, path);
  return AbsolutePath(event, TextOf(event.view, members.name));
}

absl::string_view AskedPath(const Event& event) {
  const absl::string_view name = TextOf(event.view, MembersOf(event.view.kind()).name);
  if (name.empty() || name.front() != '/') return FilePath(event);
  return MakeAbsolute("", name, event.arena);
}

absl::string_view TypeCharOf(const Event& event) { return TypeOf(event).letter; }

// A socket is there before it is connected, and after that failed; its number is not known.
void Get_fd_num(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  const auto result = static_cast<int64_t>(NumberOf(event.view, members.result));
  if (members.family != nullptr) return values.Add(Value::Signed(0));
  values.Add(Value::Signed(result < 0 ? -1 : result));
}

// A failed open leaves nothing that could have a type; fd.typechar is f all the same, as in Falco.
void Get_fd_type(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  const auto result = static_cast<int64_t>(NumberOf(event.view, members.result));
  if (members.family == nullptr && result < 0) return;
  values.Add(Value::Text(TypeOf(event).name));
}

void Get_fd_typechar(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Text(TypeCharOf(event)));
}

void Get_fd_uid(const Event& event, const FieldRef& ref, Values& values) {
  Values number;
  Get_fd_num(event, ref, number);
  const absl::AlphaNum thread(event.view.header().tid);
  const absl::AlphaNum descriptor(number[0].AsSigned());
  values.Add(Value::Text(event.arena.Join(thread.Piece(), descriptor.Piece())));
}

void Get_fs_path_name(const Event& event, const FieldRef&, Values& values) {
  if (event.view.kind() != WIRE_file_open) return values.Add(TextValue(FilePath(event)));
  if (EventTypeOf(event.view) != "open_by_handle_at") values.Add(TextValue(AskedPath(event)));
}

// What a symbolic link says counts from the directory that the link is in.
void Get_fs_path_source(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  if (members.source != nullptr) return values.Add(TextValue(TextOf(event.view, members.source)));
  if (members.target == nullptr) return values.Add(TextValue(FilePath(event)));
  const absl::string_view link = ResolvedPath(event, TextOf(event.view, members.new_path));
  values.Add(TextValue(PathBeside(event, link, TextOf(event.view, members.target))));
}

void Get_fs_path_target(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  if (members.new_path == nullptr) return values.Add(TextValue(FilePath(event)));
  values.Add(TextValue(ResolvedPath(event, TextOf(event.view, members.new_path))));
}

void Get_fs_path_nameraw(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  if (EventTypeOf(event.view) == "open_by_handle_at") return;
  values.Add(TextValue(TextOf(event.view, members.name)));
}

void Get_fd_directory(const Event& event, const FieldRef&, Values& values) {
  const absl::string_view path = FilePath(event);
  const size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return;
  values.Add(Value::Text(slash == 0 ? "/" : path.substr(0, slash)));
}

void Get_fd_filename(const Event& event, const FieldRef&, Values& values) {
  const absl::string_view path = FilePath(event);
  const size_t slash = path.rfind('/');
  values.Add(TextValue(slash == absl::string_view::npos ? path : path.substr(slash + 1)));
}

void Get_fd_path_truncated(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  const bool resolved = !TextOf(event.view, members.path).empty();
  const Member* member = resolved ? members.path : members.name;
  if (member != nullptr) values.Add(Value::Bool(event.view.Truncated(*member)));
}

void Get_fd_dev_major(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  if (TextOf(event.view, members.path).empty()) return;  // No object.
  values.Add(Value::Unsigned(major(NumberOf(event.view, members.dev))));
}

void Get_fd_dev_minor(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  if (TextOf(event.view, members.path).empty()) return;
  values.Add(Value::Unsigned(minor(NumberOf(event.view, members.dev))));
}

}  // namespace vedette
