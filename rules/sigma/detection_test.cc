// SPDX-License-Identifier: Apache-2.0
//
// What selections become is tested in sigma_test.cc; here what they may cost.
#include "rules/sigma/detection.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

TEST(DetectionReader, ARuleIsBounded) {
  std::string text = "s: [x";
  for (size_t i = 0; i < kSigmaNodesMax; ++i) absl::StrAppend(&text, ",x");
  text += "]\n";
  SourceMap sources;
  Diagnostics diagnostics;
  const uint32_t file = sources.Add("s.yml", text);
  const YamlTree tree = ReadYaml(sources, file, diagnostics);
  ASSERT_TRUE(diagnostics.empty());
  Reporter reporter(sources, diagnostics);
  const SigmaOptions options;
  DetectionReader reader(*FindSigmaSource("process_creation"), options, reporter);
  EXPECT_EQ(reader.Read(*tree.documents[0]).size(), 1U);
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics[0].message, "the rule is too large");
}

}  // namespace
}  // namespace vedette
