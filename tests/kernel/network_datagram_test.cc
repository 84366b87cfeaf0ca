// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "tests/kernel/io_uring.h"
#include "tests/kernel/kernel_fixture.h"
#include "tests/kernel/loopback.h"

namespace vedette {
namespace {

class NetworkDatagramTest : public KernelTest {};

TEST_F(NetworkDatagramTest, TheFirstDatagramToAPeerIsToldOnce) {
  const Server peer(AF_INET, SOCK_DGRAM), other(AF_INET, SOCK_DGRAM);
  ASSERT_TRUE(peer.ok() && other.ok());
  const pid_t pid = Act([&] {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    for (int i = 0; i < 3; ++i) {
      if (sendto(fd, "hello", 5, 0, peer.address().get(), peer.address().size()) != 5) return 1;
    }
    return sendto(fd, "others", 6, 0, other.address().get(), other.address().size()) == 6 ? 0 : 2;
  });
  const Seen seen = Expect("network_send", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("bytes"), "5");
  EXPECT_EQ(seen.members.at("family"), "2");
  EXPECT_EQ(seen.members.at("remote_address"), kLoopbackHex);
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(peer.port()));
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_DGRAM));
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_UDP));
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_NE(seen.members.at("socket_ino"), "0");
  EXPECT_EQ((seen.header.flags & WIRE_FLAG_ATTEMPT) != 0, AskedBefore("network_send"));
  Expect("network_send",
         {{"pid", absl::StrCat(pid)}, {"remote_port", absl::StrCat(other.port())}, {"bytes", "6"}});
  EXPECT_EQ(Count("network_send", {{"pid", absl::StrCat(pid)}}), 2);
}

TEST_F(NetworkDatagramTest, OfAConnectedSocketThePeerIsTheConnectedOne) {
  const Server peer(AF_INET6, SOCK_DGRAM);
  if (!peer.ok()) GTEST_SKIP() << "this host has no IPv6 loopback";
  const pid_t pid = Act([&] {
    const int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    if (connect(fd, peer.address().get(), peer.address().size()) != 0) return 1;
    return send(fd, "hello", 5, 0) == 5 ? 0 : 2;
  });
  const Seen connected = Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(connected.members.at("socket_type"), absl::StrCat(SOCK_DGRAM));
  const Seen seen = Expect("network_send", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "10");
  EXPECT_EQ(seen.members.at("remote_address"), kLoopback6Hex);
  EXPECT_EQ(seen.members.at("local_address"), kLoopback6Hex);
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(peer.port()));
}

TEST_F(NetworkDatagramTest, AMessageWithAnAddressIsASend) {
  const Server peer(AF_INET, SOCK_DGRAM);
  const pid_t pid = Act([&] {
    char text[] = "message";
    iovec part = {text, 7};
    msghdr message = {};
    message.msg_name = const_cast<sockaddr*>(peer.address().get());
    message.msg_namelen = peer.address().size();
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    return sendmsg(socket(AF_INET, SOCK_DGRAM, 0), &message, 0) == 7 ? 0 : 1;
  });
  const Seen seen = Expect("network_send", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(peer.port()));
  EXPECT_EQ(seen.members.at("bytes"), "7");
}

TEST_F(NetworkDatagramTest, AnIpv4PeerOfAnIpv6SocketIsTold) {
  const Server peer(AF_INET, SOCK_DGRAM);
  const pid_t pid = Act([&] {
    sockaddr_in6 mapped = {};
    mapped.sin6_family = AF_INET6;
    mapped.sin6_port = htons(peer.port());
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr);
    const int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    return sendto(fd, "x", 1, 0, reinterpret_cast<sockaddr*>(&mapped), sizeof(mapped)) == 1 ? 0 : 1;
  });
  const Seen seen = Expect("network_send", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "10");
  EXPECT_EQ(seen.members.at("remote_address"), "00000000000000000000ffff7f000001");
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(peer.port()));
}

