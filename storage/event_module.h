// SPDX-License-Identifier: Apache-2.0
//
// The tables of event_table.h as SQLite's virtual tables. A file has them in its schema, as
// `CREATE VIRTUAL TABLE "file_open" USING vedette_events`; what they are is this program's alone:
// nothing in the file but the name counts.
#ifndef VEDETTE_STORAGE_EVENT_MODULE_H_
#define VEDETTE_STORAGE_EVENT_MODULE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/database.h"

namespace vedette {

class DamageLog;

// Every connection that reads events, or makes the tables, needs this once. With `damage`, which
// must outlive it, what is damaged is left out and put there; without, it is an error.
absl::Status RegisterEventModule(sqlite3* db, DamageLog* damage = nullptr);

// Whether this thread is in the middle of telling SQLite the columns of a table. It does that by a
// CREATE TABLE, for which a connection's authorizer is asked though nothing is made.
bool IsDeclaringEventTable();

std::string CreateEventTableStatement(absl::string_view table);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_MODULE_H_
