// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/text.h"
#include "cli/alert_printer.h"
#include "cli/command.h"
#include "cli/stop_signals.h"
#include "cli/store_flags.h"
#include "cli/table.h"
#include "integrations/format/terminal.h"
#include "integrations/selector.h"
#include "storage/queries.h"

namespace vedette::commands {
namespace {

constexpr absl::Duration kFollowInterval = absl::Milliseconds(300);

struct Options {
  std::string store, output = "terminal", since, rule, priority, id;
  uint64_t limit = 50, count = 0;
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
  return filter;
}

std::string ProcessOf(const Alert& alert) {
  if (alert.processes.empty()) return "";
  return absl::StrCat(alert.processes.front().name, "(", alert.processes.front().pid, ")");
}

void PrintTable(const std::vector<StoredAlert>& alerts, Io& io) {
  TextTable table({"alert", "time", "priority", "rule", "process", "object"});
  for (const StoredAlert& stored : alerts) {
    const Alert& alert = stored.alert;
    table.AddRow(
        {alert.id, absl::FormatTime("%Y-%m-%d %H:%M:%E3S", alert.time, absl::LocalTimeZone()),
         std::string(PriorityName(alert.priority)), alert.rule, ProcessOf(alert), alert.object});
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
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  filter->newest_first = true;
  filter->limit = options.limit + 1;
  auto alerts = store->ListAlerts(*filter);
  if (!alerts.ok()) return io.Fail(alerts.status());
  const bool more = alerts->size() > options.limit;
  // The newest ones, whichever way the reader has ordered them; shown oldest first.
  std::sort(alerts->begin(), alerts->end(),
            [](const StoredAlert& a, const StoredAlert& b) { return a.row < b.row; });
  if (more) alerts->erase(alerts->begin());
  if (options.output == "json") {
    for (const StoredAlert& stored : *alerts) PrintAlert(stored.alert, true, io);
  } else if (alerts->empty()) {
    io.PrintError("no alerts\n");
  } else {
    PrintTable(*alerts, io);
  }
  if (more) io.PrintError("note: there are earlier alerts; --limit N shows more\n");
  WarnOfGaps(*store, io);
  return ExitCode::kDone;
}

ExitCode Show(const Options& options, Io& io) {
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const auto stored = store->GetAlert(options.id);
  if (!stored.ok()) return io.Fail(stored.status());
  PrintAlert(stored->alert, options.output == "json", io);
  if (options.output == "json") return ExitCode::kDone;
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
        PrintAlert(stored.alert, options.output == "json", io);
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

void AddFilterFlags(Command& command, Options& options) {
  AddStoreFlag(command, options.store);
  AddOutputFlag(command, options.output);
  command.Option("--since", options.since, "TIME",
                 "From this time on: 2h (ago), 2024-05-01, \"2024-05-01 12:00\"");
  command.Option("--rule", options.rule, "NAME", "Only alerts of this rule");
  command.Option("--priority", options.priority, "PRIORITY", "Only this priority and more urgent");
}

}  // namespace

void alerts(Command& command) {
  auto options = std::make_shared<Options>();
  // Without a command under it, it lists.
  using Action = ExitCode (*)(const Options&, Io&);
  const auto chosen = std::make_shared<Action>(List);
  const auto runs = [chosen](Command& sub, Action action) {
    sub.app().callback([chosen, action] { *chosen = action; });
  };
  AddFilterFlags(command, *options);
  AddLimitFlag(command, *options);
  command.Examples({
      {"vedette alerts", "The last 50, as `vedette alerts list`"},
      {"vedette alerts list --since 1d --priority Warning", "What has happened since yesterday?"},
      {"vedette alerts show 5d1e7c0a", "Everything about one"},
      {"vedette alerts follow --output json | jq .rule", "Those that come"},
  });
  Command list = command.Sub("list", "Show the newest alerts as a table");
  AddFilterFlags(list, *options);
  AddLimitFlag(list, *options);
  list.Examples({
      {"vedette alerts list", "The last 50"},
      {"vedette alerts list --since \"2024-05-01 12:00\" --output json", "For a program"},
  });
  runs(list, List);

  Command show = command.Sub("show", "Show one alert with all its fields");
  show.Option("id", options->id, "ID", "The alert's id, or how it begins")->required();
  AddStoreFlag(show, options->store);
  AddOutputFlag(show, options->output);
  show.Examples({{"vedette alerts show 5d1e7c0a", "The first digits are enough"}});
  runs(show, Show);

  Command follow = command.Sub("follow", "Print alerts as they are stored, until Ctrl-C");
  AddFilterFlags(follow, *options);
  follow.Number("--count", options->count, {1, ~uint64_t{0}}, "End after so many");
  follow.Examples({{"vedette alerts follow", "From now on"},
                   {"vedette alerts follow --since 1h", "The last hour first"}});
  runs(follow, Follow);
  command.app().require_subcommand(0, 1);
  command.Runs([options, chosen](Io& io) { return (*chosen)(*options, io); });
}

}  // namespace vedette::commands
