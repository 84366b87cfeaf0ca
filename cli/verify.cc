// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/store_flags.h"
#include "integrations/format/json.h"

namespace vedette::commands {
namespace {

constexpr size_t kFindingsMax = 100;

struct Options {
  std::string store, key;
  bool json = false;
};

std::string AsJson(const ChainReport& report) {
  std::string findings;
  for (const std::string& finding : report.findings) {
    if (!findings.empty()) findings += ',';
    AppendJsonString(finding, findings);
  }
  return absl::StrCat("{\"ok\":", report.findings.empty() ? "true" : "false",
                      ",\"links\":", report.links, ",\"alerts\":", report.alerts,
                      ",\"gaps\":", report.gaps, ",\"removed_by_retention\":", report.removed,
                      ",\"older_than_chain\":", report.before,
                      ",\"checkpoints\":", report.checkpoints,
                      ",\"unsigned_links\":", report.unsigned_links, ",\"head\":\"", report.head,
                      "\",\"key\":\"", report.key, "\",\"findings\":[", findings, "]}\n");
}

std::string AsText(const ChainReport& report) {
  std::string text;
  for (const std::string& finding : report.findings) absl::StrAppend(&text, finding, "\n");
  absl::StrAppend(&text,
                  report.findings.empty() ? "nothing was changed: " : "the store was changed; ",
                  report.alerts, " alerts and ", report.gaps, " gaps are in ", report.links,
                  " links, ", report.removed, " more were deleted by retention\n");
  if (report.before > 0) {
    absl::StrAppend(&text, "not protected: ", report.before,
                    " alerts and gaps that are older than the chain\n");
  }
  if (report.unsigned_links > 0) {
    absl::StrAppend(&text, "not signed yet: the last ", report.unsigned_links, " links\n");
  }
  return absl::StrCat(text, "head ", report.head,
                      " (compare it with what was seen elsewhere)\nkey ", report.key, " (",
                      report.checkpoints, " checkpoints)\n");
}

ExitCode Verify(const Options& options, Io& io) {
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const auto report = store->Verify(options.key, kFindingsMax);
  if (!report.ok()) return io.Fail(report.status());
  io.Print(options.json ? AsJson(*report) : AsText(*report));
  return report->findings.empty() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void verify(Command& command) {
  auto options = std::make_shared<Options>();
  AddStoreFlag(command, options->store);
  command.Option(
      "--key", options->key, "HEX",
      "The public key that must have signed; `vedette verify` shows it, keep it elsewhere");
  command.Flag("--json", options->json, "One JSON object");
  command.Examples({
      {"vedette verify", "Are alerts and gaps as they were written?"},
      {"vedette verify --key 3b6a27bc... --json", "With the key that was noted on the first day"},
  });
  command.Runs([options](Io& io) { return Verify(*options, io); });
}

}  // namespace vedette::commands
