// SPDX-License-Identifier: Apache-2.0
//
// Every sink that speaks HTTP against a server that checks its published protocol: delivery with
// hostile bytes, restart, wrong certificate, slow peer, refusals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "integrations/format/sample_alert.h"
#include "integrations/sinks/registry.h"
#include "integrations/testing/certificates.h"
#include "integrations/testing/http_peer.h"

namespace vedette {
namespace {

using nlohmann::json;
using testing::HasSubstr;

using Ids = std::vector<std::string>;

json ParsedJson(absl::string_view text) { return json::parse(text, nullptr, false); }

// Each line of NDJSON.
std::vector<json> Lines(const std::string& body) {
  std::vector<json> lines;
  for (const absl::string_view line : absl::StrSplit(body, '\n', absl::SkipEmpty())) {
    lines.push_back(ParsedJson(line));
  }
  return lines;
}

std::string TextAt(const json& value, const char* key) {
  return value.is_object() && value.contains(key) && value[key].is_string()
             ? value[key].get<std::string>()
             : "";
}

// What a server makes of a request: the ids of the alerts in it, or nullopt if it is not as the
// protocol wants it.
using Reader = std::optional<Ids> (*)(const PeerRequest&);

std::optional<Ids> ReadJsonObject(const PeerRequest& request) {
  const json body = ParsedJson(request.body);
  if (request.method != "POST" || !body.is_object()) return std::nullopt;
  if (request.Header("idempotency-key") != TextAt(body, "id")) return std::nullopt;
  return Ids{TextAt(body, "id")};
}

std::optional<Ids> ReadFalco(const PeerRequest& request) {
  const json body = ParsedJson(request.body);
  if (!body.is_object() || body.size() != 8 || request.was_packed) return std::nullopt;
  return Ids{request.Header("idempotency-key")};
}

std::optional<Ids> ReadAlertmanager(const PeerRequest& request) {
  const json body = ParsedJson(request.body);
  if (request.target != "/api/v2/alerts" || !body.is_array()) return std::nullopt;
  Ids ids;
  for (const json& alert : body) {
    for (const auto& [name, value] : alert["labels"].items()) {
      if (!value.is_string() || value.get<std::string>().empty()) return std::nullopt;
    }
    if (TextAt(alert["labels"], "alertname").empty()) return std::nullopt;
    if (TextAt(alert["labels"], "site") != "lab") return std::nullopt;
    ids.push_back(TextAt(alert["labels"], "alert_id"));
  }
  return ids;
}

std::optional<Ids> ReadElasticsearch(const PeerRequest& request) {
  if (request.target != "/vedette-alerts/_bulk" || !absl::EndsWith(request.body, "\n")) {
    return std::nullopt;
  }
  const std::vector<json> lines = Lines(request.body);
  if (lines.size() % 2 != 0) return std::nullopt;
  Ids ids;
  for (size_t i = 0; i < lines.size(); i += 2) {
    const std::string id = TextAt(lines[i]["create"], "_id");
    if (lines[i + 1].is_discarded() || TextAt(lines[i + 1], "event.id") != id) return std::nullopt;
    ids.push_back(id);
  }
  return ids;
}

std::optional<Ids> ReadSplunk(const PeerRequest& request) {
  const std::string channel = request.Header("x-splunk-request-channel");
  if (request.Header("authorization") != "Splunk t0ken" || channel.size() != 36) {
    return std::nullopt;
  }
  if (request.target == "/services/collector/ack") return Ids{};
  if (request.target != "/services/collector/event") return std::nullopt;
  Ids ids;
  std::string stacked = absl::StrCat("[", request.body, "]");  // Objects, one behind another.
  size_t at = 0;
  while ((at = stacked.find("}}{\"time\"", at)) != std::string::npos) stacked.insert(at + 2, ",");
  const json events = ParsedJson(stacked);
  if (!events.is_array()) return std::nullopt;
  for (const json& event : events) {
    if (!event["time"].is_number() || TextAt(event, "sourcetype").empty()) return std::nullopt;
    ids.push_back(TextAt(event["event"], "id"));
  }
  return ids;
}

std::optional<Ids> ReadLoki(const PeerRequest& request) {
  const json body = ParsedJson(request.body);
  if (request.target != "/loki/api/v1/push" || !body.is_object()) return std::nullopt;
  if (request.Header("x-scope-orgid") != "soc") return std::nullopt;
  Ids ids;
  for (const json& stream : body["streams"]) {
    if (TextAt(stream["stream"], "job") != "vedette") return std::nullopt;
    for (const json& value : stream["values"]) {
      if (value[0].get<std::string>().size() != 19) return std::nullopt;  // Nanoseconds.
      ids.push_back(TextAt(ParsedJson(value[1].get<std::string>()), "id"));
    }
  }
  return ids;
}

std::optional<Ids> ReadOtlp(const PeerRequest& request) {
  const json body = ParsedJson(request.body);
  if (request.target != "/v1/logs" || !body.is_object()) return std::nullopt;
  Ids ids;
  for (const json& record : body["resourceLogs"][0]["scopeLogs"][0]["logRecords"]) {
    const int severity = record.value("severityNumber", 0);
    if (severity < 1 || severity > 24 || !record["body"].contains("stringValue")) {
      return std::nullopt;
    }
    for (const json& attribute : record["attributes"]) {
      if (attribute["value"].size() != 1) return std::nullopt;
      if (attribute["key"] == "vedette.alert.id") {
        ids.push_back(TextAt(attribute["value"], "stringValue"));
      }
    }
  }
  return ids;
}

std::optional<Ids> ReadClickHouse(const PeerRequest& request) {
  if (!absl::StartsWith(request.target,
                        "/?query=INSERT%20INTO%20vedette.alerts%20FORMAT%20JSONEachRow&")) {
    return std::nullopt;
  }
  if (request.Header("authorization") != "Basic " + absl::Base64Escape("writer:t0ken")) {
    return std::nullopt;
  }
  Ids ids;
  for (const json& row : Lines(request.body)) {
    if (row.is_discarded() || row.size() != 21 || !row["pid"].is_number()) return std::nullopt;
    ids.push_back(TextAt(row, "id"));
  }
  return ids;
}

std::string Sha256(absl::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest), size};
}

