// SPDX-License-Identifier: Apache-2.0
// No unit test: alerts_test exports, suppressions_test looks back.
#include "cli/alert_pages.h"

namespace vedette {
namespace {

constexpr size_t kPage = 500;

}  // namespace

absl::Status ForEachAlert(StoreReader& store, AlertFilter filter,
                          absl::FunctionRef<bool(const StoredAlert&)> each) {
  filter.limit = kPage;
  while (true) {
    const auto alerts = store.ListAlerts(filter);
    if (!alerts.ok()) return alerts.status();
    if (alerts->empty()) return absl::OkStatus();
    for (const StoredAlert& stored : *alerts) {
      if (!each(stored)) return absl::OkStatus();
    }
    filter.after_row = alerts->back().row;
  }
}

}  // namespace vedette
