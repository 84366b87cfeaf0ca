// SPDX-License-Identifier: Apache-2.0
// No unit test: process_test shows processes.
#include "cli/process_report.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/table.h"
#include "cli/when.h"
#include "engine/enrich/container.h"
#include "engine/enrich/flag_names.h"
#include "integrations/format/json.h"

namespace vedette {
namespace {

constexpr size_t kChildrenMax = 1000;

std::string Hex(uint64_t exec_id) { return absl::StrCat(absl::Hex(exec_id, absl::kZeroPad16)); }

std::string Time(const std::optional<absl::Time>& time) {
  if (!time.has_value()) return "";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", *time, absl::UTCTimeZone());
}

// "CHOWN KILL"; "none", or "all" as root has them.
std::string Capabilities(const StoreCell& cell) {
  if (cell.is_null()) return "";
  constexpr uint64_t kAll = (uint64_t{1} << 38) - 1;  // Of the oldest kernel that is supported.
  const auto set = static_cast<uint64_t>(cell.integer);
  if (set == 0) return "none";
  if ((set & kAll) == kAll) return "all";
  std::vector<std::string> names;
  ForEachCapability(set, [&](absl::string_view name) { names.emplace_back(name); });
  return absl::StrJoin(names, " ");
}

std::string Descriptor(const StoreRows& exec, absl::string_view which) {
  const auto number = [&](absl::string_view what) {
    return exec.At(0, absl::StrCat(which, "_", what)).integer;
  };
  if (number("ino") == 0) return "closed";
  const std::string inode = absl::StrCat(" (inode ", number("ino"), ")");
  switch (number("mode") & S_IFMT) {
    case S_IFREG:
      return "a file" + inode;
    case S_IFIFO:
      return "a pipe" + inode;
    case S_IFDIR:
      return "a folder" + inode;
    case S_IFSOCK:
      return absl::StrCat("a socket of family ", number("family"), inode);
    case S_IFBLK:
      return "a block device" + inode;
    case S_IFCHR: {
      const auto device = static_cast<uint64_t>(number("rdev"));
      const auto major = static_cast<uint32_t>(device >> 8 & 0xfff);
      const auto minor = static_cast<uint32_t>((device & 0xff) | (device >> 12 & 0xfff00));
      if (major == 1 && minor == 3) return "/dev/null";
      if (major == 136) return absl::StrCat("a terminal (pts/", minor, ")");
      return absl::StrCat("a character device ", major, ":", minor);
    }
    default:
      return "something" + inode;
  }
}

std::string EndOf(const StoredProcess& process) {
  if (process.exit_signal.value_or(0) != 0) {
    return absl::StrCat("killed by signal ", *process.exit_signal);
  }
  if (process.exit_status.has_value()) return absl::StrCat("exit status ", *process.exit_status);
  if (process.next_exec_id != 0) {
    return absl::StrCat("ran another program: ", Hex(process.next_exec_id));
  }
  return process.end.has_value() ? "" : "none seen: it runs, or ended while nobody watched";
}

class Facts {
 public:
  void Add(std::string name, std::string value) {
    if (!value.empty()) list_.push_back({std::move(name), std::move(value)});
  }
  void AddNumber(std::string name, int64_t value) {
    list_.push_back({std::move(name), absl::StrCat(value), true});
  }
  void AddCell(absl::string_view name, const StoreCell& cell) {
    if (cell.type == SqlValue::Type::kInteger) {
      AddNumber(std::string(name), cell.integer);
    } else {
      Add(std::string(name), cell.text);
    }
  }
  std::vector<ProcessReport::Fact> Take() { return std::move(list_); }