std::string Hmac(const std::string& key, absl::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest, &size);
  return {reinterpret_cast<const char*>(digest), size};
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
bool IsSignedFor(const PeerRequest& request, const std::string& id, const std::string& secret) {
  const std::string header = request.Header("authorization");
  const std::string date = request.Header("x-amz-date");
  const std::string scope = absl::StrCat(date.substr(0, 8), "/eu-central-1/s3/aws4_request");
  const std::string begin =
      absl::StrCat("AWS4-HMAC-SHA256 Credential=", id, "/", scope, ", SignedHeaders=");
  if (!absl::StartsWith(header, begin)) return false;
  const std::vector<std::string> rest = absl::StrSplit(header.substr(begin.size()), ", Signature=");
  if (rest.size() != 2) return false;
  const std::string hash = absl::BytesToHexString(Sha256(request.body));
  std::string canonical = absl::StrCat(request.method, "\n", request.target, "\n\n");
  for (const absl::string_view name : absl::StrSplit(rest[0], ';')) {
    absl::StrAppend(&canonical, name, ":", request.Header(std::string(name)), "\n");
  }
  absl::StrAppend(&canonical, "\n", rest[0], "\n", hash);
  std::string key = absl::StrCat("AWS4", secret);
  for (const absl::string_view part : absl::StrSplit(scope, '/')) key = Hmac(key, part);
  const std::string to_sign = absl::StrCat("AWS4-HMAC-SHA256\n", date, "\n", scope, "\n",
                                           absl::BytesToHexString(Sha256(canonical)));
  return absl::BytesToHexString(Hmac(key, to_sign)) == rest[1];
}

std::optional<Ids> ReadS3(const PeerRequest& request) {
  if (request.method != "PUT" || !absl::StartsWith(request.target, "/vedette/web-1/2024/05/01/")) {
    return std::nullopt;
  }
  if (!absl::EndsWith(request.target, ".jsonl.gz")) return std::nullopt;
  if (!IsSignedFor(request, "writer", "t0ken")) return std::nullopt;
  std::string lines(1 << 20, '\0');
  z_stream stream = {};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(request.body.data()));
  stream.avail_in = static_cast<uInt>(request.body.size());
  stream.next_out = reinterpret_cast<Bytef*>(lines.data());
  stream.avail_out = static_cast<uInt>(lines.size());
  const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  lines.resize(stream.total_out);
  inflateEnd(&stream);
  if (!whole) return std::nullopt;
  Ids ids;
  for (const json& line : Lines(lines)) ids.push_back(TextAt(line, "id"));
  return ids;
}

