// SPDX-License-Identifier: Apache-2.0
//
// What runtimes have said of containers, as rows of the table `containers`. An alert that was told
// before its runtime had answered is completed by this row.
#ifndef VEDETTE_STORAGE_CONTAINER_ROWS_H_
#define VEDETTE_STORAGE_CONTAINER_ROWS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/database.h"
#include "storage/stored_container.h"

namespace vedette {

// Lives on the writer thread.
class ContainerRows {
 public:
  // Those told of longest ago go first.
  static constexpr int kRowsMax = 4096;

  // The table must exist. `db` must outlive this.
  static absl::StatusOr<ContainerRows> Create(sqlite3* db);
  // In place of what was known of the container.
  absl::Status Put(const StoredContainer& container, absl::Time now);

 private:
  Statement put_, trim_;
};

// None if there is no row, or no such table: the file is an older one.
absl::StatusOr<std::optional<StoredContainer>> ReadContainer(sqlite3* db, absl::string_view id);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_CONTAINER_ROWS_H_
