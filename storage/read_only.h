// SPDX-License-Identifier: Apache-2.0
//
// A connection that can only read, and cannot be talked into more by a statement or by the file.
#ifndef VEDETTE_STORAGE_READ_ONLY_H_
#define VEDETTE_STORAGE_READ_ONLY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/database.h"

namespace vedette {

class DamageLog;

// A file that no daemon has open and whose directory cannot be written is opened as it is; if its
// log is not empty, the error says what to do.
// `damage` as for RegisterEventModule.
absl::StatusOr<Database> OpenReadOnly(const std::string& path, DamageLog* damage = nullptr);

// From now on the connection refuses every statement that does more than read. What SQLite says of
// a refusal is "not authorized".
absl::Status ForbidAllButReading(sqlite3* db);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_READ_ONLY_H_
