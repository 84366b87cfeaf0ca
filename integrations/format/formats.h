// SPDX-License-Identifier: Apache-2.0
//
// The forms in which sinks write an alert. Each is one line without a line end, valid UTF-8, in
// which no byte of the alert can end a value, a line or the record, or move a terminal's cursor.
#ifndef VEDETTE_INTEGRATIONS_FORMAT_FORMATS_H_
#define VEDETTE_INTEGRATIONS_FORMAT_FORMATS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/match/alert.h"
#include "integrations/sink.h"

namespace vedette {

enum class AlertFormat : uint8_t { kJson, kFalco, kOcsf, kEcs, kCef, kLeef, kClickHouse };

// For rows of options: the names in the order of the enumerators.
inline constexpr absl::string_view kAlertFormats = "json|falco|ocsf|ecs|cef|leef|clickhouse";

// CHECKs that it is one of kAlertFormats.
AlertFormat AlertFormatOf(absl::string_view name);

// All pure, on any thread.
void AppendAlert(AlertFormat format, const Alert& alert, std::string& to);

// An event has one form, its JSON, whatever alerts have; but for kClickHouse: a row of its table.
void AppendEvent(AlertFormat format, const DeliveredEvent& event, std::string& to);

// The eight keys that Falco's JSON output has, with its meaning.
void AppendFalcoJson(const Alert& alert, std::string& to);
// OCSF 1.3 Detection Finding (class 2004): docs/sinks.md says what becomes what.
void AppendOcsf(const Alert& alert, std::string& to);
// Elastic Common Schema 8.11, with dotted names.
void AppendEcs(const Alert& alert, std::string& to);
// ArcSight Common Event Format 0.
void AppendCef(const Alert& alert, std::string& to);
// IBM Log Event Extended Format 2.0, separated by tabs.
void AppendLeef(const Alert& alert, std::string& to);

// An object of file, process or network, out of what the alert says.
struct AlertObject {
  enum class Kind : uint8_t { kNone, kFile, kProcess, kAddress, kOther } kind = Kind::kNone;
  absl::string_view text;  // Path, or address; into the alert.
  absl::string_view port;  // kAddress; empty if none.
};
AlertObject ObjectOf(const Alert& alert);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_FORMATS_H_
