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

#include "storage/queries.h"
#include "storage/test_store.h"

namespace vedette {

// A few times in every run, many in the campaign (VEDETTE_STORE_CAMPAIGN=1).
inline int Rounds(int few, int many) {
  return getenv("VEDETTE_STORE_CAMPAIGN") != nullptr ? many : few;
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
}

}  // namespace vedette

#endif  // VEDETTE_TESTS_STORE_CAMPAIGN_H_
