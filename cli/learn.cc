// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/answer_flags.h"
#include "cli/command.h"
#include "cli/output_file.h"
#include "cli/profile.h"
#include "cli/rules/json_request.h"
#include "cli/store_flags.h"
#include "cli/when.h"
#include "rules/lang/load.h"

namespace vedette::commands {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string store, scope, since = "7d", file, compare;
  bool json = false;
};

Json ToJson(const Profile& profile, const std::string& rules,
            const std::vector<std::string>& changes) {
  Json values = Json::object();
  for (const ProfileSort& sort : kProfileSorts) {
    values[std::string(sort.name)] = profile.*sort.values;
  }
  return {{"scope", profile.scope.Text()},
          {"version", profile.version},
          {"processes", profile.processes},
          {"events", profile.events},
          {"values", std::move(values)},
          {"changes", changes},
          {"rules", rules}};
}

// What nothing is known of becomes no rule: that has to be said.
void TellWhatIsMissing(const Profile& profile, Io& io) {
  for (const ProfileSort& sort : kProfileSorts) {
    if (!(profile.*sort.values).empty() || sort.name == "capabilities") continue;
    io.PrintError(absl::StrCat("note: the history has no ", sort.what, " of ",
                               EscapeControl(profile.scope.Text()),
                               ", so there is no rule of "
                               "them; `recording` in the configuration says what it keeps\n"));
  }
}

absl::Status WriteTo(const std::string& path, const std::string& rules, Io& io) {
  ASSIGN_OR_RETURN(const auto file, OutputFile::Create(path, io));
  file->Print(rules);
  return file->Commit();
}

absl::Status Learn(const Options& options, Io& io) {
  ASSIGN_OR_RETURN(const ProfileScope scope, ParseProfileScope(options.scope));
  ASSIGN_OR_RETURN(const absl::Time since, ParsePast(options.since, absl::Now()));
  ASSIGN_OR_RETURN(StoreReader store, OpenStore(options.store));
  ASSIGN_OR_RETURN(Profile profile, LearnProfile(store, scope, since));
  std::vector<std::string> changes;
  if (!options.compare.empty()) {
    ASSIGN_OR_RETURN(const Profile before, ReadProfile(options.compare));
    changes = CompareProfiles(before, profile);
    profile.version = before.version + (changes.empty() ? 0 : 1);
  }
  const std::string rules = ProfileRules(profile);
  const LoadResult loaded = LoadRules({{"profile", rules}});
  if (loaded.diagnostics.has_errors()) {
    return absl::InternalError(
        absl::StrCat("the profile does not load as rules:\n", loaded.diagnostics.ToText()));
  }
  if (!options.file.empty()) RETURN_IF_ERROR(WriteTo(options.file, rules, io));
  if (options.json) {
    io.Print(JsonLine(ToJson(profile, rules, changes)));
  } else if (!options.compare.empty()) {
    for (const std::string& change : changes) {
      io.Print(absl::StrCat(EscapeControl(change), "\n"));
    }
    if (changes.empty()) io.Print("nothing has changed\n");
  } else if (options.file.empty()) {
    io.Print(rules);
  }
  TellWhatIsMissing(profile, io);
  if (!options.file.empty()) {
    io.PrintError(absl::StrCat("version ", profile.version, ", of ", profile.processes,
                               " processes, is in ", EscapeControl(options.file),
                               "; `vedette rules test` runs its tests\n"));
  }
  WarnOfGaps(store, io, since);
  return absl::OkStatus();
}

}  // namespace

void learn(Command& command) {
  auto options = std::make_shared<Options>();
  command
      .Option("--scope", options->scope, "SCOPE",
              "service:nginx.service, container:ID or program:/usr/sbin/nginx")
      ->required();
  AddStoreFlag(command, options->store);
  AddSinceFlag(command, options->since, "7d");
  command.ShowsTimes();
  command.Option("--compare", options->compare, "OLD",
                 "An earlier profile: tell what has changed since");
  command.Option("-o,--file", options->file, "FILE", "Where the rules go; else standard output");
  command.Flag("--json", options->json, "One JSON object, with the rules");
  command.Examples({
      {"vedette learn --scope service:nginx.service -o nginx.yaml", "What does it do, as rules?"},
      {"vedette learn --scope service:nginx.service --compare nginx.yaml",
       "What does it do since the release that it did not?"},
      {"vedette rules test nginx.yaml", "The rules' own tests"},
  });
  command.Runs([options](Io& io) {
    const absl::Status status = Learn(*options, io);
    if (status.ok()) return ExitCode::kDone;
    const ExitCode code = io.Fail(status);
    return absl::IsInvalidArgument(status) ? ExitCode::kUsage : code;
  });
}

}  // namespace vedette::commands