 private:
  std::vector<ProcessReport::Fact> list_;
};

void AddProcess(const StoredProcess& process, Facts& facts) {
  facts.Add("exec_id", Hex(process.exec_id));
  facts.AddNumber("exec_id_number", static_cast<int64_t>(process.exec_id));
  facts.AddNumber("pid", process.pid);
  facts.Add("name", process.name);
  facts.Add("executable", process.exe_path);
  facts.Add("arguments", process.args);
  facts.Add("folder", process.cwd);
  if (process.uid >= 0) {
    facts.Add("user", process.user.empty() ? absl::StrCat(process.uid)
                                           : absl::StrCat(process.user, " (", process.uid, ")"));
  }
  facts.Add("created", Time(process.start));
  facts.Add("program_begun", Time(process.exec));
  facts.Add("ended", Time(process.end));
  facts.Add("end", EndOf(process));
  if (process.from_fork) facts.Add("program", "that of its creator: it was only forked");
}

// What the row has beside what a tree needs.
void AddRow(const StoreRows& row, Facts& facts) {
  if (row.rows.empty()) return;
  const StoreCell& login = row.At(0, "login_uid");
  if (!login.is_null()) {
    const std::string name = row.Text(0, "login_name");
    facts.Add("login_user",
              login.integer < 0 || login.integer == 0xffffffff
                  ? "nobody logged in"
                  : absl::StrCat(name.empty() ? "" : name + " ", "(", login.text, ")"));
  }
  const std::string cgroup = row.Text(0, "cgroup");
  facts.Add("cgroup", cgroup);
  facts.Add("container", std::string(ContainerOf(cgroup).id));
  facts.Add("sha256", row.Text(0, "exe_sha256"));
  if (row.Text(0, "exe_sha256").empty()) facts.Add("sha256_state", row.Text(0, "exe_sha256_state"));
  const StoreCell& requested = row.At(0, "requested_by_exec_id");
  if (!requested.is_null()) {
    facts.Add("requested_by", Hex(static_cast<uint64_t>(requested.integer)));
    facts.Add("requested_via", row.Text(0, "requested_via"));
  }
}

void AddExec(const StoreRows& exec, Facts& facts) {
  if (exec.rows.empty()) return;
  facts.Add("asked_to_run", exec.Text(0, "exe_requested"));
  facts.Add("capabilities", Capabilities(exec.At(0, "cap_effective")));
  facts.Add("capabilities_permitted", Capabilities(exec.At(0, "cap_permitted")));
  for (const absl::string_view which : {"stdin", "stdout", "stderr"}) {
    facts.Add(std::string(which), Descriptor(exec, which));
  }
  struct Flag {
    absl::string_view column;
    const char* sentence;
  };
  constexpr Flag kFlags[] = {
      {"exe_from_memfd", "exists only in memory"},  {"exe_deleted", "had no name left"},
      {"exe_upper_layer", "is not from the image"}, {"exe_writable", "may be written by its user"},
      {"secure_exec", "raised privileges"},         {"exe_script", "is a script's interpreter"}};
  std::vector<std::string> remarks;
  for (const Flag& flag : kFlags) {
    if (exec.At(0, flag.column).integer != 0) remarks.emplace_back(flag.sentence);
  }
  facts.Add("remarks", absl::StrJoin(remarks, ", "));
  for (const absl::string_view column :
       {"exe_ino", "exe_dev", "exe_owner", "sid", "tty", "mnt_ns", "pid_ns", "net_ns", "user_ns"}) {
    facts.AddCell(column, exec.At(0, column));
  }
}

absl::StatusOr<StoreRows> ExecOf(StoreReader& store, int64_t exec_id) {
  for (const char* kind : {"process_exec", "process_seen"}) {
    ASSIGN_OR_RETURN(
        StoreRows rows,
        AskRows(store, absl::StrCat("SELECT * FROM ", kind, " WHERE exec_id = ", exec_id), 1));
    if (!rows.rows.empty()) return rows;
  }
  return StoreRows();
}

}  // namespace

absl::StatusOr<ProcessReport> ReadProcessReport(StoreReader& store, const std::string& what) {
  ProcessReport report;
  TreeLimits limits;
  limits.depth_max = 1;
  limits.nodes_max = kChildrenMax;
  ASSIGN_OR_RETURN(report.tree, store.Tree(what, limits));
  const auto id = static_cast<int64_t>(report.tree.root.process.exec_id);
  ASSIGN_OR_RETURN(
      const StoreRows row,
      AskRows(store, absl::StrCat("SELECT p.*, u.name AS login_name FROM processes AS p"
                                  " LEFT JOIN users AS u ON u.uid = p.login_uid"
                                  " WHERE p.exec_id = ",
                                  id)));
  ASSIGN_OR_RETURN(const StoreRows exec, ExecOf(store, id));
  ASSIGN_OR_RETURN(report.touched,
                   AskRows(store, absl::StrCat("SELECT kind, count(*) AS times,"
                                               " count(DISTINCT object) AS objects,"
                                               " min(time) AS first, max(time) AS last FROM events"
                                               " WHERE exec_id = ",
                                               id, " GROUP BY kind ORDER BY times DESC, kind")));
  ASSIGN_OR_RETURN(report.alerts,
                   AskRows(store, absl::StrCat("SELECT id, time, priority, rule FROM alerts"
                                               " WHERE exec_id = ",
                                               id, " ORDER BY alert")));
  Facts facts;
  AddProcess(report.tree.root.process, facts);
  AddRow(row, facts);
  AddExec(exec, facts);
  report.facts = facts.Take();
  return report;
}

std::string ProcessTitle(const StoredProcess& process) {
  return absl::StrCat(process.name.empty() ? "?" : process.name, "(", process.pid, ")",
                      process.exe_path.empty() ? "" : " ", process.exe_path);
}

void PrintProcessReport(const ProcessReport& report, Io& io) {
  size_t width = 0;
  for (const ProcessReport::Fact& fact : report.facts) width = std::max(width, fact.name.size());
  for (const ProcessReport::Fact& fact : report.facts) {
    std::string name = fact.name;
    std::replace(name.begin(), name.end(), '_', ' ');
    name.resize(width, ' ');
    io.Print(
        absl::StrCat("  ", name, "  ", EscapeControl(ShownIfTime(fact.value, io.zone())), "\n"));
  }
  const auto list = [&](absl::string_view title, const std::vector<StoredProcess>& processes) {
    TextTable table({absl::StrCat("  ", title), "exec_id", "pid", "executable", "arguments"});
    for (const StoredProcess& process : processes) {
      table.AddRow({absl::StrCat("  ", process.name), Hex(process.exec_id),
                    absl::StrCat(process.pid), process.exe_path, process.args});
    }
    if (table.rows() > 0) io.Print(absl::StrCat("\n", table.Render(io.screen())));
  };
  list("ancestors", report.tree.ancestors);
  std::vector<StoredProcess> children;
  for (const TreeNode& child : report.tree.root.children) children.push_back(child.process);
  list("children", children);
  const auto rows = [&](const StoreRows& from) {
    if (from.rows.empty()) return;
    std::vector<std::string> titles = from.columns;
    titles[0] = absl::StrCat("  ", titles[0]);
    TextTable table(titles);
    for (const std::vector<StoreCell>& row : from.rows) {
      std::vector<std::string> cells;
      for (const StoreCell& cell : row) cells.push_back(ShownIfTime(cell.text, io.zone()));
      cells[0] = absl::StrCat("  ", cells[0]);
      table.AddRow(std::move(cells));
    }
    io.Print(absl::StrCat("\n", table.Render(io.screen())));
  };
  rows(report.touched);
  rows(report.alerts);
}

std::string ProcessReportJson(const ProcessReport& report) {
  std::string json = "{";
  for (const ProcessReport::Fact& fact : report.facts) {
    if (json.size() > 1) json += ',';
    AppendJsonString(fact.name, json);
    json += ':';
    if (fact.is_number) {
      json += fact.value;
    } else {
      AppendJsonString(fact.value, json);
    }
  }
  const auto add = [&](const StoredProcess& process) {
    json += json.back() == '[' ? "" : ",";
    absl::StrAppend(&json, "{\"exec_id\":\"", Hex(process.exec_id), "\",\"pid\":", process.pid,
                    ",\"name\":");
    AppendJsonString(process.name, json);
    json += ",\"executable\":";
    AppendJsonString(process.exe_path, json);
    json += ",\"arguments\":";
    AppendJsonString(process.args, json);
    json += '}';
  };
  json += ",\"ancestors\":[";
  for (const StoredProcess& process : report.tree.ancestors) add(process);
  json += "],\"children\":[";
  for (const TreeNode& child : report.tree.root.children) add(child.process);
  json += "],\"touched\":";
  AppendRowsJson(report.touched, json);
  json += ",\"alerts\":";
  AppendRowsJson(report.alerts, json);
  json += '}';
  return json;
}

}  // namespace vedette
