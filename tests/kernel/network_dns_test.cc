// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/kernel/io_uring.h"
#include "tests/kernel/kernel_fixture.h"
#include "tests/kernel/loopback.h"

namespace vedette {
namespace {

constexpr uint16_t kDnsPort = 53;

class NetworkDnsTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (InMode(SensorMode::kTracepoint)) {
      GTEST_SKIP() << "in tracepoint mode no hook has the packets of DNS";
    }
  }
};

// A question for the address of v.example, as a program puts it on the wire.
std::string Question() {
  return {
      "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01v\x07"
      "example\x00\x00\x01\x00\x01",
      27};
}
// The same with the flag of an answer.
std::string Answer() {
  std::string answer = Question();
  answer[2] = '\x81';
  return answer;
}

void ExpectQuestion(const Seen& seen, const char* address) {
  EXPECT_EQ(seen.members.at("payload"), Question());
  EXPECT_EQ(seen.members.at("answer"), "0");
  EXPECT_EQ(seen.members.at("remote_address"), address);
  EXPECT_EQ(seen.members.at("remote_port"), "53");
  EXPECT_NE(seen.members.at("local_port"), "0");
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_DGRAM));
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_UDP));
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_NE(seen.members.at("socket_ino"), "0");
  EXPECT_FALSE(seen.truncated.at("payload"));
}

TEST_F(NetworkDnsTest, AQuestionIsTold) {
  const pid_t pid = Act([] {
    const Loopback server(AF_INET, kDnsPort);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    return sendto(fd, Question().data(), 27, 0, server.get(), server.size()) == 27 ? 0 : 1;
  });
  const Seen seen = Expect("network_dns", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "2");
  ExpectQuestion(seen, kLoopbackHex);
}

TEST_F(NetworkDnsTest, AQuestionOnIpv6IsTold) {
  if (!Server(AF_INET6).ok()) GTEST_SKIP() << "this host has no IPv6 loopback";
  const pid_t pid = Act([] {
    const Loopback server(AF_INET6, kDnsPort);
    const int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    return sendto(fd, Question().data(), 27, 0, server.get(), server.size()) == 27 ? 0 : 1;
  });
  const Seen seen = Expect("network_dns", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("family"), "10");
  ExpectQuestion(seen, kLoopback6Hex);
}

TEST_F(NetworkDnsTest, EveryQuestionIsToldNotOnlyTheFirst) {
  const pid_t pid = Act([] {
    const Loopback server(AF_INET, kDnsPort);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (connect(fd, server.get(), server.size()) != 0) return 1;
    // Nobody listens: the refusal of one is told to the next.
    for (int i = 0; i < 4; ++i) (void)!write(fd, Question().data(), 27);
    return 0;
  });
  Expect("network_dns", {{"pid", absl::StrCat(pid)}});
  EXPECT_GE(Count("network_dns", {{"pid", absl::StrCat(pid)}}), 2);
}

TEST_F(NetworkDnsTest, AnAnswerIsTold) {
  const Server server(AF_INET, SOCK_DGRAM, kDnsPort);
  if (!server.ok()) GTEST_SKIP() << "port 53 is not free";
  const pid_t pid = Act([&] {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    const Loopback any(AF_INET);
    if (bind(fd, any.get(), any.size()) != 0) return 1;
    const Loopback client = Loopback::Of(fd);
    const std::string answer = Answer();
    const auto sent =
        sendto(server.fd(), answer.data(), answer.size(), 0, client.get(), client.size());
    char buffer[512];
    return sent == 27 && recv(fd, buffer, sizeof(buffer), 0) == 27 ? 0 : 2;
  });
  const Seen seen =
      Expect("network_dns", {{"pid", absl::StrCat(pid)}, {"remote_port", "53"}, {"answer", "1"}});
  EXPECT_EQ(seen.members.at("payload"), Answer());
  EXPECT_EQ(seen.members.at("remote_address"), kLoopbackHex);
  EXPECT_EQ(seen.members.at("local_address"), kLoopbackHex);
  EXPECT_NE(seen.members.at("local_port"), "0");
  // As it left the server, which is the same process here.
  Expect("network_dns", {{"pid", absl::StrCat(pid)}, {"local_port", "53"}, {"answer", "1"}});
}

TEST_F(NetworkDnsTest, ALongMessageIsCutAndFlagged) {
  const pid_t pid = Act([] {
    const Loopback server(AF_INET, kDnsPort);
    const std::string message = Question() + std::string(700, 'x');
    const auto sent = sendto(socket(AF_INET, SOCK_DGRAM, 0), message.data(), message.size(), 0,
                             server.get(), server.size());
    return sent == static_cast<ssize_t>(message.size()) ? 0 : 1;
  });
  const Seen seen = Expect("network_dns", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("payload").size(), 512u);
  EXPECT_TRUE(seen.truncated.at("payload"));
}

