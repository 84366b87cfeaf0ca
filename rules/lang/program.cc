// SPDX-License-Identifier: Apache-2.0
//
// No unit test: only names; load_test.cc compares them.
#include "rules/lang/program.h"

namespace vedette {

absl::string_view PriorityName(Priority priority) {
  switch (priority) {
    case Priority::kEmergency:
      return "Emergency";
    case Priority::kAlert:
      return "Alert";
    case Priority::kCritical:
      return "Critical";
    case Priority::kError:
      return "Error";
    case Priority::kWarning:
      return "Warning";
    case Priority::kNotice:
      return "Notice";
    case Priority::kInformational:
      return "Informational";
    case Priority::kDebug:
      return "Debug";
  }
  return "corrupt";
}

}  // namespace vedette
