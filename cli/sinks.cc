// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "cli/alert_printer.h"
#include "cli/command.h"
#include "cli/config/config.h"
#include "cli/help.h"
#include "cli/store_flags.h"
#include "cli/table.h"
#include "cli/when.h"
#include "integrations/sinks/registry.h"
#include "storage/delivery_log.h"
#include "storage/event_feed.h"

namespace vedette::commands {
namespace {

void AddOption(const SinkOption& option, TextTable& table) {
  const bool required = option.default_value == kRequired;
  const std::string choices = absl::StrReplaceAll(option.choices, {{"|", ", "}});
  table.AddRow(
      {absl::StrCat("  ", option.name), required ? "required" : std::string(option.default_value),
       absl::StrCat(option.doc, choices.empty() ? "" : " (", choices, choices.empty() ? "" : ")")});
}

ExitCode List(Io& io) {
  for (const SinkType& type : SinkTypes()) {
    io.Print(absl::StrCat(type.name, ": ", type.doc, "\n"));
    TextTable table({"  option", "default", "what it is"});
    for (const SinkOption& option : type.spec.options) AddOption(option, table);
    io.Print(absl::StrCat(table.Render(io.screen()), "\n"));
  }
  TextTable common({"  option", "default", "what it is"});
  for (const SinkOption& option : CommonSinkOptions()) AddOption(option, common);
  io.Print(absl::StrCat("Of every sink:\n", common.Render(io.screen())));
  return ExitCode::kDone;
}

struct Options {
  std::string store, sink, output = "terminal";
  uint64_t limit = 20;
};

std::string StoreOf(const Options& options) {
  return options.store.empty() ? Config{}.store.path : options.store;
}

absl::StatusOr<std::unique_ptr<DeliveryLog>> OpenLog(const Options& options) {
  return DeliveryLog::OpenForReading(DeliveryLogPath(StoreOf(options)));
}

// What waits in the store for a sink: alerts, or events.
absl::StatusOr<uint64_t> BehindOf(const DeliveryCursor& cursor, int64_t last_alert,
                                  const std::string& store) {
  if (!IsEventSinkName(cursor.sink)) {
    return last_alert > cursor.row ? static_cast<uint64_t>(last_alert - cursor.row) : 0;
  }
  ASSIGN_OR_RETURN(const auto feed, EventFeed::Open(store));
  return feed->Behind(
      {.id = cursor.row, .late = cursor.late, .gap = cursor.gap, .drop = cursor.drop});
}

ExitCode Status(const Options& options, Io& io) {
  auto log = OpenLog(options);
  if (!log.ok()) return io.Fail(log.status());
  const auto cursors = (*log)->Cursors();
  if (!cursors.ok()) return io.Fail(cursors.status());
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const auto last = store->LastAlertRow();
  if (!last.ok()) return io.Fail(last.status());
  TextTable table({"sink", "delivered", "behind", "filtered", "dead", "lost", "last change"});
  for (size_t column = 1; column <= 5; ++column) table.AlignRight(column);
  for (const DeliveryCursor& cursor : *cursors) {
    const auto behind = BehindOf(cursor, *last, StoreOf(options));
    if (!behind.ok()) return io.Fail(behind.status());
    table.AddRow({cursor.sink, absl::StrCat(cursor.delivered), absl::StrCat(*behind),
                  absl::StrCat(cursor.filtered), absl::StrCat(cursor.dead),
                  absl::StrCat(cursor.lost), ShownSecond(cursor.updated, io.zone())});
  }
  io.Print(table.Render(io.screen()));
  return ExitCode::kDone;
}

ExitCode DeadLetters(const Options& options, Io& io) {
  auto log = OpenLog(options);
  if (!log.ok()) return io.Fail(log.status());
  const auto letters = (*log)->DeadLetters(options.sink, options.limit);
  if (!letters.ok()) return io.Fail(letters.status());
  if (options.output == "json") {  // The alerts as they were, for whoever sends them on.
    for (const DeadLetter& letter : *letters) io.Print(absl::StrCat(letter.alert, "\n"));
    return ExitCode::kDone;
  }
  if (letters->empty()) io.PrintError("no dead letters\n");
  TextTable table({"sink", "refused", "alert", "rule", "why"});
  for (const DeadLetter& letter : *letters) {
    table.AddRow({letter.sink, ShownSecond(letter.time, io.zone()), letter.alert_id, letter.rule,
                  letter.reason});
  }
  if (table.rows() > 0) io.Print(table.Render(io.screen()));
  return ExitCode::kDone;
}

}  // namespace

void sinks(Command& command) {
  command.Examples({{"vedette sinks list", "What can stand under `sinks:` in the configuration?"},
                    {"vedette sinks status", "How far has each come?"}});
  auto options = std::make_shared<Options>();
  Command status =
      command.Sub("status", "Show how far each sink has come with the store's alerts and events");
  AddStoreFlag(status, options->store);
  status.ShowsTimes();
  status.Examples({{"vedette sinks status", "What has been delivered, and what waits?"}});
  status.Runs([options](Io& io) { return Status(*options, io); });
  Command dead =
      command.Sub("dead-letters", "Show alerts and events that a sink refused for good, and why");
  AddStoreFlag(dead, options->store);
  AddOutputFlag(dead, options->output);
  dead.ShowsTimes();
  dead.Option("--sink", options->sink, "NAME", "Only those of this sink");
  dead.Number("--limit", options->limit, {1, kDeadLettersMax}, "At most so many (20 unless given)");
  dead.Examples({{"vedette sinks dead-letters --sink siem", "What would the SIEM not take?"},
                 {"vedette sinks dead-letters --output json", "The alerts, to send them again"}});
  dead.Runs([options](Io& io) { return DeadLetters(*options, io); });
  Command list = command.Sub("list", "List the sinks and their options");
  list.Examples({{"vedette sinks list", "What can stand under `sinks:` in the configuration?"}});
  list.Runs(List);
}

}  // namespace vedette::commands