struct Row {
  const char* type;
  SinkOptions options;
  Reader read;
};

std::vector<Row> Rows() {
  setenv("VEDETTE_TEST_TOKEN", "t0ken", 1);
  const std::string token = "env:VEDETTE_TEST_TOKEN";
  return {
      {"webhook", {}, ReadJsonObject},
      {"falco", {}, ReadFalco},
      {"alertmanager", {{"labels", "site=lab"}}, ReadAlertmanager},
      {"elasticsearch", {{"token", token}}, ReadElasticsearch},
      {"splunk_hec", {{"token", token}}, ReadSplunk},
      {"loki", {{"tenant", "soc"}}, ReadLoki},
      {"otlp", {}, ReadOtlp},
      {"clickhouse", {{"user", "writer"}, {"password", token}}, ReadClickHouse},
      {"s3", {{"user", "writer"}, {"password", token}, {"region", "eu-central-1"}}, ReadS3},
  };
}

// A server as the sink's own would be.
class Service {
 public:
  explicit Service(Reader read) : read_(read) {}
  PeerAnswer Answer(const PeerRequest& request) {
    const std::optional<Ids> found = read_(request);
    if (!found.has_value()) {
      ++wrong_;
      return {.status = 400, .body = "not as the protocol wants it"};
    }
    const std::lock_guard lock(mu_);
    if (fail_ != 0) return {.status = fail_, .body = "no"};
    ids_.insert(ids_.end(), found->begin(), found->end());
    if (request.target == "/services/collector/ack") return {.body = R"({"acks":{"7":true}})"};
    if (request.target == "/services/collector/event") {
      return {.body = R"({"text":"Success","code":0,"ackId":7})"};
    }
    if (absl::EndsWith(request.target, "_bulk")) {
      std::string items;
      for (size_t i = 0; i < found->size(); ++i) {
        absl::StrAppend(&items, i == 0 ? "" : ",", R"({"create":{"status":)", i == 0 ? 409 : 201,
                        "}}");
      }
      return {.body = absl::StrCat(R"({"errors":true,"items":[)", items, "]}")};
    }
    return {.body = "{}"};
  }
  void Fail(int status) {
    const std::lock_guard lock(mu_);
    fail_ = status;
  }
  Ids ids() {
    const std::lock_guard lock(mu_);
    return ids_;
  }
  int wrong() const { return wrong_; }

 private:
  const Reader read_;
  std::mutex mu_;
  Ids ids_;
  int fail_ = 0;
  std::atomic<int> wrong_ = 0;
};

absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

std::unique_ptr<Sink> MakeFor(const Row& row, const std::string& url, SinkOptions more = {}) {
  SinkOptions options = row.options;
  options["url"] = url;
  options.merge(more);
  auto sink = MakeSink(row.type, options);
  if (!sink.ok()) ADD_FAILURE() << sink.status();
  return *std::move(sink);
}

std::vector<Alert> Batch(const std::string& type) {
  std::vector<Alert> batch = {SampleAlert(), HostileAlert(), SampleSequenceAlert()};
  for (size_t i = 0; i < batch.size(); ++i) batch[i].id = absl::StrCat("000000000000000", i);
  if (FindSinkType(type)->spec.batch_max == 1) batch.resize(1);
  return batch;
}

