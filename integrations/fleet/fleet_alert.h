// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_FLEET_FLEET_ALERT_H_
#define VEDETTE_INTEGRATIONS_FLEET_FLEET_ALERT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/match/alert.h"

namespace vedette {

// An alert out of its native JSON (integrations/format/json.h), as the fleet keeps it: all but the
// numbers of what was before it, of which JSON has only how many, and the host's time zone.
// Somebody else's word: a value of a type that it cannot have is passed over. kDataLoss: it is no
// alert.
absl::StatusOr<Alert> ReadAlertJson(absl::string_view json);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FLEET_FLEET_ALERT_H_
