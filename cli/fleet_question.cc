// SPDX-License-Identifier: Apache-2.0
//
// No unit test: tests/fleet asks a ClickHouse.
#include "cli/fleet_question.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/row_writer.h"

namespace vedette {
namespace {

constexpr size_t kLineageMax = 100'000;
constexpr int kDepthMax = 256;
constexpr size_t kAlertIdMin = 4;  // Digits of a beginning.

using Pair = std::pair<std::string, std::string>;  // A host, an exec_id.

std::string PairList(const std::vector<Pair>& pairs) {
  return absl::StrJoin(pairs, ",", [](std::string* to, const Pair& pair) {
    absl::StrAppend(to, "(", FleetText(pair.first), ",", FleetText(pair.second), ")");
  });
}

absl::StatusOr<std::vector<Pair>> Pairs(FleetReader& fleet, const std::string& sql) {
  std::vector<Pair> pairs;
  RETURN_IF_ERROR(fleet
                      .Query(
                          sql, {}, [](absl::Span<const std::string>) {},
                          [&](absl::Span<const SqlValue> row) {
                            pairs.emplace_back(row[0].bytes, row[1].bytes);
                            return true;
                          })
                      .status());
  return pairs;
}

std::string HostIs(const std::string& host) {
  return host.empty() ? "" : absl::StrCat(" AND hostname = ", FleetText(host));
}

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isxdigit(static_cast<uint8_t>(c)); });
}

// As `*exec_id` is in the tables; empty: it is no exec_id.
std::string ExecIdOf(const std::string& what) {
  if (what.size() == 16 && IsHex(what)) return absl::AsciiStrToLower(what);
  const std::optional<uint64_t> number = ParseExecId(what);
  return number.has_value() ? absl::StrCat(absl::Hex(*number, absl::kZeroPad16)) : "";
}

std::string ChildrenSql(const std::vector<Pair>& of) {
  const std::string list = PairList(of);
  return absl::StrCat(
      "SELECT DISTINCT hostname, found FROM (SELECT hostname, exec_id AS found FROM events WHERE"
      " kind IN ('process_exec', 'process_seen') AND ((hostname, parent_exec_id) IN (",
      list, ") OR (hostname, previous_exec_id) IN (", list,
      ")) UNION ALL SELECT hostname, child_exec_id AS found FROM events WHERE kind ="
      " 'process_fork' AND (hostname, child_parent_exec_id) IN (",
      list, "))");
}

ExitCode Finish(const absl::StatusOr<QueryEnd>& end, const PageFlags& page, RowWriter& writer,
                Io& io) {
  if (!end.ok()) return io.Fail(end.status());
  writer.End();
  if (end->rows == 0) io.PrintError("nothing found on any host\n");
  if (end->more && !io.closed()) io.PrintError(MoreNote(page, end->rows));
  return ExitCode::kDone;
}

// Where the history of some host is incomplete, whoever reads the answer should know.
void WarnOfFleetGaps(FleetReader& fleet, const FleetScope& scope, Io& io) {
  TimeRange begin, end;
  begin.to = scope.times.to;
  end.from = scope.times.from;
  uint64_t gaps = 0, hosts = 0;
  const auto asked = fleet.Query(
      absl::StrCat("SELECT count() AS n, uniqExact(hostname) AS hosts FROM gaps WHERE 1",
                   scope.AndHost(), begin.And("start_ns"), end.And("end_ns")),
      {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        gaps = static_cast<uint64_t>(row[0].integer);
        hosts = static_cast<uint64_t>(row[1].integer);
        return true;
      });
  if (!asked.ok() || gaps == 0) return;
  io.PrintError(absl::StrCat("note: the history has ", gaps, gaps == 1 ? " gap" : " gaps", " on ",
                             hosts, hosts == 1 ? " host" : " hosts",
                             " in this time; `vedette gaps --fleet` lists them\n"));
}

}  // namespace

std::string FleetScope::AndHost() const { return HostIs(host); }

std::string FleetScope::And(absl::string_view time_ns) const {
  std::string sql = absl::StrCat(AndHost(), times.And(time_ns));
  // The tables are partitioned by `time`.
  if (times.from > absl::InfinitePast()) {
    absl::StrAppend(&sql, " AND time >= toDateTime(", absl::ToUnixSeconds(times.from), ")");
  }
  if (times.to < absl::InfiniteFuture()) {
    absl::StrAppend(&sql, " AND time <= toDateTime(", absl::ToUnixSeconds(times.to) + 1, ")");
  }
  if (!lineage.empty()) absl::StrAppend(&sql, " AND (hostname, exec_id) IN (", lineage, ")");
  return sql;
}

std::string FleetTime(absl::string_view ns) {
  return absl::StrCat("concat(formatDateTime(toDateTime(intDiv(", ns,
                      ", 1000000000), 'UTC'), '%Y-%m-%dT%H:%M:%S'), '.', substring(toString(1000 +"
                      " intDiv(",
                      ns, " % 1000000000, 1000000)), 2), 'Z')");
}