TEST(HttpSinksTest, EachDeliversAsItsProtocolWantsItThroughARestart) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.type);
    Service service(row.read);
    const auto handler = [&](const PeerRequest& request) { return service.Answer(request); };
    auto peer = std::make_optional<HttpPeer>(handler);
    const uint16_t port = peer->port();
    const auto sink = MakeFor(row, peer->url());
    Ids expected;
    for (const Alert& alert : Batch(row.type)) expected.push_back(alert.id);
    const auto delivered = sink->Deliver(Batch(row.type), Soon());
    EXPECT_TRUE(delivered.ok()) << delivered;
    EXPECT_EQ(service.wrong(), 0);
    EXPECT_THAT(service.ids(), testing::UnorderedElementsAreArray(expected));
    peer.reset();
    EXPECT_TRUE(absl::IsUnavailable(sink->Deliver(Batch(row.type), Soon())));
    peer.emplace(handler, PeerTls{}, port);
    EXPECT_TRUE(sink->Deliver(Batch(row.type), Soon()).ok());
    EXPECT_EQ(service.ids().size(), 2 * expected.size());
    EXPECT_EQ(peer->violations(), 0);
    // Every single text that a process can choose, alone.
    Alert hostile = HostileAlert();
    hostile.id = "00000000000000ff";
    hostile.hostname = "web-1";
    const auto one = sink->Deliver({&hostile, 1}, Soon());
    EXPECT_TRUE(one.ok()) << one;
    EXPECT_EQ(service.wrong(), 0);
    EXPECT_EQ(peer->violations(), 0);
  }
}

TEST(HttpSinksTest, RefusalsAndOutagesAreToldApart) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.type);
    Service service(row.read);
    HttpPeer peer([&](const PeerRequest& request) { return service.Answer(request); });
    const auto sink = MakeFor(row, peer.url());
    service.Fail(400);
    EXPECT_TRUE(absl::IsInvalidArgument(sink->Deliver(Batch(row.type), Soon())));
    for (const int status : {302, 401, 404, 429, 500, 503}) {
      service.Fail(status);
      EXPECT_TRUE(absl::IsUnavailable(sink->Deliver(Batch(row.type), Soon()))) << status;
    }
    service.Fail(0);
    EXPECT_TRUE(sink->Deliver(Batch(row.type), Soon()).ok());
  }
}

TEST(HttpSinksTest, NothingIsSentToWhomTheCertificateDoesNotVouchFor) {
  const Certificates& files = TestCertificates();
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.type);
    Service service(row.read);
    HttpPeer peer([&](const PeerRequest& request) { return service.Answer(request); },
                  {.cert_path = files.Path("server"), .key_path = files.Key("server")});
    const auto wrong = MakeFor(row, peer.url(), {{"ca_file", files.Path("other_ca")}});
    EXPECT_TRUE(absl::IsUnavailable(wrong->Deliver(Batch(row.type), Soon())));
    EXPECT_TRUE(peer.requests().empty());
    const auto right = MakeFor(row, peer.url(), {{"ca_file", files.Path("ca")}});
    EXPECT_TRUE(right->Deliver(Batch(row.type), Soon()).ok());
  }
}

TEST(HttpSinksTest, ASlowPeerEndsAtTheDeadline) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.type);
    HttpPeer peer([](const PeerRequest&) { return PeerAnswer{.delay = absl::Seconds(5)}; });
    const auto sink = MakeFor(row, peer.url());
    const absl::Time before = absl::Now();
    EXPECT_TRUE(
        absl::IsUnavailable(sink->Deliver(Batch(row.type), before + absl::Milliseconds(150))));
    EXPECT_LT(absl::Now() - before, absl::Seconds(3));
  }
}

TEST(ElasticsearchTest, DocumentsHaveAStatusOfTheirOwn) {
  std::string answer;
  HttpPeer peer([&](const PeerRequest&) { return PeerAnswer{.body = answer}; });
  const auto sink = MakeFor({"elasticsearch", {}, nullptr}, peer.url());
  const std::vector<Alert> batch = {SampleAlert()};
  const auto deliver = [&](const std::string& now) {
    answer = now;
    return sink->Deliver(batch, Soon());
  };
  EXPECT_TRUE(absl::IsInvalidArgument(deliver(
      R"({"items":[{"create":{"status":400,"error":{"type":"mapper_parsing_exception"}}}]})")));
  EXPECT_TRUE(absl::IsUnavailable(deliver(R"({"items":[{"create":{"status":429}}]})")));
  EXPECT_TRUE(absl::IsUnavailable(deliver("<html>a proxy's page</html>")));
  EXPECT_TRUE(deliver(R"({"items":[{"create":{"status":409}}]})").ok());
}

