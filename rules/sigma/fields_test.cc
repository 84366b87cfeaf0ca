// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/fields.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "rules/lang/testing.h"

namespace vedette {
namespace {

TEST(SigmaFields, BelongToTheirLogSource) {
  ASSERT_NE(FindSigmaField("TargetFilename", SigmaCategory::kFile), nullptr);
  EXPECT_EQ(FindSigmaField("TargetFilename", SigmaCategory::kProcess), nullptr);
  EXPECT_EQ(FindSigmaField("image", SigmaCategory::kProcess), nullptr);
  EXPECT_EQ(FindSigmaSource("registry_event"), nullptr);
}

// Whatever the tables name is there, and of the type that they say.
TEST(SigmaFields, StandForFieldsThatExist) {
  for (const char* source : {"process_creation", "file_event", "network_connection"}) {
    const SigmaSource* found = FindSigmaSource(source);
    ASSERT_NE(found, nullptr) << source;
    for (const char* name :
         {"Image", "CommandLine", "ProcessId", "CurrentDirectory", "User", "ParentImage",
          "ParentCommandLine", "ParentProcessId", "TargetFilename", "DestinationIp",
          "DestinationPort", "SourceIp", "SourcePort", "Protocol"}) {
      const SigmaField* field = FindSigmaField(name, found->category);
      if (field == nullptr) continue;
      const bool text = field->type == SigmaField::Type::kText;
      std::string condition =
          absl::StrCat(found->condition, " and ", field->field, text ? " iglob x" : " exists");
      if (!field->network.empty()) absl::StrAppend(&condition, " and ", field->network, " exists");
      const LoadResult loaded = LoadCondition(condition);
      EXPECT_TRUE(loaded.diagnostics.empty()) << loaded.diagnostics.ToText();
    }
  }
}

}  // namespace
}  // namespace vedette
