// SPDX-License-Identifier: Apache-2.0
//
// The API as clients see it: over the socket, over TLS, and from Python.
#include "integrations/api/api_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/temporary_directory.h"
#include "base/unix_socket.h"
#include "grpcpp/grpcpp.h"
#include "integrations/api/api_service.h"
#include "integrations/api/messages.h"
#include "integrations/format/sample_alert.h"
#include "integrations/status/status_server.h"
#include "integrations/testing/certificates.h"
#include "integrations/testing/child.h"
#include "sensor/decode/record_builder.h"
#include "storage/event_store.h"
#include "vedette.grpc.pb.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ApiTest : public testing::Test {
 protected:
  void SetUp() override {
    OpenStoreAt(folder_.File("store.db"));
    backend_.store_path = folder_.File("store.db");
    backend_.status_socket = folder_.File("status.sock");
    backend_.rules = []() -> absl::StatusOr<ApiRuleList> {
      return ApiRuleList{{{"r", Priority::kError, {"t"}, "deny"}}, "a warning\n"};
    };
    backend_.enforce = [this](const std::string& request) -> absl::StatusOr<std::string> {
      asked_.push_back(request);
      return request == "off" ? std::string("error: no\n") : absl::StrCat("did ", request, "\n");
    };
    options_.socket = folder_.File("api.sock");
  }

  void OpenStoreAt(const std::string& path) {
    StoreOptions options;
    options.path = path;
    options.age_max = absl::InfiniteDuration();
    auto store = EventStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  void StartServer() {
    auto server = ApiServer::Start(options_, backend_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  std::unique_ptr<v1::Vedette::Stub> Connect() const {
    return v1::Vedette::NewStub(
        grpc::CreateChannel("unix:" + options_.socket, grpc::InsecureChannelCredentials()));
  }

  void Store(int number, Priority priority = Priority::kWarning) {
    Alert alert = SampleAlert();
    alert.id = absl::StrCat(absl::Hex(number, absl::kZeroPad16));
    alert.rule = absl::StrCat("rule ", number);
    alert.priority = priority;
    ASSERT_TRUE(store_->OfferAlert(std::move(alert)));
  }
  // Until all that was offered is on disk.
  void Sync() {
    ASSERT_TRUE(Eventually([this] {
      const StoreCounts counts = store_->Counts();
      return counts.alerts_offered == counts.alerts_written &&
             counts.events_offered == counts.events_written;
    }));
  }

  // Rules of the alerts until the stream ends, or `count` have come.
  std::vector<std::string> Read(v1::Vedette::Stub& stub, const v1::StreamAlertsRequest& request,
                                size_t count = 1000) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const auto stream = stub.StreamAlerts(&context, request);
    std::vector<std::string> rules;
    v1::StreamAlertsResponse response;
    while (rules.size() < count && stream->Read(&response)) {
      rules.push_back(response.alert().rule());
      token_ = response.resume_token();
    }
    if (rules.size() == count) context.TryCancel();
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok() || rules.size() == count) << status.error_message();
    return rules;
  }

  const TemporaryDirectory folder_;
  std::unique_ptr<EventStore> store_;
  ApiBackend backend_;
  ApiServerOptions options_;
  std::vector<std::string> asked_;
  std::unique_ptr<ApiServer> server_;
  std::string token_;
};

TEST_F(ApiTest, AlertsGoOnBehindTheToken) {
  StartServer();
  for (int i = 1; i <= 3; ++i) Store(i);
  Sync();
  const auto stub = Connect();
  v1::StreamAlertsRequest request;
  request.set_from_oldest(true);
  EXPECT_THAT(Read(*stub, request, 2), ElementsAre("rule 1", "rule 2"));
  Store(4, Priority::kDebug);
  Store(5);
  Sync();
  request.set_resume_token(token_);
  request.set_no_follow(true);
  EXPECT_THAT(Read(*stub, request), ElementsAre("rule 3", "rule 4", "rule 5"));
  request.set_priority(v1::PRIORITY_WARNING);
  EXPECT_THAT(Read(*stub, request), ElementsAre("rule 3", "rule 5")) << "the same token again";
  request.set_resume_token(token_);
  EXPECT_THAT(Read(*stub, request), ElementsAre());
  request.clear_resume_token();
  request.add_rules("*5");
  request.add_rules("rule 4");
  EXPECT_THAT(Read(*stub, request), ElementsAre("rule 5"));
}

