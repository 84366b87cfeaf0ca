// SPDX-License-Identifier: Apache-2.0
//
// The daemon's own messages, for the person who runs it. Alerts do not pass here.
//
//   LOG_INFO("watching ", count, " hooks");
//   2024-05-01T12:00:00.123Z INFO watching 12 hooks
//
// Arguments are those of absl::StrCat and are not evaluated when the severity is below the
// threshold. A message is one line: control characters and other terminal tricks are escaped
// (base/text.h), so text from outside may be logged as it is. Bounded to kLogBytesMax, then cut.
// Lines go to stderr with one write(2) each; a failed write is ignored. Safe on any thread.
// Not for the path of every event.
//
// <syslog.h> has macros with two of these names: do not include both.
#ifndef VEDETTE_BASE_LOG_H_
#define VEDETTE_BASE_LOG_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace vedette {

enum class LogSeverity { kDebug, kInfo, kWarning, kError };

inline constexpr size_t kLogBytesMax = 4096;

// Writes one line if `severity` reaches the threshold.
void Log(LogSeverity severity, absl::string_view text);

// Messages below the threshold are dropped; kInfo until set.
void SetLogThreshold(LogSeverity threshold);
bool LogEnabled(LogSeverity severity);

// "debug", "info", "warning", "error"; anything else is nullopt.
std::optional<LogSeverity> ParseLogSeverity(absl::string_view name);
absl::string_view LogSeverityName(LogSeverity severity);

// The line that Log() writes, newline included. Pure, for tests.
std::string FormatLogLine(absl::Time now, LogSeverity severity, absl::string_view text);

}  // namespace vedette

#define VEDETTE_LOG_(severity, ...)                        \
  do {                                                     \
    if (::vedette::LogEnabled(severity)) {                 \
      ::vedette::Log(severity, absl::StrCat(__VA_ARGS__)); \
    }                                                      \
  } while (false)

#define LOG_DEBUG(...) VEDETTE_LOG_(::vedette::LogSeverity::kDebug, __VA_ARGS__)
#define LOG_INFO(...) VEDETTE_LOG_(::vedette::LogSeverity::kInfo, __VA_ARGS__)
#define LOG_WARNING(...) VEDETTE_LOG_(::vedette::LogSeverity::kWarning, __VA_ARGS__)
#define LOG_ERROR(...) VEDETTE_LOG_(::vedette::LogSeverity::kError, __VA_ARGS__)

#endif  // VEDETTE_BASE_LOG_H_
