// SPDX-License-Identifier: Apache-2.0
#include "tests/fleet/questions.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/check.h"
#include "base/file.h"

namespace vedette {
namespace {

// Of the shell (exec_id 11), as docs/forensics.md writes it.
constexpr char kLineage[] =
    "(WITH RECURSIVE l(exec_id) AS (SELECT 11 UNION SELECT p.exec_id FROM processes p JOIN l"
    " ON p.parent_exec_id = l.exec_id OR p.previous_exec_id = l.exec_id) SELECT exec_id FROM l)";
constexpr char kServerLineage[] =
    "(WITH RECURSIVE l(exec_id) AS (SELECT 20 UNION SELECT p.exec_id FROM processes p JOIN l"
    " ON p.parent_exec_id = l.exec_id OR p.previous_exec_id = l.exec_id) SELECT exec_id FROM l)";

std::vector<std::string> Sql(const std::string& sql) { return {"query", sql}; }
std::vector<std::string> Documented(const std::string& lineage = "") {
  std::vector<std::string> arguments = {"query", "$FLEET_SQL"};
  if (!lineage.empty()) arguments.insert(arguments.end(), {"--lineage", lineage});
  return arguments;
}

// A command that asks both.
Question Same(int number, const std::vector<std::string>& arguments) {
  return {number, arguments, arguments};
}

std::vector<Question> UpToTen() {
  return {
      Same(1, {"files", "0xb", "--between", "2023-11-01..2023-12-01"}),
      Same(2, {"who-contacted", "203.0.113."}),
      Same(2, {"connections", "0xb", "--since", "2023-11-01"}),
      {3,
       Sql("SELECT min(first_ns), comm, uid FROM process_exec_groups WHERE exe_path = '/tmp/x'"
           " GROUP BY comm, uid"),
       Documented()},
      Same(4, {"who-touched", "/etc/cron.d/it's\n'); --"}),
      {5,
       Sql(absl::StrCat("SELECT coalesce(exec_ns, 0), args, coalesce(exit_status, 0) FROM processes"
                        " WHERE exec_id IN ",
                        kLineage, " ORDER BY exec_ns")),
       Documented("0xb"), 3},
      {6,
       Sql("SELECT exe_path, sum(events) FROM process_exec_groups WHERE exe_path LIKE '/tmp/%' OR"
           " exe_path LIKE '/dev/shm/%' OR exe_path LIKE '/memfd:%' OR exe_path LIKE '% (deleted)'"
           " GROUP BY 1"),
       Documented(), 2},
      {7,
       Sql(absl::StrCat("SELECT time_ns, comm, old_uid, new_uid FROM process_credentials WHERE"
                        " exec_id IN ",
                        kLineage)),
       Documented("0xb")},
      {8,
       Sql("SELECT time_ns, comm, pid, remote_address FROM network_listen WHERE local_port = 8080"
           " UNION ALL SELECT time_ns, comm, pid, remote_address FROM network_accept WHERE"
           " local_port = 8080"),
       Documented(), 2},
      {9,
       Sql("SELECT d.time_ns, d.comm, c.remote_address FROM network_dns d JOIN network_connect c"
           " ON c.exec_id = d.exec_id AND c.time_ns BETWEEN d.time_ns AND d.time_ns + 5000000000"),
       Documented()},
      {10,
       Sql("SELECT parent_name, name, min(first_ns) AS first FROM processes_groups GROUP BY 1, 2"
           " HAVING first > 1600000000000000000"),
       Documented(), 5},
  };
}

std::vector<Question> BehindTen() {
  return {
      {11,
       Sql("SELECT comm, path, sum(events) AS n FROM file_open_groups WHERE path IN ('/etc/shadow',"
           " '/etc/gshadow') GROUP BY 1, 2 ORDER BY n"),
       Documented()},
      {12,
       Sql("SELECT time_ns, kind, name, object FROM events WHERE exec_id IN (13, 20) AND time_ns"
           " BETWEEN 1600000000000000000 AND 1800000000000000000 ORDER BY time_ns"),
       Documented(), 5},
      {13,
       Sql("SELECT time_ns, kind, name, pid, object FROM events WHERE kind IN ('kernel_module',"
           " 'kernel_load', 'kernel_bpf') ORDER BY time_ns"),
       Documented()},
      {14,
       Sql(absl::StrCat("SELECT exec_ns, pid, args FROM processes WHERE name IN ('sh', 'bash',"
                        " 'dash') AND exec_id IN ",
                        kServerLineage)),
       Documented("0x14")},
      Same(15, {"who-touched", "/etc/cron.d/", "--since", "2023-11-01"}),
      {16,
       Sql("SELECT e.time_ns, e.kind, e.name, e.object FROM alerts a JOIN events e ON e.time_ns"
           " BETWEEN a.time_ns - 60000000000 AND a.time_ns WHERE a.rule = 'Read of credentials' AND"
           " a.id LIKE '00a1e7%' ORDER BY e.time_ns"),
       Documented(), 5},
      {17,
       Sql("SELECT comm, remote_address, sum(bytes_sent), sum(bytes_received) FROM network_end"
           " WHERE time_ns > 1600000000000000000 GROUP BY 1, 2"),
       Documented()},
      {18,
       Sql("SELECT name, exe_path, count(*) FROM processes WHERE exe_path NOT LIKE '%/' || name ||"
           " '%' GROUP BY 1, 2"),
       Documented(), 2},
      Same(19, {"gaps"}),
      // Besides: what is there at all, and a lineage with its alerts in order.
      {0,
       Sql("SELECT kind, count(*) FROM events GROUP BY 1"),
       {"query",
        "SELECT hostname, kind, count() FROM events FINAL WHERE kind != 'gap' GROUP BY hostname, "
        "kind"},
       5},
      {0, {"stats"}, {"stats"}, 5},
      Same(0, {"timeline", "0xb", "--since", "2023-11-01"}),
      // The view of processes, whole.
      {0,
       Sql("SELECT printf('%016x', exec_id), coalesce(parent_name, ''), name, exe_path, args, pid,"
           " ppid, uid, coalesce(login_uid, 0), exec_ns, coalesce(end_ns, 0), exit_status,"
           " CASE WHEN next_exec_id IS NULL THEN '' ELSE printf('%016x', next_exec_id) END"
           " FROM processes WHERE exec_id <> 1"),
       {"query",
        "SELECT hostname, exec_id, parent_name, name, exe_path, args, pid, ppid, uid, login_uid,"
        " exec_ns, end_ns, exit_status, next_exec_id FROM processes"},
       5},
  };
}

}  // namespace

const std::vector<Question>& Questions() {
  static const auto* const questions = [] {
    auto* all = new std::vector<Question>(UpToTen());
    for (const Question& question : BehindTen()) all->push_back(question);
    return all;
  }();
  return *questions;
}

std::map<int, std::string> DocumentedSql() {
  const auto text = ReadFile("docs/fleet.md", 1 << 20);
  CHECK(text.ok()) << "run this from the root of the sources";
  std::map<int, std::string> documented;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
    if (absl::StartsWith(line, "```")) number = 0;
    const absl::string_view begin = line.substr(0, line.find('.'));
    if (absl::StartsWith(line, "-- ")) {
      if (!absl::SimpleAtoi(begin.substr(begin.size() < 3 ? begin.size() : 3), &number)) number = 0;
    } else if (number != 0) {
      absl::StrAppend(&documented[number], line.substr(0, line.find(';')), "\n");
    }
  }
  return documented;
}

}  // namespace vedette
