// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.h"

#include "absl/strings/str_cat.h"

namespace vedette {

std::string ExitCodeTable() {
  std::string table;
#define EXIT_CODE_LINE(name, number, doc) absl::StrAppend(&table, "  ", number, "  ", doc, "\n");
  VEDETTE_EXIT_CODES(EXIT_CODE_LINE)
  return table;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kDone;
  return absl::IsPermissionDenied(status) ? ExitCode::kNotPermitted : ExitCode::kFailed;
}

}  // namespace vedette