TEST_F(ApiTest, NewAlertsComeAsTheyAreStored) {
  StartServer();
  Store(1);
  Sync();
  const auto stub = Connect();
  std::thread later([this] {
    absl::SleepFor(absl::Milliseconds(300));
    Store(2);
  });
  EXPECT_THAT(Read(*stub, {}, 1), ElementsAre("rule 2")) << "the old one is not asked for";
  later.join();
}

TEST_F(ApiTest, ATokenOfAnotherStoreBeginsWithTheOldest) {
  StartServer();
  Store(1);
  Sync();
  const auto stub = Connect();
  v1::StreamAlertsRequest request;
  request.set_no_follow(true);
  request.set_resume_token("12345-999");
  EXPECT_THAT(Read(*stub, request), ElementsAre("rule 1"));
  for (const char* token : {"x", "12345", "-", "12-x", "12--3", "1;2-3"}) {
    request.set_resume_token(token);
    grpc::ClientContext context;
    v1::StreamAlertsResponse response;
    const auto stream = stub->StreamAlerts(&context, request);
    EXPECT_FALSE(stream->Read(&response));
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT) << token;
  }
}

TEST_F(ApiTest, AnAlertHasEverythingAndIsHarmless) {
  v1::Alert proto;
  Fill(HostileAlert(), proto);
  v1::Alert again;
  ASSERT_TRUE(again.ParseFromString(proto.SerializeAsString()));
  EXPECT_EQ(again.message().find('\x1b'), std::string::npos);
  EXPECT_FALSE(again.json().empty());
  proto.Clear();
  const Alert sample = SampleAlert();
  Fill(sample, proto);
  EXPECT_EQ(proto.id(), sample.id);
  EXPECT_EQ(proto.processes_size(), static_cast<int>(sample.processes.size()));
  EXPECT_EQ(proto.processes(0).exec_id(), sample.processes[0].exec_id);
  EXPECT_EQ(FromProto(proto.priority()), sample.priority);
  EXPECT_EQ(FromProto(v1::PRIORITY_UNSPECIFIED), Priority::kDebug);
}

