// SPDX-License-Identifier: Apache-2.0
// No unit test: dispatcher_test tests how sinks change, tests/native the daemon with them.
#include "cli/delivery.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/status_macros.h"
#include "integrations/delivery/event_backlog.h"
#include "integrations/delivery/store_backlog.h"

namespace vedette {

absl::Status Delivery::SetUp(const Config& config) {
  const bool json = config.output_format == Config::Format::kJson;
  ASSIGN_OR_RETURN(
      SinkSetup console,
      SetUpSink("console", {{"name", "standard output"}, {"format", json ? "json" : "terminal"}}));
  setups_.push_back(std::move(console));
  for (const Config::SinkEntry& entry : config.sinks) {
    RETURN_IF_ERROR(SetUpEntry(entry, setups_));
  }
  entries_ = config.sinks;
  return absl::OkStatus();
}

// The sink, and the one for events beside it.
absl::Status Delivery::SetUpEntry(const Config::SinkEntry& entry, std::vector<SinkSetup>& to) {
  ASSIGN_OR_RETURN(SinkSetup sink, SetUpSink(entry.type, entry.options));
  to.push_back(std::move(sink));
  ASSIGN_OR_RETURN(std::optional<SinkSetup> events, SetUpEventSink(entry.type, entry.options));
  if (events.has_value()) to.push_back(*std::move(events));
  return absl::OkStatus();
}

// Each sink goes on where the last daemon's stopped.
absl::Status Delivery::FindPlace(SinkSetup& sink) {
  sink.hostname = hostname_;
  if (store_path_.empty() || !sink.wants_backlog) return absl::OkStatus();
  if (log_ == nullptr) {
    ASSIGN_OR_RETURN(log_, OpenDeliveryLog(store_path_, clock_.Now()));
  }
  sink.open_backlog = [options = StoreBacklogOptions{.store_path = store_path_,
                                                     .sink = sink.name,
                                                     .from_oldest = sink.from_oldest,
                                                     .log = log_.get(),
                                                     .clock = &clock_},
                       events = sink.events] {
    return events.has_value() ? OpenEventBacklog(options, *events) : OpenStoreBacklog(options);
  };
  return absl::OkStatus();
}

// Events come out of the store alone.
void Delivery::LeaveOutEvents(std::vector<SinkSetup>& sinks) const {
  if (!store_path_.empty()) return;
  std::erase_if(sinks, [](const SinkSetup& sink) {
    if (!sink.events.has_value()) return false;
    LOG_WARNING("sink ", sink.name, ": there is no store to read events from; it carries none");
    return true;
  });
}

absl::Status Delivery::Start(const std::string& store_path, const std::string& hostname) {
  store_path_ = store_path;
  hostname_ = hostname;
  LeaveOutEvents(setups_);
  for (SinkSetup& sink : setups_) {
    RETURN_IF_ERROR(FindPlace(sink));
    if (sink.open_backlog == nullptr) continue;
    ASSIGN_OR_RETURN(sink.backlog, sink.open_backlog());
  }
  dispatcher_ = std::make_unique<Dispatcher>(clock_, std::move(setups_));
  return absl::OkStatus();
}

absl::StatusOr<bool> Delivery::Change(const std::vector<Config::SinkEntry>& entries) {
  if (dispatcher_->IsChanging()) return false;
  const auto is_in = [](const std::vector<Config::SinkEntry>& list) {
    return [&list](const Config::SinkEntry& entry) {
      return std::find(list.begin(), list.end(), entry) != list.end();
    };
  };
  std::vector<SinkSetup> added;
  for (const Config::SinkEntry& entry : entries) {
    if (is_in(entries_)(entry)) continue;
    RETURN_IF_ERROR(SetUpEntry(entry, added));
  }
  LeaveOutEvents(added);
  for (SinkSetup& sink : added) RETURN_IF_ERROR(FindPlace(sink));
  std::vector<std::string> removed;
  for (const Config::SinkEntry& entry : entries_) {
    if (is_in(entries)(entry)) continue;
    removed.push_back(SinkName(entry.type, entry.options));
    removed.push_back(EventSinkName(removed.back()));
  }
  dispatcher_->Change(removed, std::move(added));
  entries_ = entries;
  return true;
}

}  // namespace vedette