const std::vector<absl::string_view>& FleetPathColumns() {
  static const auto* const columns = new std::vector<absl::string_view>{
      "path",     "new_path",      "old_root", "unix_path", "name",
      "exe_path", "exe_requested", "cwd",      "cgroup"};
  return *columns;
}

absl::StatusOr<FleetPairs> FindFleetRoots(FleetReader& fleet, const std::string& host,
                                          const std::string& what) {
  const std::string exec_id = ExecIdOf(what);
  if (!exec_id.empty()) {
    const std::string text = FleetText(exec_id);
    ASSIGN_OR_RETURN(std::vector<Pair> found,
                     Pairs(fleet, absl::StrCat("SELECT DISTINCT hostname, ", text,
                                               " AS found FROM events WHERE (exec_id = ", text,
                                               " OR child_exec_id = ", text, ")", HostIs(host))));
    if (!found.empty()) return found;
  }
  int64_t pid = 0;
  if (!host.empty() && absl::SimpleAtoi(what, &pid)) {
    ASSIGN_OR_RETURN(
        std::vector<Pair> found,
        Pairs(fleet, absl::StrCat("SELECT hostname, exec_id FROM processes WHERE pid = ", pid,
                                  HostIs(host), " ORDER BY start_ns DESC LIMIT 1")));
    if (!found.empty()) return found;
  }
  if (what.size() >= kAlertIdMin && what.size() <= 16 && IsHex(what)) {
    ASSIGN_OR_RETURN(
        std::vector<Pair> found,
        Pairs(fleet,
              absl::StrCat("SELECT DISTINCT hostname, exec_id FROM alerts WHERE "
                           "startsWith(id, ",
                           FleetText(absl::AsciiStrToLower(what)), ")", HostIs(host), " LIMIT 2")));
    if (found.size() > 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("several alerts have an id that begins with ", what, "; give more of it"));
    }
    if (!found.empty()) return found;
  }
  return absl::NotFoundError(
      absl::StrCat("no process or alert of the fleet is ", EscapeControl(what),
                   ": give an exec_id, an alert's id (", kAlertIdMin,
                   " digits of it at least), or with --host NAME a process id"));
}

absl::StatusOr<std::string> FleetLineageOf(FleetReader& fleet, const std::string& host,
                                           const std::string& what) {
  ASSIGN_OR_RETURN(std::vector<Pair> latest, FindFleetRoots(fleet, host, what));
  std::set<Pair> all(latest.begin(), latest.end());
  for (int depth = 0; depth < kDepthMax && !latest.empty(); ++depth) {
    ASSIGN_OR_RETURN(const std::vector<Pair> children, Pairs(fleet, ChildrenSql(latest)));
    latest.clear();
    for (const Pair& child : children) {
      if (all.insert(child).second) latest.push_back(child);
    }
    if (all.size() > kLineageMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("more than ", kLineageMax, " programs descend from it; ask of one of them"));
    }
  }
  return PairList({all.begin(), all.end()});
}

ExitCode AskFleet(const QuestionOptions& options, const std::string& what, Io& io,
                  MakeFleetSql make) {
  FleetScope scope{.times = {}, .host = options.host, .lineage = ""};
  const auto times = TimesOf(options.time, absl::Now());
  if (!times.ok()) return io.Mistake(times.status());
  scope.times = *times;
  auto fleet = FleetReader::Open(options.fleet);
  if (!fleet.ok()) return io.Fail(fleet.status());
  if (!what.empty()) {
    auto lineage = FleetLineageOf(*fleet, options.host, what);
    if (!lineage.ok()) return io.Fail(lineage.status());
    scope.lineage = *std::move(lineage);
  }
  const std::unique_ptr<RowWriter> writer = NewRowWriter(options.form.format(), io);
  std::string sql = make(scope);
  const uint64_t rows = options.page.end();
  if (rows < ~uint64_t{0}) absl::StrAppend(&sql, " LIMIT ", rows + 1);
  const ExitCode code =
      Finish(WritePage(*fleet, sql, options.page, *writer, io), options.page, *writer, io);
  if (code == ExitCode::kDone) WarnOfFleetGaps(*fleet, scope, io);
  return code;
}

ExitCode QueryFleet(const FleetQuery& fleet, std::string sql, const std::string& format,
                    const PageFlags& page, Io& io) {
  auto reader = FleetReader::Open(fleet.address);
  if (!reader.ok()) return io.Fail(reader.status());
  if (!fleet.lineage.empty()) {
    const auto lineage = FleetLineageOf(*reader, fleet.host, fleet.lineage);
    if (!lineage.ok()) return io.Fail(lineage.status());
    sql = absl::StrReplaceAll(sql, {{"LINEAGE", absl::StrCat("(", *lineage, ")")}});
  }
  const std::unique_ptr<RowWriter> writer = NewRowWriter(format, io, TableOf::kSql);
  return Finish(WritePage(*reader, sql, page, *writer, io), page, *writer, io);
}

}  // namespace vedette
