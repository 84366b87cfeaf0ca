// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/alert_changes.h"
#include "cli/alert_pages.h"
#include "cli/alert_printer.h"
#include "cli/command.h"
#include "cli/fleet_alerts.h"
#include "cli/output_file.h"
#include "cli/question.h"
#include "cli/row_writer.h"
#include "cli/stop_signals.h"
#include "cli/store_flags.h"
#include "cli/stored_container.h"
#include "cli/suppressions.h"
#include "cli/table.h"
#include "integrations/format/terminal.h"
#include "integrations/sinks/selector.h"
#include "storage/queries.h"

namespace vedette::commands {
namespace {

constexpr absl::Duration kFollowInterval = absl::Milliseconds(300);

struct Options {
  std::string store, output = "terminal", since, rule, priority, state, assignee, id;
  std::string format = "jsonl", file;
  bool suppressed = false;
  uint64_t limit = 50, count = 0;
  QuestionOptions of_fleet;  // Its `fleet` and `host`.
};

absl::StatusOr<AlertFilter> FilterOf(const Options& options) {
  AlertFilter filter;
  filter.rule = options.rule;
  if (!options.since.empty()) {
    const auto since = ParseSince(options.since, absl::Now());
    if (!since.ok()) return since.status();
    filter.since = *since;
  }
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

std::string ProcessOf(const Alert& alert) {
  if (alert.processes.empty()) return "";
  return absl::StrCat(alert.processes.front().name, "(", alert.processes.front().pid, ")");
}

constexpr size_t kRuleColumnsMin = 24;  // Less does not tell the rules of a pack apart.

void PrintTable(const std::vector<StoredAlert>& alerts, Io& io) {
  TextTable table({"alert", "time", "priority", "state", "rule", "process", "object"});
  for (const size_t whole : {0u, 1u, 2u}) table.SetCut(whole, Cut::kNever);
  table.SetCut(4, Cut::kEnd, kRuleColumnsMin);
  table.SetCut(6, Cut::kMiddle);
  for (const StoredAlert& stored : alerts) {
    const Alert& alert = stored.alert;
    table.AddRow({alert.id,
                  absl::FormatTime("%Y-%m-%d %H:%M:%E3S", alert.time, absl::LocalTimeZone()),
                  std::string(PriorityName(alert.priority)), StateText(stored.state), alert.rule,
                  ProcessOf(alert), alert.object});
  }
  io.Print(table.Render(io.screen()));
}

ExitCode UsageOrFail(const absl::Status& status, Io& io) {
  const ExitCode code = io.Fail(status);
  return absl::IsInvalidArgument(status) ? ExitCode::kUsage : code;
}

ExitCode List(const Options& options, Io& io) {
  auto filter = FilterOf(options);
  if (!filter.ok()) return UsageOrFail(filter.status(), io);
  filter->newest_first = true;
  filter->limit = options.limit + 1;
  if (!options.of_fleet.fleet.empty()) {
    return ListFleetAlerts(options.of_fleet, *filter, options.output == "json", io);
  }
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  auto alerts = store->ListAlerts(*filter);
  if (!alerts.ok()) return io.Fail(alerts.status());
  const bool more = alerts->size() > options.limit;
  // The newest ones, whichever way the reader has ordered them; shown oldest first.
  std::sort(alerts->begin(), alerts->end(),
            [](const StoredAlert& a, const StoredAlert& b) { return a.row < b.row; });
  if (more) alerts->erase(alerts->begin());
  if (options.output == "json") {
    for (const StoredAlert& stored : *alerts) PrintStoredAlert(stored, true, io);
  } else if (alerts->empty()) {
    io.PrintError("no alerts\n");
  } else {
    PrintTable(*alerts, io);
  }
  if (more) io.PrintError("note: there are earlier alerts; --limit N shows more\n");
  WarnOfGaps(*store, io);
  return ExitCode::kDone;
}

void PrintMatches(const Alert& alert, Io& io) {
  if (alert.matched.empty()) return;
  TextTable table({"  matched because", "value"});
  for (const AlertMatch& match : alert.matched) {
    table.AddRow({absl::StrCat("  ", match.holds ? "" : "not ", match.predicate), match.value});
  }
  io.Print(absl::StrCat("\n", table.Render(io.screen())));
}

// What became evidence with the alert; retention keeps it as long as the alert.
absl::Status PrintPrehistory(StoreReader& store, const StoredAlert& stored, Io& io) {
  if (stored.alert.prehistory.empty()) return absl::OkStatus();
  TextTable table({"  before it", "event", "process", "object"});
  table.SetCut(0, Cut::kNever);
  table.SetCut(3, Cut::kMiddle);
  const auto end = store.Query(
      absl::StrCat("SELECT time, kind, name, pid, object FROM events WHERE id IN ("
                   "SELECT event_id FROM alert_prehistory WHERE alert = ",
                   stored.row, ") ORDER BY time_ns, id"),
      {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        table.AddRow({absl::StrCat("  ", row[0].bytes), std::string(row[1].bytes),
                      absl::StrCat(row[2].bytes, "(", row[3].integer, ")"),
                      std::string(row[4].bytes)});
        return true;
      });
  if (!end.ok()) return end.status();
  io.Print(absl::StrCat("\n", table.Render(io.screen())));
  if (table.rows() < stored.alert.prehistory.size()) {
    io.Print(absl::StrCat("  (", stored.alert.prehistory.size() - table.rows(),
                          " more were lost before they could be written)\n"));
  }
  return absl::OkStatus();
}

// What its runtime has said by now: perhaps it had not answered when the alert was told.
absl::Status PrintContainer(StoreReader& store, const Alert& alert, Io& io) {
  ASSIGN_OR_RETURN(const auto container, store.GetContainer(alert.container_id));
  const std::string text = container.has_value() ? DescribeContainer(*container) : "";
  if (!text.empty()) io.Print(absl::StrCat("  container  ", text, "\n"));
  return absl::OkStatus();
}

ExitCode Show(const Options& options, Io& io) {
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const auto stored = store->GetAlert(options.id);
  if (!stored.ok()) return io.Fail(stored.status());
  PrintStoredAlert(*stored, options.output == "json", io);
  if (options.output == "json") return ExitCode::kDone;
  for (const AlertChange& change : stored->state.changes) {
    io.Print(absl::StrCat("             ", ChangeText(change), "\n"));
  }
  if (const absl::Status status = PrintContainer(*store, stored->alert, io); !status.ok()) {
    return io.Fail(status);
  }
  PrintMatches(stored->alert, io);
  if (const absl::Status status = PrintPrehistory(*store, *stored, io); !status.ok()) {
    return io.Fail(status);
  }
  TextTable fields({"  field", "value"});
  for (const AlertField& field : stored->alert.fields) {
    fields.AddRow(
        {absl::StrCat("  ", field.name), field.json == AlertField::Json::kNull ? "" : field.text});
  }
  io.Print(absl::StrCat("\n", fields.Render(io.screen())));
  io.Print(absl::StrCat(
      "\n  vedette tree ", EscapeControl(stored->alert.id),
      options.store.empty() ? "" : absl::StrCat(" --store ", EscapeControl(options.store)),
      " draws the processes around it\n"));
  return ExitCode::kDone;
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

absl::Status ExportTo(const Options& options, const AlertFilter& filter, Io& io, uint64_t& count) {
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

ExitCode Export(const Options& options, Io& io) {
  const auto filter = FilterOf(options);
  if (!filter.ok()) return UsageOrFail(filter.status(), io);
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

ExitCode Follow(const Options& options, Io& io) {
  auto filter = FilterOf(options);
  if (!filter.ok()) return UsageOrFail(filter.status(), io);
  auto signals = StopSignals::Take();
  if (!signals.ok()) return io.Fail(signals.status());
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  if (options.since.empty()) {
    const auto last = store->LastAlertRow();
    if (!last.ok()) return io.Fail(last.status());
    filter->after_row = *last;
  }
  uint64_t shown = 0;
  while (!signals->Next().has_value() && !io.closed()) {
    const auto alerts = store->ListAlerts(*filter);
    if (!alerts.ok() && !absl::IsUnavailable(alerts.status())) return io.Fail(alerts.status());
    if (alerts.ok()) {
      for (const StoredAlert& stored : *alerts) {
        filter->after_row = stored.row;
        PrintStoredAlert(stored, options.output == "json", io);
        if (++shown == options.count) return ExitCode::kDone;
      }
    }
    if (!alerts.ok() || alerts->empty()) absl::SleepFor(kFollowInterval);
  }
  return ExitCode::kDone;
}

void AddLimitFlag(Command& command, Options& options) {
  command.Number("--limit", options.limit, {1, 1'000'000},
                 "At most so many, the newest (50 unless given)");
}

void AddFilterFlags(Command& command, Options& options, bool printed = true) {
  AddStoreFlag(command, options.store);
  if (printed) AddOutputFlag(command, options.output);
  command.Option("--since", options.since, "TIME",
                 "From this time on: 2h (ago), 2024-05-01, \"2024-05-01 12:00\"");
  command.Option("--rule", options.rule, "NAME", "Only alerts of this rule");
  command.Option("--priority", options.priority, "PRIORITY", "Only this priority and more urgent");
  command
      .Option("--state", options.state, "STATE", "Only those that are open, acknowledged or closed")
      ->check(CLI::IsMember({"open", "acknowledged", "closed"}));
  command.Option("--assignee", options.assignee, "NAME", "Only those of this person");
  command.Flag("--suppressed", options.suppressed,
               "Those that were not told, instead of the others");
}

}  // namespace

void alerts(Command& command) {
  auto options = std::make_shared<Options>();
  // Without a command under it, it lists.
  const auto chosen =
      std::make_shared<CommandAction>([options](Io& io) { return List(*options, io); });
  const std::function<void(Command&, CommandAction)> runs = [chosen](Command& sub,
                                                                     CommandAction action) {
    sub.app().callback([chosen, action = std::move(action)] { *chosen = action; });
  };
  AddFilterFlags(command, *options);
  AddLimitFlag(command, *options);
  command.Examples({
      {"vedette alerts", "The last 50, as `vedette alerts list`"},
      {"vedette alerts list --since 1d --priority Warning", "What has happened since yesterday?"},
      {"vedette alerts show 5d1e7c0a", "Everything about one"},
      {"sudo vedette alerts close 5d1e7c0a --verdict benign", "It is dealt with"},
      {"vedette alerts follow --output json | jq .rule", "Those that come"},
  });
  Command list = command.Sub("list", "Show the newest alerts as a table");
  AddFilterFlags(list, *options);
  AddLimitFlag(list, *options);
  AddFleetFlags(list, options->of_fleet);
  list.Examples({
      {"vedette alerts list", "The last 50"},
      {"vedette alerts list --since \"2024-05-01 12:00\" --output json", "For a program"},
  });
  runs(list, [options](Io& io) { return List(*options, io); });

  Command show = command.Sub("show", "Show one alert with all its fields");
  show.Option("id", options->id, "ID", "The alert's id, or how it begins")->required();
  AddStoreFlag(show, options->store);
  AddOutputFlag(show, options->output);
  show.Examples({{"vedette alerts show 5d1e7c0a", "The first digits are enough"}});
  runs(show, [options](Io& io) { return Show(*options, io); });

  Command follow = command.Sub("follow", "Print alerts as they are stored, until Ctrl-C");
  AddFilterFlags(follow, *options);
  follow.Number("--count", options->count, {1, ~uint64_t{0}}, "End after so many");
  follow.Examples({{"vedette alerts follow", "From now on"},
                   {"vedette alerts follow --since 1h", "The last hour first"}});
  runs(follow, [options](Io& io) { return Follow(*options, io); });

  Command exported =
      command.Sub("export", "Write alerts, with what was done about them, to a file");
  AddFilterFlags(exported, *options, /*printed=*/false);
  exported.Option("--format", options->format, "FORMAT", "jsonl (one object per line) or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}));
  exported.Option("-o,--file", options->file, "FILE", "Where to; else standard output");
  exported.Examples({
      {"vedette alerts export --state closed --format csv -o closed.csv", "For a report"},
      {"vedette alerts export --since 30d | gzip > alerts.jsonl.gz", "Everything of a month"},
  });
  runs(exported, [options](Io& io) { return Export(*options, io); });
  DefineAlertChanges(command, runs);
  DefineSuppressions(command, runs);
  command.app().require_subcommand(0, 1);
  command.Runs([chosen](Io& io) { return (*chosen)(io); });
}

}  // namespace vedette::commands
