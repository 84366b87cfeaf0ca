// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

RecordBuilder Connect(absl::string_view local, absl::string_view remote) {
  RecordBuilder builder(WIRE_network_connect);
  builder.Set("remote_address", remote).Set("remote_port", 443).Set("socket_type", 1);
  if (!local.empty()) builder.Set("local_address", local).Set("local_port", 40000);
  return builder;
}

struct Case {
  absl::string_view field, text;
};

TEST(NetworkFields, TheOwnSideOfAConnectIsTheClient) {
  TestHost host;
  constexpr Case kCases[] = {
      {"fd.name", "10.0.0.1:40000->10.0.0.2:443"},
      {"fd.type", "ipv4"},
      {"fd.typechar", "4"},
      {"fd.cip", "10.0.0.1"},
      {"fd.sip", "10.0.0.2"},
      {"fd.lip", "10.0.0.1"},
      {"fd.rip", "10.0.0.2"},
      {"fd.ip", "10.0.0.1,10.0.0.2"},
      {"fd.net", "10.0.0.1,10.0.0.2"},
      {"fd.snet", "10.0.0.2"},
      {"fd.rnet", "10.0.0.2"},
      {"fd.cport", "40000"},
      {"fd.sport", "443"},
      {"fd.port", "40000,443"},
      {"fd.l4proto", "tcp"},
      {"fd.sockfamily", "ip"},
      {"fd.cnet", "10.0.0.1"},
      {"fd.lnet", "10.0.0.1"},
      {"fd.proto", "40000,443"},
      {"fd.cproto", "40000"},
      {"fd.lproto", "40000"},
      {"fd.sproto", "443"},
      {"fd.rproto", "443"},
      {"fd.is_server", "false"},
      {"fd.uid", "<NA>"},
      {"fd.directory", "<NA>"},
  };
  for (const Case& test : kCases) {
    EXPECT_EQ(host.Get(Connect("10.0.0.1", "10.0.0.2"), test.field), test.text) << test.field;
  }
}

TEST(NetworkFields, ThisMachineIsTheServerOfItsOwnAddresses) {
  TestHost host;
  EXPECT_EQ(host.Get(Connect("127.0.0.1", "127.0.0.2"), "fd.is_server"), "true");
  EXPECT_EQ(host.Get(Connect("10.0.0.1", "10.0.0.1"), "fd.is_server"), "true");
  EXPECT_EQ(host.Get(Connect("", "::1"), "fd.is_server"), "true");
  EXPECT_EQ(host.Get(Connect("", "::2"), "fd.is_server"), "false");
  EXPECT_EQ(host.Get(RecordBuilder(WIRE_network_connect).Set("family", 1), "fd.is_server"),
            "false");
}

TEST(NetworkFields, AnOwnSideThatIsNotBoundIsNoAddress) {
  TestHost host;
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4"), "fd.name"), "0.0.0.0:0->1.2.3.4:443");
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4"), "fd.ip"), "1.2.3.4");
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4"), "fd.port"), "443");
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4"), "fd.cip"), "<NA>");
  EXPECT_EQ(host.Get(Connect("", "0.0.0.0"), "fd.ip"), "0.0.0.0");  // A peer may be.
}

TEST(NetworkFields, Ipv6AndMappedIpv4) {
  TestHost host;
  EXPECT_EQ(host.Get(Connect("fe80::1", "2001:db8::2"), "fd.name"),
            "[fe80::1]:40000->[2001:db8::2]:443");
  EXPECT_EQ(host.Get(Connect("::1", "2001:db8::2"), "fd.typechar"), "6");
  const auto mapped = Connect("::ffff:10.0.0.1", "::ffff:10.0.0.2");
  EXPECT_EQ(host.Get(mapped, "fd.name"), "10.0.0.1:40000->10.0.0.2:443");
  EXPECT_EQ(host.Get(mapped, "fd.typechar"), "4");
  EXPECT_EQ(host.Get(mapped, "fd.type"), "ipv4");
  EXPECT_EQ(host.Get(Connect("", "::ffff:10.0.0.2"), "fd.name"), "0.0.0.0:0->10.0.0.2:443");
}

TEST(NetworkFields, UnixSockets) {
  TestHost host;
  const auto record =
      RecordBuilder(WIRE_network_connect).Set("family", 1).Set("unix_path", "/run/docker.sock");
  EXPECT_EQ(host.Get(record, "fd.name"), "/run/docker.sock");
  EXPECT_EQ(host.Get(record, "fd.typechar"), "u");
  EXPECT_EQ(host.Get(record, "fd.sockfamily"), "unix");
  EXPECT_EQ(host.Get(record, "fd.ip"), "<NA>");
  EXPECT_EQ(host.Get(record, "fd.port"), "<NA>");
  EXPECT_EQ(host.Get(record, "fd.l4proto"), "<NA>");
}

