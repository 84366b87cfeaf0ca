// SPDX-License-Identifier: Apache-2.0
//
// `vedette rules fmt`: rule files in one layout.
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/rules/rule_commands.h"
#include "rules/lang/format.h"

namespace vedette {
namespace {

struct Options {
  std::vector<std::string> paths;
  bool check = false;
  bool write = false;
};

absl::Status Rewrite(const std::string& path, const std::string& text) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return absl::ErrnoToStatus(errno, path);
  return WriteFileAtomically(path, text, info.st_mode & 07777);
}

ExitCode Format(const Options& options, Io& io) {
  if (options.check && options.write) {
    io.Complain("--check changes nothing and --write does: choose one");
    return ExitCode::kUsage;
  }
  const auto sources = ReadRuleSources(options.paths);
  if (!sources.ok()) return io.Fail(sources.status());
  ExitCode code = ExitCode::kDone;
  for (const RuleSource& source : *sources) {
    const FormattedRules formatted = FormatRules(source);
    io.PrintError(formatted.diagnostics.ToText());
    if (formatted.diagnostics.has_errors()) code = ExitCode::kFailed;
    const bool differs = formatted.text != source.text;
    if (!options.check && !options.write) io.Print(formatted.text);
    if (!differs) continue;
    if (options.check) {
      io.Print(absl::StrCat(EscapeControl(source.name), "\n"));
      code = ExitCode::kFailed;
    }
    if (!options.write) continue;
    const absl::Status written = Rewrite(source.name, formatted.text);
    if (!written.ok()) return io.Fail(written);
    io.Print(absl::StrCat(EscapeControl(source.name), "\n"));
  }
  return code;
}

}  // namespace

void DefineRulesFmt(Command& rules) {
  auto options = std::make_shared<Options>();
  Command fmt = rules.Sub("fmt", "Bring rule files into one layout");
  fmt.Option("path", options->paths, "PATH", "Files, and folders of .yaml files")->required();
  fmt.Flag("--check", options->check,
           "Change nothing, name the files that would change; exit code 1 if there are any");
  fmt.Flag("--write", options->write,
           "Write the files instead of printing them, and name those that have changed");
  fmt.Examples({
      {"vedette rules fmt my.yaml", "Keys in order, conditions in lines, comments kept"},
      {"vedette rules fmt --check rules/", "Before a merge"},
  });
  fmt.Runs([options](Io& io) { return Format(*options, io); });
}

}  // namespace vedette
