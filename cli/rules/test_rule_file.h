// SPDX-License-Identifier: Apache-2.0
//
// For tests: a file that goes with the test's process.
#ifndef VEDETTE_CLI_RULES_TEST_RULE_FILE_H_
#define VEDETTE_CLI_RULES_TEST_RULE_FILE_H_

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/temporary_directory.h"

namespace vedette {

// Its path. A second one of the name replaces the first.
inline std::string TestRuleFile(absl::string_view name, absl::string_view text) {
  static const TemporaryDirectory folder;
  std::string path = folder.File(name);
  EXPECT_TRUE(WriteFileAtomically(path, text, 0640).ok());
  return path;
}

}  // namespace vedette

#endif  // VEDETTE_CLI_RULES_TEST_RULE_FILE_H_
