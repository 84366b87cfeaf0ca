// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds it against a server.
//
// Grafana Loki by its push API. Labels are few and of few values, as Loki wants them; all else is
// in the line.
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "integrations/format/formats.h"
#include "integrations/format/json_writer.h"
#include "integrations/sinks/http_sink.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;
using Pairs = std::vector<std::pair<std::string, std::string>>;

class Loki : public HttpSink {
 public:
  Loki(HttpSettings settings, Pairs labels, AlertFormat format)
      : HttpSink(std::move(settings)), labels_(std::move(labels)), format_(format) {}

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    std::map<std::string, std::vector<const Alert*>> streams;
    for (const Alert& alert : batch) streams[StreamOf(alert)].push_back(&alert);
    HttpRequest request{.path = "/loki/api/v1/push"};
    JsonWriter out(request.body);
    out.Begin('{').Key("streams").Begin('[');
    for (const auto& [stream, alerts] : streams) {
      out.Begin('{').Key("stream").Raw(stream).Key("values").Begin('[');
      for (const Alert* alert : alerts) {
        std::string line;
        AppendAlert(format_, *alert, line);
        out.Begin('[').Text(absl::StrCat(absl::ToUnixNanos(alert->time))).Text(line).End(']');
      }
      out.End(']').End('}');
    }
    out.End(']').End('}');
    return std::vector<HttpRequest>{std::move(request)};
  }

 private:
  std::string StreamOf(const Alert& alert) const {
    std::string stream;
    JsonWriter out(stream);
    out.Begin('{').Member("job", "vedette").Member("host", alert.hostname);
    out.Member("priority", absl::AsciiStrToLower(PriorityName(alert.priority)));
    out.Member("rule", alert.rule);
    for (const auto& [name, value] : labels_) out.Member(name, value);
    out.End('}');
    return stream;
  }

  const Pairs labels_;
  const AlertFormat format_;
};

const std::vector<SinkOption>& Options() {
  static const auto* const rows = WithHttpOptions({
      {"tenant", Type::kText, "", "For X-Scope-OrgID"},
      {"labels", Type::kList, "", "More labels for every stream, each `name=value`"},
      {"format", Type::kChoice, "json", "Form of the lines", kAlertFormats},
  });
  return *rows;
}

absl::Status Check(const CheckedOptions& options) {
  RETURN_IF_ERROR(CheckHttpOptions(options));
  ASSIGN_OR_RETURN(const Pairs labels, PairsOf(options, "labels"));
  for (const auto& [name, value] : labels) {
    for (const char* ours : {"job", "host", "priority", "rule"}) {
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
  if (options.Has("tenant")) settings.headers.emplace_back("X-Scope-OrgID", options.Text("tenant"));
  return std::make_unique<Loki>(std::move(settings), std::move(labels),
                                AlertFormatOf(options.Text("format")));
}

}  // namespace

namespace sinks {
SinkSpec loki();
SinkSpec loki() { return {.options = Options(), .make = Make, .batch_max = 500, .check = Check}; }
}  // namespace sinks

}  // namespace vedette
