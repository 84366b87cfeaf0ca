// SPDX-License-Identifier: Apache-2.0
//
// Comparison with a file in tests/golden, for tests. VEDETTE_UPDATE_GOLDEN=1 rewrites the file
// instead.
#ifndef VEDETTE_INTEGRATIONS_FORMAT_GOLDEN_H_
#define VEDETTE_INTEGRATIONS_FORMAT_GOLDEN_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace vedette {

// Tests run in the root of the sources.
inline void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string path = absl::StrCat("tests/golden/", name);
  if (std::getenv("VEDETTE_UPDATE_GOLDEN") != nullptr) {
    EXPECT_TRUE(WriteFileAtomically(path, actual, 0644).ok()) << path;
    return;
  }
  const absl::StatusOr<std::string> golden = ReadFile(path, 1 << 20);
  ASSERT_TRUE(golden.ok()) << golden.status();
  EXPECT_EQ(actual, *golden) << path << ": VEDETTE_UPDATE_GOLDEN=1 rewrites it";
}

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_GOLDEN_H_
