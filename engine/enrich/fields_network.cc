// SPDX-License-Identifier: Apache-2.0
//
// fd.* of sockets, and fd.name, which is a path or a connection. Who connects is the client; who
// binds, listens or accepts is the server. Datagrams and DNS do not tell, nor does the end of a
// connection that is older than the sensor: there, as where Falco has not seen it either, the lower
// port is the server's.
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

// Kinds whose socket has no peer yet: its zeros say nothing.
constexpr KindSet kWithoutPeer =
    KindBit(WIRE_network_socket) | KindBit(WIRE_network_bind) | KindBit(WIRE_network_listen);
// Kinds that ask for an own address, for which 0.0.0.0 is one.
constexpr KindSet kOwnAddress = KindBit(WIRE_network_bind) | KindBit(WIRE_network_listen);
constexpr KindSet kServerSide = kOwnAddress | KindBit(WIRE_network_accept);
constexpr KindSet kClientSide = KindBit(WIRE_network_connect) | KindBit(WIRE_network_socket);

bool IsOneOf(const Event& event, KindSet kinds) {
  return (KindBit(event.view.kind()) & kinds) != 0;
}

bool IsIp(const Event& event) {
  return ValueOf(event.view, MembersOf(event.view.kind()).remote_address).HasValue();
}

Value Remote(const Event& event) {
  if (IsOneOf(event, kWithoutPeer)) return Value::None();
  return ValueOf(event.view, MembersOf(event.view.kind()).remote_address);
}

// None before the socket is bound: 0.0.0.0 would match rules that speak of peers.
Value Local(const Event& event) {
  const Value local = ValueOf(event.view, MembersOf(event.view.kind()).local_address);
  const bool none = local.HasValue() && IsUnspecified(local.address);
  return none && !IsOneOf(event, kOwnAddress) ? Value::None() : local;
}

Value RemotePort(const Event& event) {
  if (IsOneOf(event, kWithoutPeer)) return Value::None();
  return ValueOf(event.view, MembersOf(event.view.kind()).remote_port);
}

Value LocalPort(const Event& event) {
  const Value port = ValueOf(event.view, MembersOf(event.view.kind()).local_port);
  return port.number == 0 ? Value::None() : port;
}

enum Side : uint64_t { kSideUnknown = 0, kSideClient = 1, kSideServer = 2 };

uint64_t SideOf(const Event& event) {
  return NumberOf(event.view, MembersOf(event.view.kind()).side);
}

bool OwnSideIsServer(const Event& event) {
  if (SideOf(event) != kSideUnknown) return SideOf(event) == kSideServer;
  if (IsOneOf(event, kServerSide)) return true;
  if (IsOneOf(event, kClientSide)) return false;
  const Value local = LocalPort(event);
  return local.HasValue() && local.number < RemotePort(event).number;
}

struct End {
  Value address;
  Value port;
};
End Client(const Event& event) {
  if (OwnSideIsServer(event)) return {Remote(event), RemotePort(event)};
  return {Local(event), LocalPort(event)};
}
End ServerOf(const Event& event) {
  if (OwnSideIsServer(event)) return {Local(event), LocalPort(event)};
  return {Remote(event), RemotePort(event)};
}

// [::1]:443, as the store's column `object` has it: the last colon of ::1:443 could be either.
void AppendEnd(const IpAddress& address, uint64_t port, ArenaText& text) {
  AddressBuffer buffer;
  const absl::string_view shown = AddressText(address, buffer);
  const bool brackets = shown.find(':') != absl::string_view::npos;
  text.Append(brackets ? "[" : "").Append(shown).Append(brackets ? "]:" : ":");
  text.Append(absl::AlphaNum(port).Piece());
}

// Zeros for an own side that is not bound yet.
void AppendEnd(const End& end, bool is_v6, ArenaText& text) {
  IpAddress address;
  address.is_v6 = is_v6;
  AppendEnd(end.address.HasValue() ? end.address.address : address, end.port.number, text);
}

// 10.0.0.1:40000->10.0.0.2:443, the client first. Where there is no peer the own address alone, and
// nothing for a socket that is new.
absl::string_view ConnectionName(const Event& event) {
  ArenaText text(event.arena);
  if (IsOneOf(event, kOwnAddress)) {
    AppendEnd(Local(event).address, LocalPort(event).number, text);
  } else if (!IsOneOf(event, kWithoutPeer)) {
    const bool is_v6 = Remote(event).address.is_v6;
    AppendEnd(Client(event), is_v6, text);
    text.Append("->");
    AppendEnd(ServerOf(event), is_v6, text);
  }
  return text.view();
}

bool IsVsock(const Event& event) {
  return NumberOf(event.view, MembersOf(event.view.kind()).family) == AF_VSOCK;
}

// `machine:port`, of the end that the call names or, of a server, the own one.
absl::string_view VsockText(const Event& event) {
  const EventMembers& members = MembersOf(event.view.kind());
  const bool own = IsOneOf(event, kOwnAddress);
  const absl::AlphaNum cid(NumberOf(event.view, own ? members.local_cid : members.remote_cid));
  const absl::AlphaNum port(
      NumberOf(event.view, own ? members.local_vsock_port : members.remote_vsock_port));
  return event.arena.Join(cid.Piece(), ":", port.Piece());
}

// 127.0.0.0/8 and ::1.
bool IsLoopback(const IpAddress& address) {
  if (!address.is_v6) return address.bytes[0] == 127;
  IpAddress loopback;
  loopback.is_v6 = true;
  loopback.bytes[15] = 1;
  return address == loopback;
}

