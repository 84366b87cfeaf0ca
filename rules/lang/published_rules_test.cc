// SPDX-License-Identifier: Apache-2.0
//
// The conditions of Falco's published rules, with lists and macros put in: they are what plain
// replacement of text gives, and they stay what they are. The rules themselves are not part of this
// project, so the golden file holds hashes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "rules/lang/lists.h"
#include "rules/lang/load.h"
#include "rules/lang/parser.h"
#include "rules/lang/rule_file.h"

namespace vedette {
namespace {

constexpr char kGolden[] = "tests/golden/published_conditions.txt";

// FNV-1a: the same everywhere and forever.
std::string HashOf(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return absl::StrCat(absl::Hex(hash, absl::kZeroPad16));
}

class PublishedConditions : public testing::Test {
 protected:
  void SetUp() override {
    const char* const shared = std::getenv("VEDETTE_SHARED");
    const std::filesystem::path folder =
        std::filesystem::path(shared != nullptr ? shared : "../shared") / "falco";
    const auto texts = ReadRuleSources({(folder / "falco_rules.yaml").string(),
                                        (folder / "falco-incubating_rules.yaml").string()});
    if (!texts.ok()) GTEST_SKIP() << "no published rules (VEDETTE_SHARED): " << texts.status();
    for (const RuleSource& text : *texts) {
      trees_.push_back(ReadYaml(sources_, sources_.Add(text.name, text.text), diagnostics_));
    }
    files_ = JoinRuleFiles(trees_, reporter_);
    ASSERT_TRUE(diagnostics_.empty()) << diagnostics_.ToText();
  }

  // As the loader does it: lists as text, macros as subtrees.
  std::map<std::string, std::string> BySubtrees() {
    const Lists lists(files_.lists, budget_, reporter_);
    std::map<std::string, ExprPtr> macros;
    const auto parse = [&](const MappedText& condition) {
      MappedText text;
      EXPECT_TRUE(lists.Substitute(condition, text));
      return ParseCondition(text.text()).expr;
    };
    for (const MacroDefinition& macro : files_.macros.all) {
      macros[macro.name] = parse(macro.condition);
    }
    const FindMacroExpr find = [&](absl::string_view name) -> const Expr* {
      const auto found = macros.find(std::string(name));
      return found == macros.end() ? nullptr : found->second.get();
    };
    std::map<std::string, std::string> texts;
    for (const RuleDefinition& rule : files_.rules.all) {
      const ExprPtr expr = parse(rule.condition);
      if (expr != nullptr) texts[rule.name] = ToText(*expr, find);
    }
    return texts;
  }

  SourceMap sources_;
  Diagnostics diagnostics_;
  std::vector<YamlTree> trees_;
  Reporter reporter_{sources_, diagnostics_};
  RuleFiles files_;
  Budget budget_{64 << 20};
};

// Words outside of quotes: a list's name becomes its items, and where a condition may stand, a
// macro's name its condition in parentheses.
class Replacement {
 public:
  explicit Replacement(const RuleFiles& files) {
    for (const ListDefinition& list : files.lists.all) {
      const auto text = [](std::string* out, const MappedText& item) { *out += item.text(); };
      lists_[list.name] = absl::StrJoin(list.items, ", ", text);
    }
    for (const MacroDefinition& macro : files.macros.all) {
      macros_[macro.name] = absl::StrCat("(", macro.condition.text(), ")");
    }
  }

  std::string Apply(const std::string& text, bool condition = true) const {
    std::string out;
    char quote = '\0';
    for (size_t at = 0; at < text.size();) {
      const char c = text[at];
      if (quote != '\0' || c == '"' || c == '\'') {
        quote = quote == '\0' ? c : quote == c && text[at - 1] != '\\' ? '\0' : quote;
        condition = false;
        out += text[at++];
        continue;
      }
      size_t end = at;
      while (end < text.size() && !IsEdge(text[end])) ++end;
      if (end == at) {
        out += text[at++];
        continue;
      }
      const std::string replaced = Word(text.substr(at, end - at), condition);
      condition = replaced == "and" || replaced == "or" || replaced == "not";
      out += replaced;
      at = end;
      if (!replaced.empty()) continue;
      // Nothing needs no comma.
      const size_t last = out.find_last_not_of(" \n");
      const size_t next = text.find_first_not_of(" \n", at);
      if (last != std::string::npos && out[last] == ',') {
        out.resize(last);
      } else if (next != std::string::npos && text[next] == ',') {
        at = next + 1;
      }
    }
    return out;
  }

 private:
  std::string Word(const std::string& word, bool condition) const {
    const auto macro = macros_.find(word);
    if (condition && macro != macros_.end()) return Apply(macro->second);
    const auto list = lists_.find(word);
    return list == lists_.end() ? word : Apply(list->second, false);
  }
  static bool IsEdge(char c) {
    return absl::ascii_isspace(static_cast<unsigned char>(c)) ||
           absl::string_view("(),='\"").find(c) != absl::string_view::npos;
  }
  std::map<std::string, std::string> lists_;
  std::map<std::string, std::string> macros_;
};

TEST_F(PublishedConditions, AreWhatReplacingTextGives) {
  const auto by_subtrees = BySubtrees();
  ASSERT_EQ(by_subtrees.size(), files_.rules.all.size());
  const Replacement replacement(files_);
  for (const RuleDefinition& rule : files_.rules.all) {
    std::string text = replacement.Apply(rule.condition.text());
    const ParsedCondition parsed = ParseCondition(text);
    ASSERT_NE(parsed.expr, nullptr) << rule.name << ": " << parsed.error->message << "\n" << text;
    EXPECT_EQ(by_subtrees.at(rule.name), ToText(*parsed.expr)) << rule.name;
  }
}

TEST_F(PublishedConditions, StayAsTheyAre) {
  std::string actual;
  for (const auto& [rule, text] : BySubtrees()) {
    absl::StrAppend(&actual, HashOf(rule), " ", HashOf(text), "\n");
  }
  if (std::getenv("VEDETTE_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(kGolden, actual, 0644).ok());
    return;
  }
  const absl::StatusOr<std::string> golden = ReadFile(kGolden, 1 << 20);
  ASSERT_TRUE(golden.ok()) << golden.status();
  EXPECT_EQ(actual, *golden) << kGolden << ": VEDETTE_UPDATE_GOLDEN=1 rewrites it";
}

}  // namespace
}  // namespace vedette
