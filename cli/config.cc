// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/config/config.h"
#include "cli/config/config_files.h"
#include "cli/rule_paths.h"
#include "cli/rule_set.h"
#include "cli/run_flags.h"
#include "integrations/net/http_client.h"
#include "integrations/net/secret.h"
#include "integrations/sinks/registry.h"

namespace vedette::commands {
namespace {

// None, after it has said why.
std::optional<Config> Load(const std::string& file, Io& io, ExitCode& code) {
  RunFlags flags;
  flags.config = file;
  auto config = ConfigOf(flags);
  if (config.ok()) return *std::move(config);
  if (absl::IsInvalidArgument(config.status())) {  // All mistakes, each with its place.
    io.PrintError(absl::StrCat(config.status().message(), "\n"));
    io.Complain("the configuration is wrong");
    code = ExitCode::kFailed;
  } else {
    code = io.Fail(config.status());
  }
  return std::nullopt;
}

// A secret that cannot be read here and now, or a secret URL that is none.
absl::Status SecretProblem(SinkOption::Type type, const std::string& value) {
  const auto source = SecretSource::Parse(value);
  if (!source.ok() || !source->given()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Secret secret, source->Read());
  if (type != SinkOption::Type::kUrl || IsHttpUrl(secret.Reveal())) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "what is written there must begin with https:// or http://; it is not shown");
}

// A file that is to be read and cannot be, or the folder of one that is to be written.
absl::Status PathProblem(absl::string_view name, const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  if (absl::EndsWith(name, "_file")) return OpenFile(path, O_RDONLY | O_NONBLOCK).status();
  const std::string folder = path.substr(0, std::max<size_t>(1, path.rfind('/')));
  return OpenFile(folder, O_PATH | O_DIRECTORY).status();
}

// What stands outside of the configuration and would keep a sink from its work, each with its sink.
std::vector<std::string> SinkProblems(const Config& config) {
  std::vector<std::string> problems;
  for (const Config::SinkEntry& entry : config.sinks) {
    for (const auto& [name, value] : entry.options) {
      using Type = SinkOption::Type;
      const Type type = FindSinkOption(*FindSinkType(entry.type), name)->type;
      absl::Status status;
      if (type == Type::kSecret || type == Type::kUrl) status = SecretProblem(type, value);
      if (type == Type::kAbsolutePath) status = PathProblem(name, value);
      if (status.ok()) continue;
      problems.push_back(absl::StrCat("sink ", SinkName(entry.type, entry.options), ", ", name,
                                      ": ", status.message()));
    }
  }
  return problems;
}

// Everything that can be known before the daemon runs.
ExitCode Check(const std::string& file, Io& io) {
  ExitCode code = ExitCode::kDone;
  const std::optional<Config> config = Load(file, io, code);
  if (!config.has_value()) return code;
  RuleInputs inputs;
  const auto paths = ChooseRulePaths({}, *config, OwnExecutable());
  if (!paths.ok()) return io.Fail(paths.status());
  inputs.paths = *paths;
  inputs.tags_off = config->rules_off;
  for (const auto& [name, condition] : config->recording) {
    inputs.recording.push_back({"recording." + name, condition});
  }
  const RuleSetOrWhyNot rules = LoadRuleSet(inputs, 1);
  io.PrintError(rules.diagnostics);
  bool good = rules.rules.ok();
  if (!good) io.Complain(rules.rules.status().message());
  for (const std::string& problem : SinkProblems(*config)) {
    io.Complain(problem);
    good = false;
  }
  if (!good) return ExitCode::kFailed;
  const size_t sinks = config->sinks.size(), alerting = rules.rules->alerting;
  io.Print(absl::StrCat("good: ", alerting, alerting == 1 ? " rule, " : " rules, ", sinks,
                        sinks == 1 ? " sink" : " sinks", ", store ",
                        EscapeControl(config->store.path), "\n"));
  return ExitCode::kDone;
}

void AddFile(Command& command, std::string& file) {
  command.Option(
      "-c,--config", file, "FILE",
      absl::StrCat("Settings, with those of the folder conf.d beside it; else ", kConfigPath));
}

}  // namespace

void config(Command& command) {
  command.Examples({{"sudo vedette config check", "Before `systemctl reload vedette`"},
                    {"vedette config print > vedette.yaml", "A file to start from"}});
  auto file = std::make_shared<std::string>();
  Command check = command.Sub("check", "Find mistakes in settings, rules and secrets");
  AddFile(check, *file);
  check.Examples({{"sudo vedette config check", "Before `systemctl reload vedette`"},
                  {"vedette config check -c new.yaml", "A file that is not in force yet"}});
  check.Runs([file](Io& io) { return Check(*file, io); });

  Command print = command.Sub("print", "Print every setting, with what it means");
  AddFile(print, *file);
  print.Examples({{"vedette config print > vedette.yaml", "A file to start from"}});
  print.Runs([file](Io& io) {
    ExitCode code = ExitCode::kDone;
    const std::optional<Config> config = Load(*file, io, code);
    if (config.has_value()) io.Print(PrintConfig(*config));
    return code;
  });

  Command schema = command.Sub("schema", "Print the JSON Schema of the settings, for editors");
  schema.Examples({{"vedette config schema > vedette.schema.json",
                    "# yaml-language-server: $schema=vedette.schema.json"}});
  schema.Runs([](Io& io) {
    io.Print(PrintConfigSchema());
    return ExitCode::kDone;
  });
}

}  // namespace vedette::commands
