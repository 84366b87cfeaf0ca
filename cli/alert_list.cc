// SPDX-License-Identifier: Apache-2.0
// No unit test: alerts_test lists and exports.
#include "cli/alert_list.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/alert_pages.h"
#include "cli/alert_printer.h"
#include "cli/fleet_alerts.h"
#include "cli/output_file.h"
#include "cli/row_writer.h"
#include "cli/store_flags.h"
#include "cli/table.h"
#include "cli/when.h"
#include "integrations/sinks/selector.h"

namespace vedette {
namespace {

std::string ProcessOf(const Alert& alert) {
  if (alert.processes.empty()) return "";
  return absl::StrCat(alert.processes.front().name, "(", alert.processes.front().pid, ")");
}

constexpr size_t kRuleColumnsMin = 24;  // Less does not tell the rules of a pack apart.
constexpr size_t kNarrowColumns = 120;  // Below them each alert has one line of what matters most.
constexpr size_t kPriorityColumnsMin = 8;

TextTable WideTable(const std::vector<StoredAlert>& alerts, const Io& io) {
  TextTable table({"alert", "time", "priority", "state", "rule", "process", "object"});
  for (const size_t whole : {0u, 1u, 2u}) table.SetCut(whole, Cut::kNever);
  table.SetCut(4, Cut::kEnd, kRuleColumnsMin);
  table.SetCut(6, Cut::kMiddle);
  for (const StoredAlert& stored : alerts) {
    const Alert& alert = stored.alert;
    table.AddRow({alert.id, ShownTime(alert.time, io.zone()),
                  std::string(PriorityName(alert.priority)), StateText(stored.state), alert.rule,
                  ProcessOf(alert), alert.object});
  }
  return table;
}

// So many digits of their ids that all are told apart.
size_t IdDigits(const std::vector<StoredAlert>& alerts) {
  constexpr size_t kShort = 8, kAll = 16;
  std::set<std::string> seen;
  for (const StoredAlert& stored : alerts) {
    if (!seen.insert(stored.alert.id.substr(0, kShort)).second) return kAll;
  }
  return kShort;
}

TextTable NarrowTable(const std::vector<StoredAlert>& alerts, const Io& io) {
  TextTable table({"alert", "time", "priority", "rule", "process"});
  for (const size_t whole : {0u, 1u}) table.SetCut(whole, Cut::kNever);
  table.SetCut(2, Cut::kEnd, kPriorityColumnsMin);
  table.SetCut(3, Cut::kEnd, kRuleColumnsMin);
  const size_t digits = IdDigits(alerts);
  for (const StoredAlert& stored : alerts) {
    const Alert& alert = stored.alert;
    const bool is_open = stored.state.state == "open";
    table.AddRow({alert.id.substr(0, digits), ShownSecond(alert.time, io.zone()),
                  std::string(PriorityName(alert.priority)),
                  is_open ? alert.rule : absl::StrCat("[", stored.state.state, "] ", alert.rule),
                  ProcessOf(alert)});
  }
  return table;
}

void PrintTable(const std::vector<StoredAlert>& alerts, Io& io) {
  const size_t columns = io.screen().columns;
  const bool is_narrow = columns > 0 && columns < kNarrowColumns;
  io.Print((is_narrow ? NarrowTable(alerts, io) : WideTable(alerts, io)).Render(io.screen()));
}

const std::vector<std::string>& CsvColumns() {
  static const auto* const names = new std::vector<std::string>{
      "id",  "time", "priority",     "rule",     "message", "object",   "process",
      "pid", "user", "container_id", "hostname", "state",   "assignee", "closed_as"};
  return *names;
}

void AddCsvRow(const StoredAlert& stored, RowWriter& writer) {
  const Alert& alert = stored.alert;
  const AlertProcess process = alert.processes.empty() ? AlertProcess() : alert.processes.front();
  const std::string time =
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", alert.time, absl::UTCTimeZone());
  const std::string pid = absl::StrCat(process.pid);
  const std::vector<absl::string_view> texts = {alert.id,
                                                time,
                                                PriorityName(alert.priority),
                                                alert.rule,
                                                alert.message,
                                                alert.object,
                                                process.name,
                                                pid,
                                                process.user,
                                                alert.container_id,
                                                alert.hostname,
                                                stored.state.state,
                                                stored.state.assignee,
                                                stored.state.closed_as};
  std::vector<SqlValue> values;
  for (const absl::string_view text : texts) {
    values.push_back({.type = SqlValue::Type::kText, .bytes = text});
  }
  writer.Row(values);
}

void Print(const AlertListOptions& options, const std::vector<StoredAlert>& alerts, Io& io) {
  if (options.json()) {
    for (const StoredAlert& stored : alerts) PrintStoredAlert(stored, true, io);
  } else if (options.form.csv) {
    const auto writer = NewRowWriter("csv", io);
    writer->Columns(CsvColumns());
    for (const StoredAlert& stored : alerts) AddCsvRow(stored, *writer);
  } else if (!alerts.empty()) {
    PrintTable(alerts, io);
  }
  if (!alerts.empty()) return;
  io.PrintError(options.page.offset == 0 ? "no alerts\n"
                                         : absl::StrCat("no alerts beyond the newest ",
                                                        options.page.offset, "\n"));
}

absl::Status ExportTo(const AlertListOptions& options, const AlertFilter& filter, Io& io,
                      uint64_t& count) {
  auto store = OpenStore(options.store);
  if (!store.ok()) return store.status();
  const std::unique_ptr<RowWriter> csv =
      options.format == "csv" ? NewRowWriter("csv", io) : nullptr;
  if (csv != nullptr) csv->Columns(CsvColumns());
  return ForEachAlert(*store, filter, [&](const StoredAlert& stored) {
    ++count;
    if (csv != nullptr) {
      AddCsvRow(stored, *csv);
    } else {
      PrintStoredAlert(stored, true, io);
    }
    return !io.closed();
  });
}

}  // namespace

absl::StatusOr<AlertFilter> FilterOf(const AlertListOptions& options) {
  AlertFilter filter;
  filter.rule = options.rule;
  ASSIGN_OR_RETURN(const TimeRange times, TimesOf(options.time, absl::Now()));
  filter.since = times.from;
  filter.until = times.to;
  if (!options.priority.empty()) {
    const std::optional<Priority> priority = ParsePriority(options.priority);
    if (!priority.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", EscapeControl(options.priority),
                       "\" is no priority: Emergency, Alert, Critical, Error, Warning, Notice, "
                       "Informational, Debug"));
    }
    filter.priority_min = *priority;
  }
  filter.state = options.state;
  filter.assignee = options.assignee;
  filter.suppressed = options.suppressed ? Suppressed::kOnly : Suppressed::kNo;
  return filter;
}

