// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_warm_up.h"

#include "absl/strings/str_cat.h"
#include "cli/sql_text.h"
#include "engine/match/join_key.h"

namespace vedette {
namespace {

std::string Shown(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<WarmUp> ReadWarmUp(StoreReader& store, const Rule& rule) {
  WarmUp warm_up;
  const std::string sql = absl::StrCat(
      "SELECT sum(combination <> ''), min(CASE WHEN combination = '' THEN first_ns END)"
      " FROM first_seen WHERE rule = ",
      SqlText(rule.name), " AND fields = ", SqlText(FieldNames(rule.first_seen->fields)));
  const auto end = store.Query(
      sql, {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> values) {
        warm_up.known = static_cast<uint64_t>(values[0].integer);
        if (values[1].type == SqlValue::Type::kInteger) {
          warm_up.since = absl::FromUnixNanos(values[1].integer);
          warm_up.until = *warm_up.since + rule.first_seen->warm_up;
        }
        return true;
      });
  if (!end.ok()) return end.status();
  return warm_up;
}

std::string WarmUpText(const WarmUp& warm_up, absl::Time now) {
  if (!warm_up.since) {
    return "begins when the daemon first runs with this rule and this store";
  }
  const std::string known =
      absl::StrCat(warm_up.known, warm_up.known == 1 ? " combination" : " combinations");
  if (warm_up.until > now) {
    return absl::StrCat("learns until ", Shown(warm_up.until), " and does not alert: ", known,
                        " since ", Shown(*warm_up.since));
  }
  return absl::StrCat("over since ", Shown(warm_up.until), ": knows ", known);
}

}  // namespace vedette
