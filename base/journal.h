// SPDX-License-Identifier: Apache-2.0
//
// The journal of systemd as the place of the daemon's own messages (log.h): where standard error is
// the journal, a line begins with "<4>" instead of time and severity, since the journal has both.
#ifndef VEDETTE_BASE_JOURNAL_H_
#define VEDETTE_BASE_JOURNAL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/log.h"

namespace vedette {

// Whether the environment's JOURNAL_STREAM says that standard error is the journal; asked once.
bool StderrIsJournal();

// "<4>TEXT\n", in one line of at most kLogBytesMax. Pure, for tests.
std::string FormatJournalLine(LogSeverity severity, absl::string_view text);

// Whether JOURNAL_STREAM, "DEVICE:INODE", says what `fd` is.
bool IsJournal(int fd, absl::string_view journal_stream);

}  // namespace vedette

#endif  // VEDETTE_BASE_JOURNAL_H_
