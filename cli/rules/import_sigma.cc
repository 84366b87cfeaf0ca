// SPDX-License-Identifier: Apache-2.0
//
// `vedette rules import-sigma`: Sigma rules as a rule file of ours.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/rules/json_request.h"
#include "cli/rules/rule_commands.h"
#include "rules/sigma/sigma.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFilesMax = 100'000;  // SigmaHQ has 4,000.

struct Options {
  std::vector<std::string> paths;
  std::string output;
  bool cased = false;
  bool json = false;
};

// The .yml and .yaml files of a folder and of all below it, sorted; links to folders are not
// followed.
absl::StatusOr<std::vector<std::string>> FilesBelow(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entries(folder, error);
  while (!error && entries != fs::recursive_directory_iterator()) {
    const std::string path = entries->path().string();
    std::error_code ignored;
    const bool is_yaml = absl::EndsWith(path, ".yml") || absl::EndsWith(path, ".yaml");
    if (is_yaml && entries->is_regular_file(ignored)) files.push_back(path);
    if (files.size() > kFilesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat(EscapeControl(folder), ": more than ", kFilesMax, " files"));
    }
    entries.increment(error);
  }
  if (error) {
    return absl::ErrnoToStatus(error.value(), absl::StrCat("read folder ", EscapeControl(folder)));
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    return absl::NotFoundError(absl::StrCat(EscapeControl(folder), ": no .yml file below it"));
  }
  return files;
}

absl::StatusOr<std::vector<RuleSource>> ReadSigma(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    ASSIGN_OR_RETURN(const std::vector<std::string> below, FilesBelow(path));
    files.insert(files.end(), below.begin(), below.end());
  }
  return ReadRuleSources(files);
}

ExitCode Import(const Options& options, Io& io) {
  const auto sources = ReadSigma(options.paths);
  if (!sources.ok()) return io.Fail(sources.status());
  const SigmaImport imported = ImportSigma(*sources, {.cased = options.cased});
  if (!options.output.empty()) {
    const absl::Status written = WriteFileAtomically(options.output, imported.yaml, 0644);
    if (!written.ok()) return io.Fail(written);
  }
  if (options.json) {
    nlohmann::ordered_json all = {{"translated", imported.translated},
                                  {"skipped", imported.skipped}};
    all["diagnostics"] = nlohmann::ordered_json::parse(imported.diagnostics.ToJson());
    if (options.output.empty()) all["rules"] = imported.yaml;
    io.Print(JsonLine(all));
  } else {
    if (options.output.empty()) io.Print(imported.yaml);
    io.PrintError(absl::StrCat(imported.diagnostics.ToText(), imported.translated, " translated, ",
                               imported.skipped, " skipped\n"));
  }
  return imported.translated > 0 ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void DefineRulesImportSigma(Command& rules) {
  auto options = std::make_shared<Options>();
  Command import = rules.Sub("import-sigma", "Translate Sigma rules for Linux into rules of ours");
  import
      .Option("path", options->paths, "PATH",
              "Sigma files, and folders with .yml files in them and below")
      ->required();
  import.Option("--output", options->output, "FILE",
                "Write the rules there, not to standard output");
  import.Flag("--cased", options->cased,
              "Compare texts as they are. Sigma ignores upper and lower case, which costs more and "
              "hardly matters for paths of Linux");
  import.Flag("--json", options->json,
              "One JSON object: rules, counts, and what was not translated");
  import.Examples({
      {"vedette rules import-sigma sigma/rules/linux --output sigma.yaml",
       "What cannot be translated is listed with its place and the reason"},
  });
  import.Runs([options](Io& io) { return Import(*options, io);
});
}  // namespace vedette

}  // namespace vedette
