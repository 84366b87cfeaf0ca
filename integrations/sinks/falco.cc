// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds it against a server.
//
// Falco's http_output: one request for each alert with Falco's JSON, so that falcosidekick and what
// else listens to Falco works unchanged.
#include <memory>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "integrations/format/formats.h"
#include "integrations/sinks/http_sink.h"

namespace vedette {
namespace {

class Falco : public HttpSink {
 public:
  using HttpSink::HttpSink;

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    std::vector<HttpRequest> requests;
    for (const Alert& alert : batch) {
      HttpRequest& request = requests.emplace_back();
      request.headers = {{"Idempotency-Key", alert.id}};
      AppendFalcoJson(alert, request.body);
    }
    return requests;
  }
};

const std::vector<SinkOption>& Options() {
  static const auto* const rows = WithHttpOptions({});
  return *rows;
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  ASSIGN_OR_RETURN(HttpSettings settings, HttpSettingsOf(options));
  settings.compress = false;  // Its readers do not unpack.
  return std::make_unique<Falco>(std::move(settings));
}

}  // namespace

namespace sinks {
SinkSpec falco();
SinkSpec falco() {
  return {.options = Options(), .make = Make, .batch_max = 1, .check = CheckHttpOptions};
}
}  // namespace sinks

}  // namespace vedette
