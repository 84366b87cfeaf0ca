// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_SINKS_WRITE_ERROR_H_
#define VEDETTE_INTEGRATIONS_SINKS_WRITE_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace vedette {

// The Status of a failed write(2) to `name`: kUnavailable for what may pass (no space, quota, a
// limit, an interrupted or busy device), else what errno says.
absl::Status WriteError(int error, absl::string_view name);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINKS_WRITE_ERROR_H_
