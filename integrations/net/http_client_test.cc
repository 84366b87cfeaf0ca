// SPDX-License-Identifier: Apache-2.0
#include "integrations/net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "integrations/testing/certificates.h"
#include "integrations/testing/http_peer.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

HttpPeer::Handler Answers(int status, std::string body = "") {
  return [=](const PeerRequest&) { return PeerAnswer{.status = status, .body = body}; };
}

TEST(HttpClientTest, SendsWhatItIsToldAndKeepsTheConnection) {
  HttpPeer peer(Answers(200, "hello"));
  HttpSettings settings;
  settings.url = peer.url() + "/base";
  settings.headers = {{"X-One", "1\r\nX-Evil: 2"}};
  HttpClient client(std::move(settings));
  for (int i = 0; i < 3; ++i) {
    const auto response = client.Send(
        {.method = "PUT", .path = "/a?b=c", .body = "{}", .headers = {{"X-Id", "7"}}}, Soon());
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "hello");
  }
  const auto requests = peer.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].method, "PUT");
  EXPECT_EQ(requests[0].target, "/base/a?b=c");
  EXPECT_EQ(requests[0].body, "{}");
  EXPECT_EQ(requests[0].Header("content-type"), "application/json");
  EXPECT_EQ(requests[0].Header("x-id"), "7");
  EXPECT_EQ(requests[0].Header("x-one"), "1  X-Evil: 2") << "a header cannot begin another";
  EXPECT_EQ(requests[0].Header("x-evil"), "");
  EXPECT_EQ(peer.violations(), 0);
}

TEST(HttpClientTest, LongBodiesArePacked) {
  HttpPeer peer(Answers(200));
  HttpSettings settings;
  settings.url = peer.url();
  HttpClient client(settings);
  const std::string body(100'000, 'x');
  ASSERT_TRUE(client.Send({.body = body}, Soon()).ok());
  settings.compress = false;
  HttpClient plain(settings);
  ASSERT_TRUE(plain.Send({.body = body}, Soon()).ok());
  ASSERT_EQ(peer.requests().size(), 2U);
  EXPECT_TRUE(peer.requests()[0].was_packed);
  EXPECT_EQ(peer.requests()[0].body, body);
  EXPECT_FALSE(peer.requests()[1].was_packed);
  EXPECT_EQ(peer.requests()[1].body, body);
}

TEST(HttpClientTest, AnswersAreJudged) {
  struct Case {
    int status;
    absl::StatusCode code;
  };
  const Case kCases[] = {
      {200, absl::StatusCode::kOk},          {204, absl::StatusCode::kOk},
      {301, absl::StatusCode::kUnavailable}, {400, absl::StatusCode::kInvalidArgument},
      {401, absl::StatusCode::kUnavailable}, {403, absl::StatusCode::kUnavailable},
      {404, absl::StatusCode::kUnavailable}, {413, absl::StatusCode::kInvalidArgument},
      {429, absl::StatusCode::kUnavailable}, {500, absl::StatusCode::kUnavailable},
      {503, absl::StatusCode::kUnavailable}, {422, absl::StatusCode::kInvalidArgument},
  };
  for (const Case& c : kCases) {
    const absl::Status status = JudgeHttp({c.status, "no\x1b[2J\n"}, "http://h:1");
    EXPECT_EQ(status.code(), c.code) << c.status;
    if (status.ok()) continue;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(absl::StrCat("http://h:1 answered ", c.status)));
    EXPECT_THAT(std::string(status.message()), HasSubstr("no\\x1b[2J\\x0a"));
  }
}

