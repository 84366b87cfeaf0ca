// SPDX-License-Identifier: Apache-2.0
// No unit test: enforce_simulate_test asks a store with it.
#include "cli/term_sql.h"
#include "cli/sql_text.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace vedette {
namespace {

bool Has(const KindInfo& kind, absl::string_view member) {
  return std::any_of(kind.members.begin(), kind.members.end(),
                     [member](const Member& known) { return known.name == member; });
}

// The column that the kernel looks up; empty: none.
std::string PathColumn(const KindInfo& kind) {
  if (kind.kind == WIRE_process_exec) return "exe_path";
  for (const absl::string_view column : {"path", "new_path"}) {
    if (Has(kind, column)) return std::string(column);
  }
  return "";
}

uint32_t NumberOf(const std::string& key) {
  uint32_t number = 0;
  for (size_t i = 0; i < sizeof(number); ++i) {
    number |= static_cast<uint32_t>(static_cast<uint8_t>(key[i])) << (8 * i);
  }
  return number;
}

// `value` is among the keys of a set of finitely many, or is not.
std::string InList(const DimensionSet& set, const std::string& value,
                   std::string (*text)(const std::string& key)) {
  std::vector<std::string> listed;
  for (const DimensionSet::Point& point : set.points()) {
    if (point.in != set.otherwise()) listed.push_back(text(point.key));
  }
  return absl::StrCat("(", value, set.otherwise() ? " NOT IN (" : " IN (",
                      absl::StrJoin(listed, ","), "))");
}

// The longest prefix decides, so the longest is asked first.
std::string ByPrefix(const DimensionSet& set, const std::string& column) {
  std::vector<DimensionSet::Point> points = set.points();
  std::stable_sort(points.begin(), points.end(),
                   [](const auto& a, const auto& b) { return a.key.size() > b.key.size(); });
  const std::string value = absl::StrCat("coalesce(\"", column, "\",'')");
  std::string sql = absl::StrCat("(", value, " <> '' AND CASE");
  for (const DimensionSet::Point& point : points) {
    std::string key = point.key;
    const bool exact = !key.empty() && key.back() == '\0';
    if (exact) key.pop_back();
    const std::string left =
        exact ? value : absl::StrCat("substr(CAST(", value, " AS BLOB),1,", key.size(), ")");
    const std::string right =
        exact ? SqlText(key) : absl::StrCat("x'", absl::BytesToHexString(key), "'");
    absl::StrAppend(&sql, " WHEN ", left, " = ", right, " THEN ", point.in ? 1 : 0);
  }
  absl::StrAppend(&sql, points.empty() ? " WHEN 0 THEN 0 ELSE " : " ELSE ", set.otherwise() ? 1 : 0,
                  " END)");
  return sql;
}

// The bits of enum classify_mode, as classify.h makes them.
std::string ModeOf(const KindInfo& kind) {
  std::vector<std::string> bits;
  const auto bit = [&](const std::string& condition, uint32_t value) {
    bits.push_back(absl::StrCat("CASE WHEN ", condition, " THEN ", value, " ELSE 0 END"));
  };
  if (kind.kind == WIRE_file_open) {
    bit("\"flags\" & 3 IN (0,2)", CLASSIFY_READ);
    bit("\"flags\" & 3 IN (1,2)", CLASSIFY_WRITE);
    bit("\"created\"", CLASSIFY_CREATE);
  }
  if (Has(kind, "result")) bit("\"result\" < 0", CLASSIFY_FAILED);
  if (Has(kind, "family")) {
    const std::string mapped = "coalesce(\"remote_address\",'') LIKE '::ffff:%.%'";
    bit(absl::StrCat("(\"family\" = 2 OR (\"family\" = 10 AND ", mapped, "))"), CLASSIFY_IPV4);
    bit(absl::StrCat("(\"family\" = 10 AND NOT ", mapped, ")"), CLASSIFY_IPV6);
  } else if (Has(kind, "result") || Has(kind, "mode")) {
    const std::string directory = Has(kind, "mode") ? "\"mode\" & 61440 = 16384" : "0";
    bit(directory, CLASSIFY_DIRECTORY);
    bit(absl::StrCat("NOT (", directory, ")"), CLASSIFY_FILE);
  }
  return bits.empty() ? "0" : absl::StrCat("(", absl::StrJoin(bits, " + "), ")");
}

std::string ByMode(const DimensionSet& set, const KindInfo& kind) {
  std::vector<int> modes;
  for (int mode = 0; mode < CLASSIFY_MODES; ++mode) {
    if (set.Contains(std::string(1, static_cast<char>(mode)))) modes.push_back(mode);
  }
  return absl::StrCat("(", ModeOf(kind), " IN (", absl::StrJoin(modes, ","), "))");
}

}  // namespace

std::string SqlOfBox(const Box& box, const KindInfo& kind) {
  std::vector<std::string> parts;
  const auto& sets = box.sets;
  if (!sets[CLASSIFY_comm].IsAll()) {
    parts.push_back(
        InList(sets[CLASSIFY_comm], "coalesce(\"comm\",'')",
               [](const std::string& key) { return SqlText(key.substr(0, key.find('\0'))); }));
  }
  const auto number = [](const std::string& key) { return absl::StrCat(NumberOf(key)); };
  if (!sets[CLASSIFY_user].IsAll()) {
    parts.push_back(InList(sets[CLASSIFY_user], "coalesce(\"uid\",-1)", number));
  }
  if (!sets[CLASSIFY_port].IsAll() && Has(kind, "remote_port")) {
    parts.push_back(InList(sets[CLASSIFY_port], "coalesce(\"remote_port\",0)", number));
  }
  const std::string path = PathColumn(kind);
  if (!sets[CLASSIFY_path].IsAll()) {
    parts.push_back(path.empty() ? "0" : ByPrefix(sets[CLASSIFY_path], path));
  }
  if (!sets[CLASSIFY_target].IsAll()) parts.push_back(ByPrefix(sets[CLASSIFY_target], "new_path"));
  if (!sets[CLASSIFY_mode].IsAll()) parts.push_back(ByMode(sets[CLASSIFY_mode], kind));
  return parts.empty() ? "1" : absl::StrCat("(", absl::StrJoin(parts, " AND "), ")");
}

std::string SqlOfObject(const KindInfo& kind) {
  const std::string path = PathColumn(kind);
  if (!path.empty()) return absl::StrCat("\"", path, "\"");
  if (Has(kind, "remote_address") && Has(kind, "remote_port")) {
    return "\"remote_address\" || ':' || \"remote_port\"";
  }
  if (Has(kind, "target_pid")) return "'process ' || \"target_pid\"";
  return "NULL";
}

}  // namespace vedette
