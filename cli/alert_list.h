// SPDX-License-Identifier: Apache-2.0
//
// Alerts of the store as a list or a file: `vedette alerts list` and `export`.
#ifndef VEDETTE_CLI_ALERT_LIST_H_
#define VEDETTE_CLI_ALERT_LIST_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/answer_flags.h"
#include "cli/io.h"
#include "storage/queries.h"

namespace vedette {

struct AlertListOptions {
  std::string store, output = "terminal", rule, priority, state, assignee;
  TimeFlags time;
  PageFlags page = {.limit = 50, .offset = 0};  // The newest; `offset` of them are left out.
  FormFlags form;
  bool suppressed = false;
  std::string fleet, host;             // fleet_question.h
  std::string format = "jsonl", file;  // Of an export.

  bool json() const { return form.json || output == "json"; }
};

// kInvalidArgument: a priority or time that is none.
absl::StatusOr<AlertFilter> FilterOf(const AlertListOptions& options);

// Oldest first.
ExitCode ListAlerts(const AlertListOptions& options, Io& io);
ExitCode ExportAlerts(const AlertListOptions& options, Io& io);

}  // namespace vedette

#endif  // VEDETTE_CLI_ALERT_LIST_H_
