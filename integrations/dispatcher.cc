// SPDX-License-Identifier: Apache-2.0
#include "integrations/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "base/status_macros.h"
#include "integrations/lane.h"
#include "integrations/sinks/late_sink.h"

namespace vedette {

namespace {

// For sinks that go while the daemon runs: what they have not confirmed by then stays in the store.
constexpr absl::Duration kChangeTimeout = absl::Seconds(5);

}  // namespace

Dispatcher::Dispatcher(Clock& clock, std::vector<SinkSetup> sinks) : clock_(clock) {
  for (SinkSetup& setup : sinks) lanes_.push_back(std::make_shared<Lane>(clock, std::move(setup)));
}

Dispatcher::~Dispatcher() { Close(absl::ZeroDuration()); }

Dispatcher::Lanes Dispatcher::Now() const {
  const std::lock_guard lock(mu_);
  return lanes_;
}

void Dispatcher::Offer(Alert alert) {
  const size_t bytes = MemoryOf(alert);
  const auto shared = std::make_shared<const SharedAlert>(SharedAlert{std::move(alert), bytes});
  for (const auto& lane : Now()) {
    if (!lane->carries_events()) lane->Offer(shared);
  }
}

void Dispatcher::Offer(std::vector<Alert> alerts) {
  for (Alert& alert : alerts) Offer(std::move(alert));
}

void Dispatcher::OfferCommitted(std::vector<Alert> alerts) {
  const Lanes lanes = Now();
  for (Alert& alert : alerts) {
    const size_t bytes = MemoryOf(alert);
    const auto shared = std::make_shared<const SharedAlert>(SharedAlert{std::move(alert), bytes});
    for (const auto& lane : lanes) {
      if (!lane->has_backlog() && !lane->carries_events()) lane->Offer(shared);
    }
  }
  for (const auto& lane : lanes) {
    if (lane->has_backlog() && !lane->carries_events()) lane->Wake();
  }
}

void Dispatcher::StoreReplaced() {
  for (const auto& lane : Now()) lane->ResetBacklog();
}

void Dispatcher::Begin(SinkSetup setup) {
  const auto lane = std::make_shared<Lane>(clock_, std::move(setup));
  const std::lock_guard lock(mu_);
  lanes_.push_back(lane);
}

bool Dispatcher::IsChanging() const {
  return changing_.valid() &&
         changing_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
}

void Dispatcher::Change(const std::vector<std::string>& removed, std::vector<SinkSetup> added) {
  Lanes ending;
  {
    const std::lock_guard lock(mu_);
    if (closed_) return;
    const auto goes = [&](const std::shared_ptr<Lane>& lane) {
      return std::find(removed.begin(), removed.end(), lane->name()) != removed.end();
    };
    std::copy_if(lanes_.begin(), lanes_.end(), std::back_inserter(ending), goes);
    lanes_.erase(std::remove_if(lanes_.begin(), lanes_.end(), goes), lanes_.end());
  }
  for (const auto& lane : ending) lane->BeginClose(kChangeTimeout);
  std::vector<SinkSetup> later;
  for (SinkSetup& setup : added) {
    setup.late = true;
    if (setup.open_backlog != nullptr) {
      later.push_back(std::move(setup));
    } else {
      Begin(std::move(setup));
    }
  }
  changing_ = std::async(std::launch::async, [this, ending = std::move(ending),
                                              later = std::move(later)]() mutable {
    for (const auto& lane : ending) lane->Join();
    ending.clear();
    for (SinkSetup& setup : later) {
      auto backlog = setup.open_backlog();
      if (backlog.ok()) {
        setup.backlog = *std::move(backlog);
      } else {
        LOG_ERROR("sink ", setup.name, ": no place in the store, so alerts of outages are lost: ",
                  backlog.status().message());
      }
      Begin(std::move(setup));
    }
  });
}

void Dispatcher::SetChainHead(const std::string& head) {
  for (const std::shared_ptr<Lane>& lane : Now()) lane->SetChainHead(head);
}

void Dispatcher::Close(absl::Duration timeout) {
  if (changing_.valid()) changing_.wait();
  {
    const std::lock_guard lock(mu_);
    closed_ = true;
  }
  const Lanes lanes = Now();
  for (const auto& lane : lanes) lane->BeginClose(timeout);
  for (const auto& lane : lanes) lane->Join();
}

std::vector<SinkCounts> Dispatcher::Counts() const {
  std::vector<SinkCounts> counts;
  for (const auto& lane : Now()) counts.push_back(lane->Counts());
  return counts;
}

size_t MemoryOf(const Alert& alert) {
  size_t bytes = sizeof(SharedAlert);
  const auto add = [&bytes](const std::string& text) {
    bytes += text.capacity() > sizeof(std::string) ? text.capacity() : 0;
  };
  for (const std::string* text :
       {&alert.id, &alert.rule, &alert.message, &alert.object, &alert.event_kind, &alert.event_type,
        &alert.hostname, &alert.container_id}) {
    add(*text);
  }
  for (const std::string& tag : alert.tags) {
    bytes += sizeof(tag);
    add(tag);
  }
  for (const AlertField& field : alert.fields) {
    bytes += sizeof(field);
    add(field.name);
    add(field.text);
  }
  for (const AlertProcess& process : alert.processes) {
    bytes += sizeof(process);
    for (const std::string* text :
         {&process.name, &process.exe_path, &process.command_line, &process.user}) {
      add(*text);
    }
  }
  for (const AlertMatch& match : alert.matched) {
    bytes += sizeof(match);
    add(match.predicate);
    add(match.value);
  }
  return bytes + alert.prehistory.size() * sizeof(uint64_t);
}

namespace {

// What both have in common.
SinkSetup CommonOf(absl::string_view type, const CheckedOptions& common) {
  SinkSetup setup;
  setup.type = std::string(type);
  setup.queue_bytes_max = static_cast<size_t>(common.Number("queue_bytes_max"));
  setup.overflow =
      common.Text("overflow") == "drop_newest" ? Overflow::kDropNewest : Overflow::kDropOldest;
  setup.retry_max = common.Duration("retry_max");
  setup.batch_max = static_cast<size_t>(common.Number("batch"));
  setup.deliver_timeout = common.Duration("timeout");
  setup.from_oldest = common.Text("begin") == "oldest";
  return setup;
}

}  // namespace

absl::StatusOr<SinkSetup> SetUpSink(absl::string_view type, const SinkOptions& options) {
  RETURN_IF_ERROR(CheckSink(type, options));
  const auto make = [type = std::string(type), options] { return MakeSink(type, options); };
  std::unique_ptr<Sink> sink = MakeNowOrLater(SinkName(type, options), make);
  const SinkSpec& spec = FindSinkType(type)->spec;
  const CheckedOptions common(CommonSinkOptions(), options);
  SinkSetup setup = CommonOf(type, common);
  setup.sink = std::move(sink);
  setup.name = SinkName(type, options);
  if (setup.batch_max == 0) setup.batch_max = spec.batch_max;
  setup.selector.priority_min = ParsePriority(common.Text("priority")).value_or(Priority::kDebug);
  setup.selector.rules = common.List("rules");
  setup.selector.tags = common.List("tags");
  setup.rate_per_minute = common.Number("rate_per_minute");
  setup.heartbeat = common.Duration("heartbeat");
  setup.wants_backlog = spec.from_store;
  return setup;
}

absl::StatusOr<std::optional<SinkSetup>> SetUpEventSink(absl::string_view type,
                                                        const SinkOptions& options) {
  const CheckedOptions common(CommonSinkOptions(), options);
  if (common.List("events").empty()) return std::nullopt;
  RETURN_IF_ERROR(CheckSink(type, options));
  const std::string name = EventSinkName(SinkName(type, options));
  const auto make = [type = std::string(type), options] { return MakeEventSink(type, options); };
  std::unique_ptr<Sink> sink = MakeNowOrLater(name, make);
  SinkSetup setup = CommonOf(type, common);
  setup.sink = std::move(sink);
  setup.name = name;
  if (setup.batch_max == 0) setup.batch_max = FindSinkType(type)->spec.events_max;
  ASSIGN_OR_RETURN(setup.events,
                   EventSelectorOf(common.List("events"), common.List("event_objects")));
  setup.idle_look = std::max(common.Duration("events_every"), absl::Milliseconds(10));
  return setup;
}

}  // namespace vedette
