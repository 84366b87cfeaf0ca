// SPDX-License-Identifier: Apache-2.0
// No unit test: it needs a kernel and root; watch_condition_test and event_printer_test have the
// parts.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/event_printer.h"
#include "cli/field_list.h"
#include "cli/privileges.h"
#include "cli/run_flags.h"
#include "cli/sensor_options.h"
#include "cli/stop_signals.h"
#include "cli/summary.h"
#include "cli/watch_condition.h"

namespace vedette::commands {
namespace {

constexpr absl::Duration kPollTimeout = absl::Milliseconds(100);

struct Options {
  WatchFlags what;
  std::string fields, scope, mode;
  std::vector<std::string> disabled_hooks;
  bool json = false;
  uint64_t count = 0;  // 0: no end.
  absl::Duration duration = absl::InfiniteDuration();
};

class WatchOutput : public PipelineOutput {
 public:
  WatchOutput(EventPrinter printer, uint64_t count, Io& io)
      : printer_(std::move(printer)), count_(count), io_(io) {}
  // Right above the events: what the sensor has to say comes before.
  void Begin() { io_.Print(printer_.Header()); }
  void OnEvent(const Event& event, bool keep) override {
    if (!keep || done()) return;
    io_.Print(printer_.Line(event));
    ++shown_;
  }
  void OnAlert(Alert) override {}
  void OnGap(const RecordGap& gap) override { missing_ += gap.count; }

  bool done() const { return io_.closed() || (count_ != 0 && shown_ >= count_); }
  uint64_t missing() const { return missing_; }

 private:
  EventPrinter printer_;
  const uint64_t count_;
  Io& io_;
  uint64_t shown_ = 0, missing_ = 0;
};

absl::Status Loop(RingSource& source, Pipeline& pipeline, const WatchOutput& output,
                  StopSignals& signals, absl::Duration duration) {
  const absl::Time end = absl::Now() + duration;
  while (!output.done() && absl::Now() < end && !signals.Next().has_value()) {
    ASSIGN_OR_RETURN(const size_t count,
                     source.Poll(kPollTimeout, [&](auto record) { pipeline.OnRecord(record); }));
    if (count == 0) pipeline.Flush();
  }
  return absl::OkStatus();
}

absl::Status Watch(const Options& options, RuleSet& rules, std::vector<FieldRef> fields, Io& io,
                   bool& kernel_cannot) {
  RunFlags flags;
  flags.scope = options.scope;
  flags.mode = options.mode;
  flags.disable_hooks = options.disabled_hooks;
  ASSIGN_OR_RETURN(Config config, ConfigOf(flags));
  config.sensor.fold = absl::ZeroDuration();  // Who watches wants to see each.
  ASSIGN_OR_RETURN(StopSignals signals, StopSignals::Take());
  auto source = OpenSensor(config.sensor, rules.tables.wanted | ProcessKinds());
  kernel_cannot = absl::IsFailedPrecondition(source.status());
  RETURN_IF_ERROR(source.status());
  RETURN_IF_ERROR(DropPrivileges({}));
  for (const std::string& warning : HookWarnings((*source)->hooks())) {
    io.PrintError(absl::StrCat("vedette: warning: ", warning, "\n"));
  }
  WatchOutput output(EventPrinter(std::move(fields), rules.tables.wanted, options.json),
                     options.count, io);
  Pipeline::Options pipeline_options;
  pipeline_options.lookup = HostInfo::Lookup::kThisHost;
  Pipeline pipeline((*source)->host(), output, pipeline_options);
  RETURN_IF_ERROR(PutInForce(rules, **source, pipeline));
  io.PrintError(absl::StrCat(
      "vedette watches: ", DescribeSensor((*source)->mode(), (*source)->hooks(), options.scope),
      ". Press Ctrl-C to stop.\n"));
  output.Begin();
  const absl::Status status = Loop(**source, pipeline, output, signals, options.duration);
  if (output.missing() > 0) {
    io.PrintError(absl::StrCat("note: ", output.missing(),
                               " events are missing: they came faster "
                               "than they could be read\n"));
  }
  return status;
}

ExitCode Run(const Options& options, Io& io) {
  SetLogThreshold(LogSeverity::kWarning);
  auto rules = CompileWatch(options.what);
  if (!rules.ok()) {
    io.PrintError(std::string(rules.status().message()));
    return ExitCode::kUsage;
  }
  std::vector<FieldRef> fields;
  if (!options.fields.empty()) {
    auto parsed = ParseFieldList(options.fields);
    if (!parsed.ok()) {
      io.Complain(parsed.status().message());
      return ExitCode::kUsage;
    }
    fields = *std::move(parsed);
  }
  bool kernel_cannot = false;
  const absl::Status status = Watch(options, *rules, std::move(fields), io, kernel_cannot);
  if (status.ok()) return ExitCode::kDone;
  const ExitCode code = io.Fail(status);
  return kernel_cannot ? ExitCode::kKernelCannot : code;
}

}  // namespace

void watch(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("-w,--where", options->what.where, "CONDITION",
                 "Only events for which this condition of the rule language holds");
  command.Option("-f,--fields", options->fields, "A,B", "Print these fields; see `vedette fields`");
  command.Flag("--exec", options->what.exec, "Programs that are started");
  command.Flag("--open", options->what.open, "Files that are opened");
  command.Flag("--connect", options->what.connect, "Connections that are made");
  command.Flag("--json", options->json, "One JSON object per line");
  command.Number("-n,--count", options->count, {1, ~uint64_t{0}}, "End after so many events");
  AddDurationFlag(command, options->duration, "End after this time: 90s, 5m");
  AddScopeFlags(command, options->scope, options->mode, options->disabled_hooks);
  command.Examples({
      {"sudo vedette watch --exec", "Every program that is started, as execsnoop shows them"},
      {"sudo vedette watch --open --where \"fd.name startswith /etc/\"",
       "Who opens files below /etc? The kernel filters"},
      {"sudo vedette watch --connect --where \"fd.rport != 443\" --json", "For a program"},
      {"sudo vedette watch -w \"evt.is_open_write = true\" -f proc.pid,proc.name,fd.name",
       "Choose the columns"},
  });
  command.Runs([options](Io& io) { return Run(*options, io); });
}

}  // namespace vedette::commands
