// SPDX-License-Identifier: Apache-2.0
//
// Against rsyslog, over each transport; and against sockets for what rsyslog would forgive.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "integrations/format/sample_alert.h"
#include "integrations/sinks/registry.h"
#include "integrations/testing/certificates.h"
#include "integrations/testing/child.h"

namespace vedette {
namespace {

absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

std::unique_ptr<Sink> MakeSyslog(const SinkOptions& options) {
  auto sink = MakeSink("syslog", options);
  if (!sink.ok()) ADD_FAILURE() << sink.status();
  return *std::move(sink);
}

Alert Numbered(int number, bool hostile = false) {
  Alert alert = hostile ? HostileAlert() : SampleAlert();
  alert.id = absl::StrCat(absl::Hex(number, absl::kZeroPad16));
  return alert;
}

// rsyslog with one input, which writes "msgid|priority|message" lines.
class Rsyslog {
 public:
  explicit Rsyslog(const std::string& transport) : transport_(transport), port_(FreePort()) {
    Start();
  }
  void Start() {
    const std::string conf = folder_.File("conf");
    EXPECT_TRUE(WriteFileAtomically(conf, Config()).ok());
    // A pid file of a killed one would keep the next from starting.
    unlink(folder_.File("pid").c_str());
    unlink(socket().c_str());
    child_.emplace(std::vector<std::string>{FindProgram("rsyslogd"), "-n", "-f", conf, "-i",
                                            folder_.File("pid")},
                   folder_.File("log"));
    if (transport_ == "tcp" || transport_ == "tls") {
      EXPECT_TRUE(AwaitPort(port_));
    } else if (transport_ == "unix") {
      EXPECT_TRUE(Eventually([&] { return access(socket().c_str(), F_OK) == 0; }));
    } else {
      absl::SleepFor(absl::Seconds(1));  // Nothing shows that a UDP port is open.
    }
  }
  void Kill() { child_->Kill(); }

  SinkOptions Options() const {
    if (transport_ == "unix") return {{"transport", "unix"}, {"socket", socket()}};
    SinkOptions options = {{"transport", transport_},
                           {"address", absl::StrCat("127.0.0.1:", port_)}};
    if (transport_ == "tls") options["ca_file"] = TestCertificates().Path("ca");
    return options;
  }

  std::vector<std::vector<std::string>> Lines() const {
    std::vector<std::vector<std::string>> lines;
    std::ifstream file(folder_.File("out"));
    for (std::string line; std::getline(file, line);) {
      lines.push_back(absl::StrSplit(line, absl::MaxSplits('|', 2)));
    }
    return lines;
  }
  std::set<std::string> Ids() const {
    std::set<std::string> ids;
    for (const auto& line : Lines()) ids.insert(line[0]);
    return ids;
  }

 private:
  std::string socket() const { return folder_.File("sock"); }
  std::string Config() const {
    const Certificates& files = TestCertificates();
    std::string input = absl::StrCat("module(load=\"imtcp\")\ninput(type=\"imtcp\" port=\"", port_,
                                     "\" address=\"127.0.0.1\")\n");
    if (transport_ == "tls") {
      input = absl::StrCat(
          "module(load=\"imtcp\" StreamDriver.Name=\"ossl\" StreamDriver.Mode=\"1\" "
          "StreamDriver.AuthMode=\"anon\")\ninput(type=\"imtcp\" port=\"",
          port_, "\" address=\"127.0.0.1\")\n");
    } else if (transport_ == "udp") {
      input = absl::StrCat(
          "module(load=\"imudp\")\ninput(type=\"imudp\" address=\"127.0.0.1\" "
          "port=\"",
          port_, "\")\n");
    } else if (transport_ == "unix") {
      input = absl::StrCat(
          "module(load=\"imuxsock\" SysSock.Use=\"off\")\ninput(type=\"imuxsock\" "
          "Socket=\"",
          socket(), "\" UseSpecialParser=\"off\" ParseHostname=\"on\")\n");
    }
    return absl::StrCat(
        "global(workDirectory=\"", folder_.path(), "\" maxMessageSize=\"64k\" ",
        "DefaultNetstreamDriverCAFile=\"", files.Path("ca"), "\" DefaultNetstreamDriverCertFile=\"",
        files.Path("server"), "\" DefaultNetstreamDriverKeyFile=\"", files.Key("server"), "\")\n",
        input, "template(name=\"t\" type=\"string\" string=\"%msgid%|%pri%|%msg%\\n\")\n",
        "action(type=\"omfile\" file=\"", folder_.File("out"),
        "\" template=\"t\" fileCreateMode=\"0600\" asyncWriting=\"off\" flushOnTXEnd=\"on\")\n");
  }

  const std::string transport_;
  const uint16_t port_;
  TemporaryDirectory folder_;
  std::optional<Child> child_;
};

class SyslogTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (FindProgram("rsyslogd").empty()) GTEST_SKIP() << "rsyslog is missing: run setup/servers.sh";
  }
};

TEST_P(SyslogTest, RsyslogGetsWholeMessages) {
  Rsyslog server(GetParam());
  const auto sink = MakeSyslog(server.Options());
  std::vector<Alert> batch;
  for (int i = 0; i < 20; ++i) batch.push_back(Numbered(i, i % 2 == 1));
  const absl::Status status = sink->Deliver(batch, Soon());
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_TRUE(Eventually([&] { return server.Lines().size() >= batch.size(); }));
  for (const auto& line : server.Lines()) {
    ASSERT_EQ(line.size(), 3U);
    EXPECT_EQ(line[1], "82");  // authpriv (10) * 8 + critical (2)
    const auto message = nlohmann::json::parse(line[2], nullptr, false);
    ASSERT_TRUE(message.is_object()) << line[2];
    EXPECT_EQ(message["id"], line[0]);
  }
  EXPECT_EQ(server.Ids().size(), batch.size());
}

