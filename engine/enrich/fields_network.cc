// SPDX-License-Identifier: Apache-2.0
//
// fd.* of sockets, and fd.name, which is a path or a connection. In a connect the own side is the
// client and the peer the server.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/enrich/event_members.h"
#include "engine/enrich/fields.h"

namespace vedette {
namespace {

bool IsUnspecified(const IpAddress& address) {
  return std::all_of(address.bytes.begin(), address.bytes.end(),
                     [](uint8_t byte) { return byte == 0; });
}

Value Remote(const Event& event) {
  return ValueOf(event.view, MembersOf(event.view.kind()).remote_address);
}

// None before the socket is bound: 0.0.0.0 would match rules that speak of peers.
Value Local(const Event& event) {
  const Value local = ValueOf(event.view, MembersOf(event.view.kind()).local_address);
  return local.HasValue() && IsUnspecified(local.address) ? Value::None() : local;
}

Value RemotePort(const Event& event) {
  return ValueOf(event.view, MembersOf(event.view.kind()).remote_port);
}

Value LocalPort(const Event& event) {
  const Value port = ValueOf(event.view, MembersOf(event.view.kind()).local_port);
  return port.number == 0 ? Value::None() : port;
}

bool IsIp(const Event& event) { return Remote(event).HasValue(); }

void AppendEnd(const IpAddress& address, uint64_t port, ArenaText& text) {
  AddressBuffer buffer;
  text.Append(AddressText(address, buffer)).Append(":").Append(absl::AlphaNum(port).Piece());
}

// 10.0.0.1:40000->10.0.0.2:443; zeros for an own side that is not bound yet.
absl::string_view ConnectionName(const Event& event) {
  const IpAddress remote = Remote(event).address;
  const Value bound = Local(event);
  IpAddress local;
  local.is_v6 = remote.is_v6;
  if (bound.HasValue()) local = bound.address;
  ArenaText text(event.arena);
  AppendEnd(local, LocalPort(event).number, text);
  text.Append("->");
  AppendEnd(remote, RemotePort(event).number, text);
  return text.view();
}

struct Protocol {
  uint64_t number;
  absl::string_view name;
};
constexpr Protocol kProtocols[] = {
    {IPPROTO_TCP, "tcp"},     {IPPROTO_UDP, "udp"}, {IPPROTO_ICMP, "icmp"},
    {IPPROTO_ICMPV6, "icmp"}, {IPPROTO_RAW, "raw"},
};
// Where the protocol number is 0, the type of the socket tells.
constexpr Protocol kSocketTypes[] = {{SOCK_STREAM, "tcp"}, {SOCK_DGRAM, "udp"}, {SOCK_RAW, "raw"}};

}  // namespace

void Get_fd_name(const Event& event, const FieldRef&, Values& values) {
  const EventMembers& members = MembersOf(event.view.kind());
  if (members.family == nullptr) {
    values.Add(TextValue(FilePath(event)));
  } else if (IsIp(event)) {
    values.Add(Value::Text(ConnectionName(event)));
  } else {
    values.Add(TextValue(TextOf(event.view, members.unix_path)));
  }
}

void Get_fd_ip(const Event& event, const FieldRef&, Values& values) {
  values.Add(Local(event));
  values.Add(Remote(event));
}

void Get_fd_cip(const Event& event, const FieldRef&, Values& values) { values.Add(Local(event)); }

void Get_fd_sip(const Event& event, const FieldRef&, Values& values) { values.Add(Remote(event)); }

void Get_fd_net(const Event& event, const FieldRef& ref, Values& values) {
  Get_fd_ip(event, ref, values);
}

void Get_fd_rnet(const Event& event, const FieldRef&, Values& values) { values.Add(Remote(event)); }

void Get_fd_snet(const Event& event, const FieldRef&, Values& values) { values.Add(Remote(event)); }

void Get_fd_port(const Event& event, const FieldRef&, Values& values) {
  values.Add(LocalPort(event));
  values.Add(RemotePort(event));
}

void Get_fd_cport(const Event& event, const FieldRef&, Values& values) {
  values.Add(LocalPort(event));
}

void Get_fd_sport(const Event& event, const FieldRef&, Values& values) {
  values.Add(RemotePort(event));
}

void Get_fd_l4proto(const Event& event, const FieldRef&, Values& values) {
  if (!IsIp(event)) return;
  const EventMembers& members = MembersOf(event.view.kind());
  const uint64_t protocol = NumberOf(event.view, members.protocol);
  const uint64_t type = NumberOf(event.view, members.socket_type);
  for (const Protocol& row : kProtocols) {
    if (row.number == protocol) return values.Add(Value::Text(row.name));
  }
  if (protocol != 0) return;
  for (const Protocol& row : kSocketTypes) {
    if (row.number == type) return values.Add(Value::Text(row.name));
  }
}

void Get_fd_sockfamily(const Event& event, const FieldRef&, Values& values) {
  const uint64_t family = NumberOf(event.view, MembersOf(event.view.kind()).family);
  if (family == AF_UNIX) values.Add(Value::Text("unix"));
  if (family == AF_INET || family == AF_INET6) values.Add(Value::Text("ip"));
}

}  // namespace vedette
