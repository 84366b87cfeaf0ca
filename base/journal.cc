// SPDX-License-Identifier: Apache-2.0
#include "base/journal.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace vedette {
namespace {

// As syslog numbers them.
char Priority(LogSeverity severity) {
  switch (severity) {
    case LogSeverity::kDebug:
      return '7';
    case LogSeverity::kInfo:
      return '6';
    case LogSeverity::kWarning:
      return '4';
    case LogSeverity::kError:
      return '3';
  }
  return '3';
}

}  // namespace

bool StderrIsJournal() {
  static const bool is_journal = [] {
    const char* stream = getenv("JOURNAL_STREAM");
    return stream != nullptr && IsJournal(STDERR_FILENO, stream);
  }();
  return is_journal;
}

std::string FormatJournalLine(LogSeverity severity, absl::string_view text) {
  constexpr size_t kFrame = 4;  // "<4>" and the end of the line.
  const std::string escaped = EscapeControl(TruncateUtf8(text, kLogBytesMax));
  return absl::StrCat("<", std::string(1, Priority(severity)), ">",
                      TruncateUtf8(escaped, kLogBytesMax - kFrame), "\n");
}

bool IsJournal(int fd, absl::string_view journal_stream) {
  struct stat status = {};
  return fstat(fd, &status) == 0 &&
         journal_stream == absl::StrCat(status.st_dev, ":", status.st_ino);
}

}  // namespace vedette
