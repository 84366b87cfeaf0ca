// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "tests/kernel/io_uring.h"
#include "tests/kernel/kernel_fixture.h"
#include "tests/kernel/loopback.h"

namespace vedette {
namespace {

class NetworkTest : public KernelTest {};

TEST_F(NetworkTest, AConnectionTellsBothEnds) {
  const Server listener(AF_INET);
  ASSERT_TRUE(listener.ok());
  const pid_t pid = Act([&] {
    return connect(socket(AF_INET, SOCK_STREAM, 0), listener.address().get(),
                   listener.address().size());
  });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}, {"family", "2"}});
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(listener.port()));
  EXPECT_EQ(seen.members.at("remote_address").substr(0, 8), "7f000001");
  if (!AskedBefore("network_connect")) {
    EXPECT_EQ(seen.members.at("local_address").substr(0, 8), "7f000001");
    EXPECT_NE(seen.members.at("local_port"), "0");
  }
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_STREAM));
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_TCP));
  EXPECT_NE(seen.members.at("socket_ino"), "0");
}

TEST_F(NetworkTest, Ipv6IsToldInFull) {
  const Server listener(AF_INET6);
  if (!listener.ok()) GTEST_SKIP() << "this host has no IPv6 loopback";
  const pid_t pid = Act([&] {
    return connect(socket(AF_INET6, SOCK_STREAM, 0), listener.address().get(),
                   listener.address().size());
  });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}, {"family", "10"}});
  EXPECT_EQ(seen.members.at("remote_address"), std::string(31, '0') + "1");
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(listener.port()));
}

TEST_F(NetworkTest, ARefusedConnectionTellsTheError) {
  uint16_t port = 0;
  {
    const Server closed(AF_INET);
    port = closed.port();
  }
  sockaddr_in nobody = {};
  nobody.sin_family = AF_INET;
  nobody.sin_port = htons(port);
  nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const pid_t pid = Act([&] {
    return connect(socket(AF_INET, SOCK_STREAM, 0), reinterpret_cast<sockaddr*>(&nobody),
                   sizeof(nobody)) == 0
               ? 1
               : 0;
  });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("result"),
            absl::StrCat(AskedBefore("network_connect") ? 0 : -ECONNREFUSED));
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(port));
}

int ConnectUnix(const std::string& name, int type) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  return connect(socket(AF_UNIX, type, 0), reinterpret_cast<sockaddr*>(&address), size);
}

TEST_F(NetworkTest, AUnixSocketIsNamed) {
  const std::string path = absl::StrCat("/tmp/vedette_socket_", getpid());
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(server, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(server, 4), 0);
  const pid_t pid = Act([&] { return ConnectUnix(path, SOCK_STREAM); });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}, {"family", "1"}});
  EXPECT_EQ(seen.members.at("unix_path"), path);
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_EQ(seen.members.at("side"), "1");
  if (!AskedBefore("network_connect")) {  // Else it is not connected yet.
    EXPECT_EQ(seen.members.at("peer_pid"), absl::StrCat(getpid()));
    EXPECT_EQ(seen.members.at("peer_uid"), absl::StrCat(geteuid()));
    EXPECT_NE(seen.members.at("peer_exec_id"), "0");
    EXPECT_NE(seen.members.at("peer_exec_id"), seen.members.at("exec_id"));
  }
  close(server);
  unlink(path.c_str());
}

TEST_F(NetworkTest, AnAbstractUnixSocketBeginsWithAnAt) {
  const pid_t pid = Act(
      [&] { return ConnectUnix(std::string("\0vedette-nobody", 15), SOCK_STREAM) == 0 ? 1 : 0; });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}, {"family", "1"}});
  EXPECT_EQ(seen.members.at("unix_path"), "@vedette-nobody");
  EXPECT_EQ(seen.members.at("result"),
            absl::StrCat(AskedBefore("network_connect") ? 0 : -ECONNREFUSED));
}

