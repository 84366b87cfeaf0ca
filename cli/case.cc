// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/case_report.h"
#include "cli/command.h"
#include "cli/fleet_copy.h"
#include "cli/question.h"
#include "cli/store_flags.h"
#include "integrations/sinks/units.h"

namespace vedette::commands {
namespace {

struct Options {
  std::string id, store, output, before = "10m", after = "10m", fleet, host;
};

struct Paths {
  std::string html, json;
};

// A name that ends so is the page; its JSON stands beside it. Anything else is a folder, of the
// owner alone.
absl::StatusOr<Paths> PathsOf(const Options& options, const std::string& alert_id) {
  std::string output = options.output;
  if (output.empty()) output = absl::StrCat("case-", alert_id);
  if (absl::EndsWith(output, ".html")) {
    return Paths{output, absl::StrCat(absl::StripSuffix(output, ".html"), ".json")};
  }
  if (mkdir(output.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot make the folder ", output));
  }
  return Paths{output + "/case.html", output + "/case.json"};
}

absl::StatusOr<CaseReport> ReadOwn(const Options& options, const CaseOptions& wanted) {
  ASSIGN_OR_RETURN(const std::string store_path, StorePath(options.store));
  ASSIGN_OR_RETURN(StoreReader store, StoreReader::Open(store_path));
  ASSIGN_OR_RETURN(CaseReport report, ReadCase(store, options.id, wanted));
  report.store_path = store_path;
  return report;
}

absl::StatusOr<CaseReport> ReadFleet(const Options& options, CaseOptions wanted, Io& io) {
  wanted.of_fleet = true;
  ASSIGN_OR_RETURN(
      const FleetAlertCopy made,
      CopyFleetAlert(options.fleet, options.host, options.id, wanted.before, wanted.after));
  made.copy->TellLimits(io);
  ASSIGN_OR_RETURN(StoreReader store, StoreReader::Open(made.copy->store()));
  ASSIGN_OR_RETURN(CaseReport report, ReadCase(store, made.alert.id, wanted));
  report.stored.alert.chain_head = made.alert.chain_head;
  report.store_path = absl::StrCat("what ", made.copy->host(), " has sent to the fleet");
  return report;
}

absl::Status Make(const Options& options, Io& io) {
  CaseOptions wanted;
  ASSIGN_OR_RETURN(wanted.before, ParseInterval(options.before));
  ASSIGN_OR_RETURN(wanted.after, ParseInterval(options.after));
  ASSIGN_OR_RETURN(CaseReport report, options.fleet.empty() ? ReadOwn(options, wanted)
                                                            : ReadFleet(options, wanted, io));
  report.version = VEDETTE_VERSION;
  ASSIGN_OR_RETURN(const Paths paths, PathsOf(options, report.stored.alert.id));
  RETURN_IF_ERROR(WriteFileAtomically(paths.html, CaseHtml(report)));
  RETURN_IF_ERROR(WriteFileAtomically(paths.json, CaseJson(report)));
  io.Print(absl::StrCat(EscapeControl(paths.html), "\n", EscapeControl(paths.json), "\n"));
  if (!report.gaps.rows.empty()) {
    io.PrintError("note: something was lost in this time; the case says what\n");
  }
  if (!report.chain.findings.empty()) {
    io.PrintError("warning: the store was changed; `vedette verify` says more\n");
  }
  return absl::OkStatus();
}

}  // namespace

void case_(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("id", options->id, "ALERT", "The alert's id, or how it begins")->required();
  AddStoreFlag(command, options->store);
  AddFleetFlags(command, options->fleet, options->host);
  command.Option(
      "-o,--output", options->output, "FOLDER|FILE.html",
      "Where to: a folder, which gets case.html and case.json, or the page, beside which "
      "its JSON goes. Else the folder case-ALERT");
  command.Option("--before", options->before, "TIME", "How long before the alert it begins (10m)");
  command.Option("--after", options->after, "TIME", "How long after the alert it ends (10m)");
  command.Examples({
      {"vedette case 5d1e7c0a", "A page to hand on, in ./case-5d1e7c0a9b3f2846/"},
      {"vedette case 5d1e7c0a -o report.html --before 2h", "With what the two hours before had"},
  });
  command.Runs([options](Io& io) {
    const absl::Status status = Make(*options, io);
    return status.ok() ? ExitCode::kDone : io.Fail(status);
  });
}

}  // namespace vedette::commands
