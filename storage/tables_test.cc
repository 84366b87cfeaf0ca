// SPDX-License-Identifier: Apache-2.0
#include "storage/tables.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "storage/event_table.h"
#include "storage/store_file.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

constexpr char kGolden[] = "tests/golden/schema.sql";

// What a fresh store has, as SQLite says it.
std::string FreshSchema(const std::string& path) {
  StoreOptions options;
  options.path = path;
  ValueOrDie(EventStore::Open(options)).reset();
  const Database db = ValueOrDie(OpenDatabase(path, SQLITE_OPEN_READONLY));
  const Statement all = ValueOrDie(
      Prepare(db.get(), "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"));
  std::string schema =
      absl::StrCat("-- The tables of a fresh store, version ", kStoreVersion,
                   ". Golden: VEDETTE_UPDATE_GOLDEN=1 storage_test rewrites it.\n");
  while (sqlite3_step(all.get()) == SQLITE_ROW) {
    absl::StrAppend(&schema, "\n", ColumnBytes(all.get(), 0), ";\n");
  }
  // The file names the tables of events only; their columns are the program's.
  for (const EventTable& table : EventTables()) {
    if (table.is_groups && table.name != "events_groups") continue;
    absl::StrAppend(&schema, "\n-- ", table.name, ":");
    for (const EventTable::Column& column : table.columns) {
      absl::StrAppend(&schema, "\n--   ", column.name, column.is_text ? " TEXT" : " INTEGER",
                      column.is_hidden ? " HIDDEN" : "");
    }
    absl::StrAppend(&schema, "\n");
  }
  return schema;
}

TEST(Tables, SchemaIsTheGoldenOne) {
  const TemporaryDirectory directory;
  const std::string schema = FreshSchema(directory.File("events.db"));
  if (getenv("VEDETTE_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(kGolden, schema, 0644).ok());
  }
  EXPECT_EQ(ValueOrDie(ReadFile(kGolden, 1 << 20)), schema)
      << "if that is what you want, run this again with VEDETTE_UPDATE_GOLDEN=1 (and think of "
         "kStoreVersion)";
}

TEST(Tables, NoTableHasTwoColumnsOfOneName) {
  for (const Table& table : Tables()) {
    std::set<std::string> names;
    for (const Table::Column& column : table.columns) {
      EXPECT_TRUE(names.insert(column.name).second) << table.name << "." << column.name;
    }
  }
}

TEST(Tables, EveryMemberOfEveryKindHasAColumn) {
  for (const KindInfo& kind : Kinds()) {
    std::set<const Member*> members;
    for (const EventColumn& column : EventColumns(kind.kind)) members.insert(column.member);
    for (const Member& member : HeaderMembers()) EXPECT_TRUE(members.contains(&member));
    for (const Member& member : kind.members) {
      if (member.doc == "Zero") continue;
      EXPECT_TRUE(members.contains(&member)) << kind.name << "." << member.name;
    }
  }
}

}  // namespace
}  // namespace vedette