TEST_F(ApiTest, EventsByKindAndCondition) {
  StartServer();
  for (uint64_t i = 1; i <= 5; ++i) {
    const RecordBytes record = RecordBuilder(WIRE_file_open)
                                   .Set("exec_id", 7)
                                   .Set("pid", 42)
                                   .Set("path", absl::StrCat("/etc/", i))
                                   .Build();
    ASSERT_TRUE(store_->OfferEvent(record, i, absl::FromUnixSeconds(1'700'000'000)));
  }
  Sync();
  const auto stub = Connect();
  const auto paths = [&](v1::StreamEventsRequest request) {
    request.set_no_follow(true);
    grpc::ClientContext context;
    const auto stream = stub->StreamEvents(&context, request);
    std::vector<std::string> list;
    v1::StreamEventsResponse response;
    while (stream->Read(&response)) {
      list.push_back(response.columns().at("path").text());
      token_ = response.resume_token();
    }
    const grpc::Status status = stream->Finish();
    if (!status.ok()) list.push_back(status.error_message());
    return list;
  };
  v1::StreamEventsRequest request;
  request.set_kind("file_open");
  request.set_from_oldest(true);
  request.set_where("path > '/etc/2' AND path < '/etc/5'");
  EXPECT_THAT(paths(request), ElementsAre("/etc/3", "/etc/4"));
  request.clear_where();
  request.set_resume_token(token_);
  EXPECT_THAT(paths(request), ElementsAre("/etc/5"));
  request.set_where("path = ");
  EXPECT_THAT(paths(request), ElementsAre(HasSubstr("syntax")));
  request.set_where("1) OR (SELECT 1");
  EXPECT_THAT(paths(request), ElementsAre(HasSubstr("more than a condition")));
  request.set_kind("sqlite_schema");
  EXPECT_THAT(paths(request), ElementsAre(HasSubstr("no table of events")));
}

TEST_F(ApiTest, QueriesReadAndNothingElse) {
  StartServer();
  Store(1);
  Store(2);
  Sync();
  const auto stub = Connect();
  const auto ask = [&](const std::string& sql, uint64_t rows_max, grpc::Status& status) {
    v1::QueryRequest request;
    request.set_sql(sql);
    request.set_rows_max(rows_max);
    grpc::ClientContext context;
    const auto stream = stub->Query(&context, request);
    std::string text;
    v1::QueryResponse response;
    while (stream->Read(&response)) {
      for (const std::string& name : response.columns()) absl::StrAppend(&text, name, ";");
      for (const v1::Value& value : response.values()) {
        absl::StrAppend(&text, value.has_text() ? value.text() : absl::StrCat(value.integer()),
                        ";");
      }
      if (response.truncated()) text += "...";
    }
    status = stream->Finish();
    return text;
  };
  grpc::Status status;
  EXPECT_EQ(ask("SELECT rule, 7 AS n FROM alerts ORDER BY alert", 0, status),
            "rule;n;rule 1;7;rule 2;7;");
  EXPECT_EQ(ask("SELECT rule FROM alerts ORDER BY alert", 1, status), "rule;rule 1;...");
  EXPECT_EQ(ask("DELETE FROM alerts", 0, status), "");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ask("SELEC", 0, status), "");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ApiTest, StatusRulesEnforcementAndReload) {
  auto fd = ListenOnPath(backend_.status_socket);
  ASSERT_TRUE(fd.ok()) << fd.status();
  std::vector<OwnedFd> listeners;
  listeners.push_back(*std::move(fd));
  RealClock clock;
  StatusServer daemon(clock, std::move(listeners));
  StatusReport report;
  report.time = clock.Now();
  report.text = "fine\n";
  report.problems = {"sink \"siem\" is down"};
  report.metrics = {{"x", "X.", Metric::Type::kGauge, {}, 1}};
  daemon.Publish(report);
  StartServer();
  const auto stub = Connect();
  v1::GetStatusResponse status;
  grpc::ClientContext c1, c2, c3, c4, c5, c6;
  ASSERT_TRUE(stub->GetStatus(&c1, {}, &status).ok());
  EXPECT_FALSE(status.ready());
  EXPECT_THAT(status.problems(), ElementsAre("sink \"siem\" is down"));
  EXPECT_EQ(status.text(), "fine\n");
  EXPECT_THAT(status.metrics(), HasSubstr("x 1\n"));
  v1::ListRulesResponse rules;
  ASSERT_TRUE(stub->ListRules(&c2, {}, &rules).ok());
  ASSERT_EQ(rules.rules_size(), 1);
  EXPECT_EQ(rules.rules(0).action(), "deny");
  EXPECT_EQ(rules.rules(0).priority(), v1::PRIORITY_ERROR);
  v1::EnforceRequest enforce;
  v1::EnforceResponse enforced;
  enforce.set_action(v1::EnforceRequest::ACTION_RULE_MONITOR);
  enforce.set_rule("r");
  ASSERT_TRUE(stub->Enforce(&c3, enforce, &enforced).ok());
  EXPECT_EQ(enforced.text(), "did rule\tr\tmonitor\n");
  enforce.set_action(v1::EnforceRequest::ACTION_OFF);
  EXPECT_EQ(stub->Enforce(&c4, enforce, &enforced).error_message(), "no");
  enforce.set_rule("r\tenforce\noff");
  EXPECT_EQ(stub->Enforce(&c5, enforce, &enforced).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(asked_, ElementsAre("rule\tr\tmonitor", "off"));
  v1::ReloadResponse reloaded;
  ASSERT_TRUE(stub->Reload(&c6, {}, &reloaded).ok());
  EXPECT_TRUE(daemon.TakeReloadRequest());
}

TEST_F(ApiTest, WithoutADaemonOrAStoreItIsUnavailable) {
  store_.reset();
  backend_.store_path = folder_.File("nothing.db");
  StartServer();
  const auto stub = Connect();
  grpc::ClientContext context, other;
  v1::GetStatusResponse status;
  EXPECT_EQ(stub->GetStatus(&context, {}, &status).error_code(), grpc::StatusCode::UNAVAILABLE);
  v1::StreamAlertsResponse response;
  const auto stream = stub->StreamAlerts(&other, {});
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ApiTest, StreamsAreNotWithoutNumber) {
  StartServer();
  Store(1);
  Sync();
  const auto stub = Connect();
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::StreamAlertsResponse>>> held;
  v1::StreamAlertsRequest request;
  request.set_from_oldest(true);
  v1::StreamAlertsResponse response;
  size_t refused = 0;
  for (int i = 0; i < 40; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    held.push_back(stub->StreamAlerts(contexts.back().get(), request));
    if (held.back()->Read(&response)) continue;
    EXPECT_EQ(held.back()->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    ++refused;
  }
  EXPECT_GE(refused, 8U);
  for (size_t i = 0; i < held.size(); ++i) {
    contexts[i]->TryCancel();
    if (i < kApiStreamsMax) held[i]->Finish();
  }
}

TEST_F(ApiTest, TlsGivesTheRoleOfTheCertificate) {
  const Certificates& files = TestCertificates();
  const uint16_t port = FreePort();
  options_.address = absl::StrCat("127.0.0.1:", port);
  EXPECT_TRUE(absl::IsInvalidArgument(ApiServer::Start(options_, backend_).status()));
  options_.cert_file = files.Path("server");
  options_.key_file = files.Key("server");
  options_.ca_file = files.Path("ca");
  ASSERT_EQ(chmod(options_.key_file.c_str(), 0644), 0);
  EXPECT_THAT(std::string(ApiServer::Start(options_, backend_).status().message()),
              HasSubstr("others may read the key"));
  ASSERT_EQ(chmod(options_.key_file.c_str(), 0600), 0);
  const auto text = [](const std::string& path) {
    std::ifstream file(path);
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
  };
  // What the server says to whoever has the certificate, if any.
  const auto answer = [&](const std::string& name, bool operate) {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = text(files.Path("ca"));
    if (!name.empty()) {
      tls.pem_cert_chain = text(files.Path(name));
      tls.pem_private_key = text(files.Key(name));
    }
    const auto stub =
        v1::Vedette::NewStub(grpc::CreateChannel(options_.address, grpc::SslCredentials(tls)));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    v1::ListRulesResponse rules;
    v1::EnforceRequest request;
    request.set_action(v1::EnforceRequest::ACTION_ON);
    v1::EnforceResponse done;
    return operate ? stub->Enforce(&context, request, &done).error_code()
                   : stub->ListRules(&context, {}, &rules).error_code();
  };
  StartServer();
  EXPECT_EQ(answer("client", false), grpc::StatusCode::PERMISSION_DENIED) << "it has no role";
  server_.reset();
  options_.roles.read = {"cert:client"};
  StartServer();
  EXPECT_EQ(answer("client", false), grpc::StatusCode::OK);
  EXPECT_EQ(answer("client", true), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(answer("", false), grpc::StatusCode::UNAVAILABLE) << "no certificate, no connection";
  server_.reset();
  options_.roles.operate = {"cert:client"};
  StartServer();
  EXPECT_EQ(answer("client", true), grpc::StatusCode::OK);
  EXPECT_THAT(asked_, ElementsAre("on"));
}

TEST_F(ApiTest, WhoHasNoRoleIsHungUpOn) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  ASSERT_EQ(chmod(folder_.path().c_str(), 0755), 0);
  const auto says_as = [&](uid_t uid) {
    const std::string command =
        absl::StrCat("exec setpriv --reuid ", uid, " --clear-groups --regid ", uid,
                     " /usr/bin/python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); "
                     "s.settimeout(5); s.connect(sys.argv[1]); "
                     "s.sendall(b\"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\"); "
                     "print(len(s.recv(9)))' ",
                     options_.socket, " 2>&1");
    FILE* child = popen(command.c_str(), "r");
    char line[512] = {};
    const std::string said = fgets(line, sizeof(line), child) == nullptr ? "" : line;
    pclose(child);
    return said;
  };
  options_.roles.read = {"user:1234"};
  StartServer();
  EXPECT_EQ(says_as(1234), "9\n") << "HTTP/2 settings";
  EXPECT_NE(says_as(1235), "9\n");
}

TEST_F(ApiTest, ThePythonExampleReadsAlerts) {
  if (system("/usr/bin/python3 -c 'import grpc' 2>/dev/null") != 0) {
    GTEST_SKIP() << "python3-grpcio is missing";
  }
  StartServer();
  Store(1);
  Store(2, Priority::kCritical);
  Sync();
  const std::string command =
      absl::StrCat("cd ", folder_.path(), " && protoc -I ", VEDETTE_PROTO,
                   " --python_out=. --grpc_python_out=. ",
                   "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin vedette.proto && ",
                   "PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=. /usr/bin/python3 ", VEDETTE_PROTO,
                   "/example.py ", options_.socket, " -1 2>&1");
  FILE* child = popen(command.c_str(), "r");
  ASSERT_NE(child, nullptr);
  std::string output;
  char buffer[512];
  while (fgets(buffer, sizeof(buffer), child) != nullptr) output += buffer;
  EXPECT_EQ(pclose(child), 0) << output;
  EXPECT_THAT(output, HasSubstr("0000000000000001 PRIORITY_WARNING rule 1\n"));
  EXPECT_THAT(output, HasSubstr("0000000000000002 PRIORITY_CRITICAL rule 2\n"));
}

}  // namespace
}  // namespace vedette
