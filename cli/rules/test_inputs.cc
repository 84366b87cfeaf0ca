// SPDX-License-Identifier: Apache-2.0
//
// No unit test: cli/rules/test_test.cc comes through every way.
#include "cli/rules/test_inputs.h"

#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/status_macros.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

bool IsFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

class Collector {
 public:
  absl::Status AddWith(const std::vector<std::string>& paths) {
    ASSIGN_OR_RETURN(std::vector<RuleSource> sources, ReadRuleSources(paths));
    for (RuleSource& source : sources) AddRules(std::move(source));
    return absl::OkStatus();
  }

  absl::Status AddPath(const std::string& path) {
    const fs::path parent = fs::path(path).parent_path();
    if (!IsFolder(path) && parent.filename() == "tests") {
      const fs::path home = parent.parent_path();
      RETURN_IF_ERROR(AddUnderTest(home.empty() ? "." : home.string(), /*with_cases=*/false));
      return AddCases(path);
    }
    return AddUnderTest(path);
  }

  TestInputs Take() { return std::move(inputs_); }

 private:
  bool AddRules(RuleSource source) {
    if (!loaded_.insert(source.name).second) return false;
    inputs_.rules.push_back(std::move(source));
    return true;
  }

  // With the cases in the folders `tests` beside the rule files.
  absl::Status AddUnderTest(const std::string& path, bool with_cases = true) {
    ASSIGN_OR_RETURN(std::vector<RuleSource> sources, ReadRuleSources({path}));
    for (RuleSource& source : sources) {
      const fs::path folder = fs::path(source.name).parent_path();
      if (with_cases) RETURN_IF_ERROR(AddCases((folder / "tests").string()));
      if (!inputs_.under_test.insert(source.name).second) continue;
      Take(ParseCasesOfRules(source), /*with_diagnostics=*/false);
      AddRules(std::move(source));
    }
    return absl::OkStatus();
  }

  absl::Status AddCases(const std::string& path) {
    std::error_code error;
    if (!fs::exists(path, error)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<RuleSource> sources, ReadRuleSources({path}));
    for (const RuleSource& source : sources) {
      if (case_files_.insert(source.name).second) Take(ParseCases(source), true);
    }
    return absl::OkStatus();
  }

  // What a rule file has of YAML errors is said when it is loaded.
  void Take(CaseFile file, bool with_diagnostics) {
    if (with_diagnostics || !file.cases.empty()) inputs_.diagnostics.Append(file.diagnostics);
    std::move(file.cases.begin(), file.cases.end(), std::back_inserter(inputs_.cases));
  }

  TestInputs inputs_;
  absl::flat_hash_set<std::string> loaded_;
  absl::flat_hash_set<std::string> case_files_;
};

}  // namespace

absl::StatusOr<TestInputs> ReadTestInputs(const std::vector<std::string>& paths,
                                          const std::vector<std::string>& with) {
  Collector collector;
  RETURN_IF_ERROR(collector.AddWith(with));
  for (const std::string& path : paths) RETURN_IF_ERROR(collector.AddPath(path));
  return collector.Take();
}

}  // namespace vedette
