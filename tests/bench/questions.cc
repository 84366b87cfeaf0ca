// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/questions.h"

#include <stdlib.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/check.h"
#include "storage/queries.h"

namespace vedette {
namespace {

constexpr int kRepetitions = 20;
constexpr double kMillisecondsMax = 1000;

struct Question {
  const char* number;
  const char* sql;
};

// $X is an exec_id, $A an alert, $D a day before the end, $B and $C an hour in the middle.
constexpr Question kQuestions[] = {
    {"1",
     "SELECT object, kind, count(*) FROM events WHERE kind GLOB 'file_*' AND exec_id IN (LINEAGE)"
     " AND time_ns BETWEEN $B AND $C GROUP BY 1, 2"},
    {"2",
     "SELECT c.time, c.comm, p.args FROM network_connect c LEFT JOIN processes p USING (exec_id)"
     " WHERE remote_address = '203.0.113.7'"},
    {"3", "SELECT min(first_ns), comm, uid FROM process_exec_groups WHERE exe_path = '/tmp/.x7'"},
    {"4",
     "SELECT f.time, f.comm, p.args FROM file_open f LEFT JOIN processes p USING (exec_id)"
     " WHERE path = '/etc/cron.d/job'"},
    {"3",
     "SELECT exe_path, name, uid, min(first_ns), sum(processes) FROM processes_groups WHERE"
     " exe_sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' GROUP BY 1, "
     "2,"
     " 3"},
    {"5",
     "SELECT e.time, e.tty, e.args, p.exit_status FROM process_exec AS e JOIN processes AS p USING"
     " (exec_id) WHERE e.exec_id IN (LINEAGE) ORDER BY e.time_ns"},
    {"6",
     "SELECT exe_path, sum(events) FROM process_exec_groups WHERE exe_path LIKE '/tmp/%' OR"
     " exe_path LIKE '/dev/shm/%' OR exe_path LIKE '/memfd:%' OR exe_path LIKE '% (deleted)'"
     " GROUP BY 1"},
    {"7", "SELECT * FROM process_credentials WHERE exec_id IN (LINEAGE) ORDER BY time_ns"},
    {"8", "SELECT time, comm, pid FROM network_listen WHERE local_port = 8080"},
    {"9",
     "SELECT d.time, d.comm, c.remote_address FROM network_dns d JOIN network_connect c ON"
     " c.exec_id = d.exec_id AND c.time_ns BETWEEN d.time_ns AND d.time_ns + 5e9"
     " WHERE d.time_ns BETWEEN $B AND $C"},
    {"10",
     "SELECT parent_name, name, min(first_ns) AS first FROM processes_groups GROUP BY 1, 2"
     " HAVING first > $D"},
    {"11",
     "SELECT comm, path, sum(events) AS n FROM file_open_groups WHERE path IN ('/etc/shadow',"
     " '/etc/gshadow') GROUP BY 1, 2 ORDER BY n"},
    {"12",
     "SELECT time, kind, name, object FROM events WHERE exec_id IN ($X, 42) AND time_ns BETWEEN $B"
     " AND $C ORDER BY time_ns"},
    {"12",
     "SELECT o.time, o.comm, r.time, r.comm, r.path, c.remote_address FROM file_receive AS r LEFT"
     " JOIN file_open AS o ON o.ino = r.ino AND o.dev = r.dev AND o.time_ns BETWEEN r.time_ns - "
     "6e10"
     " AND r.time_ns LEFT JOIN network_connect AS c ON c.exec_id = r.exec_id AND c.time_ns BETWEEN"
     " r.time_ns AND r.time_ns + 6e10 WHERE r.time_ns BETWEEN $B AND $C"},
    {"13",
     "SELECT time, kind, name, pid, object FROM events WHERE kind IN ('kernel_module',"
     " 'kernel_load', 'kernel_bpf') ORDER BY time_ns"},
    {"14",
     "SELECT exec, pid, args FROM processes WHERE name IN ('sh', 'bash', 'dash') AND exec_id IN"
     " (LINEAGE)"},
    {"15",
     "SELECT time, comm, path FROM file_open WHERE path >= '/etc/systemd/system/' AND path LIKE"
     " '/etc/systemd/system/%' AND time_ns > $D"},
    {"16",
     "SELECT e.time, e.kind, e.name, e.object FROM alerts a JOIN events e ON e.time_ns BETWEEN"
     " a.time_ns - 6e10 AND a.time_ns WHERE a.alert = $A ORDER BY e.time_ns"},
    {"16",
     "SELECT e.time, e.kind, e.name, e.object FROM alerts a JOIN events e ON e.time_ns BETWEEN"
     " a.time_ns - 6e10 AND a.time_ns JOIN processes AS p ON p.exec_id = e.exec_id WHERE a.alert = "
     "$A"
     " AND p.cgroup LIKE '%' || a.container_id || '%' ORDER BY e.time_ns"},
    {"17",
     "SELECT comm, remote_address, sum(bytes_sent), sum(bytes_received) FROM network_end WHERE"
     " time_ns > $D GROUP BY 1, 2 ORDER BY 3 DESC"},
    {"18",
     "SELECT name, exe_path, sum(processes) FROM processes_groups WHERE exe_path NOT LIKE '%/' ||"
     " name || '%' GROUP BY 1, 2"},
    {"19", "SELECT * FROM gaps ORDER BY start_ns"},
};
constexpr char kLineage[] =
    "WITH RECURSIVE l(exec_id) AS (SELECT $X UNION SELECT p.exec_id FROM processes p JOIN l ON"
    " p.parent_exec_id = l.exec_id OR p.previous_exec_id = l.exec_id) SELECT exec_id FROM l";

int64_t Ask(const std::string& path, const std::string& sql) {
  auto reader = StoreReader::Open(path);
  CHECK(reader.ok()) << reader.status();
  int64_t first = 0;
  const auto end = reader->Query(
      sql, {}, [](auto) {},
      [&](absl::Span<const SqlValue> values) {
        if (first == 0) first = values[0].integer;
        return true;
      });
  CHECK(end.ok()) << end.status() << " " << sql;
  return first;
}

std::string Bound(absl::string_view question, const std::string& path) {
  const int64_t start = Ask(path, "SELECT min(start_ns) FROM segments");
  const int64_t end = Ask(path, "SELECT max(end_ns) FROM segments");
  constexpr int64_t kHour = 3'600'000'000'000;
  const int64_t middle = start / 2 + end / 2;
  const int64_t parent = Ask(path,
                             "SELECT parent_exec_id FROM processes_groups WHERE parent_exec_id IS"
                             " NOT NULL GROUP BY 1 ORDER BY sum(processes) DESC LIMIT 1 OFFSET 9");
  const std::string with_lineage = absl::StrReplaceAll(question, {{"LINEAGE", kLineage}});
  return absl::StrReplaceAll(with_lineage,
                             {{"$X", absl::StrCat(parent)},
                              {"$A", absl::StrCat(Ask(path, "SELECT max(alert) / 2 FROM alerts"))},
                              {"$B", absl::StrCat(middle)},
                              {"$C", absl::StrCat(middle + kHour)},
                              {"$D", absl::StrCat(std::max(start, end - 24 * kHour))}});
}

// Milliseconds, in order.
std::vector<double> Measure(const std::string& path, const std::string& sql) {
  std::vector<double> times;
  for (int i = 0; i < kRepetitions; ++i) {
    const double begin = ThreadSeconds();
    Use(static_cast<uint64_t>(Ask(path, sql)));
    times.push_back((ThreadSeconds() - begin) * 1e3);
  }
  std::sort(times.begin(), times.end());
  return times;
}

double Percentile95(const std::vector<double>& times) { return times[times.size() * 19 / 20 - 1]; }

BenchRow RowOf(const std::string& name, double milliseconds, double most) {
  BenchRow row;
  row.name = name;
  row.unit = "ms";
  row.figure = milliseconds;
  row.goal = absl::StrCat("<= ", most, " ms");
  row.met = milliseconds <= most;
  return row;
}

}  // namespace

void AddTwentyQuestions(const std::string& path, BenchRows& rows) {
  double slowest = 0;
  std::string which, all;
  for (const Question& question : kQuestions) {
    const double time = Percentile95(Measure(path, Bound(question.sql, path)));
    absl::StrAppend(&all, " ", question.number, ":", static_cast<int>(time));
    if (time < slowest) continue;
    slowest = time;
    which = question.number;
  }
  const int64_t events = Ask(path, "SELECT sum(events) FROM events_groups");
  rows.push_back(RowOf("store/slowest of the questions, p95", slowest, kMillisecondsMax));
  rows.back().note = absl::StrCat("number ", which, ", of ", events, " events; each in ms:", all);
  const struct {
    const char *name, *sql;
  } kScans[] = {
      {"store/all by program, p95", "SELECT name, sum(events) FROM events_groups GROUP BY 1"},
      {"store/all by executable, p95",
       "SELECT exe_path, sum(events) FROM events_groups GROUP BY 1"},
  };
  for (const auto& scan : kScans) {
    rows.push_back(RowOf(scan.name, Percentile95(Measure(path, scan.sql)), 1500));
  }
}

BenchRows BenchQuestions() {
  BenchRows rows;
  // `vedette_make_store FILE` makes one of 50 million events.
  const char* const path = getenv("VEDETTE_BENCH_STORE");
  if (path == nullptr) {
    rows.emplace_back().name = "store/questions of a month";
    rows.back().note = "skipped: VEDETTE_BENCH_STORE names no store of vedette_make_store";
    return rows;
  }
  AddTwentyQuestions(path, rows);
  return rows;
}

}  // namespace vedette
