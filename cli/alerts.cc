// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/alert_changes.h"
#include "cli/alert_list.h"
#include "cli/alert_printer.h"
#include "cli/command.h"
#include "cli/question.h"
#include "cli/stop_signals.h"
#include "cli/store_flags.h"
#include "cli/stored_container.h"
#include "cli/suppressions.h"
#include "cli/table.h"
#include "integrations/format/terminal.h"
#include "storage/queries.h"

namespace vedette::commands {
namespace {

constexpr absl::Duration kFollowInterval = absl::Milliseconds(300);

struct Options : AlertListOptions {
  std::string id;
  uint64_t count = 0;
};

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
  PrintStoredAlert(*stored, options.json(), io);
  if (options.json()) return ExitCode::kDone;
  for (const AlertChange& change : stored->state.changes) {
    io.Print(absl::StrCat("             ", ChangeText(change, io.zone()), "\n"));
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

ExitCode Follow(const Options& options, Io& io) {
  auto filter = FilterOf(options);
  if (!filter.ok()) return io.Mistake(filter.status());
  auto signals = StopSignals::Take();
  if (!signals.ok()) return io.Fail(signals.status());
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  if (options.time.since.empty() && options.time.between.empty()) {
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
        PrintStoredAlert(stored, options.json(), io);
        if (++shown == options.count) return ExitCode::kDone;
      }
    }
    if (!alerts.ok() || alerts->empty()) absl::SleepFor(kFollowInterval);
  }
  return ExitCode::kDone;
}

void AddFilterFlags(Command& command, Options& options) {
  AddStoreFlag(command, options.store);
  AddTimeFlags(command, options.time);
  command.Option("--rule", options.rule, "NAME", "Only alerts of this rule");
  command.Option("--priority", options.priority, "PRIORITY", "Only this priority and more urgent");
  command
      .Option("--state", options.state, "STATE", "Only those that are open, acknowledged or closed")
      ->check(CLI::IsMember({"open", "acknowledged", "closed"}));
  command.Option("--assignee", options.assignee, "NAME", "Only those of this person");
  command.Flag("--suppressed", options.suppressed,
               "Those that were not told, instead of the others");
}

void AddListFlags(Command& command, Options& options) {
  AddFilterFlags(command, options);
  AddPageFlags(command, options.page);
  AddFormFlags(command, options.form);
  AddOutputFlag(command, options.output);
  command.ShowsTimes();
}

}  // namespace

void alerts(Command& command) {
  auto options = std::make_shared<Options>();
  // Without a command under it, it lists.
  const auto chosen =
      std::make_shared<CommandAction>([options](Io& io) { return ListAlerts(*options, io); });
  const std::function<void(Command&, CommandAction)> runs = [chosen](Command& sub,
                                                                     CommandAction action) {
    sub.app().callback([chosen, action = std::move(action)] { *chosen = action; });
  };
  AddListFlags(command, *options);
  command.Examples({
      {"vedette alerts", "The last 50, as `vedette alerts list`"},
      {"vedette alerts list --since 1d --priority Warning", "What has happened since yesterday?"},
      {"vedette alerts show 5d1e7c0a", "Everything about one"},
      {"sudo vedette alerts close 5d1e7c0a --verdict benign", "It is dealt with"},
      {"vedette alerts follow --json | jq .rule", "Those that come"},
  });
  Command list = command.Sub("list", "List the newest alerts, oldest first");
  AddListFlags(list, *options);
  AddFleetFlags(list, options->fleet, options->host);
  list.Examples({
      {"vedette alerts list", "The last 50"},
      {"vedette alerts list --since \"2024-05-01 12:00\" --json", "For a program"},
  });
  runs(list, [options](Io& io) { return ListAlerts(*options, io); });

  Command show = command.Sub("show", "Show one alert with all its fields");
  show.Option("id", options->id, "ID", "The alert's id, or how it begins")->required();
  AddStoreFlag(show, options->store);
  AddObjectFlag(show, options->form.json);
  AddOutputFlag(show, options->output);
  show.ShowsTimes();
  show.Examples({{"vedette alerts show 5d1e7c0a", "The first digits are enough"}});
  runs(show, [options](Io& io) { return Show(*options, io); });

  Command follow = command.Sub("follow", "Print alerts as they are stored, until Ctrl-C");
  AddFilterFlags(follow, *options);
  AddJsonFlag(follow, options->form.json);
  AddOutputFlag(follow, options->output);
  follow.ShowsTimes();
  follow.Number("--count", options->count, {1, ~uint64_t{0}}, "End after so many");
  follow.Examples({{"vedette alerts follow", "From now on"},
                   {"vedette alerts follow --since 1h", "The last hour first"}});
  runs(follow, [options](Io& io) { return Follow(*options, io); });

  Command exported =
      command.Sub("export", "Write alerts, with what was done about them, to a file");
  AddFilterFlags(exported, *options);
  exported.Option("--format", options->format, "FORMAT", "jsonl (one object per line) or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}));
  exported.Option("-o,--file", options->file, "FILE", "Where to; else standard output");
  exported.Examples({
      {"vedette alerts export --state closed --format csv -o closed.csv", "For a report"},
      {"vedette alerts export --since 30d | gzip > alerts.jsonl.gz", "Everything of a month"},
  });
  runs(exported, [options](Io& io) { return ExportAlerts(*options, io); });
  DefineAlertChanges(command, runs);
  DefineSuppressions(command, runs);
  command.app().require_subcommand(0, 1);
  command.Runs([chosen](Io& io) { return (*chosen)(io); });
}

}  // namespace vedette::commands
