// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds it against a server.
//
// Elasticsearch and OpenSearch by the bulk API, into an index or a data stream. The alert's id is
// the document's, so one that comes twice is refused as "there already", which is success.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "integrations/format/formats.h"
#include "integrations/format/json_writer.h"
#include "integrations/sinks/http_sink.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

// A batch that is refused has a reason for each document.
constexpr size_t kAnswerBytesMax = 16 << 20;

// Of a server's answer, which may be anything: null if it is not there. Nothing of it is copied,
// for its depth is the server's choice.
const nlohmann::json& At(const nlohmann::json& object, const char* key) {
  static const auto* const nothing = new nlohmann::json();
  const auto at = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && at != object.end() ? *at : *nothing;
}

std::string WordsOf(const nlohmann::json& error) {
  std::string words;
  const auto add = [&words](const nlohmann::json& text) {
    if (!text.is_string()) return;
    const auto& said = text.get_ref<const std::string&>();
    absl::StrAppend(&words, ": ", EscapeControl(TruncateUtf8(said, 300)));
  };
  add(error);
  add(At(error, "type"));
  add(At(error, "reason"));
  return words;
}

class Elasticsearch : public HttpSink {
 public:
  Elasticsearch(HttpSettings settings, std::string index, AlertFormat format)
      : HttpSink(std::move(settings)), index_(std::move(index)), format_(format) {}

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    HttpRequest request{.path = absl::StrCat("/", PercentEncode(index_), "/_bulk"),
                        .content_type = "application/x-ndjson"};
    for (const Alert& alert : batch) {
      AppendAction(alert.id, request.body);
      AppendAlert(format_, alert, request.body);
      request.body += '\n';
    }
    return std::vector<HttpRequest>{std::move(request)};
  }

  // A data stream wants @timestamp; the rest is the event as it is.
  absl::StatusOr<std::vector<HttpRequest>> EventRequests(
      absl::Span<const DeliveredEvent> batch) override {
    HttpRequest request{.path = absl::StrCat("/", PercentEncode(index_), "/_bulk"),
                        .content_type = "application/x-ndjson"};
    for (const DeliveredEvent& event : batch) {
      AppendAction(event.id, request.body);
      const std::string time =
          absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", event.time, absl::UTCTimeZone());
      absl::StrAppend(&request.body, "{\"@timestamp\":\"", time, "\",",
                      absl::string_view(event.json).substr(1), "\n");
    }
    return std::vector<HttpRequest>{std::move(request)};
  }

  static void AppendAction(absl::string_view id, std::string& to) {
    JsonWriter action(to);
    action.Begin('{').Key("create").Begin('{').Member("_id", id).End('}').End('}');
    to += '\n';
  }

  // 200 says only that the batch was read: each document has a status of its own.
  absl::Status Judge(const HttpResponse& response, absl::Time) override {
    RETURN_IF_ERROR(JudgeHttp(response, client().server()));
    const auto answer = nlohmann::json::parse(response.body, nullptr, false);
    if (!answer.is_object() || !answer.contains("items") || !answer["items"].is_array()) {
      return absl::UnavailableError(
          absl::StrCat(client().server(), ": not the answer of a bulk request"));
    }
    absl::Status refused;
    for (const auto& item : answer["items"]) {
      const nlohmann::json& result = At(item, "create");
      const nlohmann::json& number = At(result, "status");
      const int64_t status = number.is_number_integer() ? number.get<int64_t>() : 0;
      if ((status >= 200 && status < 300) || status == 409) continue;
      const std::string why =
          absl::StrCat(client().server(), ": document: ", status, WordsOf(At(result, "error")));
      if (status < 400 || status >= 500 || status == 429) return absl::UnavailableError(why);
      refused = absl::InvalidArgumentError(why);
    }
    return refused;
  }

 private:
  const std::string index_;
  const AlertFormat format_;
};

const std::vector<SinkOption>& Options() {
  static const auto* const rows = WithHttpOptions({
      {"index", Type::kText, "vedette-alerts", "Index or data stream"},
      {"events_index", Type::kText, "vedette-events", "The same for events"},
      {"format", Type::kChoice, "ecs", "Form of the documents", "ecs|ocsf|json"},
      {"token_scheme", Type::kChoice, "ApiKey", "What `token` is", "ApiKey|Bearer"},
  });
  return *rows;
}

// https://www.elastic.co/guide/en/elasticsearch/reference/8.11/indices-create-index.html
absl::Status Check(const CheckedOptions& options) {
  RETURN_IF_ERROR(CheckHttpOptions(options));
  for (const absl::string_view name : {"index", "events_index"}) {
    const std::string index = options.Text(name);
    const bool good = !index.empty() && index.size() <= 255 &&
                      absl::string_view("-_+.").find(index[0]) == absl::string_view::npos &&
                      std::all_of(index.begin(), index.end(), [](char c) {
                        const auto byte = static_cast<uint8_t>(c);
                        return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '-' ||
                               c == '_' || c == '.' || c == '+';
                      });
    if (!good) {
      return absl::InvalidArgumentError(absl::StrCat(
          name, ": expected lower-case letters, digits, - and _, as in vedette-alerts"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Sink>> MakeFor(const CheckedOptions& options,
                                              absl::string_view index) {
  ASSIGN_OR_RETURN(HttpSettings settings, HttpSettingsOf(options));
  settings.token_scheme = options.Text("token_scheme");
  settings.response_bytes_max = kAnswerBytesMax;
  return std::make_unique<Elasticsearch>(std::move(settings), options.Text(index),
                                         AlertFormatOf(options.Text("format")));
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  return MakeFor(options, "index");
}

absl::StatusOr<std::unique_ptr<Sink>> MakeEvents(const CheckedOptions& options) {
  return MakeFor(options, "events_index");
}

}  // namespace

namespace sinks {
SinkSpec elasticsearch();
SinkSpec elasticsearch() {
  return {.options = Options(),
          .make = Make,
          .batch_max = 500,
          .check = Check,
          .make_events = MakeEvents,
          .events_max = 2000};
}
}  // namespace sinks

}  // namespace vedette
