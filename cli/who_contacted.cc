// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/peer.h"
#include "cli/question.h"
#include "cli/sql_text.h"
#include "sensor/schema/schema.h"

namespace vedette::commands {
namespace {

struct Options : QuestionOptions {
  std::string what;
};

constexpr size_t kAddressesMax = 20'000;  // Of a network, in one statement.

// Those of the network that the store has, which are few beside its events: each is then looked
// for by the filters of segments.
absl::StatusOr<std::vector<std::string>> AddressesOf(StoreReader& store, const Peer& peer,
                                                     const TimeRange& times) {
  if (peer.kind == Peer::Kind::kAddress) return peer.Texts();
  const int64_t from = times.from == absl::InfinitePast() ? 0 : absl::ToUnixNanos(times.from);
  const int64_t to = times.to == absl::InfiniteFuture() ? std::numeric_limits<int64_t>::max()
                                                        : absl::ToUnixNanos(times.to);
  std::set<std::string> found;
  for (const KindInfo& kind : Kinds()) {
    for (const Member& member : kind.members) {
      if (member.type != FieldType::kAddress) continue;
      const auto end = store.Query(
          absl::StrCat("SELECT \"", member.name, "\" FROM ", kind.name, "_groups(", from, ", ", to,
                       ") WHERE \"", member.name, "\" IS NOT NULL GROUP BY 1"),
          {}, [](absl::Span<const std::string>) {},
          [&](absl::Span<const SqlValue> row) {
            if (peer.Has(row[0].bytes)) found.insert(std::string(row[0].bytes));
            return found.size() <= kAddressesMax;
          });
      if (!end.ok()) return end.status();
    }
  }
  if (found.size() > kAddressesMax) {
    return absl::OutOfRangeError(
        absl::StrCat("the store has more than ", kAddressesMax,
                     " addresses of this network; name a smaller one, or a shorter time"));
  }
  return std::vector<std::string>(found.begin(), found.end());
}

constexpr char kWho[] =
    "SELECT e.time, e.kind, e.name, e.pid, coalesce(u.name, e.uid) AS user, e.as_what,"
    " e.address, e.remote_port, e.local_port, p.exe_path AS executable,"
    " printf('%016x', e.exec_id) AS exec_id FROM (";
constexpr char kWithWhom[] =
    ") AS e LEFT JOIN users AS u ON u.uid = e.uid LEFT JOIN processes AS p"
    " ON p.exec_id = e.exec_id ORDER BY e.time_ns, e.id";

// Of each column of each kind that is an address: those rows in which it is one that is meant, as
// many as are shown, by a merge. In the conditions $ stands for the column.
std::string PeerSql(const TimeRange& times, const std::string& with,
                    const std::vector<std::string>& conditions, uint64_t limit) {
  std::vector<std::string> parts;
  for (const KindInfo& kind : Kinds()) {
    for (const Member& member : kind.members) {
      if (member.type != FieldType::kAddress) continue;
      const std::string column = absl::StrCat("\"", member.name, "\"");
      for (const std::string& condition : conditions) {
        parts.push_back(absl::StrCat(
            "SELECT id, time_ns, time, '", kind.name,
            "' AS kind, comm AS name, pid, uid, exec_id, '", member.name, "' AS as_what, ", column,
            " AS address, remote_port, local_port FROM ", kind.name, " WHERE ",
            absl::StrReplaceAll(condition, {{"$", column}}), times.And("time_ns")));
      }
    }
  }
  return absl::StrCat(with, kWho, absl::StrJoin(parts, " UNION ALL "),
                      " ORDER BY time_ns, id LIMIT ",
                      std::min<uint64_t>(limit, INT64_MAX - 1) + 1,  // One more: there are more.
                      kWithWhom);
}

std::string AddressSql(const TimeRange& times, const std::vector<std::string>& addresses,
                       uint64_t limit) {
  const std::string values =
      absl::StrJoin(addresses, ",", [](std::string* to, const std::string& address) {
        absl::StrAppend(to, "(", SqlText(address), ")");
      });
  const std::string list = values.empty() ? "SELECT NULL WHERE 0" : absl::StrCat("VALUES ", values);
  return PeerSql(times, absl::StrCat("WITH peers(a) AS (", list, ") "),
                 {"$ IN (SELECT a FROM peers)"}, limit);
}

// CAST reads the number that a text begins with.
std::string PatternSql(const TimeRange& times, const std::vector<Peer::Pattern>& patterns,
                       uint64_t limit) {
  std::vector<std::string> conditions;
  for (const Peer::Pattern& pattern : patterns) {
    std::string condition = absl::StrCat("$ GLOB ", SqlText(pattern.glob));
    if (pattern.most > 0) {
      absl::StrAppend(&condition, " AND CAST(substr($, ", pattern.skip + 1,
                      ") AS INTEGER) BETWEEN ", pattern.least, " AND ", pattern.most);
    }
    conditions.push_back(std::move(condition));
  }
  return PeerSql(times, "", conditions, limit);
}

// Who asked for the name or one below it, and whom the same program turned to right after.
std::string NameSql(const TimeRange& times, const std::string& name) {
  const auto of = [](absl::string_view table) {
    return absl::StrReplaceAll(
        "$.id, $.time_ns, $.time, $.kind, $.comm AS name, $.pid, $.uid, $.exec_id, ",
        {{"$", table}});
  };
  return absl::StrCat(
      "WITH asked AS MATERIALIZED (SELECT *, 'network_dns' AS kind, dns_name(payload) AS host FROM"
      " network_dns WHERE (dns_name(payload) = ",
      SqlText(name), " OR dns_name(payload) GLOB ", SqlText(absl::StrCat("*.", name)), ")",
      times.And("time_ns"), ") ", kWho, "SELECT ", of("a"),
      "CASE a.answer WHEN 0 THEN 'question' ELSE 'answer' END AS as_what, a.host AS address,"
      " a.remote_port, a.local_port FROM asked AS a UNION SELECT ",
      of("c"),
      "'connected after it' AS as_what, c.remote_address AS address, c.remote_port, c.local_port"
      " FROM asked AS a JOIN (SELECT *, 'network_connect' AS kind FROM network_connect) AS c ON"
      " c.exec_id = a.exec_id AND c.time_ns BETWEEN a.time_ns AND a.time_ns + 5000000000",
      kWithWhom);
}

absl::StatusOr<std::string> Sql(StoreReader& store, const TimeRange& times, const Peer& peer,
                                uint64_t limit) {
  if (peer.kind == Peer::Kind::kName) return NameSql(times, peer.name);
  if (const auto patterns = peer.Patterns(); !patterns.empty()) {
    return PatternSql(times, patterns, limit);
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> addresses, AddressesOf(store, peer, times));
  return AddressSql(times, addresses, limit);
}

// By functions that ClickHouse has had for long. What is no address of the family is an error to
// them, so they are given another one then.
std::string InNetwork(absl::string_view column, const Peer& peer) {
  std::vector<std::string> any;
  for (const Peer::Range& range : peer.Ranges()) {
    const std::string is_family =
        absl::StrCat("position(", column, ", ':') ", range.is_v4 ? "= 0" : "> 0");
    const absl::string_view number = range.is_v4 ? "IPv4StringToNum" : "IPv6StringToNum";
    any.push_back(absl::StrCat("(", is_family, " AND ", number, "(if(", is_family, " AND ", column,
                               " != '', ", column, range.is_v4 ? ", '0.0.0.0'" : ", '::'",
                               ")) BETWEEN ", number, "(", FleetText(range.first), ") AND ", number,
                               "(", FleetText(range.last), "))"));
  }
  return absl::StrJoin(any, " OR ");
}

std::string FleetSql(const FleetScope& scope, const Peer& peer) {
  std::vector<std::string> parts;
  for (const absl::string_view column : {"remote_address", "local_address"}) {
    std::vector<std::string> any;
    if (peer.kind == Peer::Kind::kNetwork) {
      any.push_back(InNetwork(column, peer));
    } else {
      for (const std::string& text : peer.Texts()) {
        any.push_back(absl::StrCat(column, " = ", FleetText(text)));
      }
    }
    parts.push_back(absl::StrCat(
        "SELECT hostname, event_id, time_ns, kind, comm, pid, uid, '", column, "' AS as_what, ",
        column, " AS address, remote_port, local_port, exec_id FROM events FINAL WHERE ", column,
        " != '' AND (", absl::StrJoin(any, " OR "), ")", scope.And("time_ns")));
  }
  return absl::StrCat("SELECT hostname AS host, ", FleetTime("time_ns"),
                      " AS time, kind, comm AS name, pid, uid, as_what, address, remote_port,"
                      " local_port, exec_id FROM (",
                      absl::StrJoin(parts, " UNION ALL "),
                      ") ORDER BY time_ns, hostname, event_id");
}

ExitCode Ask(const Options& options, Io& io) {
  const auto peer = ParsePeer(options.what);
  if (!peer.ok()) return io.Mistake(peer.status());
  if (options.fleet.empty()) {
    return AskQuestion(options, io, [&](StoreReader& store, const TimeRange& times) {
      return Sql(store, times, *peer, options.page.end());
    });
  }
  if (peer->kind == Peer::Kind::kName) {
    io.Complain("with --fleet an address or a network is wanted; names are with each host");
    return ExitCode::kUsage;
  }
  return AskFleet(options, "", io, [&](const FleetScope& scope) { return FleetSql(scope, *peer); });
}

}  // namespace

void who_contacted(Command& command) {
  auto options = std::make_shared<Options>();
  command
      .Option("address", options->what, "ADDRESS",
              "An address (IPv4 or IPv6), a network (10.0.0.0/8; 10.1. is 10.1.0.0/16), or a name "
              "that was asked for (with what is below it)")
      ->required();
  AddQuestionFlags(command, *options);
  AddFleetFlags(command, options->fleet, options->host);
  command.Examples({
      {"vedette who-contacted 203.0.113.7", "Who connected to it, or was reached from it?"},
      {"vedette who-contacted 10.0.0.0/8 --since 1d", "Anything in it, in the last day"},
      {"vedette who-contacted example.com", "Who asked for this name, and connected right after?"},
  });
  command.Runs([options](Io& io) { return Ask(*options, io); });
}

}  // namespace vedette::commands
