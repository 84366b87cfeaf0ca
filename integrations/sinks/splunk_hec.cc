// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds it against a server.
//
// Splunk's HTTP Event Collector. A batch counts as delivered when the indexers have acknowledged
// it, not when the collector has read it.
#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "integrations/format/formats.h"
#include "integrations/format/json_writer.h"
#include "integrations/sinks/http_sink.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

constexpr absl::Duration kAckInterval = absl::Milliseconds(250);
// Indexers acknowledge within minutes; after that a batch is taken for lost and sent again.
constexpr absl::Duration kAckPatience = absl::Minutes(3);

struct SplunkSettings {
  std::string index, source, source_type;
  AlertFormat format;
  bool ack;
};

// A random UUID (RFC 4122, version 4), as the collector wants a channel to be.
std::string NewChannel() {
  std::random_device random;
  const auto word = [&random] { return static_cast<uint32_t>(random()); };
  const uint32_t a = word(), b = word(), c = word(), d = word();
  return absl::StrCat(absl::Hex(a, absl::kZeroPad8), "-", absl::Hex(b >> 16, absl::kZeroPad4), "-",
                      absl::Hex((b & 0xfff) | 0x4000, absl::kZeroPad4), "-",
                      absl::Hex((c >> 16 & 0x3fff) | 0x8000, absl::kZeroPad4), "-",
                      absl::Hex(c & 0xffff, absl::kZeroPad4), absl::Hex(d, absl::kZeroPad8));
}

class Splunk : public HttpSink {
 public:
  Splunk(HttpSettings settings, SplunkSettings splunk)
      : HttpSink(std::move(settings)), splunk_(std::move(splunk)), channel_(NewChannel()) {}

  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time deadline) override {
    if (batch.empty()) return absl::OkStatus();
    const std::string name =
        absl::StrCat(batch.front().id, "/", batch.back().id, "/", batch.size());
    const bool waits =
        ack_.has_value() && ack_->batch == name && std::chrono::steady_clock::now() < ack_->until;
    if (waits) return AwaitAck(deadline);
    ack_.reset();
    batch_ = name;
    return HttpSink::Deliver(batch, deadline);
  }

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    HttpRequest request{.path = "/services/collector/event",
                        .headers = {{"X-Splunk-Request-Channel", channel_}}};
    for (const Alert& alert : batch) {
      JsonWriter out(request.body);
      const int64_t ms = absl::ToUnixMillis(alert.time);
      out.Begin('{').Key("time").Raw(absl::StrCat(
          ms / 1000, ".", absl::Dec(std::max<int64_t>(ms % 1000, 0), absl::kZeroPad3)));
      out.Member("host", alert.hostname).Member("index", splunk_.index);
      out.Member("source", splunk_.source).Member("sourcetype", splunk_.source_type);
      std::string event;
      AppendAlert(splunk_.format, alert, event);
      out.Key("event").Raw(event).End('}');
    }
    return std::vector<HttpRequest>{std::move(request)};
  }

  absl::Status Judge(const HttpResponse& response, absl::Time deadline) override {
    RETURN_IF_ERROR(JudgeHttp(response, client().server()));
    if (!splunk_.ack) return absl::OkStatus();
    const auto answer = nlohmann::json::parse(response.body, nullptr, false);
    if (!answer.is_object() || !answer.contains("ackId") || !answer["ackId"].is_number_unsigned()) {
      return absl::UnavailableError(
          absl::StrCat(client().server(),
                       ": no acknowledgement id: turn on indexer acknowledgement for the "
                       "token, or set `ack: false`"));
    }
    ack_ = {.batch = batch_,
            .id = answer["ackId"].get<uint64_t>(),
            .until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(kAckPatience)};
    return AwaitAck(deadline);
  }

 private:
  // What the collector has taken and the indexers may not have yet.
  struct Ack {
    std::string batch;
    uint64_t id;
    std::chrono::steady_clock::time_point until;
  };

  // Asked of a collector that does not answer as one, nothing is known of the batch any more.
  absl::StatusOr<bool> IsAcknowledged(absl::Time deadline) {
    const HttpRequest ask{.path = "/services/collector/ack",
                          .body = absl::StrCat("{\"acks\":[", ack_->id, "]}"),
                          .headers = {{"X-Splunk-Request-Channel", channel_}}};
    ASSIGN_OR_RETURN(const HttpResponse response, client().Send(ask, deadline));
    RETURN_IF_ERROR(JudgeHttp(response, client().server()));
    const auto answer = nlohmann::json::parse(response.body, nullptr, false);
    if (!answer.is_object() || !answer.contains("acks") || !answer["acks"].is_object()) {
      return false;
    }
    const auto found = answer["acks"].find(absl::StrCat(ack_->id));
    return found != answer["acks"].end() && *found == true;
  }

  absl::Status AwaitAck(absl::Time deadline) {
    while (true) {
      const absl::StatusOr<bool> done = IsAcknowledged(deadline);
      if (!done.ok() || *done) ack_.reset();
      if (!done.ok()) return done.status();
      if (*done) return absl::OkStatus();
      if (absl::Now() + kAckInterval >= deadline) {
        return absl::UnavailableError(
            absl::StrCat(client().server(), ": not acknowledged in time"));
      }
      absl::SleepFor(kAckInterval);
    }
  }

  const SplunkSettings splunk_;
  const std::string channel_;
  std::string batch_;  // That is being sent.
  std::optional<Ack> ack_;
};

const std::vector<SinkOption>& Options() {
  static const auto* const rows = WithHttpOptions({
      {"index", Type::kText, "", "Index; else the token's"},
      {"source", Type::kText, "vedette", "Splunk's source"},
      {"sourcetype", Type::kText, "vedette:alert", "Splunk's source type"},
      {"format", Type::kChoice, "json", "Form of the events", "json|ocsf|ecs|falco"},
      {"ack", Type::kChoice, "true", "Wait until the indexers have it", "true|false"},
  });
  return *rows;
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  ASSIGN_OR_RETURN(HttpSettings settings, HttpSettingsOf(options));
  settings.token_scheme = "Splunk";
  return std::make_unique<Splunk>(
      std::move(settings),
      SplunkSettings{options.Text("index"), options.Text("source"), options.Text("sourcetype"),
                     AlertFormatOf(options.Text("format")), options.Text("ack") == "true"});
}

}  // namespace

namespace sinks {
SinkSpec splunk_hec();
SinkSpec splunk_hec() {
  return {.options = Options(), .make = Make, .batch_max = 200, .check = CheckHttpOptions};
}
}  // namespace sinks

}  // namespace vedette
