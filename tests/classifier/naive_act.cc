// SPDX-License-Identifier: Apache-2.0
#include "tests/classifier/naive_act.h"

#include <cstdint>
#include <cstring>
#include <iterator>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "rules/lang/operators.h"
#include "sensor/schema/calls.h"
#include "sensor/schema/capabilities.h"

namespace vedette {
namespace {

struct Plain {
  bool is_text = false;
  std::string text;
  int64_t number = 0;
};
using Maybe = std::optional<Plain>;

Maybe Number(int64_t number) { return Plain{false, "", number}; }
Maybe Text(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  return Plain{true, std::string(text), 0};
}

const Member& MemberOfName(const EventView& view, absl::string_view name) {
  for (const Member& member : view.info().members) {
    if (member.name == name) return member;
  }
  ADD_FAILURE() << name;
  return view.info().members[0];
}
absl::string_view TextMember(const EventView& view, absl::string_view name) {
  return view.Text(MemberOfName(view, name));
}

Maybe ResultName(int32_t result) {
  if (result >= 0) return Text("SUCCESS");
  if (result == -1) return Text("EPERM");
  return Text(result == -115 ? "EINPROGRESS" : result == -13 ? "EACCES" : "ENOENT");
}

Maybe FileField(const EventView& view, absl::string_view field) {
  const auto open = view.As<wire_file_open>();
  const absl::string_view path = TextMember(view, "path");
  const absl::string_view name = path.empty() ? TextMember(view, "name") : path;
  const uint32_t access = open.flags & 3;
  if (field == "fd.name") return Text(name);
  if (field == "fd.directory") {
    if (name.empty()) return std::nullopt;
    const size_t slash = name.rfind('/');
    if (slash == absl::string_view::npos) return Text(".");
    return Text(slash == 0 ? "/" : name.substr(0, slash));
  }
  if (field == "fd.filename") return Text(name.substr(name.rfind('/') + 1));
  if (field == "evt.is_open_read") return Number(access == 0 || access == 2);
  if (field == "evt.is_open_write") return Number(access == 1 || access == 2);
  if (field == "evt.is_open_create") return Number(open.created != 0);
  if (field == "evt.failed") return Number(open.result < 0);
  if (field == "evt.rawres") return Number(open.result);
  if (field == "fd.num") return Number(open.result < 0 ? -1 : open.result);
  if (field == "evt.res") return ResultName(open.result);
  const bool directory = (open.mode & 0170000) == 0040000;
  if (field == "fd.typechar") return Text(directory ? "d" : "f");
  if (field == "fd.type" && open.result >= 0) return Text(directory ? "directory" : "file");
  return std::nullopt;
}

// Of a rename or a link.
Maybe NamesField(const EventView& view, absl::string_view field) {
  const auto result = static_cast<int32_t>(view.Number(MemberOfName(view, "result")));
  if (field == "fs.path.source") return Text(TextMember(view, "path"));
  if (field == "fs.path.target") return Text(TextMember(view, "new_path"));
  if (field == "evt.failed") return Number(result < 0);
  if (field == "evt.rawres") return Number(result);
  if (field == "evt.res") return ResultName(result);
  if (field.substr(0, 12) == "evt.is_open_") return Number(0);
  return std::nullopt;
}

// Who acts is the server of what it binds and accepts, and the client of what it connects.
Maybe PortField(const EventView& view, const wire_network_connect& socket,
                absl::string_view field) {
  const bool is_ip = socket.family == 2 || socket.family == 10;
  const bool serves = view.kind() != WIRE_network_connect;
  const bool has_peer = view.kind() != WIRE_network_bind;
  const Maybe own = socket.local_port != 0 ? Number(socket.local_port) : std::nullopt;
  const Maybe peer = has_peer ? Number(socket.remote_port) : std::nullopt;
  if (!is_ip) return std::nullopt;
  if (field == "fd.rport") return Number(socket.remote_port);
  if (field == "fd.lport") return Number(socket.local_port);
  return serves == (field == "fd.sport") ? own : peer;
}

// Addresses are texts here: 10.0.0.1 or 2001:db8::1.
Maybe AddressField(const EventView& view, absl::string_view field) {
  const bool binds = view.kind() == WIRE_network_bind;
  const bool own = field[3] == 'l' || (field[3] == 's' && view.kind() != WIRE_network_connect);
  if (!own && binds) return std::nullopt;
  const Value value = view.Get(MemberOfName(view, own ? "local_address" : "remote_address"));
  if (!value.HasValue()) return std::nullopt;
  std::string text;
  for (size_t i = 0; i < (value.address.is_v6 ? 16u : 4u); ++i) {
    for (int bit = 7; bit >= 0; --bit) text += (value.address.bytes[i] >> bit & 1) != 0 ? '1' : '0';
  }
  return Text((value.address.is_v6 ? "6" : "4") + text);
}

Maybe ProtocolField(const wire_network_connect& socket) {
  if (socket.family != 2 && socket.family != 10) return std::nullopt;
  switch (socket.protocol) {
    case 0:
      return Text(socket.socket_type == 1   ? "tcp"
                  : socket.socket_type == 2 ? "udp"
                  : socket.socket_type == 3 ? "raw"
                                            : "");
    case 6:
      return Text("tcp");
    case 17:
      return Text("udp");
    case 1:
    case 58:
      return Text("icmp");
    case 255:
      return Text("raw");
    default:
      return std::nullopt;
  }
}

// Of any kind whose record is NETWORK_CONNECT_FIELDS alone.
Maybe ConnectField(const EventView& view, absl::string_view field) {
  wire_network_connect connect;
  std::memcpy(&connect, view.bytes().data(), sizeof(connect));
  const bool is_ip = connect.family == 2 || connect.family == 10;
  if (field.size() == 8 && field.substr(4) == "port") return PortField(view, connect, field);
  if (field.size() == 6 && (field.substr(4) == "ip")) return AddressField(view, field);
  if (field.size() == 7 && (field.substr(4) == "net")) return AddressField(view, field);
  if (field == "fd.l4proto") return ProtocolField(connect);
  if (field == "fd.name") return Text(is_ip ? "1.2.3.4:1->5.6.7.8:22" : "/run/x");
  if (field == "evt.failed") return Number(connect.result < 0);
  if (field == "evt.rawres") return Number(connect.result);
  if (field == "fd.num") return Number(0);
  if (field.substr(0, 12) == "evt.is_open_") return Number(0);
  if (field == "evt.res") return ResultName(connect.result);
  if (field == "fd.typechar" || field == "fd.type") {
    const bool letter = field == "fd.typechar";
    const Value address = view.Get(MemberOfName(view, "remote_address"));
    if (!address.HasValue()) {
      if (connect.family != 1) return std::nullopt;
      return Text(letter ? "u" : "unix");
    }
    if (address.address.is_v6) return Text(letter ? "6" : "ipv6");
    return Text(letter ? "4" : "ipv4");
  }
  return std::nullopt;
}

std::string TypeOf(const EventView& view) {
  const std::vector<std::string> types =
      absl::StrSplit(std::string(view.info().types), ',', absl::SkipEmpty());
  const wire_header& header = view.header();
  if ((header.flags & WIRE_FLAG_IO_URING) != 0 || header.syscall < 0) return types[0];
  const bool compat = (header.flags & WIRE_FLAG_COMPAT) != 0;
  for (const std::string& type : types) {
    for (const Call& call : Calls()) {
      if (call.name == type && call.Number(NativeCalls(compat)) == header.syscall) return type;
    }
  }
  return types[0];
}

std::string CapabilitiesOf(const Act& act) {
  std::string text;
  for (size_t i = 0; i < std::size(kCapabilityNames); ++i) {
    if ((act.capabilities >> i & 1) == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : " ", kCapabilityNames[i]);
  }
  return text;
}

Maybe ContainerField(uint32_t container, absl::string_view field) {
  struct Texts {
    absl::string_view id, type, image;
  };
  constexpr Texts kTexts[] = {{"", "", ""},
                              {"host", "host", ""},
                              {"3f0c6a", "docker", "nginx"},
                              {"77aa", "docker", "nginx:1"},
                              {"docker", "podman", "redis"}};
  const Texts& texts = kTexts[container];
  if (field == "container.type") return Text(texts.type);
  return Text(field == "container.image" ? texts.image : texts.id);
}

Maybe FieldOf(const EventView& view, absl::string_view field, const Act& act) {
  if (field == "proc.exepath") return Text(act.exe.value_or(""));
  if (field == "proc.name") return Text(view.comm());
  if (field == "user.uid") return Number(view.header().uid);
  if (field == "proc.pname") return view.header().pid % 3 == 0 ? Text("sh") : std::nullopt;
  if (field == "thread.cap_effective") return Text(CapabilitiesOf(act));
  if (field == "evt.type") return Text(TypeOf(view));
  if (field.substr(0, 10) == "container.") return ContainerField(act.container, field);
  if (view.kind() == WIRE_file_open) return FileField(view, field);
  if (view.info().category == "net") return ConnectField(view, field);
  if (view.kind() == WIRE_file_rename || view.kind() == WIRE_file_link) {
    return NamesField(view, field);
  }
  if (field.substr(0, 12) == "evt.is_open_") return Number(0);
  if (view.kind() == WIRE_process_exit) return std::nullopt;
  if (field == "evt.failed") return Number(0);
  if (field == "evt.res") return Text("SUCCESS");
  return std::nullopt;
}

// A literal of an address or a network, as AddressField() has it: the beginning counts.
std::string BitsOf(const Literal& literal, bool is_network) {
  std::string text = literal.address.is_v6 ? "6" : "4";
  const size_t size = is_network ? literal.prefix_bits : literal.address.is_v6 ? 128 : 32;
  for (size_t bit = 0; bit < size; ++bit) {
    text += (literal.address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0 ? '1' : '0';
  }
  return text;
}

bool IsEqual(const Predicate& predicate, const Plain& value, const Literal& literal) {
  const FieldType type = predicate.type();
  if (type == FieldType::kAddress || type == FieldType::kNetwork) {
    return absl::StartsWith(value.text, BitsOf(literal, type == FieldType::kNetwork));
  }
  return value.is_text ? value.text == literal.text
                       : value.number == static_cast<int64_t>(literal.number);
}

bool Compare(const Predicate& predicate, const Maybe& value) {
  if (!value) return false;
  const absl::string_view op = predicate.op->name;
  if (op == "exists") return true;
  bool equal = false;
  for (const Literal& l : predicate.literals) equal |= IsEqual(predicate, *value, l);
  if (op == "=" || op == "in") return equal;
  if (op == "!=") return !equal;
  const Literal& literal = predicate.literals[0];
  const auto number = static_cast<int64_t>(literal.number);
  if (op == "<") return value->is_text ? value->text < literal.text : value->number < number;
  if (op == ">=") return value->is_text ? value->text >= literal.text : value->number >= number;
  if (op == "startswith") return absl::StartsWith(value->text, literal.text);
  if (op == "contains") return absl::StrContains(value->text, literal.text);
  if (op == "glob") {  // The test's globs are a text and a star.
    return absl::StartsWith(value->text, absl::StripSuffix(literal.text, "*"));
  }
  ADD_FAILURE() << op;
  return false;
}

// Of several values one is enough.
bool HoldsForOne(const Predicate& predicate, const Act& act) {
  bool holds = false;
  if (!act.lineage) return false;
  for (const std::string& name : *act.lineage) holds |= Compare(predicate, Text(name));
  return holds;
}

}  // namespace

bool HoldsForContainer(const Predicate& predicate, uint32_t container) {
  return Compare(predicate, ContainerField(container, predicate.field.field().name));
}

bool HoldsNaively(const Program& program, uint32_t index, const EventView& view, const Act& act) {
  const Node& node = program.nodes[index];
  switch (node.kind) {
    case Node::Kind::kTrue:
      return true;
    case Node::Kind::kFalse:
      return false;
    case Node::Kind::kNot:
      return !HoldsNaively(program, node.children[0], view, act);
    case Node::Kind::kPredicate: {
      const Predicate& predicate = program.predicates[node.predicate];
      if (predicate.field.field().name == "proc.lineage.name") return HoldsForOne(predicate, act);
      return Compare(predicate, FieldOf(view, predicate.field.field().name, act));
    }
    case Node::Kind::kAnd:
      for (const uint32_t child : node.children) {
        if (!HoldsNaively(program, child, view, act)) return false;
      }
      return true;
    case Node::Kind::kOr:
      for (const uint32_t child : node.children) {
        if (HoldsNaively(program, child, view, act)) return true;
      }
      return false;
  }
  return false;
}

}  // namespace vedette