void AddPortText(const Event& event, const Value& port, Values& values) {
  if (!port.HasValue()) return;
  values.Add(Value::Text(event.arena.Copy(absl::AlphaNum(port.number).Piece())));
}

// The container's id and a colon in front of a text, as the getter finds it.
void AddInContainer(const Event& event, void (*get)(const Event&, const FieldRef&, Values&),
                    const FieldRef& ref, Values& values) {
  Values container, text;
  Get_container_id(event, ref, container);
  get(event, ref, text);
  if (container.empty() || text.empty()) return;
  values.Add(Value::Text(event.arena.Join(container[0].text, ":", text[0].text)));
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
    values.Add(TextValue(ConnectionName(event)));
  } else if (IsVsock(event)) {
    if (event.view.kind() != WIRE_network_socket) values.Add(Value::Text(VsockText(event)));
  } else {
    values.Add(TextValue(TextOf(event.view, members.unix_path)));
  }
}

void Get_fd_ip(const Event& event, const FieldRef&, Values& values) {
  values.Add(Local(event));
  values.Add(Remote(event));
}

void Get_fd_cip(const Event& event, const FieldRef&, Values& values) {
  values.Add(Client(event).address);
}

void Get_fd_sip(const Event& event, const FieldRef&, Values& values) {
  values.Add(ServerOf(event).address);
}

void Get_fd_net(const Event& event, const FieldRef& ref, Values& values) {
  Get_fd_ip(event, ref, values);
}

void Get_fd_rnet(const Event& event, const FieldRef&, Values& values) { values.Add(Remote(event)); }

void Get_fd_snet(const Event& event, const FieldRef&, Values& values) {
  values.Add(ServerOf(event).address);
}

void Get_fd_port(const Event& event, const FieldRef&, Values& values) {
  values.Add(LocalPort(event));
  values.Add(RemotePort(event));
}

void Get_fd_cport(const Event& event, const FieldRef&, Values& values) {
  values.Add(Client(event).port);
}

void Get_fd_sport(const Event& event, const FieldRef&, Values& values) {
  values.Add(ServerOf(event).port);
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
  if (family == AF_VSOCK) values.Add(Value::Text("vsock"));
  if (family == AF_INET || family == AF_INET6) values.Add(Value::Text("ip"));
}

absl::string_view ConnectionText(const Event& event) {
  return IsIp(event) && !IsOneOf(event, kWithoutPeer) ? ConnectionName(event) : absl::string_view();
}

// The address that the call names: of a bind the own one.
absl::string_view PeerText(const Event& event) {
  if (IsVsock(event)) {
    return event.view.kind() == WIRE_network_socket ? absl::string_view() : VsockText(event);
  }
  if (!IsIp(event)) return TextOf(event.view, MembersOf(event.view.kind()).unix_path);
  const bool own = IsOneOf(event, kOwnAddress);
  ArenaText text(event.arena);
  if (own || !IsOneOf(event, kWithoutPeer)) {
    AppendEnd((own ? Local(event) : Remote(event)).address,
              (own ? LocalPort(event) : RemotePort(event)).number, text);
  }
  return text.view();
}

void Get_fd_cnet(const Event& event, const FieldRef&, Values& values) {
  values.Add(Client(event).address);
}

void Get_fd_lnet(const Event& event, const FieldRef&, Values& values) { values.Add(Local(event)); }

void Get_fd_proto(const Event& event, const FieldRef& ref, Values& values) {
  Get_fd_port(event, ref, values);
}

void Get_fd_cproto(const Event& event, const FieldRef&, Values& values) {
  AddPortText(event, Client(event).port, values);
}

void Get_fd_lproto(const Event& event, const FieldRef&, Values& values) {
  AddPortText(event, LocalPort(event), values);
}

void Get_fd_sproto(const Event& event, const FieldRef&, Values& values) {
  AddPortText(event, ServerOf(event).port, values);
}

void Get_fd_rproto(const Event& event, const FieldRef&, Values& values) {
  AddPortText(event, RemotePort(event), values);
}

void Get_fd_connected(const Event& event, const FieldRef&, Values& values) {
  const EventKind kind = event.view.kind();
  if (kind == WIRE_network_accept) return values.Add(Value::Bool(true));
  const bool failed = NumberOf(event.view, MembersOf(kind).result) != 0;
  values.Add(Value::Bool(kind == WIRE_network_connect && !failed));
}

// Of datagrams only the first one to or from a peer is reported.
void Get_fd_name_changed(const Event& event, const FieldRef&, Values& values) {
  const EventKind kind = event.view.kind();
  values.Add(Value::Bool(kind == WIRE_network_send || kind == WIRE_network_receive));
}

// Whoever connects to an address of the own machine gets that address as its own.
void Get_fd_is_server(const Event& event, const FieldRef&, Values& values) {
  const Value remote = Remote(event);
  const Value local = Local(event);
  const bool same = local.HasValue() && local.address == remote.address;
  values.Add(Value::Bool(remote.HasValue() && (same || IsLoopback(remote.address))));
}

// The kinds say it of themselves, also in files of versions whose records do not.
void Get_fd_side(const Event& event, const FieldRef&, Values& values) {
  const EventKind kind = event.view.kind();
  const bool unknown = kind == WIRE_network_end && SideOf(event) == kSideUnknown;
  if (!unknown) values.Add(Value::Text(OwnSideIsServer(event) ? "server" : "client"));
}

void Get_fd_containername(const Event& event, const FieldRef& ref, Values& values) {
  AddInContainer(event, &Get_fd_name, ref, values);
}

void Get_fd_containerdirectory(const Event& event, const FieldRef& ref, Values& values) {
  AddInContainer(event, &Get_fd_directory, ref, values);
}

}  // namespace vedette
