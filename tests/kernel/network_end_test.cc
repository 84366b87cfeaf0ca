// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/kernel/kernel_fixture.h"
#include "tests/kernel/loopback.h"

namespace vedette {
namespace {

class NetworkEndTest : public KernelTest {
 protected:
  // Without a hook for it, as in tracepoint mode, the beginning of an accepted connection is not
  // known.
  static bool SeesAccepts() {
    for (const Hook& hook : source().hooks()) {
      if (hook.kind->name == "network_end" && hook.state == HookState::kAttached &&
          absl::EndsWith(hook.section, "sock_graft")) {
        return true;
      }
    }
    return false;
  }
};

bool ReadAll(int fd, size_t size) {
  char buffer[64];
  while (size > 0) {
    const ssize_t got = read(fd, buffer, sizeof(buffer));
    if (got <= 0) return false;
    size -= static_cast<size_t>(got);
  }
  return true;
}

// Connects to the server and accepts, sends 5 bytes there and 11 back, and ends: the client closes
// first.
int Converse(const Server& server) {
  const int client = ConnectTo(server.address());
  const int accepted = accept(server.fd(), nullptr, nullptr);
  if (client < 0 || accepted < 0) return 1;
  if (write(client, "hello", 5) != 5 || !ReadAll(accepted, 5)) return 2;
  if (write(accepted, "hello world", 11) != 11 || !ReadAll(client, 11)) return 3;
  usleep(20000);  // The last acknowledgement.
  close(client);
  char end;
  if (read(accepted, &end, 1) != 0) return 4;
  close(accepted);
  return 0;
}

TEST_F(NetworkEndTest, TheEndTellsTheBytesAndWhoseConnectionItWas) {
  const Server server(AF_INET);
  ASSERT_TRUE(server.ok());
  const pid_t pid = Act([&] { return Converse(server); });
  const std::string port = absl::StrCat(server.port());
  const Seen client = Expect("network_end", {{"pid", absl::StrCat(pid)}, {"remote_port", port}});
  EXPECT_EQ(client.members.at("bytes_sent"), "5");
  EXPECT_EQ(client.members.at("bytes_received"), "11");
  EXPECT_EQ(client.members.at("family"), "2");
  EXPECT_EQ(client.members.at("remote_address"), kLoopbackHex);
  EXPECT_EQ(client.members.at("local_address"), kLoopbackHex);
  EXPECT_NE(client.members.at("local_port"), "0");
  EXPECT_EQ(client.members.at("socket_type"), absl::StrCat(SOCK_STREAM));
  EXPECT_EQ(client.members.at("protocol"), absl::StrCat(IPPROTO_TCP));
  EXPECT_EQ(client.members.at("result"), "0");
  const Seen connected = Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(client.members.at("socket_ino"), connected.members.at("socket_ino"));
  EXPECT_EQ(client.header.exec_id, connected.header.exec_id);
  EXPECT_EQ(client.members.at("comm"), connected.members.at("comm"));
  EXPECT_EQ(client.members.at("uid"), connected.members.at("uid"));
  EXPECT_EQ(client.members.at("cgroup_id"), connected.members.at("cgroup_id"));
  // From connect to close: 20 ms at least.
  EXPECT_GE(std::atoll(client.members.at("duration_ns").c_str()), 20'000'000);

  const Seen accepted = Expect("network_end", {{"pid", absl::StrCat(pid)}, {"local_port", port}});
  EXPECT_EQ(accepted.members.at("bytes_sent"), "11");
  EXPECT_EQ(accepted.members.at("bytes_received"), "5");
  EXPECT_EQ(accepted.members.at("remote_port"), client.members.at("local_port"));
  EXPECT_EQ(client.members.at("side"), "1");
  if (!SeesAccepts()) {
    EXPECT_EQ(accepted.members.at("duration_ns"), "0");
    EXPECT_EQ(accepted.members.at("side"), "0");
  } else {
    EXPECT_EQ(accepted.members.at("side"), "2");
    EXPECT_GE(std::atoll(accepted.members.at("duration_ns").c_str()), 20'000'000);
  }
}

TEST_F(NetworkEndTest, AResetTellsTheError) {
  const Server server(AF_INET);
  const pid_t pid = Act([&] {
    const int client = ConnectTo(server.address());
    const int accepted = accept(server.fd(), nullptr, nullptr);
    const linger at_once = {1, 0};
    setsockopt(accepted, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(accepted);
    usleep(20000);
    close(client);
    return 0;
  });
  const Seen seen = Expect(
      "network_end", {{"pid", absl::StrCat(pid)}, {"remote_port", absl::StrCat(server.port())}});
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-ECONNRESET));
}

TEST_F(NetworkEndTest, AConnectThatFailedWasNoConnection) {
  uint16_t port = 0;
  {
    const Server closed(AF_INET);
    port = closed.port();
  }
  const pid_t pid = Act([&] { return ConnectTo(Loopback(AF_INET, port)) < 0 ? 0 : 1; });
  Expect("network_connect", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("network_end", {{"pid", absl::StrCat(pid)}}));
}

// The last packet comes when the process is gone: it is named all the same.
TEST_F(NetworkEndTest, AConnectionThatOutlivesItsProcessNamesIt) {
  const Server server(AF_INET);
  const pid_t pid = Act([&] {
    const int client = ConnectTo(server.address());
    return client >= 0 && write(client, "hello", 5) == 5 ? 0 : 1;
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  const int accepted = accept(server.fd(), nullptr, nullptr);
  EXPECT_TRUE(ReadAll(accepted, 5));
  close(accepted);
  const Seen seen = Expect("network_end", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("remote_port"), absl::StrCat(server.port()));
  EXPECT_EQ(seen.members.at("bytes_sent"), "5");
}

}  // namespace
}  // namespace vedette
