// SPDX-License-Identifier: Apache-2.0
//
// No unit test: tests/hunt replays what it cuts out.
//
// The store's events as a record file: what `vedette replay`, rule tests and colleagues without the
// store can work with. A run of the daemon is a file, since clock and boot are those of the file.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/fleet_copy.h"
#include "cli/history_run.h"
#include "cli/hunt_chooser.h"
#include "cli/question.h"
#include "cli/store_flags.h"
#include "cli/watch_condition.h"
#include "engine/pipeline.h"
#include "sensor/source/record_file.h"
#include "sensor/source/self_report.h"
#include "storage/history.h"

namespace vedette::commands {
namespace {

struct Options : HistoryFlags {
  std::string output, where, fleet, host;
};

constexpr absl::string_view kMissing =
    "cut out of a store: it has what the recording settings and rules had kept of the kernel's "
    "records, not what they had let go; processes that ran when it begins are as the store knows "
    "them; digests that Vedette made stand where the kernel's would; what the kernel's classifier "
    "thought of a record is not there";

constexpr absl::string_view kMissingByCondition =
    "; of events only those that a condition chose (`vedette record --where`), and all that begin "
    "and end processes";

// The run's gaps, as the records that the sensor had sent of them or would have.
absl::StatusOr<std::vector<wire_lost>> LostIn(StoreReader& store, const HistoryRun& run,
                                              const HistoryQuestion& question) {
  TimeRange begin, end;
  begin.to = question.to;
  end.from = question.from;
  std::vector<wire_lost> all;
  const auto asked = store.Query(
      absl::StrCat("SELECT start_ns, end_ns, kind, stage, count FROM gaps WHERE run = ", run.run,
                   begin.And("start_ns"), end.And("end_ns"), " ORDER BY start_ns, gap"),
      {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        const auto boot_ns = [&](int64_t wall_ns) {
          return static_cast<uint64_t>(std::max<int64_t>(0, wall_ns - run.wall_minus_boot_ns));
        };
        const KindInfo* const kind = FindKindByName(row[2].bytes);
        for (uint32_t stage = 1; stage < WIRE_LOSS_STAGE_LIMIT; ++stage) {
          if (LossStageName(stage) != row[3].bytes) continue;
          all.push_back(MakeLost(boot_ns(row[0].integer), boot_ns(row[1].integer),
                                 kind == nullptr ? 0 : static_cast<uint32_t>(kind->kind),
                                 static_cast<wire_loss_stage>(stage),
                                 static_cast<uint64_t>(row[4].integer)));
        }
        return true;
      });
  RETURN_IF_ERROR(asked.status());
  return all;
}

// Goes along with the records and says which to take: those that the condition holds for, and all
// that begin and end processes, so that the others have their processes in a replay.
class Chosen : public PipelineOutput {
 public:
  Chosen(const std::shared_ptr<const Program>& program, HostMetadata host)
      : pipeline_(std::move(host), *this) {
    pipeline_.SetProgram(program);
  }
  bool Takes(const HistoryRecord& record) {
    takes_ = false;
    pipeline_.OnRecord(record.record, static_cast<uint64_t>(record.id));
    return takes_;
  }

  void OnEvent(const Event& event, bool keep) override {
    const EventKind kind = event.view.kind();
    takes_ =
        keep || kind == WIRE_process_fork || kind == WIRE_process_exec || kind == WIRE_process_exit;
    matched_ += keep ? 1 : 0;
  }
  void OnProcessSeen(const Event&) override { takes_ = true; }
  void OnAlert(Alert) override {}
  void OnGap(const RecordGap&) override {}

  uint64_t matched() const { return matched_; }

