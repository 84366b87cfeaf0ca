// SPDX-License-Identifier: Apache-2.0
//
// No unit test: tests/fleet compares what commands say of a fleet and of its hosts.
#include "cli/fleet_copy.h"

#include <stdlib.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/fleet_question.h"
#include "integrations/fleet/fleet_alert.h"
#include "integrations/fleet/fleet_event.h"
#include "storage/event_store.h"
#include "storage/history_plan.h"
#include "storage/tables.h"

namespace vedette {
namespace {

constexpr uint64_t kRowsAtOnce = 20'000;
constexpr uint64_t kWaitingMax = 8'000;  // Events that the writer has not written yet.
constexpr int kAncestorsMax = 64;

std::string IsOf(const std::string& host) { return absl::StrCat("hostname = ", FleetText(host)); }

std::string And(const std::string& condition) {
  return condition.empty() ? "" : absl::StrCat(" AND (", condition, ")");
}

// Writes one run of the host's daemon after the other, each with its number.
class CopyWriter {
 public:
  CopyWriter(std::string path, std::string host, std::deque<Alert> alerts)
      : path_(std::move(path)), host_(std::move(host)), alerts_(std::move(alerts)) {}

  absl::Status Add(const FleetEvent& event) {
    const int64_t run = event.event_id / kNumbersPerRun;
    if (run != run_) RETURN_IF_ERROR(Begin(run, absl::FromUnixNanos(event.time_ns), event.boot_id));
    while (Waiting() > kWaitingMax) absl::SleepFor(absl::Milliseconds(1));
    RETURN_IF_ERROR(store_->Health());
    const absl::Span<const std::byte> record(
        reinterpret_cast<const std::byte*>(event.record.data()), event.record.size());
    store_->OfferEvent(record, static_cast<uint64_t>(event.event_id % kNumbersPerRun),
                       absl::FromUnixNanos(event.time_ns));
    return absl::OkStatus();
  }
  absl::Status Finish(std::vector<Gap> gaps) {
    if (store_ == nullptr) RETURN_IF_ERROR(Begin(1, absl::InfinitePast(), ""));
    RETURN_IF_ERROR(AddAlertsBefore(absl::InfiniteFuture()));
    for (Gap& gap : gaps) store_->OfferGap(std::move(gap));
    return store_->Close();
  }

 private:
  uint64_t Waiting() const {
    const StoreCounts counts = store_->Counts();
    return counts.events_offered - counts.events_written - counts.events_dropped;
  }
  // Alerts from before `time` are of the run that ends.
  absl::Status Begin(int64_t run, absl::Time time, const std::string& boot_id) {
    if (store_ != nullptr) {
      RETURN_IF_ERROR(AddAlertsBefore(time));
      RETURN_IF_ERROR(store_->Close());
    }
    StoreOptions options;
    options.path = path_;
    options.bytes_max = ~uint64_t{0};
    options.age_max = absl::InfiniteDuration();
    options.hostname = host_;
    options.boot_id = boot_id;
    options.run = run_ = run;
    ASSIGN_OR_RETURN(store_, EventStore::Open(options));
    return absl::OkStatus();
  }
  absl::Status AddAlertsBefore(absl::Time time) {
    for (; !alerts_.empty() && alerts_.front().time < time; alerts_.pop_front()) {
      while (!store_->OfferAlert(alerts_.front())) {  // No room.
        RETURN_IF_ERROR(store_->Health());
        absl::SleepFor(absl::Milliseconds(1));
      }
    }
    return absl::OkStatus();
  }

