// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/question.h"
#include "cli/sql_text.h"
#include "engine/arena.h"
#include "engine/enrich/fields.h"
#include "sensor/schema/schema.h"

namespace vedette::commands {
namespace {

struct Options : QuestionOptions {
  std::string what;
};

// What an open asked for, by its flags (O_ACCMODE, O_CREAT, O_TRUNC, O_PATH: as on x86-64 and
// arm64).
constexpr char kAccess[] =
    "CASE WHEN flags & 2097152 THEN 'path' ELSE"
    " CASE flags & 3 WHEN 0 THEN 'read' WHEN 1 THEN 'write' ELSE 'read,write' END"
    " || iif(created, ',created', '') || iif(flags & 512, ',truncate', '') END";

bool IsFolder(const std::string& path) { return path.back() == '/'; }

// GLOB's wildcards as themselves; LIKE would not tell capitals from small letters.
std::string InFolder(absl::string_view folder) {
  return absl::StrCat(
      " GLOB ", SqlText(absl::StrCat(
                    absl::StrReplaceAll(folder, {{"[", "[[]"}, {"*", "[*]"}, {"?", "[?]"}}), "*")));
}

// How a program can have asked for the file by a name that counts from its directory, wherever
// that is: a part of the path's end, with ../ in front for each directory that has to be left.
std::vector<std::string> RelativeNames(const std::string& path) {
  constexpr int kLevelsMax = 16;
  constexpr size_t kNamesMax = 1'000;
  std::vector<std::string> names;
  for (size_t at = path.rfind('/'); names.size() < kNamesMax; at = path.rfind('/', at - 1)) {
    std::string name = path.substr(at + 1);
    names.push_back(absl::StrCat("./", name));
    for (int level = 0; level < kLevelsMax; ++level) {
      names.push_back(name);
      name.insert(0, "../");
    }
    if (at == 0) break;
  }
  return names;
}

// Opens that failed have no path: `name` is what was asked for. Those of a relative name are here
// by it and the directory of their program; PathFrom() is how rules see them. By names, for which
// segments have filters: in a folder there are too many.
absl::StatusOr<std::vector<int64_t>> FailedByName(StoreReader& store, const TimeRange& times,
                                                  const std::string& path) {
  std::vector<int64_t> ids;
  if (IsFolder(path)) return ids;
  const std::string names = absl::StrJoin(
      RelativeNames(path), ",",
      [](std::string* to, const std::string& name) { absl::StrAppend(to, SqlText(name)); });
  const auto end = store.Query(
      absl::StrCat("SELECT f.id, p.cwd, f.name FROM (SELECT id, name, exec_id FROM file_open"
                   " WHERE path IS NULL AND name IN (",
                   names, ")", times.And("time_ns"),
                   ") AS f JOIN processes AS p ON p.exec_id = f.exec_id"),
      {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        Arena arena;
        if (PathFrom(row[1].bytes, row[2].bytes, arena) == path) ids.push_back(row[0].integer);
        return true;
      });
  if (!end.ok()) return end.status();
  return ids;
}

// Whoever asks for a folder itself mostly means what is in it.
absl::Status TellOfFolder(StoreReader& store, const std::string& path, Io& io) {
  if (IsFolder(path)) return absl::OkStatus();
  const auto end = store.Query(
      absl::StrCat("SELECT 1 FROM file_open WHERE path", InFolder(path + "/"), " LIMIT 1"), {},
      [](absl::Span<const std::string>) {}, [](absl::Span<const SqlValue>) { return true; });
  if (!end.ok() || end->rows == 0) return end.status();
  io.PrintError(absl::StrCat("note: ", EscapeControl(path), " is a folder; ", EscapeControl(path),
                             "/ asks for what is in it\n"));
  return absl::OkStatus();
}

// One SELECT for each column of each kind that has paths, so that each goes down to the segments,
// and each in the order that is asked for: of a file that is everywhere only the rows that are
// shown are read, by a merge.
std::string Sql(const TimeRange& times, const std::string& path, const std::vector<int64_t>& failed,
                uint64_t limit) {
  const std::string has = IsFolder(path) ? InFolder(path) : absl::StrCat(" = ", SqlText(path));
  std::vector<std::string> parts;
  const auto select = [](const KindInfo& kind, absl::string_view column) {
    const bool has_result = FindMember(kind, "result") != nullptr;
    return absl::StrCat("SELECT id, time_ns, time, '", kind.name,
                        "' AS kind, comm AS name, pid, uid, exec_id, ",
                        kind.kind == WIRE_file_open ? kAccess : "NULL", " AS access, ",
                        has_result ? "result" : "NULL", " AS result, \"", column,
                        "\" AS path FROM ", kind.name, " WHERE ");
  };
  for (const KindInfo& kind : Kinds()) {
    std::string not_shown;  // A row that has the path twice is there once.
    for (const Member& member : kind.members) {
      if (member.shape != MemberShape::kText || member.type != FieldType::kPath) continue;
      parts.push_back(absl::StrCat(select(kind, member.name), "\"", member.name, "\"", has,
                                   absl::StrReplaceAll(not_shown, {{"$", member.name}}),
                                   times.And("time_ns")));
      absl::StrAppend(&not_shown, " AND \"$\" IS NOT \"", member.name, "\"");
    }
  }
  if (!failed.empty()) {
    parts.push_back(absl::StrCat(select(*FindKind(WIRE_file_open), "name"), "id IN (",
                                 absl::StrJoin(failed, ","), ")"));
  }
  return absl::StrCat(
      "SELECT e.time, e.kind, e.access, e.result, e.name, e.pid, coalesce(u.name, e.uid) AS user,"
      " e.path,"
      " p.exe_path AS executable, p.args, printf('%016x', e.exec_id) AS exec_id FROM (",
      absl::StrJoin(parts, " UNION ALL "), " ORDER BY time_ns, id LIMIT ",
      std::min<uint64_t>(limit, INT64_MAX - 1) + 1,  // One more says that there are more.
      ") AS e LEFT JOIN users AS u ON u.uid = e.uid LEFT JOIN processes AS p"
      " ON p.exec_id = e.exec_id ORDER BY e.time_ns, e.id");
}

// Of a fleet, where all kinds are in one table: a SELECT for each column that is a path.
std::string FleetSql(const FleetScope& scope, const std::string& path) {
  const bool is_folder = IsFolder(path);
  std::vector<std::string> parts;
  std::string not_shown;
  for (const absl::string_view column : FleetPathColumns()) {
    const auto has = [&](absl::string_view name) {
      return is_folder ? absl::StrCat("startsWith(", name, ", ", FleetText(path), ")")
                       : absl::StrCat(name, " = ", FleetText(path));
    };
    parts.push_back(
        absl::StrCat("SELECT hostname, event_id, time_ns, kind, comm, pid, uid, exec_id, ", column,
                     " AS touched FROM events FINAL WHERE ", has(column),
                     absl::StrReplaceAll(not_shown, {{"$", column}}), scope.And("time_ns")));
    absl::StrAppend(&not_shown, " AND ", column, " != $");
  }
  return absl::StrCat("SELECT hostname AS host, ", FleetTime("time_ns"),
                      " AS time, kind, comm AS name, pid, uid, touched AS path, exec_id FROM (",
                      absl::StrJoin(parts, " UNION ALL "),
                      ") ORDER BY time_ns, hostname, event_id");
}

// From the directory of who asks, without dots and doubled slashes.
absl::StatusOr<std::string> WholePath(const std::string& what) {
  if (what.empty()) {
    return absl::InvalidArgumentError(
        "the path is empty: name a file (/etc/shadow) or a folder (/etc/cron.d/)");
  }
  std::error_code error;
  const std::filesystem::path here = std::filesystem::current_path(error);
  Arena arena;
  std::string path(PathFrom(error ? "" : here.string(), what, arena));
  if (path.empty() || path.front() != '/') {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", EscapeControl(what), "\" counts from a directory that is gone: name a whole path"));
  }
  if (IsFolder(what) && !IsFolder(path)) path += '/';
  return path;
}