TEST_F(NetworkTest, AConnectThroughIoUringIsSeenLikeAnyOther) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode io_uring passes by: no hook covers it";
  }
  const Server listener(AF_INET);
  const pid_t pid = Act([&] {
    io_uring_sqe operation = {};
    operation.opcode = IORING_OP_CONNECT;
    operation.fd = socket(AF_INET, SOCK_STREAM, 0);
    operation.addr = reinterpret_cast<uint64_t>(listener.address().get());
    operation.off = listener.address().size();
    return SubmitOne(operation) == 0 ? 0 : 1;
  });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}, {"family", "2"}});
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(listener.port()));
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING);
}

TEST_F(NetworkTest, AConnectOfTheRingsOwnThreadNamesTheProcess) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode io_uring passes by: no hook covers it";
  }
  if (!PollThreadIsAThread()) {
    GTEST_SKIP() << "before 5.12 the thread is the kernel's own and names no process";
  }
  const Server listener(AF_INET);
  const pid_t pid = Act([&] {
    io_uring_sqe operation = {};
    operation.opcode = IORING_OP_CONNECT;
    operation.fd = socket(AF_INET, SOCK_STREAM, 0);
    operation.addr = reinterpret_cast<uint64_t>(listener.address().get());
    operation.off = listener.address().size();
    return SubmitByPollThread(operation) == 0 ? 0 : 1;
  });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}, {"family", "2"}});
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(listener.port()));
  EXPECT_NE(seen.members.at("tid"), absl::StrCat(pid));
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING);
}

TEST_F(NetworkTest, ADatagramSocketConnectsToo) {
  const Server peer(AF_INET, SOCK_DGRAM);
  const pid_t pid = Act([&] {
    return connect(socket(AF_INET, SOCK_DGRAM, 0), peer.address().get(), peer.address().size());
  });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_DGRAM));
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(peer.port()));
  EXPECT_EQ(seen.members.at("result"), "0");
}

TEST_F(NetworkTest, AnIpv4PeerOfAnIpv6SocketIsTold) {
  const Server listener(AF_INET);
  const pid_t pid = Act([&] {
    sockaddr_in6 mapped = {};
    mapped.sin6_family = AF_INET6;
    mapped.sin6_port = htons(listener.port());
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr);
    return connect(socket(AF_INET6, SOCK_STREAM, 0), reinterpret_cast<sockaddr*>(&mapped),
                   sizeof(mapped));
  });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "10");
  EXPECT_EQ(seen.members.at("remote_address"), "00000000000000000000ffff7f000001");
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(listener.port()));
}

// An IPv6 socket of datagrams takes a bare IPv4 address as well.
TEST_F(NetworkTest, ABareIpv4AddressOnAnIpv6SocketIsIpv4AtBothEnds) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode the socket is read, which keeps IPv4 in IPv6's form";
  }
  const Server peer(AF_INET, SOCK_DGRAM);
  const pid_t pid = Act([&] {
    return connect(socket(AF_INET6, SOCK_DGRAM, 0), peer.address().get(), peer.address().size());
  });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "2");
  EXPECT_EQ(seen.members.at("remote_address"), kLoopbackHex);
  if (!AskedBefore("network_connect")) {
    EXPECT_EQ(seen.members.at("local_address"), kLoopbackHex);
  }
}

TEST_F(NetworkTest, TheEndOfAnAssociationIsNoConnect) {
  const Server peer(AF_INET, SOCK_DGRAM);
  const pid_t pid = Act([&] {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (connect(fd, peer.address().get(), peer.address().size()) != 0) return 1;
    const sockaddr none = {AF_UNSPEC, {}};
    return connect(fd, &none, sizeof(none));
  });
  Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(Count("network_connect", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(NetworkTest, ASendThatConnectsIsAConnect) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode TCP Fast Open passes by: connect(2) is not called";
  }
  const Server listener(AF_INET);
  const pid_t pid = Act([&] {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    return sendto(fd, "hello", 5, MSG_FASTOPEN, listener.address().get(),
                  listener.address().size()) >= 0
               ? 0
               : 1;
  });
  const Seen seen = Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("remote_address"), kLoopbackHex);
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(listener.port()));
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_STREAM));
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_ATTEMPT);
}

}  // namespace
}  // namespace vedette
