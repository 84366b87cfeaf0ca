// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

// Older versions of the next ones need it.
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "tests/kernel/io_uring.h"
#include "tests/kernel/kernel_fixture.h"
#include "tests/kernel/loopback.h"

namespace vedette {
namespace {

class NetworkServerTest : public KernelTest {
 protected:
  static void ExpectAttempt(const Seen& seen) {
    EXPECT_EQ((seen.header.flags & WIRE_FLAG_ATTEMPT) != 0, AskedBefore(seen.kind)) << seen.kind;
  }
};

struct SocketCase {
  absl::string_view what;
  int family, type, protocol, told_protocol;
};

// A kernel that lacks the family does not make the socket: that is not the sensor's matter.
TEST_F(NetworkServerTest, EverySocketTellsItsFamilyTypeAndProtocol) {
  constexpr SocketCase kCases[] = {
      {"tcp", AF_INET, SOCK_STREAM, 0, IPPROTO_TCP},
      {"udp on IPv6", AF_INET6, SOCK_DGRAM, IPPROTO_UDP, IPPROTO_UDP},
      {"raw", AF_INET, SOCK_RAW, IPPROTO_ICMP, IPPROTO_ICMP},
      {"packet", AF_PACKET, SOCK_RAW, 0, 0},
      {"netlink", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, NETLINK_ROUTE},
      {"vsock", AF_VSOCK, SOCK_STREAM, 0, 0},
      {"unix", AF_UNIX, SOCK_SEQPACKET, 0, 0},
  };
  for (const SocketCase& test : kCases) {
    const int own = socket(test.family, test.type | SOCK_CLOEXEC, test.protocol);
    if (own < 0) continue;
    close(own);
    const pid_t pid = Act(
        [&] { return socket(test.family, test.type | SOCK_CLOEXEC, test.protocol) >= 0 ? 0 : 1; });
    const Seen seen = Expect("network_socket", {{"pid", absl::StrCat(pid)}});
    EXPECT_EQ(seen.members.at("family"), absl::StrCat(test.family)) << test.what;
    EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(test.type)) << test.what;
    EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(test.told_protocol)) << test.what;
    EXPECT_EQ(seen.members.at("result"), "0") << test.what;
    EXPECT_EQ(seen.members.at("remote_port"), "0") << test.what;
    EXPECT_EQ(seen.members.at("local_port"), "0") << test.what;
    EXPECT_NE(seen.members.at("socket_ino"), "0") << test.what;
    EXPECT_NE(seen.members.at("net_ns"), "0") << test.what;
    ExpectAttempt(seen);
  }
}

TEST_F(NetworkServerTest, ASocketThatCannotBeMadeTellsTheError) {
  if (AskedBefore("network_socket")) GTEST_SKIP() << "this hook is asked about whole sockets only";
  const pid_t pid = Act([] { return socket(AF_INET, SOCK_STREAM, IPPROTO_UDP) < 0 ? 0 : 1; });
  const Seen seen = Expect("network_socket", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-EPROTONOSUPPORT));
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_UDP));
}

TEST_F(NetworkServerTest, BothSocketsOfAPairAreTold) {
  const pid_t pid = Act([] {
    int pair[2];
    return socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
  });
  const Seen first = Expect("network_socket", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(first.members.at("family"), absl::StrCat(AF_UNIX));
  EXPECT_EQ(first.members.at("socket_type"), absl::StrCat(SOCK_DGRAM));
  EXPECT_EQ(Count("network_socket", {{"pid", absl::StrCat(pid)}}), 2);
}

TEST_F(NetworkServerTest, ABindTellsTheAddressThatIsAskedFor) {
  const pid_t pid = Act([] {
    const Loopback address(AF_INET, 47123);
    return bind(socket(AF_INET, SOCK_DGRAM, 0), address.get(), address.size());
  });
  const Seen seen = Expect("network_bind", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "2");
  EXPECT_EQ(seen.members.at("local_address"), kLoopbackHex);
  EXPECT_EQ(seen.members.at("local_port"), "47123");
  EXPECT_EQ(seen.members.at("remote_address"), kNoAddressHex);
  EXPECT_EQ(seen.members.at("remote_port"), "0");
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_DGRAM));
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_UDP));
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_NE(seen.members.at("socket_ino"), "0");
  ExpectAttempt(seen);
}

TEST_F(NetworkServerTest, ABindOnIpv6IsToldInFull) {
  const pid_t pid = Act([] {
    const Loopback address(AF_INET6, 47124);
    return bind(socket(AF_INET6, SOCK_STREAM, 0), address.get(), address.size());
  });
  const Seen seen = Expect("network_bind", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "10");
  EXPECT_EQ(seen.members.at("local_address"), kLoopback6Hex);
  EXPECT_EQ(seen.members.at("local_port"), "47124");
}

