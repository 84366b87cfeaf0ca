// SPDX-License-Identifier: Apache-2.0
//
// What the sinks that speak HTTP have in common: their options, and delivery. A sink of its own
// file says what it asks for and what the answer means.
#ifndef VEDETTE_INTEGRATIONS_SINKS_HTTP_SINK_H_
#define VEDETTE_INTEGRATIONS_SINKS_HTTP_SINK_H_

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "integrations/net/http_client.h"
#include "integrations/sink.h"
#include "integrations/sinks/registry.h"

namespace vedette {

// `own` and those of HttpSettings, for a static table that is never destroyed.
const std::vector<SinkOption>* WithHttpOptions(std::initializer_list<SinkOption> own);

// kInvalidArgument: a header that is none.
absl::StatusOr<HttpSettings> HttpSettingsOf(const CheckedOptions& options);
absl::Status CheckHttpOptions(const CheckedOptions& options);

// "name=value" of a list; kInvalidArgument names the line that is none. Names are letters, digits
// and underscores.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> PairsOf(
    const CheckedOptions& options, absl::string_view name);

// On the sink's thread, as every Sink.
class HttpSink : public Sink {
 public:
  explicit HttpSink(HttpSettings settings) : client_(std::move(settings)) {}
  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time deadline) override;
  absl::Status DeliverEvents(absl::Span<const DeliveredEvent> batch, absl::Time deadline) override;
  absl::Status Flush() override { return absl::OkStatus(); }

 protected:
  // What carries the batch, in this order. Not empty.
  virtual absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) = 0;
  virtual absl::StatusOr<std::vector<HttpRequest>> EventRequests(
      absl::Span<const DeliveredEvent> batch);
  // What an answer of the server means; `deadline` for those who ask again.
  virtual absl::Status Judge(const HttpResponse& response, absl::Time deadline);
  HttpClient& client() { return client_; }

 private:
  absl::Status Send(const absl::StatusOr<std::vector<HttpRequest>>& requests, absl::Time deadline);
  HttpClient client_;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINKS_HTTP_SINK_H_