TEST_F(NetworkDatagramTest, ADatagramToAUnixSocketNamesIt) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode the receivers of unix datagrams are not read";
  }
  const std::string name = absl::StrCat("vedette-datagram-", getpid());
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  const int receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(receiver, to, size), 0);
  const pid_t pid = Act([&] {
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    for (int i = 0; i < 2; ++i) {
      if (sendto(fd, "hello", 5, 0, to, size) != 5) return 1;
    }
    const int connected = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (connect(connected, to, size) != 0) return 2;
    return send(connected, "longer", 6, 0) == 6 ? 0 : 3;
  });
  const Seen seen = Expect("network_send", {{"pid", absl::StrCat(pid)}, {"bytes", "5"}});
  EXPECT_EQ(seen.members.at("family"), "1");
  EXPECT_EQ(seen.members.at("unix_path"), absl::StrCat("@", name));
  EXPECT_EQ(seen.members.at("remote_address"), kNoAddressHex);
  EXPECT_EQ(seen.members.at("result"), "0");
  const Seen other = Expect("network_send", {{"pid", absl::StrCat(pid)}, {"bytes", "6"}});
  EXPECT_EQ(other.members.at("unix_path"), absl::StrCat("@", name));
  EXPECT_EQ(Count("network_send", {{"pid", absl::StrCat(pid)}}), 2);
  close(receiver);
}

TEST_F(NetworkDatagramTest, ARawSocketSends) {
  const pid_t pid = Act([] {
    const int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    icmphdr echo = {};
    echo.type = ICMP_ECHO;
    echo.checksum = 0xfff7;
    const Loopback peer(AF_INET);
    return sendto(fd, &echo, sizeof(echo), 0, peer.get(), peer.size()) > 0 ? 0 : 1;
  });
  const Seen seen = Expect("network_send", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_RAW));
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_ICMP));
  EXPECT_EQ(seen.members.at("remote_address"), kLoopbackHex);
}

TEST_F(NetworkDatagramTest, ARawSocketReceives) {
  const pid_t pid = Act([] {
    const int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    icmphdr echo = {};
    echo.type = ICMP_ECHO;
    echo.checksum = 0xfff7;
    Loopback peer(AF_INET);
    if (sendto(fd, &echo, sizeof(echo), 0, peer.get(), peer.size()) < 0) return 1;
    char buffer[64];
    socklen_t size = peer.size();
    return recvfrom(fd, buffer, sizeof(buffer), 0, peer.get(), &size) > 0 ? 0 : 2;
  });
  const Seen seen = Expect("network_receive", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_RAW));
  EXPECT_EQ(seen.members.at("remote_address"), kLoopbackHex);
  EXPECT_EQ(seen.members.at("bytes"), "28");
}

// Sends `text` to a new server from a socket of its own, and gives that socket.
int SendTo(const Server& server, absl::string_view text) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(fd, Loopback(AF_INET).get(), Loopback(AF_INET).size()) != 0) return -1;
  const auto sent =
      sendto(fd, text.data(), text.size(), 0, server.address().get(), server.address().size());
  return sent < 0 ? -1 : fd;
}

TEST_F(NetworkDatagramTest, TheFirstDatagramFromAPeerIsToldOnce) {
  const Server server(AF_INET, SOCK_DGRAM);
  uint16_t port = 0;
  const int client = SendTo(server, "hello");
  ASSERT_GE(client, 0);
  port = Loopback::Of(client).port();
  ASSERT_EQ(sendto(client, "more", 4, 0, server.address().get(), server.address().size()), 4);
  const pid_t pid = Act([&] {
    char buffer[64];
    for (int i = 0; i < 2; ++i) {
      Loopback from(AF_INET);
      socklen_t size = from.size();
      if (recvfrom(server.fd(), buffer, sizeof(buffer), 0, from.get(), &size) < 0) return 1;
    }
    return 0;
  });
  const Seen seen = Expect("network_receive", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("bytes"), "5");
  EXPECT_EQ(seen.members.at("family"), "2");
  EXPECT_EQ(seen.members.at("remote_address"), kLoopbackHex);
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(port));
  EXPECT_EQ(seen.members.at("local_port"), absl::StrCat(server.port()));
  EXPECT_EQ(seen.members.at("local_address"), kLoopbackHex);
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_UDP));
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_NE(seen.members.at("socket_ino"), "0");
  EXPECT_EQ(Count("network_receive", {{"pid", absl::StrCat(pid)}}), 1);
  close(client);
}