TEST(NetworkFields, WhoAcceptedIsTheServerWhateverThePorts) {
  TestHost host;
  const auto end = [&](int side, absl::string_view field) {
    return host.Get(RecordBuilder(WIRE_network_end)
                        .Set("local_address", "10.0.0.1")
                        .Set("local_port", 40000)
                        .Set("remote_address", "10.0.0.2")
                        .Set("remote_port", 443)
                        .Set("side", side),
                    field);
  };
  EXPECT_EQ(end(0, "fd.name"), "10.0.0.1:40000->10.0.0.2:443");
  EXPECT_EQ(end(1, "fd.name"), "10.0.0.1:40000->10.0.0.2:443");
  EXPECT_EQ(end(2, "fd.name"), "10.0.0.2:443->10.0.0.1:40000");
  EXPECT_EQ(end(2, "fd.sport"), "40000");
  EXPECT_EQ(end(0, "fd.side"), "<NA>");
  EXPECT_EQ(end(1, "fd.side"), "client");
  EXPECT_EQ(end(2, "fd.side"), "server");
  EXPECT_EQ(host.Get(RecordBuilder(WIRE_network_accept).Set("family", 1), "fd.side"), "server");
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4"), "fd.side"), "client");
}

TEST(NetworkFields, VsockNamesMachineAndPort) {
  TestHost host;
  const auto make = [](EventKind kind) {
    return RecordBuilder(kind)
        .Set("family", 40)
        .Set("remote_cid", 2)
        .Set("remote_vsock_port", 70000)
        .Set("local_cid", 3)
        .Set("local_vsock_port", 1024);
  };
  EXPECT_EQ(host.Get(make(WIRE_network_connect), "fd.name"), "2:70000");
  EXPECT_EQ(host.Get(make(WIRE_network_bind), "fd.name"), "3:1024");
  EXPECT_EQ(host.Get(make(WIRE_network_socket), "fd.name"), "<NA>");
  EXPECT_EQ(host.Get(make(WIRE_network_connect), "fd.vsock.rport"), "70000");
  EXPECT_EQ(host.Get(make(WIRE_network_connect), "fd.vsock.lcid"), "3");
  EXPECT_EQ(host.Get(make(WIRE_network_connect), "fd.sockfamily"), "vsock");
  EXPECT_EQ(host.Get(make(WIRE_network_connect), "fd.type"), "vsock");
  EXPECT_EQ(host.Get(make(WIRE_network_connect), "fd.rip"), "<NA>");
  EXPECT_EQ(host.Get(make(WIRE_network_connect), "evt.object"), "2:70000");
}

TEST(NetworkFields, TheOtherEndOfAUnixSocketIsAProcess) {
  TestHost host;
  const auto record = RecordBuilder(WIRE_network_connect)
                          .Set("family", 1)
                          .Set("unix_path", "/run/dbus/system_bus_socket")
                          .Set("peer_pid", 1)
                          .Set("peer_uid", 101)
                          .Set("peer_exec_id", 77);
  EXPECT_EQ(host.Get(record, "fd.peer.pid"), "1");
  EXPECT_EQ(host.Get(record, "fd.peer.uid"), "101");
  EXPECT_EQ(host.Get(record, "fd.peer.exec_id"), "77");
}

TEST(NetworkFields, AConnectUnderWayHasNotFailed) {
  TestHost host;
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4").Set("result", -115), "fd.num"), "0");
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4").Set("result", -115), "evt.res"), "EINPROGRESS");
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4").Set("result", -115), "fd.connected"), "false");
  // The socket is there all the same.
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4").Set("result", -111), "fd.num"), "0");
  EXPECT_EQ(host.Get(Connect("", "1.2.3.4").Set("result", 0), "fd.connected"), "true");
}

TEST(NetworkFields, OtherFamilies) {
  TestHost host;
  const auto netlink = RecordBuilder(WIRE_network_connect).Set("family", 16);
  EXPECT_EQ(host.Get(netlink, "fd.name"), "<NA>");
  EXPECT_EQ(host.Get(netlink, "fd.type"), "other");
  EXPECT_EQ(host.Get(netlink, "fd.sockfamily"), "<NA>");
}

