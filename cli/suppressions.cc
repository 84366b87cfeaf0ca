// SPDX-License-Identifier: Apache-2.0
#include "cli/suppressions.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/answer_flags.h"
#include "cli/rules/json_request.h"
#include "cli/store_flags.h"
#include "cli/suppression_preview.h"
#include "cli/suppression_request.h"
#include "cli/table.h"
#include "cli/when.h"
#include "integrations/sinks/units.h"

namespace vedette {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kRowsShown = 20;

struct Options {
  std::string store, socket, id, like, duration, until, reason, since = "7d";
  SuppressionCriteria criteria;
  bool dry_run = false, json = false, all = false;
};

std::string UtcText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

// "rule = Read *, program = /usr/bin/rsync"
std::string CriteriaText(const SuppressionCriteria& criteria) {
  std::vector<std::string> parts;
  for (const SuppressionCriterion& one : SuppressionCriterions()) {
    const std::string& value = criteria.*one.value;
    if (!value.empty()) parts.push_back(absl::StrCat(one.name, " = ", value));
  }
  return absl::StrJoin(parts, ", ");
}

Json CriteriaJson(const SuppressionCriteria& criteria) {
  Json json = Json::object();
  for (const SuppressionCriterion& one : SuppressionCriterions()) {
    const std::string& value = criteria.*one.value;
    if (!value.empty()) json[std::string(one.name)] = value;
  }
  return json;
}

// From one alert: its rule, its program and the program above it. What was given stays.
absl::Status FillLike(StoreReader& store, const std::string& id, SuppressionCriteria& criteria) {
  ASSIGN_OR_RETURN(const StoredAlert stored, store.GetAlert(id));
  const Alert& alert = stored.alert;
  const auto fill = [](std::string& to, const std::string& from) {
    if (to.empty()) to = from;
  };
  fill(criteria.rule, alert.rule);
  if (!alert.processes.empty()) fill(criteria.program, alert.processes[0].exe_path);
  if (alert.processes.size() > 1) fill(criteria.ancestor, alert.processes[1].exe_path);
  return absl::OkStatus();
}

absl::StatusOr<absl::Time> EndOf(const Options& options, absl::Time now) {
  if (options.duration.empty() == options.until.empty()) {
    return absl::InvalidArgumentError("say until when: --for 30d, or --until \"2024-06-01\"");
  }
  if (!options.until.empty()) {
    ASSIGN_OR_RETURN(const absl::Time until, ParseWhen(options.until, now));
    return until;
  }
  const auto duration = ParseInterval(options.duration);
  if (!duration.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--for: ", duration.status().message()));
  }
  return now + *duration;
}

Json PreviewJson(const SuppressionPreview& preview) {
  Json rows = Json::array();
  for (const SuppressionPreview::Row& row : preview.rows) {
    rows.push_back({{"rule", row.rule},
                    {"priority", row.priority},
                    {"program", row.program},
                    {"alerts", row.alerts},
                    {"last", UtcText(row.last)}});
  }
  return {{"since", UtcText(preview.since)},
          {"alerts", preview.alerts},
          {"covered", preview.covered},
          {"true_positives", preview.true_positives},
          {"rows", std::move(rows)}};
}

void PrintPreview(const SuppressionPreview& preview, const SuppressionCriteria& criteria, Io& io) {
  io.Print(absl::StrCat("since ", ShownSecond(preview.since, io.zone()), " it would have covered ",
                        preview.covered, " of ", preview.alerts, " alerts\n"));
  TextTable table({"rule", "priority", "alerts", "program", "last"});
  table.AlignRight(2);
  for (size_t i = 0; i < std::min(kRowsShown, preview.rows.size()); ++i) {
    const SuppressionPreview::Row& row = preview.rows[i];
    table.AddRow({row.rule, row.priority, absl::StrCat(row.alerts), row.program,
                  ShownSecond(row.last, io.zone())});
  }
  if (table.rows() > 0) io.Print(table.Render(io.screen()));
  if (preview.rows.size() > kRowsShown) {
    io.Print(
        absl::StrCat("and ", preview.rows.size() - kRowsShown, " more rows; --json has all\n"));
  }
  if (preview.true_positives > 0) {
    io.PrintError(absl::StrCat("warning: ", preview.true_positives,
                               " of these alerts were closed as true-positive\n"));
  }
  if (preview.covered == 0 && preview.alerts > 0) {
    io.PrintError(
        "warning: no alert of that time is like that; each text is compared as a whole, programs "
        "by their path: `vedette alerts list` and --like show what there is\n");
  }
  const bool rule_alone = criteria.program.empty() && criteria.ancestor.empty() &&
                          criteria.command.empty() && criteria.object.empty() &&
                          criteria.duplicate_of.empty();
  if (rule_alone) {
    io.PrintError(
        "warning: whatever program does it, to whatever object: --program, --ancestor or --object "
        "make it narrower\n");
  }
}

absl::Status MakeSuppression(const Options& options, Io& io) {
  const absl::Time now = absl::Now();
  SuppressionAct act;
  act.criteria = options.criteria;
  act.id = NewRequestName().substr(0, 16);
  act.reason = options.reason;
  act.time = now;
  ASSIGN_OR_RETURN(act.expires, EndOf(options, now));
  ASSIGN_OR_RETURN(const std::string path, StorePath(options.store));
  ASSIGN_OR_RETURN(const std::string socket, ControlSocketPath(options.socket));
  ASSIGN_OR_RETURN(const absl::Time since, ParseWhen(options.since, now));
  ASSIGN_OR_RETURN(StoreReader store, StoreReader::Open(path));
  if (!options.like.empty()) RETURN_IF_ERROR(FillLike(store, options.like, act.criteria));
  RETURN_IF_ERROR(CheckSuppression(act));
  ASSIGN_OR_RETURN(const SuppressionPreview preview,
                   PreviewSuppression(store, act.criteria, since));
  if (!options.json) PrintPreview(preview, act.criteria, io);
  if (!options.dry_run) RETURN_IF_ERROR(CarryOutSuppression(path, socket, store, act));
  if (options.json) {
    io.Print(JsonLine({{"id", options.dry_run ? Json() : Json(act.id)},
                       {"criteria", CriteriaJson(act.criteria)},
                       {"expires", UtcText(act.expires)},
                       {"reason", act.reason},
                       {"preview", PreviewJson(preview)}}));
  } else if (options.dry_run) {
    io.Print("nothing was recorded\n");
  } else {
    io.Print(absl::StrCat("suppressed until ", ShownSecond(act.expires, io.zone()), ": ",
                          EscapeControl(CriteriaText(act.criteria)),
                          "\n  vedette alerts unsuppress ", act.id.substr(0, 8), " ends it\n"));
  }
  return absl::OkStatus();
}

// Alerts that each has covered so far.
absl::StatusOr<std::map<std::string, int64_t>> CoveredBy(StoreReader& store) {
  std::map<std::string, int64_t> covered;
  const auto end = store.Query(
      "SELECT suppressed_by, count(*) FROM alerts WHERE suppressed_by IS NOT NULL GROUP BY 1", {},
      [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        covered[std::string(row[0].bytes)] = row[1].integer;
        return true;
      });
  return covered;
}

std::string StateOf(const StoredSuppression& one, absl::Time now) {
  if (one.ended) return "ended";
  return one.InForce(now) ? "in force" : "expired";
}

Json SuppressionJson(const StoredSuppression& one, int64_t covered, absl::Time now) {
  Json json = {{"id", one.made.id},
               {"state", StateOf(one, now)},
               {"criteria", CriteriaJson(one.made.criteria)},
               {"reason", one.made.reason},
               {"user", one.made.user},
               {"made", UtcText(one.made.time)},
               {"expires", UtcText(one.made.expires)},
               {"covered", covered}};
  if (one.ended) {
    json["ended"] = {
        {"time", UtcText(one.end.time)}, {"user", one.end.user}, {"reason", one.end.reason}};
  }
  return json;
}

absl::Status ListSuppressions(const Options& options, Io& io) {
  const absl::Time now = absl::Now();
  ASSIGN_OR_RETURN(StoreReader store, OpenStore(options.store));
  ASSIGN_OR_RETURN(const std::vector<StoredSuppression> all, store.Suppressions());
  ASSIGN_OR_RETURN(const auto covered, CoveredBy(store));
  TextTable table({"id", "state", "until", "alerts", "by", "covers", "reason"});
  table.AlignRight(3);
  for (const StoredSuppression& one : all) {
    if (!options.all && !one.InForce(now)) continue;
    const auto count = covered.find(one.made.id);
    const int64_t alerts = count == covered.end() ? 0 : count->second;
    if (options.json) {
      io.Print(JsonLine(SuppressionJson(one, alerts, now)));
      continue;
    }
    table.AddRow({one.made.id.substr(0, 8), StateOf(one, now),
                  ShownSecond(one.ended ? one.end.time : one.made.expires, io.zone()),
                  absl::StrCat(alerts), one.made.user, CriteriaText(one.made.criteria),
                  one.made.reason});
  }
  if (table.rows() > 0) io.Print(table.Render(io.screen()));
  if (table.rows() == 0 && !options.json) {
    io.PrintError(options.all ? "there are no suppressions\n"
                              : "no suppression is in force; --all shows earlier ones\n");
  }
  return absl::OkStatus();
}

absl::Status EndSuppression(const Options& options, Io& io) {
  ASSIGN_OR_RETURN(const std::string path, StorePath(options.store));
  ASSIGN_OR_RETURN(const std::string socket, ControlSocketPath(options.socket));
  ASSIGN_OR_RETURN(StoreReader store, StoreReader::Open(path));
  ASSIGN_OR_RETURN(const std::vector<StoredSuppression> all, store.Suppressions());
  std::vector<const StoredSuppression*> meant;
  for (const StoredSuppression& one : all) {
    if (one.InForce(absl::Now()) && absl::StartsWith(one.made.id, options.id)) {
      meant.push_back(&one);
    }
  }
  if (meant.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no suppression whose id begins with ", EscapeControl(options.id),
                     " is in force; `vedette alerts suppressions` lists them"));
  }
  if (meant.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("several suppressions begin with ", options.id,
                                                   ": ", meant[0]->made.id, ", ",
                                                   meant[1]->made.id));
  }
  SuppressionAct act;
  act.ends = true;
  act.id = meant[0]->made.id;
  act.reason = options.reason;
  act.time = absl::Now();
  RETURN_IF_ERROR(CarryOutSuppression(path, socket, store, act));
  io.Print(absl::StrCat("ended: ", EscapeControl(CriteriaText(meant[0]->made.criteria)), "\n"));
  return absl::OkStatus();
}

