// SPDX-License-Identifier: Apache-2.0
//
// Against nats-server with JetStream.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nats/nats.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
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

Alert Numbered(int number, bool hostile = false) {
  Alert alert = hostile ? HostileAlert() : SampleAlert();
  alert.id = absl::StrCat(absl::Hex(number, absl::kZeroPad16));
  return alert;
}

class NatsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (FindProgram("nats-server").empty())
      GTEST_SKIP() << "nats-server is missing: run setup/servers.sh";
  }

  void Start(bool tls = false) {
    const Certificates& files = TestCertificates();
    const std::string conf = folder_.File("conf");
    std::string text = absl::StrCat(
        "listen: \"127.0.0.1:", port_, "\"\nmax_payload: 65536\njetstream { store_dir: \"",
        folder_.path(), "\" }\nauthorization { user: vedette, password: t0ken }\n");
    if (tls) {
      absl::StrAppend(&text, "tls { cert_file: \"", files.Path("server"), "\", key_file: \"",
                      files.Key("server"), "\" }\n");
    }
    ASSERT_TRUE(WriteFileAtomically(conf, text).ok());
    server_.emplace(std::vector<std::string>{FindProgram("nats-server"), "-c", conf},
                    folder_.File("log"));
    ASSERT_TRUE(AwaitPort(port_));
  }

  // For the test's own questions.
  struct Client {
    explicit Client(uint16_t port) {
      natsOptions_Create(&options);
      natsOptions_SetURL(options, absl::StrCat("nats://vedette:t0ken@127.0.0.1:", port).c_str());
      EXPECT_EQ(natsConnection_Connect(&connection, options), NATS_OK);
      EXPECT_EQ(natsConnection_JetStream(&js, connection, nullptr), NATS_OK);
    }
    ~Client() {
      jsCtx_Destroy(js);
      natsConnection_Destroy(connection);
      natsOptions_Destroy(options);
    }
    natsOptions* options = nullptr;
    natsConnection* connection = nullptr;
    jsCtx* js = nullptr;
  };

  void MakeStream() {
    const Client client(port_);
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    const char* subjects[] = {"vedette.>"};
    config.Name = "ALERTS";
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    jsErrCode code;
    ASSERT_EQ(js_AddStream(nullptr, client.js, &config, nullptr, &code), NATS_OK);
  }

  std::vector<std::string> Stored() {
    const Client client(port_);
    std::vector<std::string> stored;
    for (uint64_t sequence = 1;; ++sequence) {
      natsMsg* message = nullptr;
      jsErrCode code;
      if (js_GetMsg(&message, client.js, "ALERTS", sequence, nullptr, &code) != NATS_OK) break;
      stored.emplace_back(natsMsg_GetData(message),
                          static_cast<size_t>(natsMsg_GetDataLength(message)));
      natsMsg_Destroy(message);
    }
    return stored;
  }

  // Of a sink that asks this server; `more` beside what it needs for that.
  SinkOptions Options(SinkOptions more = {}) {
    setenv("VEDETTE_TEST_TOKEN", "t0ken", 1);
    SinkOptions options = {{"address", absl::StrCat("localhost:", port_)},
                           {"user", "vedette"},
                           {"password", "env:VEDETTE_TEST_TOKEN"}};
    if (!more.contains("tls")) options["tls"] = "false";
    options.merge(more);
    return options;
  }

  std::unique_ptr<Sink> MakeNats(SinkOptions more = {}) {
    auto sink = MakeSink("nats", Options(std::move(more)));
    EXPECT_TRUE(sink.ok()) << sink.status();
    return *std::move(sink);
  }

  const TemporaryDirectory folder_;
  const uint16_t port_ = FreePort();
  std::optional<Child> server_;
};

TEST_F(NatsTest, EventsHaveASubjectOfTheirOwnAndAreThereOnce) {
  Start();
  MakeStream();
  auto sink = MakeEventSink("nats", Options({{"events_subject", "vedette.deep.events"}}));
  ASSERT_TRUE(sink.ok()) << sink.status();
  const std::vector<DeliveredEvent> batch = {{.id = "0a", .json = R"({"id":"0a"})"},
                                             {.id = "0b", .json = R"({"id":"0b"})"}};
  ASSERT_TRUE((*sink)->DeliverEvents(batch, Soon()).ok());
  ASSERT_TRUE((*sink)->DeliverEvents(batch, Soon()).ok()) << "the same again";
  EXPECT_THAT(Stored(), testing::ElementsAre(R"({"id":"0a"})", R"({"id":"0b"})"));
}