 private:
  Pipeline pipeline_;
  bool takes_ = false;
  uint64_t matched_ = 0;
};

std::string PathOf(const std::string& output, size_t index) {
  return index == 0 ? output : absl::StrCat(output, ".", index + 1);
}

absl::StatusOr<uint64_t> RecordRun(const HistoryRun& run, const StoredNames& names,
                                   const std::string& path, const std::vector<wire_lost>& lost,
                                   const RuleSet* rules, History& history) {
  HostMetadata host = HostOf(run, names);
  std::unique_ptr<Chosen> chosen;
  if (rules != nullptr) chosen = std::make_unique<Chosen>(rules->program, host);
  host.missing = std::string(kMissing);
  if (chosen != nullptr) host.missing += std::string(kMissingByCondition);
  ASSIGN_OR_RETURN(const auto writer, RecordWriter::Create(path, host));
  absl::Status status;
  RETURN_IF_ERROR(history.Read(run, [&](const HistoryRecord& record) {
    if (chosen == nullptr || chosen->Takes(record)) status = writer->Write(record.record);
    return status.ok();
  }));
  for (const wire_lost& record : lost) {
    if (status.ok())
      status = writer->Write({reinterpret_cast<const std::byte*>(&record), sizeof(record)});
  }
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(writer->Close());
  return writer->records();
}

// `rules`: what `--where` says; null: everything.
absl::Status Record(const Options& options, const RuleSet* rules, Io& io) {
  ASSIGN_OR_RETURN(HistoryQuestion question, QuestionOf(options, absl::Now()));
  HistoryProgress progress("record", io);
  question.digests = true;
  std::optional<HuntChooser> chooser;
  if (rules != nullptr) {
    chooser.emplace(rules->tables, /*wants_requests=*/true);
    question.kinds = rules->tables.wanted;
    question.chooser = &*chooser;
  }
  question.on_progress = [&](uint64_t done) {
    progress.Tell(done);
    return true;
  };
  ASSIGN_OR_RETURN(StoreReader store, StoreReader::Open(question.path));
  ASSIGN_OR_RETURN(const StoredNames names, ReadStoredNames(question.path));
  ASSIGN_OR_RETURN(const auto history, History::Open(question));
  const std::vector<HistoryRun>& runs = history->runs();
  if (runs.empty()) {
    return absl::NotFoundError(
        absl::StrCat(question.path,
                     " has no events in that time; `vedette stats` shows what it"
                     " has"));
  }
  uint64_t all = 0;
  for (const HistoryRun& run : runs) all += static_cast<uint64_t>(run.events);
  progress.Begin(all);
  for (size_t i = 0; i < runs.size(); ++i) {
    const std::string path = PathOf(options.output, i);
    ASSIGN_OR_RETURN(const std::vector<wire_lost> lost, LostIn(store, runs[i], question));
    ASSIGN_OR_RETURN(const uint64_t records,
                     RecordRun(runs[i], names, path, lost, rules, *history));
    io.Print(absl::StrCat(path, ": ", records, " records of run ", runs[i].run, "\n"));
  }
  if (history->processes_by_row() > 0) {
    io.PrintError(absl::StrCat(
        "note: of ", history->processes_by_row(),
        " processes that ran when this time begins the store has only the row in `processes`: the "
        "file has program, arguments, directory and user of them\n"));
  }
  io.PrintError(
      "note: the file has what the store has kept, which is not all that the kernel had"
      " sent; `recording` in the configuration says what that is\n");
  WarnOfDamage(history->damaged(), io);
  WarnOfGaps(store, io, question.from, question.to);
  return absl::OkStatus();
}

// One host's: a recording is of one.
absl::StatusOr<std::unique_ptr<FleetCopy>> CopyHost(const Options& options) {
  ASSIGN_OR_RETURN(const TimeRange times, TimesOf(options.time, absl::Now()));
  ASSIGN_OR_RETURN(FleetReader fleet, FleetReader::Open(options.fleet));
  ASSIGN_OR_RETURN(const auto hosts, FleetHosts(fleet, options.host, times));
  return FleetCopy::Make(
      fleet, {.host = hosts.front(), .events = FleetEventsOf(~KindSet{0}, times), .alerts = "0"});
}

ExitCode Run(Options options, Io& io) {
  std::unique_ptr<FleetCopy> copy;
  if (!options.fleet.empty()) {
    if (options.host.empty()) {
      io.Complain("a recording is of one host: --fleet wants --host NAME beside it");
      return ExitCode::kUsage;
    }
    auto made = CopyHost(options);
    if (!made.ok()) return io.Fail(made.status());
    copy = *std::move(made);
    copy->TellLimits(io);
    options.store = copy->store();
  }
  std::optional<RuleSet> rules;
  if (!options.where.empty()) {
    auto compiled = CompileWatch({.where = options.where});
    if (!compiled.ok()) {
      io.PrintError(std::string(compiled.status().message()));
      return ExitCode::kUsage;
    }
    rules = *std::move(compiled);
  }
  const absl::Status status = Record(options, rules.has_value() ? &*rules : nullptr, io);
  return status.ok() ? ExitCode::kDone : io.Fail(status);
}

}  // namespace

void record(Command& command) {
  auto options = std::make_shared<Options>();
  command
      .Option("-o,--output", options->output, "FILE",
              "The file to make; of further runs of the daemon FILE.2, FILE.3, ...")
      ->required();
  command.Option("--where", options->where, "CONDITION",
                 "Only events that this condition of the rule language holds for, and those that "
                 "begin and end processes");
  AddHistoryFlags(command, *options);
  AddFleetFlags(command, options->fleet, options->host);
  command.Examples({
      {"vedette record --since 1h -o hour.vdt", "Then: vedette replay hour.vdt --rules my.yaml"},
      {"vedette record --between '2024-05-01 12:00..2024-05-01 12:10' -o incident.vdt",
       "What a colleague without the store can look at"},
      {"vedette record --since 7d --where 'fd.name startswith /etc/' -o etc.vdt",
       "What happened in a folder, to try a rule on"},
  });
  command.Runs([options](Io& io) { return Run(*options, io); });
}

}  // namespace vedette::commands
