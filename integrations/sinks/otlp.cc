// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds it against a server.
//
// OpenTelemetry logs by OTLP/HTTP in its JSON encoding (OTLP 1.x). Names of attributes are those of
// OpenTelemetry's semantic conventions where it has one.
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "integrations/format/json.h"
#include "integrations/format/json_writer.h"
#include "integrations/sinks/http_sink.h"

namespace vedette {
namespace {

// https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
int SeverityNumber(Priority priority) {
  constexpr int kOfPriority[] = {21, 19, 18, 17, 13, 10, 9, 5};
  return kOfPriority[static_cast<size_t>(priority) % std::size(kOfPriority)];
}

void Attribute(absl::string_view key, absl::string_view text, JsonWriter& out) {
  if (text.empty()) return;
  out.Begin('{').Member("key", key).Key("value").Begin('{').Member("stringValue", text);
  out.End('}').End('}');
}

void Number(absl::string_view key, int64_t number, JsonWriter& out) {
  out.Begin('{').Member("key", key).Key("value").Begin('{');
  out.Member("intValue", absl::StrCat(number)).End('}').End('}');  // 64 bits are texts in OTLP.
}

void WriteRecord(const Alert& alert, JsonWriter& out) {
  out.Begin('{').Member("timeUnixNano", absl::StrCat(absl::ToUnixNanos(alert.time)));
  out.Member("severityNumber", int64_t{SeverityNumber(alert.priority)});
  out.Member("severityText", PriorityName(alert.priority));
  out.Key("body").Begin('{').Key("stringValue").Text(alert.message).End('}');
  out.Key("attributes").Begin('[');
  Attribute("event.name", "vedette.alert", out);
  Attribute("vedette.alert.id", alert.id, out);
  Attribute("vedette.rule", alert.rule, out);
  Attribute("vedette.object", alert.object, out);
  Attribute("vedette.event.kind", alert.event_kind, out);
  Attribute("vedette.event.type", alert.event_type, out);
  Attribute("vedette.reason", alert.reason, out);
  Attribute("vedette.tags", absl::StrJoin(alert.tags, ","), out);
  Attribute("vedette.attack", absl::StrJoin(alert.attack, ","), out);
  if (alert.container_id != "host") Attribute("container.id", alert.container_id, out);
  if (!alert.processes.empty()) {
    const AlertProcess& process = alert.processes[0];
    Number("process.pid", process.pid, out);
    Attribute("process.executable.name", process.name, out);
    Attribute("process.executable.path", process.exe_path, out);
    Attribute("process.command_line", process.command_line, out);
    Attribute("process.owner", process.user, out);
  }
  if (alert.processes.size() > 1) Number("process.parent_pid", alert.processes[1].pid, out);
  Attribute("vedette.alert", FormatJson(alert), out);
  out.End(']').End('}');
}

class Otlp : public HttpSink {
 public:
  using HttpSink::HttpSink;

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    HttpRequest request{.path = "/v1/logs"};
    JsonWriter out(request.body);
    out.Begin('{').Key("resourceLogs").Begin('[').Begin('{');
    out.Key("resource").Begin('{').Key("attributes").Begin('[');
    Attribute("service.name", "vedette", out);
    Attribute("host.name", batch[0].hostname, out);
    out.End(']').End('}').Key("scopeLogs").Begin('[').Begin('{');
    out.Key("scope").Begin('{').Member("name", "vedette").End('}').Key("logRecords").Begin('[');
    for (const Alert& alert : batch) WriteRecord(alert, out);
    out.End(']').End('}').End(']').End('}').End(']').End('}');
    return std::vector<HttpRequest>{std::move(request)};
  }

  // "Partial success": the server took the request and not all of its records.
  absl::Status Judge(const HttpResponse& response, absl::Time) override {
    RETURN_IF_ERROR(JudgeHttp(response, client().server()));
    const auto answer = nlohmann::json::parse(response.body, nullptr, false);
    if (!answer.is_object() || !answer.contains("partialSuccess")) return absl::OkStatus();
    const auto& partial = answer["partialSuccess"];
    if (!partial.is_object() || !partial.contains("rejectedLogRecords")) return absl::OkStatus();
    const auto& count = partial["rejectedLogRecords"];
    const bool none = count == 0 || count == "0";
    if (none) return absl::OkStatus();
    const bool has_why = partial.contains("errorMessage") && partial["errorMessage"].is_string();
    const std::string why = has_why ? partial["errorMessage"].get<std::string>() : "";
    return absl::InvalidArgumentError(absl::StrCat(
        client().server(), " refused log records: ", EscapeControl(TruncateUtf8(why, 300))));
  }
};

const std::vector<SinkOption>& Options() {
  static const auto* const rows = WithHttpOptions({});
  return *rows;
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  ASSIGN_OR_RETURN(HttpSettings settings, HttpSettingsOf(options));
  return std::make_unique<Otlp>(std::move(settings));
}

}  // namespace

namespace sinks {
SinkSpec otlp();
SinkSpec otlp() {
  return {.options = Options(), .make = Make, .batch_max = 200, .check = CheckHttpOptions};
}
}  // namespace sinks

}  // namespace vedette