// Each message waits for the stream's answer, so a batch can take longer than an attempt may where
// the server is far away: the next attempt goes on where the last one stopped.
TEST_F(NatsTest, ABatchThatTakesLongerThanAnAttemptArrives) {
  Start();
  MakeStream();
  auto sink = MakeEventSink("nats", Options({{"events_subject", "vedette.deep.events"}}));
  ASSERT_TRUE(sink.ok()) << sink.status();
  std::vector<DeliveredEvent> batch;
  for (int i = 0; i < 8'000; ++i) {
    batch.push_back({.id = absl::StrCat(absl::Hex(i, absl::kZeroPad8)), .json = "{}"});
  }
  absl::Status status = absl::UnavailableError("");
  int attempts = 0;
  while (!status.ok() && ++attempts < 1000) {
    status = (*sink)->DeliverEvents(batch, absl::Now() + absl::Milliseconds(100));
    ASSERT_FALSE(absl::IsInvalidArgument(status)) << status;
  }
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_GT(attempts, 1) << "this machine is too fast for what is tested: more messages";
  // A batch that begins alike is another one.
  const std::vector<DeliveredEvent> other = {batch[0], {.id = "ffffffff", .json = "{}"}};
  for (int i = 0; i < 100 && !(*sink)->DeliverEvents(other, Soon()).ok(); ++i) {
  }
  EXPECT_EQ(Stored().size(), batch.size() + 1);
}

TEST_F(NatsTest, TheStreamHasEachAlertOnceThroughAKill) {
  Start();
  const auto sink = MakeNats();
  std::vector<Alert> first;
  for (int i = 0; i < 20; ++i) first.push_back(Numbered(i, i % 2 == 1));
  const absl::Status nowhere = sink->Deliver(first, absl::Now() + absl::Seconds(2));
  EXPECT_TRUE(absl::IsUnavailable(nowhere)) << nowhere;
  MakeStream();
  const absl::Status stored = sink->Deliver(first, Soon());
  ASSERT_TRUE(stored.ok()) << stored;
  server_->Kill();
  const Alert next = Numbered(20);
  EXPECT_TRUE(absl::IsUnavailable(sink->Deliver({&next, 1}, absl::Now() + absl::Seconds(1))));
  Start();
  absl::Status again = absl::UnavailableError("");
  for (int i = 0; i < 10 && !again.ok(); ++i) again = sink->Deliver({&next, 1}, Soon());
  EXPECT_TRUE(again.ok()) << again;
  ASSERT_TRUE(sink->Deliver(first, Soon()).ok()) << "the same again";
  std::set<std::string> ids;
  const std::vector<std::string> messages = Stored();
  for (const std::string& message : messages) {
    const auto value = nlohmann::json::parse(message, nullptr, false);
    ASSERT_TRUE(value.is_object());
    ids.insert(value["id"].get<std::string>());
  }
  EXPECT_EQ(ids.size(), 21U);
  EXPECT_EQ(messages.size(), 21U) << "doubles were dropped by their ids";
}

TEST_F(NatsTest, WhatIsTooLargeIsRefusedAndAWrongPasswordIsAnOutage) {
  Start();
  MakeStream();
  const auto sink = MakeNats();
  Alert large = Numbered(1);
  large.message = std::string(100'000, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(sink->Deliver({&large, 1}, Soon())));
  const Alert small = Numbered(2);
  EXPECT_TRUE(sink->Deliver({&small, 1}, Soon()).ok());
  setenv("VEDETTE_TEST_WRONG", "wrong", 1);
  const auto refused = MakeSink("nats", {{"address", absl::StrCat("localhost:", port_)},
                                         {"tls", "false"},
                                         {"user", "vedette"},
                                         {"password", "env:VEDETTE_TEST_WRONG"}});
  EXPECT_TRUE(absl::IsUnavailable((*refused)->Deliver({&small, 1}, Soon())));
}

TEST_F(NatsTest, CertificatesAreVerified) {
  Start(true);
  const Certificates& files = TestCertificates();
  const Alert alert = Numbered(1);
  const auto wrong = MakeNats({{"tls", "true"}, {"ca_file", files.Path("other_ca")}});
  EXPECT_TRUE(absl::IsUnavailable(wrong->Deliver({&alert, 1}, absl::Now() + absl::Seconds(2))));
  const auto right = MakeNats({{"tls", "true"}, {"ca_file", files.Path("ca")}});
  const absl::Status status = right->Deliver({&alert, 1}, absl::Now() + absl::Seconds(3));
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("no stream takes the subject"))
      << "TLS was fine";
}

}  // namespace
}  // namespace vedette