TEST(SplunkTest, WithoutAnAcknowledgementItIsNotDelivered) {
  HttpPeer peer([&](const PeerRequest& request) {
    if (absl::EndsWith(request.target, "/ack"))
      return PeerAnswer{.body = R"({"acks":{"3":false}})"};
    return PeerAnswer{.body = R"({"code":0,"ackId":3})"};
  });
  const auto sink = MakeFor({"splunk_hec", {}, nullptr}, peer.url());
  const std::vector<Alert> batch = {SampleAlert()};
  const absl::Status status = sink->Deliver(batch, absl::Now() + absl::Milliseconds(700));
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("not acknowledged"));
}

TEST(OtlpTest, PartialSuccessIsARefusal) {
  HttpPeer peer([&](const PeerRequest&) {
    return PeerAnswer{
        .body = R"({"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}})"};
  });
  const auto sink = MakeFor({"otlp", {}, nullptr}, peer.url());
  const std::vector<Alert> batch = {SampleAlert()};
  const absl::Status status = sink->Deliver(batch, Soon());
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("too old"));
}

TEST(HttpSinksTest, MistakesInOptionsAreFoundWithoutAConnection) {
  struct Case {
    const char* type;
    SinkOptions options;
    const char* why;
  };
  const Case kCases[] = {
      {"webhook", {}, "needs the option \"url\""},
      {"webhook", {{"url", "ftp://x"}}, "option url: expected http://"},
      {"webhook", {{"url", "https://u:hunter2@h/"}}, "would be seen"},
      {"webhook", {{"url", "http://h"}, {"password", "hunter2"}}, "not the secret itself"},
      {"webhook", {{"url", "http://h"}, {"headers", "no colon"}}, "expected `Name: value`"},
      {"webhook", {{"url", "http://h"}, {"headers", "host: other"}}, "follows from the URL"},
      {"webhook", {{"url", "http://h"}, {"headers", "Content-Length: 1"}}, "follows from the URL"},
      {"webhook", {{"url", "http://h"}, {"headers", "Authorization: hunter2"}}, "use `token:"},
      {"webhook", {{"url", "http://h:65536/x"}}, "a port is a number from 1 to 65535"},
      {"webhook", {{"url", "http://[::1]:0"}}, "a port is a number from 1 to 65535"},
      {"webhook", {{"url", "http://h"}, {"timeout", "0"}}, "leave it out"},
      {"webhook", {{"url", "http://h"}, {"heartbeat", "999ms"}}, "at least 1s, or 0"},
      {"webhook", {{"url", "http://h"}, {"template", "\"{{x}}\""}}, "unknown {{x}}"},
      {"webhook", {{"url", "http://h"}, {"preset", "pagerduty"}}, "needs `routing_key`"},
      {"elasticsearch", {{"url", "http://h"}, {"index", "Upper"}}, "lower-case"},
      {"clickhouse", {{"url", "http://h"}, {"table", "a;b"}}, "table: expected"},
      {"clickhouse", {{"url", "http://h"}, {"events_table", "a b"}}, "events_table: expected"},
      {"clickhouse", {{"url", "http://h"}, {"events", "file_opn"}}, "mean \"file_open\""},
      {"clickhouse", {{"url", "http://h"}, {"event_objects", "/etc/*"}}, "name their kinds there"},
      {"loki", {{"url", "http://h"}, {"events", "*"}}, "events go to: file, elasticsearch,"},
      {"file", {{"path", "/a"}, {"events", "*"}}, "needs the option \"events_path\""},
      {"file", {{"path", "/a"}, {"events_path", "/a"}, {"events", "*"}}, "another file"},
      {"alertmanager", {{"url", "http://h"}, {"labels", "alertname=x"}}, "set already"},
      {"loki", {{"url", "http://h"}, {"labels", "a b"}}, "expected `name=value`"},
      {"s3", {{"url", "http://h"}, {"user", "x"}}, "belong together"},
  };
  for (const Case& c : kCases) {
    const absl::Status status = CheckSink(c.type, c.options);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << c.why;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.why));
    EXPECT_THAT(std::string(status.message()), testing::Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace vedette
