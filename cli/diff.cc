// SPDX-License-Identifier: Apache-2.0
// No unit test: case_test asks.
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/question.h"
#include "cli/row_writer.h"
#include "cli/store_flags.h"
#include "cli/store_rows.h"
#include "sensor/schema/schema.h"

namespace vedette::commands {
namespace {

constexpr uint64_t kValuesMax = 1'000'000;  // Of a sort and a side.

struct Options {
  std::string a, b, store, fleet, host;
  PageFlags page;
  FormFlags form;
};

// What one side means: a lineage, or all that happened in a time.
struct Side {
  std::string lineage;  // Empty: all processes.
  int64_t from_ns = 0, to_ns = std::numeric_limits<int64_t>::max();

  std::string From(absl::string_view table) const {
    return absl::StrCat(table, "_groups(", from_ns, ", ", to_ns, ")");
  }
  std::string Who() const {
    return lineage.empty() ? "1" : absl::StrCat("exec_id IN (", lineage, ")");
  }
};

absl::StatusOr<Side> SideOf(StoreReader& store, const std::string& what) {
  Side side;
  if (!absl::StrContains(what, "..")) {
    ASSIGN_OR_RETURN(side.lineage, LineageOf(store, what));
    return side;
  }
  ASSIGN_OR_RETURN(const TimeRange times,
                   TimesOf({.since = "", .until = "", .between = what}, absl::Now()));
  side.from_ns = absl::ToUnixNanos(times.from);
  side.to_ns = absl::ToUnixNanos(times.to);
  return side;
}

std::string Programs(const Side& side) {
  return absl::StrCat("SELECT exe_path, sum(events), min(first_ns) FROM ",
                      side.From("process_exec"), " WHERE ", side.Who(), " GROUP BY 1");
}

std::string Files(const Side& side) {
  return absl::StrCat("SELECT object, sum(events), min(first_ns) FROM ", side.From("events"),
                      " WHERE kind GLOB 'file_*' AND ", side.Who(), " GROUP BY 1");
}

// Who came by itself (accept) is no destination.
std::string Destinations(const Side& side) {
  std::vector<std::string> parts;
  for (const KindInfo& kind : Kinds()) {
    if (kind.kind == WIRE_network_accept) continue;
    for (const Member& member : kind.members) {
      if (member.name != "remote_address") continue;
      parts.push_back(
          absl::StrCat("SELECT remote_address || ' port ' || remote_port AS at, events,"
                       " first_ns FROM ",
                       side.From(kind.name), " WHERE ", side.Who()));
    }
  }
  return absl::StrCat("SELECT at, sum(events), min(first_ns) FROM (",
                      absl::StrJoin(parts, " UNION ALL "), ") GROUP BY 1");
}

std::string Users(const Side& side) {
  return absl::StrCat("SELECT coalesce(u.name, g.uid), sum(g.events), min(g.first_ns) FROM (",
                      "SELECT uid, events, first_ns FROM ", side.From("events"), " WHERE ",
                      side.Who(), ") AS g LEFT JOIN users AS u ON u.uid = g.uid GROUP BY 1");
}

struct Sort {
  const char* name;
  std::string (*sql)(const Side& side);
  // Of all hosts, in ClickHouse's words: the value, and of which events.
  const char *fleet_value, *fleet_events;
};
constexpr Sort kSorts[] = {
    {"program", Programs, "exe_path", "kind = 'process_exec'"},
    {"file", Files, "object", "startsWith(kind, 'file_') AND object != ''"},
    {"destination", Destinations, "concat(remote_address, ' port ', toString(remote_port))",
     "remote_address != '' AND kind != 'network_accept'"},
    {"user", Users, "toString(uid)", "kind != 'gap'"}};

absl::StatusOr<FleetScope> FleetSideOf(FleetReader& fleet, const std::string& host,
                                       const std::string& what) {
  FleetScope side{.times = {}, .host = host, .lineage = ""};
  if (!absl::StrContains(what, "..")) {
    ASSIGN_OR_RETURN(side.lineage, FleetLineageOf(fleet, host, what));
    return side;
  }
  ASSIGN_OR_RETURN(side.times,
                   TimesOf(TimeFlags{.since = "", .until = "", .between = what}, absl::Now()));
  return side;
}

struct Seen {
  int64_t times = 0, first_ns = 0;
};
using Values = std::map<std::string, Seen>;

absl::StatusOr<Values> ValuesOf(StoreReader& store, const std::string& sql) {
  ASSIGN_OR_RETURN(const StoreRows rows, AskRows(store, sql, kValuesMax));
  if (rows.more) {
    return absl::OutOfRangeError(absl::StrCat("there are more than ", kValuesMax,
                                              " values to compare; take a shorter time"));
  }
  Values values;
  for (const std::vector<StoreCell>& row : rows.rows) {
    if (!row[0].is_null()) values[row[0].text] = {row[1].integer, row[2].integer};
  }
  return values;
}

absl::StatusOr<Values> FleetValuesOf(FleetReader& fleet, const Sort& sort, const FleetScope& side) {
  QueryLimits limits;
  limits.rows_max = kValuesMax;
  Values values;
  ASSIGN_OR_RETURN(const QueryEnd end,
                   fleet.Query(
                       absl::StrCat("SELECT ", sort.fleet_value,
                                    " AS value, count(), min(time_ns) FROM (SELECT"
                                    " * FROM events FINAL) WHERE ",
                                    sort.fleet_events, side.And("time_ns"), " GROUP BY value"),
                       limits, [](absl::Span<const std::string>) {},
                       [&](absl::Span<const SqlValue> row) {
                         values[std::string(row[0].bytes)] = {row[1].integer, row[2].integer};
                         return true;
                       }));
  if (!end.more) return values;
  return absl::OutOfRangeError(absl::StrCat("there are more than ", kValuesMax,
                                            " values to compare; take a shorter time, or --host"));
}

// Writes those of the page, and counts all.
struct PageWriter {
  const PageFlags& page;
  RowWriter& writer;
  uint64_t count = 0;

