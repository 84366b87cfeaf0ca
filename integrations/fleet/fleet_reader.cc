// SPDX-License-Identifier: Apache-2.0
#include "integrations/fleet/fleet_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace vedette {
namespace {

constexpr absl::Duration kTimeMax = absl::Minutes(10);
constexpr size_t kAnswerBytesMax = size_t{256} << 20;

// https://clickhouse.com/docs/en/interfaces/formats#tabseparated-data-formatting
std::string Unescape(absl::string_view field) {
  std::string text;
  for (size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      text += field[i];
      continue;
    }
    const char c = field[++i];
    constexpr absl::string_view kLetters = "bfnrt0", kBytes = absl::string_view("\b\f\n\r\t\0", 6);
    const size_t at = kLetters.find(c);
    text += at == absl::string_view::npos ? c : kBytes[at];
  }
  return text;
}

SqlValue::Type TypeOf(absl::string_view type) {
  if (absl::ConsumePrefix(&type, "Nullable(")) absl::ConsumeSuffix(&type, ")");
  const bool whole = absl::StartsWith(type, "Int") || absl::StartsWith(type, "UInt");
  if (whole && !absl::StartsWith(type, "Interval")) return SqlValue::Type::kInteger;
  return absl::StartsWith(type, "Float") ? SqlValue::Type::kReal : SqlValue::Type::kText;
}

// `text` outlives the value.
SqlValue ValueOf(SqlValue::Type type, absl::string_view field, const std::string& text) {
  if (field == "\\N") return {};
  SqlValue value{.type = type, .bytes = text};
  const bool is_number = type == SqlValue::Type::kInteger
                             ? absl::SimpleAtoi(text, &value.integer)
                             : type == SqlValue::Type::kReal && absl::SimpleAtod(text, &value.real);
  if (!is_number) value.type = SqlValue::Type::kText;  // An UInt64 of 2^63 and above as well.
  return value;
}

// "Code: 47, e.displayText() = DB::Exception: Unknown identifier: x, e.what() = DB::Exception"
std::string WordsOf(absl::string_view body) {
  absl::string_view words = body;
  const size_t begin = words.find("DB::Exception: ");
  if (begin != absl::string_view::npos) words.remove_prefix(begin + 15);
  words = words.substr(0, words.find(", e.what()"));
  return EscapeControl(TruncateUtf8(absl::StripAsciiWhitespace(words), 500));
}

}  // namespace

std::string FleetText(absl::string_view text) {
  return absl::StrCat("unhex('", absl::BytesToHexString(text), "')");
}

FleetReader::FleetReader(FleetAddress address)
    : client_(std::move(address.http)), database_(std::move(address.database)) {}

absl::StatusOr<FleetReader> FleetReader::Open(absl::string_view address) {
  ASSIGN_OR_RETURN(FleetAddress parsed, ParseFleetAddress(address));
  parsed.http.response_bytes_max = kAnswerBytesMax;
  parsed.http.compress = false;
  parsed.http.answers_are_data = true;
  return FleetReader(std::move(parsed));
}

absl::StatusOr<QueryEnd> FleetReader::Query(absl::string_view sql, const QueryLimits& limits,
                                            ColumnsCallback columns, RowCallback row) {
  const absl::Duration time = std::min(limits.time_max, kTimeMax);
  // readonly=2: no change of anything but these settings.
  std::string path = absl::StrCat(
      "/?database=", database_,
      "&readonly=2&default_format=TabSeparatedWithNamesAndTypes&max_query_size=16777216"
      "&enable_optimize_predicate_expression=1&max_execution_time=",
      std::max<int64_t>(1, absl::ToInt64Seconds(time)));
  if (limits.rows_max < ~uint64_t{0} - 1) {
    absl::StrAppend(&path, "&max_result_rows=", limits.rows_max + 1, "&result_overflow_mode=break");
  }
  const HttpRequest request{.path = path, .content_type = "text/plain", .body = std::string(sql)};
  ASSIGN_OR_RETURN(const HttpResponse response, client_.Send(request, absl::Now() + time));
  if (response.status == 200) {
    return ReadTabSeparated(response.body, limits.rows_max, columns, row);
  }
  const std::string why = absl::StrCat(client_.server(), ": ", WordsOf(response.body));
  const bool is_login = response.status == 401 || response.status == 403 ||
                        absl::StrContains(response.body, "Code: 193,") ||
                        absl::StrContains(response.body, "Code: 516");
  if (is_login) return absl::PermissionDeniedError(why);
  if (response.status == 500 || response.status == 400 || response.status == 404) {
    return absl::InvalidArgumentError(why);
  }
  return absl::UnavailableError(absl::StrCat(why, " (", response.status, ")"));
}

absl::StatusOr<QueryEnd> ReadTabSeparated(absl::string_view text, uint64_t rows_max,
                                          ColumnsCallback columns, RowCallback row) {
  std::vector<std::string> names;
  std::vector<SqlValue::Type> types;
  QueryEnd end;
  size_t line_number = 0;
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    if (newline == absl::string_view::npos) {
      return absl::DataLossError("the server's answer ends within a line");
    }
    const std::vector<absl::string_view> fields = absl::StrSplit(text.substr(0, newline), '\t');
    text.remove_prefix(newline + 1);
    ++line_number;
    if (line_number == 1) {
      for (const absl::string_view field : fields) names.push_back(Unescape(field));
      continue;
    }
    if (fields.size() != names.size()) {
      // What goes wrong behind the first rows is said between them.
      if (absl::StrContains(fields[0], "DB::Exception")) {
        return absl::InvalidArgumentError(WordsOf(fields[0]));
      }
      return absl::DataLossError("the server's answer is not a table");
    }
    if (line_number == 2) {
      for (const absl::string_view field : fields) types.push_back(TypeOf(field));
      columns(names);
      continue;
    }
    if (end.rows == rows_max) {
      end.more = true;
      return end;
    }
    std::vector<std::string> texts;
    for (const absl::string_view field : fields) texts.push_back(Unescape(field));
    std::vector<SqlValue> values;
    for (size_t i = 0; i < fields.size(); ++i) {
      values.push_back(ValueOf(types[i], fields[i], texts[i]));
    }
    ++end.rows;
    if (!row(values)) {
      end.more = true;
      return end;
    }
  }
  if (line_number < 2) return absl::DataLossError("the server's answer is not a table");
  return end;
}

}  // namespace vedette