// Linux takes a bind without a family for one to any IPv4 address.
TEST_F(NetworkServerTest, ABindWithoutAFamilyIsABindAllTheSame) {
  const pid_t pid = Act([] {
    sockaddr_in address = {};
    address.sin_family = AF_UNSPEC;
    address.sin_port = htons(47125);
    return bind(socket(AF_INET, SOCK_STREAM, 0), reinterpret_cast<sockaddr*>(&address),
                sizeof(address));
  });
  const Seen seen = Expect("network_bind", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "2");
  EXPECT_EQ(seen.members.at("local_address"), kNoAddressHex);
  EXPECT_EQ(seen.members.at("local_port"), "47125");
}

TEST_F(NetworkServerTest, ABindThatFailsTellsTheError) {
  const Server taken(AF_INET);
  ASSERT_TRUE(taken.ok());
  const pid_t pid = Act([&] {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    return bind(fd, taken.address().get(), taken.address().size()) == 0 ? 1 : 0;
  });
  const Seen seen = Expect("network_bind", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("local_port"), absl::StrCat(taken.port()));
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(AskedBefore("network_bind") ? 0 : -EADDRINUSE));
}

// A name in the abstract name space: nothing is left behind.
socklen_t AbstractName(absl::string_view name, sockaddr_un& address) {
  address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
}

TEST_F(NetworkServerTest, UnixSocketsAreNamedAtBindListenAndAccept) {
  const std::string name = absl::StrCat("vedette-", getpid());
  const pid_t pid = Act([&] {
    sockaddr_un address;
    const socklen_t size = AbstractName(name, address);
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(server, reinterpret_cast<sockaddr*>(&address), size) != 0) return 1;
    if (listen(server, 3) != 0) return 2;
    const int client = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(client, reinterpret_cast<sockaddr*>(&address), size) != 0) return 3;
    return accept(server, nullptr, nullptr) >= 0 ? 0 : 4;
  });
  for (const absl::string_view kind : {"network_bind", "network_listen", "network_accept"}) {
    const Seen seen = Expect(kind, {{"pid", absl::StrCat(pid)}});
    EXPECT_EQ(seen.members.at("family"), "1") << kind;
    EXPECT_EQ(seen.members.at("unix_path"), absl::StrCat("@", name)) << kind;
    EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_STREAM)) << kind;
    EXPECT_EQ(seen.members.at("result"), "0") << kind;
  }
}

TEST_F(NetworkServerTest, WhoConnectedToAUnixSocketIsTold) {
  const std::string name = absl::StrCat("vedette-peer-", getpid());
  const pid_t pid = Act([&] {
    sockaddr_un address;
    const socklen_t size = AbstractName(name, address);
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(server, reinterpret_cast<sockaddr*>(&address), size) != 0) return 1;
    if (listen(server, 3) != 0) return 2;
    const pid_t child = fork();
    if (child == 0) {
      const int client = socket(AF_UNIX, SOCK_STREAM, 0);
      _exit(connect(client, reinterpret_cast<sockaddr*>(&address), size));
    }
    const int accepted = accept(server, nullptr, nullptr);
    int status = 0;
    waitpid(child, &status, 0);
    return accepted >= 0 && status == 0 ? 0 : 3;
  });
  const Seen fork_record = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  const Seen accepted = Expect("network_accept", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(accepted.members.at("side"), "2");
  EXPECT_EQ(accepted.members.at("peer_pid"), fork_record.members.at("child_pid"));
  const Seen connected =
      Expect("network_connect", {{"pid", fork_record.members.at("child_pid")}, {"family", "1"}});
  if (AskedBefore("network_connect")) return;
  EXPECT_EQ(connected.members.at("peer_pid"), absl::StrCat(pid));
  EXPECT_EQ(connected.members.at("peer_exec_id"), accepted.members.at("exec_id"));
}

TEST_F(NetworkServerTest, VsockTellsMachinesAndPorts) {
  const int own = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (own < 0) GTEST_SKIP() << "this kernel has no VSOCK";
  sockaddr_vm free = {};
  free.svm_family = AF_VSOCK;
  free.svm_cid = VMADDR_CID_LOCAL;
  free.svm_port = 70002;
  const bool is_local = bind(own, reinterpret_cast<sockaddr*>(&free), sizeof(free)) == 0;
  close(own);
  if (!is_local) GTEST_SKIP() << "VSOCK leads to no address of this machine itself";
  const pid_t pid = Act([] {
    sockaddr_vm address = {};
    address.svm_family = AF_VSOCK;
    address.svm_cid = VMADDR_CID_LOCAL;
    address.svm_port = 70001;
    const int server = socket(AF_VSOCK, SOCK_STREAM, 0);
    if (bind(server, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return 1;
    if (listen(server, 2) != 0) return 2;
    const int client = socket(AF_VSOCK, SOCK_STREAM, 0);
    const int connected = connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    if (connected == 0) accept(server, nullptr, nullptr);
    return 0;
  });
  const std::string vsock = absl::StrCat(AF_VSOCK);
  const Seen bound = Expect("network_bind", {{"pid", absl::StrCat(pid)}, {"family", vsock}});
  EXPECT_EQ(bound.members.at("local_cid"), absl::StrCat(VMADDR_CID_LOCAL));
  EXPECT_EQ(bound.members.at("local_vsock_port"), "70001");
  EXPECT_EQ(bound.members.at("remote_cid"), "0");
  const Seen connected = Expect("network_connect", {{"pid", absl::StrCat(pid)}, {"family", vsock}});
  EXPECT_EQ(connected.members.at("remote_cid"), absl::StrCat(VMADDR_CID_LOCAL));
  EXPECT_EQ(connected.members.at("remote_vsock_port"), "70001");
  EXPECT_EQ(connected.members.at("remote_port"), "0");
  EXPECT_EQ(connected.members.at("unix_path"), "");
  if (connected.members.at("result") != "0" || AskedBefore("network_connect")) return;
  const Seen accepted = Expect("network_accept", {{"pid", absl::StrCat(pid)}, {"family", vsock}});
  EXPECT_EQ(accepted.members.at("side"), "2");
}

TEST_F(NetworkServerTest, AListenTellsTheBacklogAndTheOwnAddress) {
  const pid_t pid = Act([] {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const Loopback address(AF_INET, 47126);
    const int on = 1;  // Somebody may have had it for a connection a moment ago.
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    return bind(fd, address.get(), address.size()) == 0 ? listen(fd, 17) : 1;
  });
  const Seen seen = Expect("network_listen", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("backlog"), "17");
  EXPECT_EQ(seen.members.at("family"), "2");
  EXPECT_EQ(seen.members.at("local_address"), kLoopbackHex);
  EXPECT_EQ(seen.members.at("local_port"), "47126");
  EXPECT_EQ(seen.members.at("remote_port"), "0");
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_TCP));
  EXPECT_EQ(seen.members.at("result"), "0");
  ExpectAttempt(seen);
}

