// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds it against a server, services_test.cc against the real
// one.
//
// Prometheus Alertmanager, API v2. An alert's labels are its identity there: `alert_id` keeps two
// apart, and makes one that comes twice the same.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "integrations/format/json_writer.h"
#include "integrations/sinks/http_sink.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", time, absl::UTCTimeZone());
}

class Alertmanager : public HttpSink {
 public:
  Alertmanager(HttpSettings settings, Pairs labels, absl::Duration firing)
      : HttpSink(std::move(settings)), labels_(std::move(labels)), firing_(firing) {}

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    HttpRequest request{.path = "/api/v2/alerts"};
    JsonWriter out(request.body);
    out.Begin('[');
    for (const Alert& alert : batch) Write(alert, out);
    out.End(']');
    return std::vector<HttpRequest>{std::move(request)};
  }

 private:
  void Write(const Alert& alert, JsonWriter& out) const {
    out.Begin('{').Key("labels").Begin('{');
    for (const auto& [name, value] : labels_) out.Member(name, value);
    out.Member("alertname", alert.rule.empty() ? "unnamed" : absl::string_view(alert.rule));
    out.Member("severity", absl::AsciiStrToLower(PriorityName(alert.priority)));
    out.Member("instance", alert.hostname).Member("alert_id", alert.id);
    if (alert.container_id != "host") out.Member("container_id", alert.container_id);
    out.End('}').Key("annotations").Begin('{');
    out.Member("summary", alert.message).Member("object", alert.object);
    if (!alert.processes.empty()) {
      out.Member("process", alert.processes[0].exe_path);
      out.Member("command_line", alert.processes[0].command_line);
      out.Member("user", alert.processes[0].user);
    }
    out.Member("reason", alert.reason).End('}');
    out.Member("startsAt", TimeText(alert.time));
    out.Member("endsAt", TimeText(alert.time + firing_)).End('}');
  }

  const Pairs labels_;
  const absl::Duration firing_;
};

const std::vector<SinkOption>& Options() {
  static const auto* const rows = WithHttpOptions({
      {"labels", Type::kList, "", "More labels for every alert, each `name=value`"},
      {"firing", Type::kDuration, "1h", "How long an alert counts as firing"},
  });
  return *rows;
}

absl::Status Check(const CheckedOptions& options) {
  RETURN_IF_ERROR(CheckHttpOptions(options));
  ASSIGN_OR_RETURN(const Pairs labels, PairsOf(options, "labels"));
  for (const auto& [name, value] : labels) {
    for (const char* ours : {"alertname", "severity", "instance", "alert_id", "container_id"}) {
      if (name == ours) {
        return absl::InvalidArgumentError(absl::StrCat("labels: ", name, " is set already"));
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  ASSIGN_OR_RETURN(HttpSettings settings, HttpSettingsOf(options));
  ASSIGN_OR_RETURN(Pairs labels, PairsOf(options, "labels"));
  return std::make_unique<Alertmanager>(std::move(settings), std::move(labels),
                                        options.Duration("firing"));
}

}  // namespace

namespace sinks {
SinkSpec alertmanager();
SinkSpec alertmanager() { return {.options = Options(), .make = Make, .check = Check}; }
}  // namespace sinks

}  // namespace vedette