INSTANTIATE_TEST_SUITE_P(Transports, SyslogTest, testing::Values("unix", "udp", "tcp", "tls"));

class SyslogRestartTest : public SyslogTest {
 protected:
  void SetUp() override { signal(SIGPIPE, SIG_IGN); }  // As every command does.
};

TEST_P(SyslogRestartTest, NothingIsLostWhenTheServerIsKilled) {
  Rsyslog server(GetParam());
  const auto sink = MakeSyslog(server.Options());
  int sent = 0;
  const auto send = [&](int count) {
    for (int i = 0; i < count; ++i, ++sent) {
      const Alert alert = Numbered(sent);
      while (!sink->Deliver({&alert, 1}, Soon()).ok()) absl::SleepFor(absl::Milliseconds(50));
    }
  };
  send(10);
  for (int round = 0; round < 3; ++round) {
    server.Kill();
    const Alert alert = Numbered(sent);
    EXPECT_TRUE(absl::IsUnavailable(sink->Deliver({&alert, 1}, Soon())));
    server.Start();
    send(10);
  }
  EXPECT_TRUE(Eventually([&] { return server.Ids().size() == static_cast<size_t>(sent); }))
      << server.Ids().size() << " of " << sent;
}

INSTANTIATE_TEST_SUITE_P(Transports, SyslogRestartTest, testing::Values("tcp", "tls"));

TEST_F(SyslogTest, OnlyTheRightServerIsTalkedTo) {
  Rsyslog server("tls");
  SinkOptions options = server.Options();
  options["ca_file"] = TestCertificates().Path("other_ca");
  const Alert alert = Numbered(1);
  const absl::Status status = MakeSyslog(options)->Deliver({&alert, 1}, Soon());
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("certificate: "));
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_TRUE(server.Lines().empty());
}

// A socket of ours: what the sink sends, byte for byte.
struct UdpPeer {
  UdpPeer() : fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at = {};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(at);
    EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
    getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size);
    address = absl::StrCat("127.0.0.1:", ntohs(at.sin_port));
  }
  std::string Receive() const {
    std::string message(70'000, '\0');
    const ssize_t size = recv(fd.get(), message.data(), message.size(), 0);
    message.resize(static_cast<size_t>(std::max<ssize_t>(size, 0)));
    return message;
  }
  OwnedFd fd;
  std::string address;
};

TEST(SyslogFormatTest, HeadersAreAsTheRfcWantsThem) {
  const UdpPeer peer;
  const std::regex rfc5424(
      R"(<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([!-~]{1,255}) ([!-~]{1,48}) )"
      R"((\d+) ([!-~]{1,32}) - ([^\n\r\x00]*))");
  for (const char* format : {"json", "cef", "leef", "ocsf"}) {
    const auto sink = MakeSyslog({{"transport", "udp"},
                                  {"address", peer.address},
                                  {"format", format},
                                  {"facility", "local3"}});
    for (Alert alert : {SampleAlert(), HostileAlert(), Alert()}) {
      alert.time = SampleAlert().time;
      ASSERT_TRUE(sink->Deliver({&alert, 1}, Soon()).ok());
      const std::string message = peer.Receive();
      std::smatch parts;
      ASSERT_TRUE(std::regex_match(message, parts, rfc5424)) << message;
      EXPECT_EQ(parts[1], absl::StrCat(19 * 8 + static_cast<int>(alert.priority)));
      EXPECT_EQ(parts[2], "2024-05-01T12:00:00.123456Z");
    }
  }
}

TEST(SyslogFormatTest, WhatNoDatagramTakesIsRefused) {
  const UdpPeer peer;
  const auto sink = MakeSyslog({{"transport", "udp"}, {"address", peer.address}});
  Alert alert = SampleAlert();
  alert.message = std::string(100'000, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(sink->Deliver({&alert, 1}, Soon())));
  alert.message = "short";
  EXPECT_TRUE(sink->Deliver({&alert, 1}, Soon()).ok());
}

TEST(SyslogSlowTest, AServerThatDoesNotReadEndsAtTheDeadline) {
  const OwnedFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at = {};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(at);
  ASSERT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
  ASSERT_EQ(listen(fd.get(), 1), 0);
  getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size);
  const auto sink = MakeSyslog(
      {{"transport", "tcp"}, {"address", absl::StrCat("127.0.0.1:", ntohs(at.sin_port))}});
  Alert large = SampleAlert();
  large.message = std::string(1 << 20, 'x');
  const std::vector<Alert> batch(16, large);
  const absl::Time before = absl::Now();
  EXPECT_TRUE(absl::IsUnavailable(sink->Deliver(batch, before + absl::Milliseconds(300))));
  EXPECT_LT(absl::Now() - before, absl::Seconds(3));
}

TEST(SyslogOptionsTest, MistakesAreNamed) {
  EXPECT_THAT(std::string(CheckSink("syslog", {{"transport", "tls"}}).message()),
              testing::HasSubstr("needs `address`"));
  EXPECT_THAT(std::string(CheckSink("syslog", {{"address", "nowhere"}}).message()),
              testing::HasSubstr("expected HOST:PORT"));
  EXPECT_TRUE(CheckSink("syslog", {}).ok());
}

}  // namespace
}  // namespace vedette