TEST_F(NetworkDnsTest, AQuestionThroughIoUringIsTold) {
  const pid_t pid = Act([] {
    const Loopback server(AF_INET, kDnsPort);
    const std::string question = Question();
    io_uring_sqe operation = {};
    operation.opcode = IORING_OP_SEND;
    operation.fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (connect(operation.fd, server.get(), server.size()) != 0) return 1;
    operation.addr = reinterpret_cast<uint64_t>(question.data());
    operation.len = 27;
    return SubmitOne(operation) == 27 ? 0 : 2;
  });
  const Seen seen = Expect("network_dns", {{"pid", absl::StrCat(pid)}});
  ExpectQuestion(seen, kLoopbackHex);
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING);
}

std::string Framed(const std::string& message) {
  return std::string(
             {static_cast<char>(message.size() >> 8), static_cast<char>(message.size() & 0xff)}) +
         message;
}

// A client asks a server over TCP, which answers. `send` and `receive` are the client's.
template <typename Send, typename Receive>
int Converse(const Server& server, Send send, Receive receive) {
  const int client = ConnectTo(server.address());
  const int accepted = accept(server.fd(), nullptr, nullptr);
  if (client < 0 || accepted < 0) return 1;
  if (!send(client)) return 2;
  char buffer[512];
  size_t got = 0;
  while (got < 29) {
    const ssize_t size = read(accepted, buffer + got, sizeof(buffer) - got);
    if (size <= 0) return 3;
    got += static_cast<size_t>(size);
  }
  const std::string answer = Framed(Answer());
  if (write(accepted, answer.data(), answer.size()) != 29) return 4;
  return receive(client) ? 0 : 5;
}

void ExpectStream(const Seen& seen, const std::string& payload, const char* answer) {
  EXPECT_EQ(seen.members.at("payload"), payload);
  EXPECT_EQ(seen.members.at("answer"), answer);
  EXPECT_EQ(seen.members.at("socket_type"), absl::StrCat(SOCK_STREAM));
  EXPECT_EQ(seen.members.at("protocol"), absl::StrCat(IPPROTO_TCP));
  EXPECT_EQ(seen.members.at("remote_address"), kLoopbackHex);
  EXPECT_NE(seen.header.flags & WIRE_FLAG_USER_PATH, 0);
}

TEST_F(NetworkDnsTest, QuestionsAndAnswersOverTcpAreTold) {
  const Server server(AF_INET, SOCK_STREAM, kDnsPort);
  if (!server.ok()) GTEST_SKIP() << "port 53 is not free";
  const pid_t pid = Act([&] {
    return Converse(
        server,
        [](int fd) {
          const std::string question = Framed(Question());
          return write(fd, question.data(), question.size()) == 29;
        },
        [](int fd) {
          char buffer[512];
          return read(fd, buffer, sizeof(buffer)) == 29;
        });
  });
  const std::string id = absl::StrCat(pid);
  ExpectStream(Expect("network_dns", {{"pid", id}, {"remote_port", "53"}, {"answer", "0"}}),
               Question(), "0");
  ExpectStream(Expect("network_dns", {{"pid", id}, {"remote_port", "53"}, {"answer", "1"}}),
               Answer(), "1");
  // The server's side of both.
  ExpectStream(Expect("network_dns", {{"pid", id}, {"local_port", "53"}, {"answer", "0"}}),
               Question(), "0");
  ExpectStream(Expect("network_dns", {{"pid", id}, {"local_port", "53"}, {"answer", "1"}}),
               Answer(), "1");
}

// As the C library does it: the length is a piece of its own, and read by itself.
TEST_F(NetworkDnsTest, ALengthThatIsAPieceOfItsOwnIsSteppedOver) {
  const Server server(AF_INET, SOCK_STREAM, kDnsPort);
  if (!server.ok()) GTEST_SKIP() << "port 53 is not free";
  const pid_t pid = Act([&] {
    return Converse(
        server,
        [](int fd) {
          std::string question = Question();
          char length[2] = {0, 27};
          const iovec pieces[] = {{length, 2}, {question.data(), question.size()}};
          return writev(fd, pieces, 2) == 29;
        },
        [](int fd) {
          char length[2], message[27];
          return read(fd, length, 2) == 2 && read(fd, message, 27) == 27;
        });
  });
  const std::string id = absl::StrCat(pid);
  ExpectStream(Expect("network_dns", {{"pid", id}, {"remote_port", "53"}, {"answer", "0"}}),
               Question(), "0");
  ExpectStream(Expect("network_dns", {{"pid", id}, {"remote_port", "53"}, {"answer", "1"}}),
               Answer(), "1");
}

TEST_F(NetworkDnsTest, OtherStreamsAreNoDns) {
  const Server server(AF_INET);
  const pid_t pid = Act([&] {
    const int client = ConnectTo(server.address());
    const std::string question = Framed(Question());
    return write(client, question.data(), question.size()) == 29 ? 0 : 1;
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("network_dns", {{"pid", absl::StrCat(pid)}}));
}

}  // namespace
}  // namespace vedette