ExitCode ListAlerts(const AlertListOptions& options, Io& io) {
  auto filter = FilterOf(options);
  if (!filter.ok()) return io.Mistake(filter.status());
  if (!options.fleet.empty()) return ListFleetAlerts(options, *filter, io);
  filter->newest_first = true;
  filter->limit = static_cast<size_t>(options.page.end() + 1);
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  auto alerts = store->ListAlerts(*filter);
  if (!alerts.ok()) return io.Fail(alerts.status());
  const bool more = alerts->size() > options.page.end();
  // The newest ones, whichever way the reader has ordered them; shown oldest first.
  std::sort(alerts->begin(), alerts->end(),
            [](const StoredAlert& a, const StoredAlert& b) { return a.row < b.row; });
  if (more) alerts->erase(alerts->begin());
  alerts->resize(alerts->size() - std::min<size_t>(alerts->size(), options.page.offset));
  Print(options, *alerts, io);
  if (more) io.PrintError(MoreNote(options.page, alerts->size()));
  WarnOfGaps(*store, io, filter->since, filter->until);
  return ExitCode::kDone;
}

ExitCode ExportAlerts(const AlertListOptions& options, Io& io) {
  const auto filter = FilterOf(options);
  if (!filter.ok()) return io.Mistake(filter.status());
  uint64_t count = 0;
  if (options.file.empty()) {
    const absl::Status status = ExportTo(options, *filter, io, count);
    return status.ok() ? ExitCode::kDone : io.Fail(status);
  }
  const auto file = OutputFile::Create(options.file, io);
  if (!file.ok()) return io.Fail(file.status());
  absl::Status status = ExportTo(options, *filter, **file, count);
  if (status.ok()) status = (*file)->Commit();
  if (!status.ok()) return io.Fail(status);
  io.PrintError(absl::StrCat(count, " alerts are in ", EscapeControl(options.file), "\n"));
  return ExitCode::kDone;
}

}  // namespace vedette
