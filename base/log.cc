// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <unistd.h>

#include <atomic>

#include "absl/time/clock.h"
#include "base/journal.h"
#include "base/text.h"

namespace vedette {
namespace {

std::atomic<LogSeverity> threshold = LogSeverity::kInfo;

constexpr LogSeverity kSeverities[] = {LogSeverity::kDebug, LogSeverity::kInfo,
                                       LogSeverity::kWarning, LogSeverity::kError};

absl::string_view Label(LogSeverity severity) {
  switch (severity) {
    case LogSeverity::kDebug:
      return "DEBUG";
    case LogSeverity::kInfo:
      return "INFO";
    case LogSeverity::kWarning:
      return "WARNING";
    case LogSeverity::kError:
      return "ERROR";
  }
  return "CORRUPT";
}

}  // namespace

absl::string_view LogSeverityName(LogSeverity severity) {
  switch (severity) {
    case LogSeverity::kDebug:
      return "debug";
    case LogSeverity::kInfo:
      return "info";
    case LogSeverity::kWarning:
      return "warning";
    case LogSeverity::kError:
      return "error";
  }
  return "corrupt";
}

std::optional<LogSeverity> ParseLogSeverity(absl::string_view name) {
  for (const LogSeverity severity : kSeverities) {
    if (name == LogSeverityName(severity)) return severity;
  }
  return std::nullopt;
}

void SetLogThreshold(LogSeverity minimum) { threshold.store(minimum, std::memory_order_relaxed); }

bool LogEnabled(LogSeverity severity) {
  return severity >= threshold.load(std::memory_order_relaxed);
}

std::string FormatLogLine(absl::Time now, LogSeverity severity, absl::string_view text) {
  constexpr absl::string_view kCutMark = "...";
  std::string line =
      absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", now, absl::UTCTimeZone()), " ",
                   Label(severity), " ", EscapeControl(TruncateUtf8(text, kLogBytesMax)));
  if (line.size() >= kLogBytesMax) {
    line.resize(TruncateUtf8(line, kLogBytesMax - kCutMark.size() - 1).size());
    absl::StrAppend(&line, kCutMark);
  }
  line.push_back('\n');
  return line;
}

void Log(LogSeverity severity, absl::string_view text) {
  if (!LogEnabled(severity)) return;
  const std::string line = StderrIsJournal() ? FormatJournalLine(severity, text)
                                             : FormatLogLine(absl::Now(), severity, text);
  // One write(2) a line, so that threads do not interleave. If stderr is gone there is nobody to
  // tell.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace vedette
