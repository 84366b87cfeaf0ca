// SPDX-License-Identifier: Apache-2.0
#include "storage/process_notes.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "storage/store_file.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

class ProcessNotesTest : public ::testing::Test {
 protected:
  static Database WithTables() {
    Database db = ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    EXPECT_TRUE(EnsureTables(db.get()).ok());
    return db;
  }

  void AddRow(uint64_t exec_id) {
    EXPECT_TRUE(Execute(db_.get(), absl::StrCat("INSERT INTO process_rows (exec_id, run) VALUES (",
                                                exec_id, ", 1)"))
                    .ok());
  }
  std::string Get(uint64_t exec_id) {
    const Statement statement =
        ValueOrDie(Prepare(db_.get(), absl::StrCat("SELECT coalesce(exe_sha256, '-') || ' ' || "
                                                   "coalesce(exe_sha256_state, '-') || ' ' || "
                                                   "coalesce(requested_by_exec_id, '-') || ' ' || "
                                                   "coalesce(requested_via, '-') || ' ' || "
                                                   "coalesce(requested_candidates, '-') "
                                                   "FROM processes WHERE exec_id = ",
                                                   exec_id)));
    if (sqlite3_step(statement.get()) != SQLITE_ROW) return "no row";
    return reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0));
  }

  const Database db_ = WithTables();
  ProcessNotes notes_ = ValueOrDie(ProcessNotes::Create(db_.get()));
};

StoredProcessNote Digest(uint64_t exec_id) {
  StoredProcessNote note;
  note.exec_id = exec_id;
  note.exe_sha256 = "abc";
  note.exe_sha256_state = "ok";
  return note;
}
StoredProcessNote Request(uint64_t exec_id) {
  StoredProcessNote note;
  note.exec_id = exec_id;
  note.requested_by_exec_id = 7;
  note.requested_via = "/run/x";
  note.requested_candidates = 2;
  return note;
}

TEST_F(ProcessNotesTest, ANoteFillsInWhatItKnowsAndLeavesTheRest) {
  AddRow(1);
  EXPECT_EQ(Get(1), "- - - - -");
  EXPECT_TRUE(notes_.Put(Request(1)).ok());
  EXPECT_EQ(Get(1), "- - 7 /run/x 2");
  EXPECT_TRUE(notes_.Put(Digest(1)).ok());
  EXPECT_EQ(Get(1), "abc ok 7 /run/x 2");
}

TEST_F(ProcessNotesTest, ANoteThatCameBeforeItsRowIsPutInBehindIt) {
  EXPECT_TRUE(notes_.Put(Request(1)).ok());
  EXPECT_TRUE(notes_.Put(Digest(1)).ok());
  EXPECT_EQ(Get(1), "no row");
  EXPECT_TRUE(notes_.OnRow(2).ok());
  AddRow(1);
  EXPECT_TRUE(notes_.OnRow(1).ok());
  EXPECT_EQ(Get(1), "abc ok 7 /run/x 2");
}

TEST_F(ProcessNotesTest, OfTheEarlyOnesTheOldestGiveWay) {
  for (uint64_t id = 1; id <= ProcessNotes::kEarlyMax + 1; ++id) {
    EXPECT_TRUE(notes_.Put(Digest(id)).ok());
  }
  AddRow(1);
  AddRow(2);
  EXPECT_TRUE(notes_.OnRow(1).ok());
  EXPECT_TRUE(notes_.OnRow(2).ok());
  EXPECT_EQ(Get(1), "- - - - -");
  EXPECT_EQ(Get(2), "abc ok - - -");
}

}  // namespace
}  // namespace vedette