std::shared_ptr<Options> CommonOptions(Command& command, bool changes) {
  auto options = std::make_shared<Options>();
  AddStoreFlag(command, options->store);
  if (!changes) return options;
  command.Option("--socket", options->socket, "PATH",
                 "Where the daemon listens, if one runs (`enforce.socket` in its configuration)");
  command.Option("-m,--reason", options->reason, "TEXT", "Why; it has to be said");
  return options;
}

void DefineSuppress(Command& alerts, const std::function<void(Command&, CommandAction)>& runs) {
  Command suppress = alerts.Sub("suppress", "Keep alerts of a description, but do not tell them");
  auto options = CommonOptions(suppress, /*changes=*/true);
  for (const SuppressionCriterion& one : SuppressionCriterions()) {
    suppress.Option(absl::StrCat("--", absl::StrReplaceAll(one.name, {{"_", "-"}})),
                    options->criteria.*one.value, "GLOB", std::string(one.doc));
  }
  suppress.Option("--like", options->like, "ALERT",
                  "Rule, program and parent's program of this alert, where not given");
  suppress.Option("--for", options->duration, "TIME", "How long: 12h, 30d");
  suppress.Option("--until", options->until, "TIME", "Until when: \"2024-06-01 12:00\"");
  AddSinceFlag(suppress, options->since, "7d");
  suppress.Flag("--dry-run", options->dry_run, "Look back only");
  AddObjectFlag(suppress, options->json);
  suppress.ShowsTimes();
  suppress.Examples({
      {"vedette alerts suppress --like 5d1e7c0a --for 30d -m backup --dry-run",
       "What would I no longer be told?"},
      {"sudo vedette alerts suppress --program /usr/bin/rsync --for 7d -m backup",
       "Whatever this program does"},
      {"sudo vedette alerts suppress --duplicate-of \"*\" --for 90d -m \"two sets\"",
       "One alert for each event"},
  });
  runs(suppress, [options](Io& io) {
    const absl::Status status = MakeSuppression(*options, io);
    if (status.ok()) return ExitCode::kDone;
    const ExitCode code = io.Fail(status);
    return absl::IsInvalidArgument(status) ? ExitCode::kUsage : code;
  });
}

}  // namespace

