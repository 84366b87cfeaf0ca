// SPDX-License-Identifier: Apache-2.0
//
// How often each thing is done to a store, and what must be true of it afterwards.
#ifndef VEDETTE_TESTS_STORE_CAMPAIGN_H_
#define VEDETTE_TESTS_STORE_CAMPAIGN_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/queries.h"
#include "storage/test_store.h"

namespace vedette {

// A few times in every run, many in the campaign (VEDETTE_STORE_CAMPAIGN=1).
inline int Rounds(int few, int many) {
  return getenv("VEDETTE_STORE_CAMPAIGN") != nullptr ? many : few;
}

// Processes that begin and end at once: `count` of them from `first` on. The store packs them when
// 8,192 have come together and events of ten minutes later have been seen. Takes two numbers for
// each.
inline void OfferEndedProcesses(EventStore& store, uint64_t first, uint64_t count, uint64_t& number,
                                absl::Time time) {
  for (uint64_t id = first; id < first + count; ++id) {
    for (const auto kind : {WIRE_process_exec, WIRE_process_exit}) {
      RecordBuilder record(kind);
      record.Set("exec_id", id).Set("pid", id % 4'000'000).Set("comm", "sh");
      if (kind == WIRE_process_exec) record.Set("exe_path", "/bin/sh").Set("parent_exec_id", 1);
      store.OfferEvent(record.Build(), ++number, time);
    }
  }
}

// How many segments of packed processes there are.
inline int64_t PackedSegments(const std::string& path) {
  return Ask(path,
             "SELECT count(*) FROM segments JOIN layouts USING (layout) WHERE kind = 'processes'");
}

// Each process is there once, a row or packed, and with its end if that is there.
inline void ExpectProcessesWhole(const std::string& path) {
  EXPECT_EQ(Ask(path, "SELECT count(*) - count(DISTINCT exec_id) FROM processes"), 0);
  for (const char* missing : {
           "SELECT exec_id FROM process_exec EXCEPT SELECT exec_id FROM processes",
           "SELECT exec_id FROM process_exit EXCEPT"
           " SELECT exec_id FROM processes WHERE end_ns IS NOT NULL",
       }) {
    EXPECT_EQ(Ask(path, absl::StrCat("SELECT count(*) FROM (", missing, ")")), 0) << missing;
  }
}

// Every alert that somebody was told of is there, none is there twice, the chain fits and the file
// is whole.
inline void ExpectSound(const std::string& path, const std::vector<std::string>& told) {
  StoreReader reader = ValueOrDie(StoreReader::Open(path));
  std::multiset<std::string> stored;
  const auto end = reader.Query(
      "SELECT id FROM alerts", {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        stored.emplace(row[0].bytes);
        return true;
      });
  ASSERT_TRUE(end.ok()) << end.status();
  for (const std::string& id : told) {
    EXPECT_EQ(stored.count(id), 1U) << id << ": somebody was told of it";
  }
  EXPECT_EQ(std::set<std::string>(stored.begin(), stored.end()).size(), stored.size());
  VerifyOptions options;
  options.findings_max = 10;
  const ChainReport report = ValueOrDie(reader.Verify(options));
  for (const std::string& finding : report.findings) ADD_FAILURE() << finding;
  EXPECT_EQ(AskText(path, "PRAGMA quick_check"), "ok");
  // Every event that is there can be read.
  EXPECT_EQ(Ask(path, "SELECT coalesce(sum(path IS NULL), 0) FROM file_open"), 0);
  ExpectProcessesWhole(path);
}

}  // namespace vedette

#endif  // VEDETTE_TESTS_STORE_CAMPAIGN_H_