TEST(HttpClientTest, RedirectsAreNotFollowedAndProxiesOfTheEnvironmentNotAsked) {
  HttpPeer elsewhere(Answers(200));
  HttpPeer peer([&](const PeerRequest&) {
    return PeerAnswer{.status = 307,
                      .headers = absl::StrCat("Location: ", elsewhere.url(), "/x\r\n")};
  });
  for (const char* name : {"http_proxy", "all_proxy"}) setenv(name, elsewhere.url().c_str(), 1);
  HttpSettings settings;
  settings.url = peer.url();
  HttpClient client(settings);
  const auto response = client.Send({.body = "secret"}, Soon());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 307);
  settings.proxy = elsewhere.url();
  HttpClient proxied(settings);
  for (const char* name : {"http_proxy", "all_proxy"}) unsetenv(name);
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST(HttpClientTest, SlowPeersEndAtTheDeadline) {
  HttpPeer peer([](const PeerRequest&) { return PeerAnswer{.delay = absl::Seconds(5)}; });
  HttpSettings settings;
  settings.url = peer.url();
  HttpClient client(settings);
  const absl::Time before = absl::Now();
  const auto response = client.Send({}, absl::Now() + absl::Milliseconds(200));
  EXPECT_TRUE(absl::IsUnavailable(response.status()));
  EXPECT_LT(absl::Now() - before, absl::Seconds(2));
  EXPECT_TRUE(absl::IsUnavailable(client.Send({}, absl::Now()).status())) << "no time left";
}

TEST(HttpClientTest, HugeAnswersAreNotRead) {
  HttpPeer peer(Answers(200, std::string(kResponseBytesMax + 1, 'x')));
  HttpSettings settings;
  settings.url = peer.url();
  HttpClient client(settings);
  const absl::Status status = client.Send({}, Soon()).status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("above 1 MiB"));
}

TEST(HttpClientTest, APeerThatRestartsIsFoundAgain) {
  auto peer = std::make_optional<HttpPeer>(Answers(200));
  const uint16_t port = peer->port();
  HttpSettings settings;
  settings.url = peer->url();
  HttpClient client(settings);
  EXPECT_TRUE(client.Send({}, Soon()).ok());
  peer.reset();
  EXPECT_TRUE(absl::IsUnavailable(client.Send({}, Soon()).status()));
  peer.emplace(Answers(200), PeerTls{}, port);
  EXPECT_TRUE(client.Send({}, Soon()).ok());
}

TEST(HttpClientTest, SecretsAreReadWhenTheyAreUsed) {
  HttpPeer peer(Answers(200));
  const TemporaryDirectory folder;
  const std::string path = folder.File("token");
  HttpSettings settings;
  settings.url = peer.url();
  settings.token = *SecretSource::Parse("file:" + path);
  HttpClient client(std::move(settings));
  EXPECT_TRUE(absl::IsUnavailable(client.Send({}, Soon()).status()));
  ASSERT_TRUE(WriteFileAtomically(path, "one\n").ok());
  EXPECT_TRUE(client.Send({}, Soon()).ok());
  ASSERT_TRUE(WriteFileAtomically(path, "two\n").ok());
  EXPECT_TRUE(client.Send({}, Soon()).ok());
  ASSERT_EQ(peer.requests().size(), 2U);
  EXPECT_EQ(peer.requests()[0].Header("authorization"), "Bearer one");
  EXPECT_EQ(peer.requests()[1].Header("authorization"), "Bearer two");
}

TEST(HttpClientTest, ASecretUrlIsInNoMessage) {
  const TemporaryDirectory folder;
  const std::string path = folder.File("url");
  ASSERT_TRUE(WriteFileAtomically(path, "http://127.0.0.1:1/services/T0/hunter2\n").ok());
  HttpSettings settings;
  settings.url_at = *SecretSource::Parse("file:" + path);
  HttpClient client(std::move(settings));
  const absl::Status status = client.Send({}, Soon()).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("http://127.0.0.1:1: "));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
  EXPECT_EQ(ServerOf("https://u:pw@host:1/x"), "https://host:1");
}

// Who the server is, and whether we believe it.
TEST(HttpClientTest, AnAnswerThatRepeatsASecretIsKeptWithoutIt) {
  HttpPeer peer([](const PeerRequest& request) {
    return PeerAnswer{.status = 400,
                      .body = absl::StrCat("no ", request.Header("authorization"), " at ",
                                           request.target, " for hunter2hunter2")};
  });
  setenv("VEDETTE_TEST_TOKEN", "tok-0123456789", 1);
  setenv("VEDETTE_TEST_PASSWORD", "hunter2hunter2", 1);
  setenv("VEDETTE_TEST_URL", (peer.url() + "/hook/T0123456789").c_str(), 1);
  HttpSettings settings;
  settings.url_at = SecretSource::Parse("env:VEDETTE_TEST_URL").value();
  settings.token = SecretSource::Parse("env:VEDETTE_TEST_TOKEN").value();
  settings.password = SecretSource::Parse("env:VEDETTE_TEST_PASSWORD").value();
  HttpClient client(settings);
  const auto response = client.Send({.path = "/x"}, Soon());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "no Bearer [secret] at [secret]/x for [secret]");
  EXPECT_THAT(std::string(JudgeHttp(*response, client.server()).message()),
              HasSubstr("answered 400: no Bearer [secret]"));
}