  const std::string path_, host_;
  std::deque<Alert> alerts_;  // By time.
  std::unique_ptr<EventStore> store_;
  int64_t run_ = 0;
};

absl::StatusOr<std::deque<Alert>> ReadAlerts(FleetReader& fleet, const FleetCopyWish& wish) {
  std::deque<Alert> alerts;
  absl::Status status;
  const auto asked = fleet.Query(
      absl::StrCat("SELECT alert FROM alerts FINAL WHERE ", IsOf(wish.host), And(wish.alerts),
                   " ORDER BY time_ns, id"),
      {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        absl::StatusOr<Alert> alert = ReadAlertJson(row[0].bytes);
        if (alert.ok()) {
          alerts.push_back(*std::move(alert));
        } else {
          status = alert.status();
        }
        return status.ok();
      });
  RETURN_IF_ERROR(asked.status());
  RETURN_IF_ERROR(status);
  return alerts;
}

absl::StatusOr<std::vector<Gap>> ReadGaps(FleetReader& fleet, const std::string& host) {
  std::vector<Gap> gaps;
  RETURN_IF_ERROR(
      fleet
          .Query(
              absl::StrCat("SELECT start_ns, end_ns, kind, stage, count FROM gaps WHERE ",
                           IsOf(host), " ORDER BY start_ns"),
              {}, [](absl::Span<const std::string>) {},
              [&](absl::Span<const SqlValue> row) {
                gaps.push_back({.from = absl::FromUnixNanos(row[0].integer),
                                .to = absl::FromUnixNanos(row[1].integer),
                                .kind = std::string(row[2].bytes),
                                .stage = std::string(row[3].bytes),
                                .count = static_cast<uint64_t>(row[4].integer)});
                return true;
              })
          .status());
  return gaps;
}

std::string KindList(KindSet kinds) {
  std::vector<std::string> names;
  for (const KindInfo& kind : Kinds()) {
    if ((kinds & KindBit(kind.kind)) != 0) names.push_back(FleetText(kind.name));
  }
  return absl::StrJoin(names, ",");
}

std::string Lives() { return absl::StrCat("kind IN (", KindList(LifeKinds()), ")"); }

// "('host','exec_id'),..." of all that the process descends from, with itself.
absl::StatusOr<std::string> AncestorsOf(FleetReader& fleet, const FleetProcess& process) {
  const auto pair = [&](const std::string& exec_id) {
    return absl::StrCat("(", FleetText(process.host), ",", FleetText(exec_id), ")");
  };
  std::string all = pair(process.exec_id), latest = all;
  for (int i = 0; i < kAncestorsMax && !latest.empty(); ++i) {
    std::vector<std::string> above;
    RETURN_IF_ERROR(
        fleet
            .Query(
                absl::StrCat(
                    "SELECT DISTINCT above FROM (SELECT parent_exec_id AS above FROM events"
                    " WHERE ",
                    Lives(), " AND (hostname, exec_id) IN (", latest,
                    ") UNION ALL SELECT previous_exec_id AS above FROM events WHERE ", Lives(),
                    " AND (hostname, exec_id) IN (", latest,
                    ") UNION ALL SELECT child_parent_exec_id AS above FROM events WHERE kind ="
                    " 'process_fork' AND (hostname, child_exec_id) IN (",
                    latest, ")) WHERE above != ''"),
                {}, [](absl::Span<const std::string>) {},
                [&](absl::Span<const SqlValue> row) {
                  above.push_back(pair(std::string(row[0].bytes)));
                  return true;
                })
            .status());
    latest.clear();
    for (const std::string& each : above) {
      if (all.find(each) == std::string::npos)
        absl::StrAppend(&latest, latest.empty() ? "" : ",", each);
    }
    if (!latest.empty()) absl::StrAppend(&all, ",", latest);
  }
  return all;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FleetCopy>> FleetCopy::Make(FleetReader& fleet,
                                                           const FleetCopyWish& wish) {
  std::unique_ptr<FleetCopy> copy(new FleetCopy());
  std::error_code error;
  std::string folder =
      (std::filesystem::temp_directory_path(error) / "vedette-fleet.XXXXXX").string();
  if (error || mkdtemp(folder.data()) == nullptr) {
    return absl::UnavailableError(
        "no folder for a copy of the host's history could be made; TMPDIR says where to");
  }
  copy->folder_ = folder;
  copy->store_ = folder + "/store.db";
  copy->host_ = wish.host;
  RETURN_IF_ERROR(copy->Fill(fleet, wish));
  return copy;
}

FleetCopy::~FleetCopy() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

absl::Status FleetCopy::Fill(FleetReader& fleet, const FleetCopyWish& wish) {
  ASSIGN_OR_RETURN(std::deque<Alert> alerts, ReadAlerts(fleet, wish));
  ASSIGN_OR_RETURN(std::vector<Gap> gaps, ReadGaps(fleet, wish.host));
  CopyWriter writer(store_, wish.host, std::move(alerts));
  int64_t last_id = 0;
  for (uint64_t rows = kRowsAtOnce; rows == kRowsAtOnce;) {
    rows = 0;
    absl::Status status;
    std::vector<std::string> names;
    const int64_t after = last_id;
    const auto asked = fleet.Query(
        absl::StrCat("SELECT * FROM events WHERE ", IsOf(wish.host), " AND kind != 'gap'",
                     And(wish.events), " AND event_id > ", after, " ORDER BY event_id LIMIT ",
                     kRowsAtOnce),
        {}, [&](absl::Span<const std::string> all) { names.assign(all.begin(), all.end()); },
        [&](absl::Span<const SqlValue> row) {
          ++rows;
          absl::StatusOr<FleetEvent> event = ReadFleetEvent(names, row);
          status = event.status();
          // Sent twice and not merged yet: the same.
          if (!status.ok() || event->event_id == last_id) return status.ok();
          last_id = event->event_id;
          ++events_;
          if (!event->is_whole) ++not_whole_;
          status = writer.Add(*event);
          return status.ok();
        });
    RETURN_IF_ERROR(asked.status());
    RETURN_IF_ERROR(status);
  }
  return writer.Finish(std::move(gaps));
}

void FleetCopy::TellLimits(Io& io) const {
  io.PrintError(absl::StrCat("host ", EscapeControl(host_), ": ", events_,
                             " events that it has sent to the fleet\n"));
  if (not_whole_ == 0) return;
  io.PrintError(absl::StrCat(
      "note: ", not_whole_,
      " of them came without the column `more`, so rules know of them only what has a column; see "
      "docs/clickhouse.sql\n"));
}

absl::StatusOr<FleetProcess> FindFleetProcess(FleetReader& fleet, const std::string& host,
                                              const std::string& what) {
  ASSIGN_OR_RETURN(FleetPairs roots, FindFleetRoots(fleet, host, what));
  std::sort(roots.begin(), roots.end());
  if (roots.size() == 1) return FleetProcess{roots[0].first, roots[0].second};
  std::vector<std::string> hosts;
  for (const auto& [name, exec_id] : roots) {
    if (hosts.size() < 5) hosts.push_back(EscapeControl(name));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      roots.size(), " hosts have such a process (", absl::StrJoin(hosts, ", "),
      roots.size() > hosts.size() ? ", ..." : "", "); --host NAME says which is meant"));
}

absl::StatusOr<std::unique_ptr<FleetCopy>> CopyFleetProcess(FleetReader& fleet,
                                                            const FleetProcess& process,
                                                            CopiedEvents events,
                                                            const TimeRange& times) {
  ASSIGN_OR_RETURN(const std::string below, FleetLineageOf(fleet, process.host, process.exec_id));
  ASSIGN_OR_RETURN(const std::string above, AncestorsOf(fleet, process));
  const std::string family = absl::StrCat(" IN (", above, ",", below, ")");
  const std::string pair = "(hostname, exec_id)";
  FleetCopyWish wish{.host = process.host, .events = "", .alerts = absl::StrCat(pair, family)};
  wish.events = absl::StrCat("(", Lives(), " AND (", pair, family, " OR (hostname, child_exec_id)",
                             family, " OR (hostname, previous_exec_id)", family, "))");
  if (events == CopiedEvents::kOfProcess) {
    absl::StrAppend(&wish.events, " OR exec_id = ", FleetText(process.exec_id));
  } else if (events == CopiedEvents::kOfLineage) {
    absl::StrAppend(&wish.events, " OR (", pair, family, times.And("time_ns"), ")");
  }
  return FleetCopy::Make(fleet, wish);
}

absl::StatusOr<FleetProcessCopy> CopyFleetProcess(const std::string& address,
                                                  const std::string& host, const std::string& what,
                                                  CopiedEvents events) {
  ASSIGN_OR_RETURN(FleetReader fleet, FleetReader::Open(address));
  ASSIGN_OR_RETURN(const FleetProcess process, FindFleetProcess(fleet, host, what));
  ASSIGN_OR_RETURN(std::unique_ptr<FleetCopy> copy, CopyFleetProcess(fleet, process, events));
  return FleetProcessCopy{std::move(copy), "0x" + process.exec_id};
}

absl::StatusOr<FleetAlertCopy> CopyFleetAlert(const std::string& address, const std::string& host,
                                              const std::string& id, absl::Duration before,
                                              absl::Duration after) {
  ASSIGN_OR_RETURN(FleetReader fleet, FleetReader::Open(address));
  std::string name = host;
  std::vector<std::string> lines;
  const FleetScope scope{.times = {}, .host = host, .lineage = ""};
  RETURN_IF_ERROR(
      fleet
          .Query(
              absl::StrCat("SELECT hostname, alert FROM alerts FINAL WHERE"
                           " startsWith(id, ",
                           FleetText(absl::AsciiStrToLower(id)), ")", scope.AndHost(), " LIMIT 2"),
              {}, [](absl::Span<const std::string>) {},
              [&](absl::Span<const SqlValue> row) {
                name = std::string(row[0].bytes);
                lines.emplace_back(row[1].bytes);
                return true;
              })
          .status());
  if (lines.empty()) {
    return absl::NotFoundError(
        absl::StrCat("the fleet has no alert whose id begins with ", EscapeControl(id)));
  }
  if (lines.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("several alerts have an id that begins with ",
                                                   EscapeControl(id), "; give more of it"));
  }
  FleetAlertCopy made;
  ASSIGN_OR_RETURN(made.alert, ReadAlertJson(lines[0]));
  const FleetProcess process{name, absl::StrCat(absl::Hex(made.alert.exec_id, absl::kZeroPad16))};
  const TimeRange times{made.alert.time - before, made.alert.time + after};
  ASSIGN_OR_RETURN(made.copy, CopyFleetProcess(fleet, process, CopiedEvents::kOfLineage, times));
  return made;
}

absl::StatusOr<std::vector<std::string>> FleetHosts(FleetReader& fleet, const std::string& host,
                                                    const TimeRange& times) {
  FleetScope scope{.times = times, .host = host, .lineage = ""};
  std::vector<std::string> hosts;
  RETURN_IF_ERROR(fleet
                      .Query(
                          absl::StrCat("SELECT DISTINCT hostname FROM events WHERE 1",
                                       scope.And("time_ns"), " ORDER BY hostname"),
                          {}, [](absl::Span<const std::string>) {},
                          [&](absl::Span<const SqlValue> row) {
                            hosts.emplace_back(row[0].bytes);
                            return true;
                          })
                      .status());
  if (hosts.empty()) {
    return absl::NotFoundError(host.empty() ? "the fleet has no events of that time"
                                            : absl::StrCat("the fleet has no events of ",
                                                           EscapeControl(host), " of that time"));
  }
  return hosts;
}

std::string FleetEventsOf(KindSet kinds, const TimeRange& times) {
  TimeRange until;
  until.to = times.to;
  return absl::StrCat("(", Lives(), until.And("time_ns"), ") OR (kind IN (",
                      KindList(kinds | LifeKinds()), ")", times.And("time_ns"), ")");
}

}  // namespace vedette
