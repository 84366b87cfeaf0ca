// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds it against a server.
//
// ClickHouse over HTTP, as JSONEachRow into the tables of docs/clickhouse.sql. They replace rows of
// the same alert or event, so one that comes twice is there once.
#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "integrations/format/clickhouse_row.h"
#include "integrations/sinks/http_sink.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

// Codes of ClickHouse that find fault with a row, not with the server: it cannot be parsed, or not
// as the type of its column. https://github.com/ClickHouse/ClickHouse: src/Common/ErrorCodes.cpp
constexpr int kRowCodes[] = {6, 25, 26, 27, 32, 33, 38, 41, 53, 69, 72, 117, 130, 131};

// "Code: 27, e.displayText() = ..."
bool FindsFaultWithARow(absl::string_view body) {
  int code = 0;
  return absl::ConsumePrefix(&body, "Code: ") &&
         absl::SimpleAtoi(body.substr(0, body.find_first_of(",.")), &code) &&
         std::find(std::begin(kRowCodes), std::end(kRowCodes), code) != std::end(kRowCodes);
}

class ClickHouse : public HttpSink {
 public:
  ClickHouse(HttpSettings settings, const std::string& table)
      : HttpSink(std::move(settings)),
        path_(absl::StrCat(
            "/?query=", PercentEncode(absl::StrCat("INSERT INTO ", table, " FORMAT JSONEachRow")),
            "&input_format_skip_unknown_fields=1&wait_end_of_query=1")) {}

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    HttpRequest request{.path = path_, .content_type = "application/x-ndjson"};
    for (const Alert& alert : batch) {
      AppendClickHouseRow(alert, request.body);
      request.body += '\n';
    }
    return std::vector<HttpRequest>{std::move(request)};
  }

  // Keys that the table has no columns for are passed over.
  absl::StatusOr<std::vector<HttpRequest>> EventRequests(
      absl::Span<const DeliveredEvent> batch) override {
    HttpRequest request{.path = path_, .content_type = "application/x-ndjson"};
    for (const DeliveredEvent& event : batch) {
      AppendClickHouseRow(event, request.body);
      request.body += '\n';
    }
    return std::vector<HttpRequest>{std::move(request)};
  }

  // Old versions answer 500 to a row that they cannot read: trying again would be for ever.
  absl::Status Judge(const HttpResponse& response, absl::Time) override {
    const absl::Status status = JudgeHttp(response, client().server());
    if (!absl::IsUnavailable(status) || !FindsFaultWithARow(response.body)) return status;
    return absl::InvalidArgumentError(status.message());
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
