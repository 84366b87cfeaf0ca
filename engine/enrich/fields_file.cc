// SPDX-License-Identifier: Apache-2.0
//
// fd.* of files, and those fd.* fields that files and sockets share.
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include <cerrno>

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
constexpr DescriptorType kOther = {"o", "other"};

// None where there is no object, as after most failed opens. A mapped IPv4 address makes the socket
// IPv4, as in Falco.
const DescriptorType* TypeOf(const Event& event) {
  const EventMembers& members = MembersOf(event.view.kind());
  if (members.family == nullptr) {
    const uint32_t mode = OpenMode(event.view);
    if ((mode & CLASSIFY_REGULAR) != 0) return &kFile;
    if ((mode & CLASSIFY_DIRECTORY) != 0) return &kDirectory;
    return NumberOf(event.view, members.mode) == 0 ? nullptr : &kOther;
  }
  if (NumberOf(event.view, members.family) == AF_UNIX) return &kUnix;
  const Value remote = ValueOf(event.view, members.remote_address);
  if (!remote.HasValue()) return &kOther;
  return remote.address.is_v6 ? &kIpv6 : &kIpv4;
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

// The working directory is that of the last exec: a chdir since then is not known.
absl::string_view FilePath(const Event& event) {
  const EventMembers& members = MembersOf(event.view.kind());
  const absl::string_view path = TextOf(event.view, members.path);
  if (!path.empty()) return path;
  const absl::string_view name = TextOf(event.view, members.name);
  if (name.empty()) return {};
  if (name.front() == '/') return MakeAbsolute("", name, event.arena);
  const ProgramRecord* program =
      event.process == nullptr ? nullptr : event.table.ProgramOf(*event.process);
  if (program == nullptr || program->cwd().empty()) return name;
  return MakeAbsolute(program->cwd(), name, event.arena);
}

// A connect that is under way has not failed.
void Get_fd_num(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  const auto result = static_cast<int64_t>(NumberOf(event.view, members.result));
  const bool under_way = members.family != nullptr && result == -EINPROGRESS;
  values.Add(Value::Signed(under_way ? 0 : result));
}

void Get_fd_type(const Event& event, const FieldRef&, Values& values) {
  const DescriptorType* type = TypeOf(event);
  if (type != nullptr) values.Add(Value::Text(type->name));
}

void Get_fd_typechar(const Event& event, const FieldRef&, Values& values) {
  const DescriptorType* type = TypeOf(event);
  if (type != nullptr) values.Add(Value::Text(type->letter));
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