TEST_F(NetworkDatagramTest, WhoDoesNotAskForTheSenderIsToldItAllTheSame) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode a sender that was not asked for is not known, nor read(2)";
  }
  const Server server(AF_INET, SOCK_DGRAM);
  const int client = SendTo(server, "hello");
  const pid_t pid = Act([&] {
    char buffer[64];
    return read(server.fd(), buffer, sizeof(buffer)) == 5 ? 0 : 1;
  });
  const Seen seen = Expect("network_receive", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(Loopback::Of(client).port()));
  close(client);
}

TEST_F(NetworkDatagramTest, ASendThroughIoUringIsSeenLikeAnyOther) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode io_uring passes by: no hook covers it";
  }
  const Server peer(AF_INET, SOCK_DGRAM);
  const pid_t pid = Act([&] {
    char text[] = "hello";
    iovec part = {text, 5};
    msghdr message = {};
    message.msg_name = const_cast<sockaddr*>(peer.address().get());
    message.msg_namelen = peer.address().size();
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    io_uring_sqe operation = {};
    operation.opcode = IORING_OP_SENDMSG;
    operation.fd = socket(AF_INET, SOCK_DGRAM, 0);
    operation.addr = reinterpret_cast<uint64_t>(&message);
    operation.len = 1;
    return SubmitOne(operation) == 5 ? 0 : 1;
  });
  const Seen seen = Expect("network_send", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(peer.port()));
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING);
}

TEST_F(NetworkDatagramTest, AConnectedSendThroughIoUringIsSeenLikeAnyOther) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode io_uring passes by: no hook covers it";
  }
  const Server peer(AF_INET, SOCK_DGRAM);
  const pid_t pid = Act([&] {
    io_uring_sqe operation = {};
    operation.opcode = IORING_OP_SEND;
    operation.fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (connect(operation.fd, peer.address().get(), peer.address().size()) != 0) return 1;
    operation.addr = reinterpret_cast<uint64_t>("hello");
    operation.len = 5;
    return SubmitOne(operation) == 5 ? 0 : 2;
  });
  const Seen seen = Expect("network_send", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(peer.port()));
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING);
}

TEST_F(NetworkDatagramTest, ASendOfTheRingsOwnThreadNamesTheProcess) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode io_uring passes by: no hook covers it";
  }
  if (!PollThreadIsAThread()) {
    GTEST_SKIP() << "before 5.12 the thread is the kernel's own and names no process";
  }
  const Server peer(AF_INET, SOCK_DGRAM);
  const pid_t pid = Act([&] {
    io_uring_sqe operation = {};
    operation.opcode = IORING_OP_SEND;
    operation.fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (connect(operation.fd, peer.address().get(), peer.address().size()) != 0) return 1;
    operation.addr = reinterpret_cast<uint64_t>("hello");
    operation.len = 5;
    return SubmitByPollThread(operation) == 5 ? 0 : 2;
  });
  const Seen seen = Expect("network_send", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(peer.port()));
  EXPECT_NE(seen.members.at("tid"), absl::StrCat(pid));
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING);
  EXPECT_EQ(seen.header.exec_id,
            Expect("network_connect", {{"pid", absl::StrCat(pid)}}).header.exec_id);
}

}  // namespace
}  // namespace vedette
