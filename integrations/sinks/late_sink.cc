// SPDX-License-Identifier: Apache-2.0
#include "integrations/sinks/late_sink.h"

#include <utility>

#include "base/log.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

class LateSink : public Sink {
 public:
  explicit LateSink(SinkMaker make) : make_(std::move(make)) {}

  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time deadline) override {
    RETURN_IF_ERROR(Make());
    return sink_->Deliver(batch, deadline);
  }

  absl::Status DeliverEvents(absl::Span<const DeliveredEvent> batch, absl::Time deadline) override {
    RETURN_IF_ERROR(Make());
    return sink_->DeliverEvents(batch, deadline);
  }

  absl::Status Flush() override { return sink_ == nullptr ? absl::OkStatus() : sink_->Flush(); }

 private:
  absl::Status Make() {
    if (sink_ != nullptr) return absl::OkStatus();
    absl::StatusOr<std::unique_ptr<Sink>> made = make_();
    if (!made.ok()) return absl::UnavailableError(made.status().message());
    sink_ = *std::move(made);
    return absl::OkStatus();
  }

  const SinkMaker make_;
  std::unique_ptr<Sink> sink_;  // Null: not made yet.
};

}  // namespace

std::unique_ptr<Sink> MakeNowOrLater(const std::string& name, SinkMaker make) {
  absl::StatusOr<std::unique_ptr<Sink>> made = make();
  if (made.ok()) return *std::move(made);
  LOG_WARNING("sink ", name, ": ", made.status().message(), "; it is tried again");
  return std::make_unique<LateSink>(std::move(make));
}

}  // namespace vedette
