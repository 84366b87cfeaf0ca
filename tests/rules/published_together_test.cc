// SPDX-License-Identifier: Apache-2.0
//
// The packs and Falco's published rules in one set: neither takes names from the other, so a SOC
// can load either or both (docs/tuning.md says what folds the duplicates).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rules/lang/load.h"

namespace vedette {
namespace {

// Conditions with lists and macros put in, by the rule's name.
using Conditions = std::map<std::string, std::string>;

class PublishedTogetherTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* const shared = std::getenv("VEDETTE_SHARED");
    const std::filesystem::path folder =
        std::filesystem::path(shared != nullptr ? shared : "../shared") / "falco";
    published_ = {(folder / "falco_rules.yaml").string(),
                  (folder / "falco-incubating_rules.yaml").string()};
    const auto texts = ReadRuleSources(published_);
    if (!texts.ok()) GTEST_SKIP() << "no published rules (VEDETTE_SHARED): " << texts.status();
  }

  static std::shared_ptr<const Program> Load(const std::vector<std::string>& paths) {
    const auto sources = ReadRuleSources(paths);
    EXPECT_TRUE(sources.ok()) << sources.status();
    const LoadResult loaded = LoadRules(*sources);
    EXPECT_FALSE(loaded.diagnostics.has_errors()) << loaded.diagnostics.ToText();
    return loaded.program;
  }

  static Conditions ConditionsOf(const Program& program) {
    Conditions all;
    for (const Rule& rule : program.rules) all[rule.name] += rule.condition_text + "\n";
    return all;
  }

  std::vector<std::string> published_;
};

TEST_F(PublishedTogetherTest, NeitherChangesTheOther) {
  const auto packs = Load({"rules/packs"}), published = Load(published_);
  std::vector<std::string> both = {"rules/packs"};
  both.insert(both.end(), published_.begin(), published_.end());
  const auto together = Load(both);
  ASSERT_NE(together, nullptr);
  EXPECT_EQ(together->rules.size(), packs->rules.size() + published->rules.size());
  const Conditions of_both = ConditionsOf(*together);
  for (const Program* const alone : {packs.get(), published.get()}) {
    for (const auto& [name, condition] : ConditionsOf(*alone)) {
      const auto found = of_both.find(name);
      ASSERT_NE(found, of_both.end()) << name;
      EXPECT_EQ(found->second, condition) << name;
    }
  }
}

}  // namespace
}  // namespace vedette