  void Write(const char* sort, const char* side, const std::string& value, const Seen& seen) {
    const uint64_t at = count++;
    if (at < page.offset || at >= page.end()) return;
    using Type = SqlValue::Type;
    const std::string first = absl::FormatTime(
        "%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixNanos(seen.first_ns), absl::UTCTimeZone());
    writer.Row({{.type = Type::kText, .bytes = side},
                {.type = Type::kText, .bytes = sort},
                {.type = Type::kText, .bytes = value},
                {.type = Type::kInteger, .integer = seen.times},
                {.type = Type::kText, .bytes = first}});
  }
};

void WriteOnly(const char* sort, const char* side, const Values& has, const Values& has_not,
               PageWriter& to) {
  for (const auto& [value, seen] : has) {
    if (!has_not.contains(value)) to.Write(sort, side, value, seen);
  }
}

using ValuesOfSide = absl::FunctionRef<absl::StatusOr<Values>(const Sort& sort, bool is_b)>;
absl::Status CompareSides(ValuesOfSide values_of, PageWriter& to) {
  const std::vector<std::string> columns = {"only_in", "sort", "value", "times", "first"};
  to.writer.Columns(columns);
  for (const Sort& sort : kSorts) {
    ASSIGN_OR_RETURN(const Values of_a, values_of(sort, false));
    ASSIGN_OR_RETURN(const Values of_b, values_of(sort, true));
    WriteOnly(sort.name, "A", of_a, of_b, to);
    WriteOnly(sort.name, "B", of_b, of_a, to);
  }
  return absl::OkStatus();
}

absl::Status Compare(const Options& options, StoreReader& store, PageWriter& to) {
  ASSIGN_OR_RETURN(const Side a, SideOf(store, options.a));
  ASSIGN_OR_RETURN(const Side b, SideOf(store, options.b));
  return CompareSides(
      [&](const Sort& sort, bool is_b) { return ValuesOf(store, sort.sql(is_b ? b : a)); }, to);
}

absl::Status CompareInFleet(const Options& options, PageWriter& to) {
  ASSIGN_OR_RETURN(FleetReader fleet, FleetReader::Open(options.fleet));
  ASSIGN_OR_RETURN(const FleetScope a, FleetSideOf(fleet, options.host, options.a));
  ASSIGN_OR_RETURN(const FleetScope b, FleetSideOf(fleet, options.host, options.b));
  return CompareSides(
      [&](const Sort& sort, bool is_b) { return FleetValuesOf(fleet, sort, is_b ? b : a); }, to);
}

ExitCode Diff(const Options& options, Io& io) {
  const auto writer = NewRowWriter(options.form.format(), io);
  PageWriter to{options.page, *writer};
  std::optional<StoreReader> store;
  absl::Status status;
  if (!options.fleet.empty()) {
    status = CompareInFleet(options, to);
  } else {
    auto opened = OpenStore(options.store);
    if (!opened.ok()) return io.Fail(opened.status());
    store = *std::move(opened);
    status = Compare(options, *store, to);
  }
  if (!status.ok()) return io.Fail(status);
  writer->End();
  if (to.count == 0) io.PrintError("no difference in programs, files, destinations and users\n");
  if (to.count > options.page.end()) io.PrintError(MoreNote(options.page, options.page.limit));
  if (store.has_value()) WarnOfGaps(*store, io);
  return ExitCode::kDone;
}

}  // namespace

void diff(Command& command) {
  auto options = std::make_shared<Options>();
  constexpr char kWhat[] =
      "An alert's id, an exec_id or a process id, with all that descend from it; or a time: 3h..2h";
  command.Option("a", options->a, "A", kWhat)->required();
  command.Option("b", options->b, "B", "The same")->required();
  AddStoreFlag(command, options->store);
  AddFleetFlags(command, options->fleet, options->host);
  AddPageFlags(command, options->page);
  AddFormFlags(command, options->form);
  command.ShowsTimes();
  command.Examples({
      {"vedette diff 2d..1d 1d..now", "What is new today, against yesterday?"},
      {"vedette diff 4431 5120", "What did this login do that the other one did not?"},
  });
  command.Runs([options](Io& io) { return Diff(*options, io); });
}

}  // namespace vedette::commands