TEST(NetworkFields, Protocols) {
  TestHost host;
  const auto with = [&](int protocol, int type) {
    return host.Get(Connect("", "1.2.3.4").Set("protocol", protocol).Set("socket_type", type),
                    "fd.l4proto");
  };
  EXPECT_EQ(with(6, 1), "tcp");
  EXPECT_EQ(with(17, 2), "udp");
  EXPECT_EQ(with(0, 2), "udp");
  EXPECT_EQ(with(1, 3), "icmp");
  EXPECT_EQ(with(58, 3), "icmp");
  EXPECT_EQ(with(132, 1), "<NA>");  // SCTP
}

RecordBuilder Socket(EventKind kind, absl::string_view local, int local_port,
                     absl::string_view remote, int remote_port) {
  RecordBuilder builder(kind);
  builder.Set("family", 2).Set("socket_type", 1);
  if (!local.empty()) builder.Set("local_address", local).Set("local_port", local_port);
  if (!remote.empty()) builder.Set("remote_address", remote).Set("remote_port", remote_port);
  return builder;
}

TEST(NetworkFields, TheOwnSideOfAnAcceptIsTheServer) {
  TestHost host;
  constexpr Case kCases[] = {
      {"fd.name", "10.0.0.2:40000->10.0.0.1:443"},
      {"fd.cip", "10.0.0.2"},
      {"fd.sip", "10.0.0.1"},
      {"fd.lip", "10.0.0.1"},
      {"fd.rip", "10.0.0.2"},
      {"fd.cport", "40000"},
      {"fd.sport", "443"},
      {"fd.lport", "443"},
      {"fd.rport", "40000"},
      {"fd.cnet", "10.0.0.2"},
      {"fd.snet", "10.0.0.1"},
      {"fd.cproto", "40000"},
      {"fd.sproto", "443"},
      {"fd.lproto", "443"},
      {"fd.rproto", "40000"},
      {"fd.l4proto", "tcp"},
      {"fd.num", "0"},
  };
  const auto accept = Socket(WIRE_network_accept, "10.0.0.1", 443, "10.0.0.2", 40000);
  for (const Case& test : kCases) EXPECT_EQ(host.Get(accept, test.field), test.text) << test.field;
}

TEST(NetworkFields, BindAndListenHaveAnOwnSideOnly) {
  TestHost host;
  constexpr Case kCases[] = {
      {"fd.name", "0.0.0.0:22"}, {"fd.sip", "0.0.0.0"}, {"fd.sport", "22"},
      {"fd.cip", "<NA>"},        {"fd.cport", "<NA>"},  {"fd.ip", "0.0.0.0"},
      {"fd.port", "22"},         {"fd.rnet", "<NA>"},   {"fd.typechar", "4"},
      {"fd.rproto", "<NA>"},     {"fd.lproto", "22"},   {"fd.is_server", "false"},
  };
  for (const EventKind kind : {WIRE_network_bind, WIRE_network_listen}) {
    const auto record = Socket(kind, "0.0.0.0", 22, "", 0);
    for (const Case& test : kCases) {
      EXPECT_EQ(host.Get(record, test.field), test.text) << test.field;
    }
  }
}

TEST(NetworkFields, ANewSocketHasNoEnds) {
  TestHost host;
  const auto record = Socket(WIRE_network_socket, "", 0, "", 0);
  for (const absl::string_view field :
       {"fd.name", "fd.ip", "fd.port", "fd.cip", "fd.sip", "fd.sport", "fd.cport"}) {
    EXPECT_EQ(host.Get(record, field), "<NA>") << field;
  }
  EXPECT_EQ(host.Get(record, "fd.typechar"), "4");
  EXPECT_EQ(host.Get(record, "fd.sockfamily"), "ip");
}

TEST(NetworkFields, WhereNobodyToldTheLowerPortIsTheServers) {
  TestHost host;
  for (const EventKind kind :
       {WIRE_network_send, WIRE_network_receive, WIRE_network_dns, WIRE_network_end}) {
    const auto asks = Socket(kind, "10.0.0.1", 40000, "10.0.0.2", 53);
    EXPECT_EQ(host.Get(asks, "fd.sip"), "10.0.0.2");
    EXPECT_EQ(host.Get(asks, "fd.sport"), "53");
    EXPECT_EQ(host.Get(asks, "fd.name"), "10.0.0.1:40000->10.0.0.2:53");
    const auto serves = Socket(kind, "10.0.0.1", 53, "10.0.0.2", 40000);
    EXPECT_EQ(host.Get(serves, "fd.sip"), "10.0.0.1");
    EXPECT_EQ(host.Get(serves, "fd.cport"), "40000");
    EXPECT_EQ(host.Get(serves, "fd.name"), "10.0.0.2:40000->10.0.0.1:53");
    EXPECT_EQ(host.Get(Socket(kind, "", 0, "10.0.0.2", 53), "fd.sport"), "53");
  }
}

}  // namespace
}  // namespace vedette
