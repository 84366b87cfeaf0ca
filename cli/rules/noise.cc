// SPDX-License-Identifier: Apache-2.0
// No unit test: rule_noise_test asks with the command.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/answer_flags.h"
#include "cli/rule_noise.h"
#include "cli/rules/json_request.h"
#include "cli/rules/rule_commands.h"
#include "cli/store_flags.h"
#include "cli/table.h"
#include "cli/when.h"

namespace vedette {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLineagesInJson = 10;

struct Options {
  std::string store, since = "7d";
  uint64_t limit = 10;
  bool json = false;
};

// From the oldest ancestor to the one that acted.
std::string LineageText(const std::vector<std::string>& programs) {
  return absl::StrJoin(programs.rbegin(), programs.rend(), " > ");
}

Json ToJson(const RuleNoise& noise) {
  Json lineages = Json::array();
  for (size_t i = 0; i < std::min(kLineagesInJson, noise.lineages.size()); ++i) {
    const NoiseLineage& lineage = noise.lineages[i];
    lineages.push_back(
        {{"programs", lineage.programs}, {"alerts", lineage.alerts}, {"object", lineage.object}});
  }
  const NoiseException& exception = noise.exception;
  Json proposed = {{"yaml", exception.yaml},
                   {"why_not", exception.why_not},
                   {"hides", exception.hides},
                   {"elsewhere", exception.elsewhere},
                   {"true_positives", exception.true_positives},
                   {"users", exception.users},
                   {"objects", exception.objects},
                   {"containers", exception.containers}};
  return {{"rule", noise.rule},
          {"priority", noise.priority},
          {"alerts", noise.alerts},
          {"suppressed", noise.suppressed},
          {"true_positives", noise.true_positives},
          {"dismissed", noise.dismissed},
          {"lineages", std::move(lineages)},
          {"exception", std::move(proposed)}};
}

void PrintProposal(const RuleNoise& noise, Io& io) {
  const NoiseException& exception = noise.exception;
  if (exception.yaml.empty()) {
    io.Print(absl::StrCat("\n# ", EscapeControl(noise.rule), ": no exception, ",
                          EscapeControl(exception.why_not), "\n"));
    return;
  }
  io.Print(absl::StrCat("\n# hides ", exception.hides, " of ", noise.alerts,
                        " alerts: ", exception.elsewhere, " of other lineages; users ",
                        exception.users, ", objects ", exception.objects, ", containers ",
                        exception.containers, "\n", exception.yaml));
}

void PrintTable(const std::vector<RuleNoise>& all, size_t shown, Io& io) {
  uint64_t alerts = 0;
  for (const RuleNoise& noise : all) alerts += noise.alerts;
  TextTable table({"alerts", "share", "true", "dismissed", "not told", "rule", "loudest lineage"});
  for (const size_t column : {0u, 1u, 2u, 3u, 4u}) table.AlignRight(column);
  for (size_t i = 0; i < shown; ++i) {
    const RuleNoise& noise = all[i];
    const std::string loudest =
        noise.lineages.empty()
            ? ""
            : absl::StrCat(noise.lineages[0].alerts, "x ", LineageText(noise.lineages[0].programs));
    table.AddRow({absl::StrCat(noise.alerts),
                  absl::StrCat(alerts == 0 ? 0 : noise.alerts * 100 / alerts, "%"),
                  absl::StrCat(noise.true_positives), absl::StrCat(noise.dismissed),
                  absl::StrCat(noise.suppressed), noise.rule, loudest});
  }
  io.Print(table.Render(io.screen()));
}

absl::Status Noise(const Options& options, Io& io) {
  ASSIGN_OR_RETURN(const absl::Time since, ParsePast(options.since, absl::Now()));
  ASSIGN_OR_RETURN(StoreReader store, OpenStore(options.store));
  ASSIGN_OR_RETURN(const std::vector<RuleNoise> all, FindNoise(store, since));
  const size_t shown = std::min<size_t>(options.limit, all.size());
  if (options.json) {
    for (size_t i = 0; i < shown; ++i) io.Print(JsonLine(ToJson(all[i])));
  } else if (all.empty()) {
    io.PrintError("no alerts in that time\n");
  } else {
    PrintTable(all, shown, io);
    for (size_t i = 0; i < shown; ++i) {
      if (all[i].alerts > 1) PrintProposal(all[i], io);
    }
    if (shown < all.size()) {
      io.PrintError(absl::StrCat("note: ", all.size() - shown,
                                 " more rules have alerted; "
                                 "--limit N shows them\n"));
    }
  }
  WarnOfGaps(store, io, since);
  return absl::OkStatus();
}

}  // namespace

void DefineRulesNoise(Command& rules) {
  auto options = std::make_shared<Options>();
  Command noise = rules.Sub("noise", "Show which rules cost attention, and propose exceptions");
  AddStoreFlag(noise, options->store);
  AddSinceFlag(noise, options->since, "7d");
  noise.Number("--limit", options->limit, {1, 1'000'000}, "At most so many (10 unless given)");
  AddJsonFlag(noise, options->json);
  noise.ShowsTimes();
  noise.Examples({
      {"vedette rules noise --since 7d", "What was said too often, by whom?"},
      {"vedette rules noise --json | jq -r .exception.yaml", "The exceptions alone"},
  });
  noise.Runs([options](Io& io) {
    const absl::Status status = Noise(*options, io);
    return status.ok() ? ExitCode::kDone : io.Fail(status);
  });
}

}  // namespace vedette