// Accepts a connection of its own, and gives the port that it came from.
uint16_t AcceptOwn(const Server& server, int family) {
  const int client = ConnectTo(server.address(), family);
  if (client < 0 || accept4(server.fd(), nullptr, nullptr, SOCK_CLOEXEC) < 0) return 0;
  return Loopback::Of(client).port();
}

TEST_F(NetworkServerTest, AnAcceptTellsBothEnds) {
  const Server server(AF_INET);
  ASSERT_TRUE(server.ok());
  const pid_t pid = Act([&] { return AcceptOwn(server, AF_INET) != 0 ? 0 : 1; });
  const Seen seen = Expect("network_accept", {{"pid", absl::StrCat(pid)}});
  const Seen connected = Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "2");
  EXPECT_EQ(seen.members.at("local_address"), kLoopbackHex);
  EXPECT_EQ(seen.members.at("local_port"), absl::StrCat(server.port()));
  EXPECT_EQ(seen.members.at("remote_address"), kLoopbackHex);
  EXPECT_NE(seen.members.at("remote_port"), "0");
  if (!AskedBefore("network_connect")) {
    EXPECT_EQ(seen.members.at("remote_port"), connected.members.at("local_port"));
  }
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_STREAM));
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_TCP));
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_NE(seen.members.at("socket_ino"), "0");
  EXPECT_NE(seen.members.at("socket_ino"), connected.members.at("socket_ino"));
}

TEST_F(NetworkServerTest, AnAcceptOnIpv6IsToldInFull) {
  const Server server(AF_INET6);
  if (!server.ok()) GTEST_SKIP() << "this host has no IPv6 loopback";
  const pid_t pid = Act([&] { return AcceptOwn(server, AF_INET6) != 0 ? 0 : 1; });
  const Seen seen = Expect("network_accept", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "10");
  EXPECT_EQ(seen.members.at("remote_address"), kLoopback6Hex);
  EXPECT_EQ(seen.members.at("local_address"), kLoopback6Hex);
  EXPECT_EQ(seen.members.at("local_port"), absl::StrCat(server.port()));
}

TEST_F(NetworkServerTest, AnAcceptThroughIoUringIsSeenLikeAnyOther) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode io_uring passes by: no hook covers it";
  }
  const Server server(AF_INET);
  const pid_t pid = Act([&] {
    if (ConnectTo(server.address()) < 0) return 1;
    io_uring_sqe operation = {};
    operation.opcode = IORING_OP_ACCEPT;
    operation.fd = server.fd();
    return SubmitOne(operation) >= 0 ? 0 : 2;
  });
  const Seen seen = Expect("network_accept", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("local_port"), absl::StrCat(server.port()));
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING);
}

TEST_F(NetworkServerTest, AnAcceptOfTheRingsOwnThreadNamesTheProcess) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode io_uring passes by: no hook covers it";
  }
  if (!PollThreadIsAThread()) {
    GTEST_SKIP() << "before 5.12 the thread is the kernel's own and names no process";
  }
  const Server server(AF_INET);
  const pid_t pid = Act([&] {
    if (ConnectTo(server.address()) < 0) return 1;
    io_uring_sqe operation = {};
    operation.opcode = IORING_OP_ACCEPT;
    operation.fd = server.fd();
    return SubmitByPollThread(operation) >= 0 ? 0 : 2;
  });
  const Seen seen = Expect("network_accept", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("local_port"), absl::StrCat(server.port()));
  EXPECT_NE(seen.members.at("tid"), absl::StrCat(pid));
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING);
}

}  // namespace
}  // namespace vedette
