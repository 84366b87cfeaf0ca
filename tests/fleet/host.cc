// SPDX-License-Identifier: Apache-2.0
#include "tests/fleet/host.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "integrations/delivery/event_backlog.h"
#include "integrations/delivery/store_backlog.h"
#include "storage/event_feed.h"

namespace vedette {
namespace {

constexpr size_t kOpens = 300;  // Of each part.

RecordBuilder Act(EventKind kind, uint64_t exec_id, const char* name) {
  RecordBuilder record(kind);
  record.Set("exec_id", exec_id).Set("pid", 1000 + exec_id).Set("uid", 0).Set("comm", name);
  record.Set("repeats", 1);
  return record;
}

}  // namespace

Host::Host(int number, const std::string& folder)
    : number_(number),
      name_(absl::StrFormat("host-%02d", number)),
      store_path_(absl::StrCat(folder, "/", name_, ".db")) {}

void Host::Start(const std::string& sink, const SinkOptions& place_options) {
  StoreOptions options;
  options.path = store_path_;
  options.age_max = absl::InfiniteDuration();
  options.hostname = name_;
  options.boot_id = absl::StrCat("boot of ", name_);
  options.on_committed = [this](std::vector<Alert> alerts) {
    if (dispatcher_ != nullptr) dispatcher_->OfferCommitted(std::move(alerts));
  };
  auto store = EventStore::Open(options);
  CHECK(store.ok()) << store.status().message();
  store_ = *std::move(store);
  auto log = OpenDeliveryLog(store_path_, clock_.Now());
  CHECK(log.ok()) << log.status().message();
  log_ = *std::move(log);
  SinkOptions settings = {{"events", "*"},        {"events_every", "100ms"}, {"timeout", "60s"},
                          {"retry_max", "500ms"}, {"batch", "400"},          {"begin", "oldest"}};
  for (const auto& [name, value] : place_options) settings[name] = value;
  auto alerts = SetUpSink(sink, settings);
  CHECK(alerts.ok()) << alerts.status().message();
  auto events = SetUpEventSink(sink, settings);
  CHECK(events.ok() && events->has_value());
  events_sink_ = (*events)->name;
  const auto place = [&](const SinkSetup& of) {
    return StoreBacklogOptions{.store_path = store_path_,
                               .sink = of.name,
                               .from_oldest = true,
                               .log = log_.get(),
                               .clock = &clock_};
  };
  std::vector<SinkSetup> sinks;
  sinks.push_back(*std::move(alerts));
  sinks.push_back(*std::move(*events));
  sinks[0].backlog = *OpenStoreBacklog(place(sinks[0]));
  sinks[1].backlog = *OpenEventBacklog(place(sinks[1]), *sinks[1].events);
  dispatcher_ = std::make_unique<Dispatcher>(clock_, std::move(sinks));
  next_ = 1;
}

void Host::Kill() {
  dispatcher_->Close(absl::ZeroDuration());
  CHECK(store_->Close().ok());
  dispatcher_.reset();
  log_.reset();
  store_.reset();
}

void Host::Stop() {
  CHECK(store_->Close().ok());
  dispatcher_->Close(absl::Seconds(30));
  dispatcher_.reset();
  log_.reset();
  store_.reset();
}

bool Host::IsDone() const {
  const StoreCounts counts = store_->Counts();
  if (counts.events_offered != counts.events_written ||
      counts.alerts_offered != counts.alerts_written) {
    return false;
  }
  const auto cursor = log_->Cursor(events_sink_);
  CHECK(cursor.ok() && cursor->has_value());
  const auto feed = EventFeed::Open(store_path_);
  CHECK(feed.ok());
  const EventCursor at = {(*cursor)->row, (*cursor)->late, (*cursor)->gap, (*cursor)->drop};
  const auto end = (*feed)->End();
  CHECK(end.ok());
  return at == *end && dispatcher_->Counts()[0].backlog.behind == 0;
}

uint64_t Host::lost() const {
  uint64_t lost = 0;
  for (const SinkCounts& sink : dispatcher_->Counts()) {
    lost += sink.dropped + sink.backlog.lost + sink.backlog.dead;
  }
  return lost;
}

void Host::Add(const RecordBuilder& record) {
  ++time_;
  const absl::Time time = absl::FromUnixNanos(kBeginNs + static_cast<int64_t>(time_) * 1'000'000);
  CHECK(store_->OfferEvent(record.Build(), next_++, time));
  ++events_;
}

void Host::Program(uint64_t exec_id, uint64_t parent, uint64_t previous, const char* name,
                   const std::string& path, const char* args) {
  Add(Act(WIRE_process_exec, exec_id, name)
          .Set("parent_exec_id", parent)
          .Set("previous_exec_id", previous)
          .Set("login_uid", 1000)
          .Set("exe_path", path)
          .Set("args", args));
}

void Host::AddAlert(const std::string& id, uint64_t exec_id) {
  Alert alert;
  alert.id = id;
  alert.time = absl::FromUnixNanos(kBeginNs + static_cast<int64_t>(time_) * 1'000'000);
  alert.rule = "Read of credentials";
  alert.priority = Priority::kCritical;
  alert.message = "cat read /etc/shadow; '); DROP TABLE vedette.alerts; --\n\t\\";
  alert.hostname = name_;
  alert.exec_id = exec_id;
  alert.event_number = next_ - 1;
  alert.container_id = "host";
  CHECK(store_->OfferAlert(alert));
  ++alerts_;
}

// What the twenty questions are about.
void Host::Story() {
  Program(5, 1, 0, "sshd", "/usr/sbin/sshd", "sshd");
  Add(Act(WIRE_process_fork, 5, "sshd")
          .Set("child_exec_id", 10)
          .Set("child_parent_exec_id", 5)
          .Set("child_pid", 1010));
  Program(kShell, 5, 10, "bash", "/usr/bin/bash", "bash");
  Add(Act(WIRE_process_credentials, kShell, "bash").Set("old_uid", 1000).Set("new_uid", 0));
  Program(12, kShell, 0, "cat", "/usr/bin/cat", "cat");
  Add(Act(WIRE_file_open, 12, "cat").Set("path", "/etc/shadow").Set("result", 3));
  AddAlert(absl::StrCat(kAlertOfHost, absl::Hex(number_, absl::kZeroPad4)), 12);
  Add(Act(WIRE_process_exit, 12, "cat").Set("status", 3));
  Program(13, kShell, 0, "x", "/tmp/x", "x --quiet");
  Add(Act(WIRE_file_open, 13, "x").Set("path", "/etc/cron.d/it's\n'); --").Set("result", 4));
  Add(Act(WIRE_network_dns, 13, "x").Set("remote_address", "192.0.2.53").Set("remote_port", 53));
  Add(Act(WIRE_network_connect, 13, "x")
          .Set("remote_address", absl::StrCat("203.0.113.", number_))
          .Set("remote_port", 443)
          .Set("socket_type", 1));
  Add(Act(WIRE_network_end, 13, "x")
          .Set("remote_address", absl::StrCat("203.0.113.", number_))
          .Set("remote_port", 443)
          .Set("bytes_sent", 1000 + number_)
          .Set("bytes_received", 17));
  Program(kServer, 1, 0, "nginx", "/usr/sbin/nginx", "nginx");
  Add(Act(WIRE_network_listen, kServer, "nginx").Set("family", AF_INET).Set("local_port", 8080));
  Add(Act(WIRE_network_accept, kServer, "nginx")
          .Set("family", AF_INET)
          .Set("local_port", 8080)
          .Set("remote_address", "198.51.100.9")
          .Set("remote_port", 50000));
  Program(21, kServer, 0, "sh", "/usr/bin/dash", "sh -c id");
  Add(Act(WIRE_kernel_module, 21, "sh").Set("module_name", "evil"));
  Program(22, kServer, 0, "kworker", "/memfd:x", "kworker");
  CHECK(store_->OfferGap({.from = absl::FromUnixNanos(kBeginNs),
                          .to = absl::FromUnixNanos(kBeginNs + 1'000'000),
                          .kind = "file_open",
                          .stage = "ring_full",
                          .count = static_cast<uint64_t>(number_)}));
}

void Host::Noise(size_t opens) {
  for (size_t i = 0; i < opens; ++i) {
    Add(Act(WIRE_file_open, kServer, "nginx")
            .Set("path", absl::StrCat("/srv/", i % 40, "/", number_ % 3))
            .Set("result", 5));
    if (i % 100 == 50) AddAlert(absl::StrFormat("%08x%08x", number_, ++time_), kServer);
  }
}

void Host::Live(int part, int parts) {
  if (part == parts / 2) Story();
  Noise(kOpens + static_cast<size_t>(number_ % 7) * 10);
}

}  // namespace vedette