void DefineSuppressions(Command& alerts, const std::function<void(Command&, CommandAction)>& runs) {
  DefineSuppress(alerts, runs);

  Command list = alerts.Sub("suppressions", "List what is suppressed, until when, by whom and why");
  auto list_options = CommonOptions(list, /*changes=*/false);
  list.Flag("--all", list_options->all, "Those that ended or expired, too");
  AddJsonFlag(list, list_options->json);
  list.ShowsTimes();
  list.Examples({{"vedette alerts suppressions", "What are we not told?"},
                 {"vedette alerts suppressions --all --json", "Who has suppressed what, ever"}});
  runs(list, [list_options](Io& io) {
    const absl::Status status = ListSuppressions(*list_options, io);
    return status.ok() ? ExitCode::kDone : io.Fail(status);
  });

  Command end = alerts.Sub("unsuppress", "End a suppression");
  auto end_options = CommonOptions(end, /*changes=*/true);
  end.Option("id", end_options->id, "ID", "The suppression's id, or how it begins")->required();
  end.Examples({{"sudo vedette alerts unsuppress 3fa9c1d2 -m \"the backup has moved\"",
                 "From now on they are told again"}});
  runs(end, [end_options](Io& io) {
    const absl::Status status = EndSuppression(*end_options, io);
    return status.ok() ? ExitCode::kDone : io.Fail(status);
  });
}

}  // namespace vedette