TEST(HttpClientTest, DataThatWasAskedForStaysAsItIs) {
  for (const int status : {200, 500}) {
    HttpPeer peer(Answers(status, "a row of hunter2hunter2"));
    setenv("VEDETTE_TEST_PASSWORD", "hunter2hunter2", 1);
    HttpSettings settings;
    settings.url = peer.url();
    settings.password = SecretSource::Parse("env:VEDETTE_TEST_PASSWORD").value();
    settings.answers_are_data = true;
    HttpClient client(settings);
    const auto response = client.Send({}, Soon());
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, status == 200 ? "a row of hunter2hunter2" : "a row of [secret]");
  }
}

TEST(HttpClientTest, AUrlWithoutASchemeIsNotGuessed) {
  HttpPeer peer(Answers(200));
  for (const std::string& url :
       {absl::StrCat("127.0.0.1:", peer.port(), "/hook/T0123456789"),
        absl::StrCat("//127.0.0.1:", peer.port(), "/hook/T0123456789"),
        absl::StrCat("ftp://127.0.0.1:", peer.port(), "/hook/T0123456789"), std::string("x")}) {
    setenv("VEDETTE_TEST_URL", url.c_str(), 1);
    HttpSettings settings;
    settings.url_at = SecretSource::Parse("env:VEDETTE_TEST_URL").value();
    HttpClient client(settings);
    const absl::Status status = client.Send({}, Soon()).status();
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("https:// or http://"));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("T0123456789")));
  }
  EXPECT_TRUE(peer.requests().empty());
}

TEST(HttpClientTest, CertificatesAreVerified) {
  const Certificates& files = TestCertificates();
  struct Case {
    const char* server;
    const char* ca;
    bool verify;
    bool good;
  };
  const Case kCases[] = {
      {"server", "ca", true, true},   {"server", "other_ca", true, false},
      {"server", "", true, false},    {"elsewhere", "ca", true, false},
      {"expired", "ca", true, false}, {"expired", "", false, true},
  };
  for (const Case& c : kCases) {
    HttpPeer peer(Answers(200),
                  {.cert_path = files.Path(c.server), .key_path = files.Key(c.server)});
    HttpSettings settings;
    settings.url = peer.url();
    settings.verify = c.verify;
    if (*c.ca != '\0') settings.ca_path = files.Path(c.ca);
    HttpClient client(std::move(settings));
    const auto response = client.Send({.body = "x"}, Soon());
    EXPECT_EQ(response.ok(), c.good) << c.server << " " << c.ca << " " << response.status();
    EXPECT_EQ(peer.requests().size(), c.good ? 1U : 0U);
    EXPECT_EQ(absl::IsUnavailable(response.status()), !c.good);
  }
}

TEST(HttpClientTest, ServersThatAskAreShownOurCertificate) {
  const Certificates& files = TestCertificates();
  HttpPeer peer(Answers(200), {.cert_path = files.Path("server"),
                               .key_path = files.Key("server"),
                               .client_ca_path = files.Path("ca")});
  HttpSettings settings;
  settings.url = peer.url();
  settings.ca_path = files.Path("ca");
  HttpClient nobody(settings);
  EXPECT_TRUE(absl::IsUnavailable(nobody.Send({}, Soon()).status()));
  settings.cert_path = files.Path("client");
  settings.key_path = files.Key("client");
  HttpClient client(settings);
  EXPECT_TRUE(client.Send({}, Soon()).ok());
}

TEST(HttpClientTest, PercentEncoding) {
  EXPECT_EQ(PercentEncode("a-._~Z9"), "a-._~Z9");
  EXPECT_EQ(PercentEncode("a b/?&=\n\xff"), "a%20b%2F%3F%26%3D%0A%FF");
}

}  // namespace
}  // namespace vedette
