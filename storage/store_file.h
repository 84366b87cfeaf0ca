// SPDX-License-Identifier: Apache-2.0
//
// The file of the store: who may have it, whether it is ours and whole, and its tables. For the
// writer.
#ifndef VEDETTE_STORAGE_STORE_FILE_H_
#define VEDETTE_STORAGE_STORE_FILE_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "storage/database.h"
#include "storage/event_store.h"

namespace vedette {

// Held as long as the descriptor is open, and let go by the kernel when its process dies.
struct WriterLock {
  OwnedFd fd;
};

// Locks `<path>.lock`. A file of its own: closing any descriptor of a database would end SQLite's
// own locks. kFailedPrecondition: held by another, whose pid the error names.
absl::StatusOr<WriterLock> LockForWriting(const std::string& path);

// Makes the directories (0700) above `path` where missing, and the file (0600); an existing file
// gets that mode.
absl::Status MakePrivateFile(const std::string& path);

// Looks at the first bytes only: empty, or a SQLite database. Else kDataLoss.
absl::Status CheckHeader(const std::string& path);

struct StoreFile {
  WriterLock lock;
  Database db;
  int64_t run = 0;
  std::string key_path;        // Of the key that signs the chain: `<path>.key`.
  int64_t blind_since_ns = 0;  // When the daemon wrote last; 0: never, or this is a replay.
};

// A store has its lock file beside it from its first day on; what has none may be anything.
bool HasLockFile(const std::string& path);

// All of the above, then opens the database, checks its version and its schema, and makes what is
// missing. Costs the same for any size of the file.
absl::StatusOr<StoreFile> OpenStoreFile(const StoreOptions& options, absl::Time now);

// The same without a run, for whoever adds to a store that no daemon writes to: `file.run` is 0.
absl::StatusOr<StoreFile> OpenStoreFileToAmend(const std::string& path);

// Has `amend` write in one transaction, synced, into a store that no daemon writes to.
// kFailedPrecondition: a daemon has it, or it is no store; kNotFound: there is no such store.
absl::Status AmendStore(const std::string& path,
                        absl::FunctionRef<absl::Status(const StoreFile&)> amend);

// Makes the tables, views, columns and indexes that are missing, and gives the connection the
// events' module.
absl::Status EnsureTables(sqlite3* db);

// kDataLoss and kResourceExhausted: adds the way out to the message. Others unchanged.
absl::Status WithWayOut(absl::Status status, absl::string_view path);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_STORE_FILE_H_
