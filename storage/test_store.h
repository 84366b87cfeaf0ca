// SPDX-License-Identifier: Apache-2.0
//
// For the tests of storage/: a directory that goes away, records, alerts, and short ways to ask a
// file.
#ifndef VEDETTE_STORAGE_TEST_STORE_H_
#define VEDETTE_STORAGE_TEST_STORE_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "base/temporary_directory.h"
#include "sensor/decode/record_builder.h"
#include "storage/database.h"
#include "storage/event_module.h"
#include "storage/event_store.h"

namespace vedette {

inline constexpr absl::Time TestTime(int64_t seconds = 0) {
  return absl::FromUnixSeconds(1'700'000'000 + seconds);
}

// As FakeClock, but without a mutex that ThreadSanitizer does not understand (write_queue.h).
class TestClock : public Clock {
 public:
  absl::Time Now() override { return TestTime() + Monotonic(); }
  absl::Duration SinceBoot() override { return Monotonic(); }
  absl::Duration Monotonic() override { return absl::Nanoseconds(passed_ns_.load()); }
  void Advance(absl::Duration duration) { passed_ns_ += absl::ToInt64Nanoseconds(duration); }

 private:
  std::atomic<int64_t> passed_ns_ = 0;
};

inline RecordBytes OpenRecord(uint64_t exec_id, const std::string& path) {
  return RecordBuilder(WIRE_file_open)
      .Set("exec_id", exec_id)
      .Set("pid", 42)
      .Set("uid", 1000)
      .Set("comm", "cat")
      .Set("result", 3)
      .Set("path", path)
      .Build();
}

inline Alert TestAlert(const std::string& id, uint64_t event_number) {
  Alert alert;
  alert.id = id;
  alert.time = TestTime();
  alert.rule = "Read sensitive file";
  alert.priority = Priority::kWarning;
  alert.tags = {"mitre", "T1003"};
  alert.message = "cat read /etc/shadow";
  alert.fields = {{"proc.name", "cat", AlertField::Json::kText},
                  {"proc.pid", "42", AlertField::Json::kNumber},
                  {"fd.name", "", AlertField::Json::kNull}};
  alert.processes = {{7, 42, "cat", "/usr/bin/cat", "cat /etc/shadow", "alice"},
                     {5, 40, "bash", "/usr/bin/bash", "bash", "alice"}};
  alert.object = "/etc/shadow";
  alert.event_kind = "file_open";
  alert.event_type = "openat";
  alert.hostname = "host";
  alert.container_id = "host";
  alert.event_number = event_number;
  alert.exec_id = 7;
  alert.action = Action::kKill;
  alert.mode = ActionMode::kEnforce;
  alert.references = {"https://a.org/1", "https://b.org/2"};
  alert.attack = {"T1003"};
  alert.reason = "2 steps within 1s";
  alert.evidence = {
      {"first", TestTime(-1), "process_exec", "execve", event_number, alert.processes[1], "/x"},
      {"second", TestTime(), "file_open", "openat", event_number, alert.processes[0],
       "/etc/shadow"}};
  alert.repeats = 4;
  alert.repeats_of = "0123";
  return alert;
}

template <typename T>
T ValueOrDie(absl::StatusOr<T> value) {
  if (!value.ok()) ADD_FAILURE() << value.status();
  return *std::move(value);
}

inline Database OpenToAsk(const std::string& path) {
  Database db = ValueOrDie(OpenDatabase(path, SQLITE_OPEN_READONLY));
  EXPECT_TRUE(RegisterEventModule(db.get()).ok());
  return db;
}

// The first column of the first row.
inline int64_t Ask(const std::string& path, const std::string& sql) {
  const Database db = OpenToAsk(path);
  return ValueOrDie(QueryInteger(db.get(), sql, -1));
}
inline std::string AskText(const std::string& path, const std::string& sql) {
  const Database db = OpenToAsk(path);
  const Statement statement = ValueOrDie(Prepare(db.get(), sql));
  EXPECT_EQ(sqlite3_step(statement.get()), SQLITE_ROW) << sql;
  return std::string(ColumnBytes(statement.get(), 0));
}

}  // namespace vedette

#endif  // VEDETTE_STORAGE_TEST_STORE_H_
