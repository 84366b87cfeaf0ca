// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/question.h"

namespace vedette::commands {
namespace {

constexpr absl::string_view kSql = R"(
SELECT l.kind, sum(s.rows) AS events, min(e.first) AS first, max(e.last) AS last,
       count(*) AS segments, sum(s.bytes) AS bytes,
       round(1.0 * sum(s.bytes) / sum(s.rows), 1)
         AS bytes_per_event
FROM segments AS s JOIN layouts AS l USING (layout)
JOIN (SELECT segment, strftime('%Y-%m-%dT%H:%M:%SZ', start_ns / 1e9, 'unixepoch') AS first,
             strftime('%Y-%m-%dT%H:%M:%SZ', end_ns / 1e9, 'unixepoch') AS last FROM segments) AS e
  USING (segment)
GROUP BY l.kind ORDER BY events DESC)";

// Whole seconds, as above.
std::string FleetSql(const FleetScope& scope) {
  const auto seconds = [](absl::string_view ns) {
    return absl::StrCat("formatDateTime(toDateTime(intDiv(", ns,
                        ", 1000000000), 'UTC'), '%Y-%m-%dT%H:%M:%SZ')");
  };
  return absl::StrCat("SELECT hostname AS host, kind, count() AS events, ", seconds("min(time_ns)"),
                      " AS first, ", seconds("max(time_ns)"),
                      " AS last FROM events FINAL WHERE kind != 'gap'", scope.AndHost(),
                      " GROUP BY hostname, kind ORDER BY events DESC, host, kind");
}

}  // namespace

void stats(Command& command) {
  auto options = std::make_shared<QuestionOptions>();
  AddQuestionFlags(command, *options, /*times=*/false);
  AddFleetFlags(command, options->fleet, options->host);
  command.Examples({{"vedette stats", "What is in the store, and what takes the space?"}});
  command.Runs([options](Io& io) {
    if (!options->fleet.empty()) return AskFleet(*options, "", io, FleetSql);
    return AskQuestion(*options, io,
                       [](StoreReader&, const TimeRange&) -> absl::StatusOr<std::string> {
                         return std::string(kSql);
                       });
  });
}

}  // namespace vedette::commands
