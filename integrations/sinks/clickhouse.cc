// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds it against a server.
//
// ClickHouse over HTTP, as JSONEachRow into the tables of docs/clickhouse.sql. They replace rows of
// the same alert or event, so one that comes twice is there once.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "integrations/format/json.h"
#include "integrations/format/json_writer.h"
#include "integrations/sinks/http_sink.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

void WriteRow(const Alert& alert, JsonWriter& out) {
  static const AlertProcess kNobody;
  const AlertProcess& process = alert.processes.empty() ? kNobody : alert.processes[0];
  out.Begin('{').Key("id").Text(alert.id);
  out.Key("time").Text(absl::FormatTime("%Y-%m-%d %H:%M:%S", alert.time, absl::UTCTimeZone()));
  out.Member("time_ns", absl::ToUnixNanos(alert.time));
  out.Key("hostname").Text(alert.hostname).Key("rule").Text(alert.rule);
  out.Key("priority").Text(PriorityName(alert.priority));
  out.Member("severity", static_cast<int64_t>(alert.priority));
  out.Key("message").Text(alert.message).Key("object").Text(alert.object);
  out.Key("event_kind").Text(alert.event_kind).Key("event_type").Text(alert.event_type);
  out.Key("exec_id").Text(absl::StrCat(absl::Hex(alert.exec_id, absl::kZeroPad16)));
  out.Member("pid", process.pid).Key("process").Text(process.name);
  out.Key("exe_path").Text(process.exe_path).Key("command_line").Text(process.command_line);
  out.Key("user").Text(process.user).Key("container_id").Text(alert.container_id);
  out.Key("tags").Texts(alert.tags).Key("attack").Texts(alert.attack);
  out.Key("alert").Text(FormatJson(alert)).End('}');
}

class ClickHouse : public HttpSink {
 public:
  ClickHouse(HttpSettings settings, const std::string& table)
      : HttpSink(std::move(settings)),
        path_(absl::StrCat(
            "/?query=", PercentEncode(absl::StrCat("INSERT INTO ", table, " FORMAT JSONEachRow")),
            "&input_format_skip_unknown_fields=1&date_time_input_format=best_effort"
            "&wait_end_of_query=1")) {}

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    HttpRequest request{.path = path_, .content_type = "application/x-ndjson"};
    for (const Alert& alert : batch) {
      JsonWriter out(request.body);
      WriteRow(alert, out);
      request.body += '\n';
    }
    return std::vector<HttpRequest>{std::move(request)};
  }

  // Keys that the table has no columns for are passed over.
  absl::StatusOr<std::vector<HttpRequest>> EventRequests(
      absl::Span<const DeliveredEvent> batch) override {
    HttpRequest request{.path = path_, .content_type = "application/x-ndjson"};
    for (const DeliveredEvent& event : batch) {
      request.body += event.json;
      if (!event.more.empty()) {
        request.body.pop_back();
        request.body += ",\"more\":";
        AppendJsonString(event.more, request.body);
        request.body += '}';
      }
      request.body += '\n';
    }
    return std::vector<HttpRequest>{std::move(request)};
  }

 private:
  const std::string path_;
};

const std::vector<SinkOption>& Options() {
  static const auto* const rows = WithHttpOptions({
      {"table", Type::kText, "vedette.alerts", "TABLE or DATABASE.TABLE, as docs/clickhouse.sql"},
      {"events_table", Type::kText, "vedette.events", "The same for events"},
  });
  return *rows;
}

absl::Status Check(const CheckedOptions& options) {
  RETURN_IF_ERROR(CheckHttpOptions(options));
  for (const absl::string_view name : {"table", "events_table"}) {
    const std::string table = options.Text(name);
    const bool good = !table.empty() && table.front() != '.' && table.back() != '.' &&
                      std::count(table.begin(), table.end(), '.') <= 1 &&
                      std::all_of(table.begin(), table.end(), [](char c) {
                        return absl::ascii_isalnum(static_cast<uint8_t>(c)) || c == '_' || c == '.';
                      });
    if (!good) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": expected letters, digits and _, as in vedette.alerts"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  ASSIGN_OR_RETURN(HttpSettings settings, HttpSettingsOf(options));
  return std::make_unique<ClickHouse>(std::move(settings), options.Text("table"));
}

absl::StatusOr<std::unique_ptr<Sink>> MakeEvents(const CheckedOptions& options) {
  ASSIGN_OR_RETURN(HttpSettings settings, HttpSettingsOf(options));
  return std::make_unique<ClickHouse>(std::move(settings), options.Text("events_table"));
}

}  // namespace

namespace sinks {
SinkSpec clickhouse();
SinkSpec clickhouse() {
  return {.options = Options(),
          .make = Make,
          .batch_max = 1000,
          .check = Check,
          .make_events = MakeEvents,
          .events_max = 5000};
}
}  // namespace sinks

}  // namespace vedette