ExitCode Ask(const Options& options, Io& io) {
  const auto path = WholePath(options.what);
  if (!path.ok()) return io.Mistake(path.status());
  if (options.what.front() != '/') {
    io.PrintError(absl::StrCat("note: ", EscapeControl(options.what), " is taken for ",
                               EscapeControl(*path), "\n"));
  }
  if (!options.fleet.empty()) {
    return AskFleet(options, "", io,
                    [&](const FleetScope& scope) { return FleetSql(scope, *path); });
  }
  return AskQuestion(
      options, io, [&](StoreReader& store, const TimeRange& times) -> absl::StatusOr<std::string> {
        RETURN_IF_ERROR(TellOfFolder(store, *path, io));
        ASSIGN_OR_RETURN(const std::vector<int64_t> failed, FailedByName(store, times, *path));
        return Sql(times, *path, failed, options.page.end());
      });
}

}  // namespace

void who_touched(Command& command) {
  auto options = std::make_shared<Options>();
  command
      .Option(
          "path", options->what, "PATH",
          "A file's path, or a folder's, which ends with / and is all that is in it; a relative "
          "one counts from where you are")
      ->required();
  AddQuestionFlags(command, *options);
  AddFleetFlags(command, options->fleet, options->host);
  command.Examples({
      {"vedette who-touched /etc/shadow --since 7d", "Who opened, changed or removed it?"},
      {"vedette who-touched /etc/cron.d/", "And all that is in this folder"},
  });
  command.Runs([options](Io& io) { return Ask(*options, io); });
}

}  // namespace vedette::commands
