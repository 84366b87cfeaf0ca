// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_ALERT_PAGES_H_
#define VEDETTE_CLI_ALERT_PAGES_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "storage/queries.h"

namespace vedette {

// All that the filter lets through, oldest first, with a page of them in memory at a time. False:
// enough.
absl::Status ForEachAlert(StoreReader& store, AlertFilter filter,
                          absl::FunctionRef<bool(const StoredAlert&)> each);

}  // namespace vedette

#endif  // VEDETTE_CLI_ALERT_PAGES_H_
