// SPDX-License-Identifier: Apache-2.0
// No unit test: it needs a kernel and root; tests/native and tests/kernel run it.
#include "cli/daemon.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "cli/alert_request.h"
#include "cli/daemon_status.h"
#include "cli/privileges.h"
#include "cli/rule_paths.h"
#include "cli/self_protection.h"
#include "cli/sensor_options.h"
#include "cli/summary.h"
#include "integrations/delivery/store_backlog.h"
#include "rules/classify/enforcement.h"

namespace vedette {
namespace {

constexpr absl::Duration kPollTimeout = absl::Milliseconds(100);
constexpr absl::Duration kLookInterval = absl::Seconds(1);  // At the store and the recording.
constexpr absl::Duration kSinksCloseTimeout = absl::Seconds(5);
constexpr absl::Duration kDrainTimeMax = absl::Seconds(2);

absl::string_view FormatName(Config::Format format) {
  return format == Config::Format::kJson ? "json" : "terminal";
}

StoreCounts Sum(StoreCounts a, const StoreCounts& b) {
  a.events_offered += b.events_offered;
  a.events_written += b.events_written;
  a.events_dropped += b.events_dropped;
  a.alerts_offered += b.alerts_offered;
  a.alerts_written += b.alerts_written;
  a.alerts_dropped += b.alerts_dropped;
  a.gaps_written += b.gaps_written;
  return a;
}

}  // namespace

Daemon::Daemon(DaemonOptions options, Io& io) : options_(std::move(options)), io_(io) {}

Daemon::~Daemon() {
  reload_.reset();
  store_.reset();
}

ExitCode Daemon::Start() {
  using Step = absl::Status (Daemon::*)();
  for (const Step step : {&Daemon::LoadFirstRules, &Daemon::AttachSensor, &Daemon::SetUpSinks,
                          &Daemon::AttachEnforcement, &Daemon::OpenRecordFile,
                          &Daemon::GiveUpPrivileges, &Daemon::OpenStore, &Daemon::StartDelivery,
                          &Daemon::BuildPipeline, &Daemon::OpenStatus, &Daemon::OpenControl}) {
    const absl::Status status = (this->*step)();
    if (status.ok()) continue;
    const ExitCode code = io_.Fail(status);
    return kernel_cannot_ ? ExitCode::kKernelCannot : code;
  }
  AnnounceStart();
  return ExitCode::kDone;
}

absl::Status Daemon::LoadFirstRules() {
  ASSIGN_OR_RETURN(rule_inputs_.paths,
                   ChooseRulePaths(options_.rules, options_.config, OwnExecutable()));
  for (const auto& [name, condition] : options_.config.recording) {
    if (options_.with_store) rule_inputs_.recording.push_back({"recording." + name, condition});
  }
  rule_inputs_.self_protection = SelfProtectionRules(options_.config, OwnCgroup());
  RuleSetOrWhyNot loaded = LoadRuleSet(rule_inputs_, 1);
  io_.PrintError(loaded.diagnostics);
  ASSIGN_OR_RETURN(rules_, std::move(loaded.rules));
  return absl::OkStatus();
}

absl::Status Daemon::AttachSensor() {
  ASSIGN_OR_RETURN(StopSignals signals, StopSignals::Take());
  signals_.emplace(std::move(signals));
  auto source = OpenSensor(options_.config.sensor, rules_.tables.wanted | ProcessKinds());
  kernel_cannot_ = absl::IsFailedPrecondition(source.status());
  ASSIGN_OR_RETURN(source_, std::move(source));
  return absl::OkStatus();
}

// Last of what attaches: programs that come later are asked first, so that those that observe see
// what was denied.
absl::Status Daemon::AttachEnforcement() {
  const Program& program = *rules_.program;
  RETURN_IF_ERROR(Enforcement::CheckLockout(options_.config.enforce, program));
  auto enforcement =
      Enforcement::Open(options_.config.enforce, source_->mode(), program, {OwnExecutable()});
  if (absl::IsFailedPrecondition(enforcement.status())) {
    LOG_WARNING("rules that deny or kill only alert: ", enforcement.status().message());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(enforcement_, std::move(enforcement));
  return absl::OkStatus();
}

absl::Status Daemon::SetUpSinks() {
  ASSIGN_OR_RETURN(
      SinkSetup console,
      SetUpSink("console", {{"name", "standard output"},
                            {"format", std::string(FormatName(options_.config.output_format))}}));
  sinks_.push_back(std::move(console));
  for (const Config::SinkEntry& entry : options_.config.sinks) {
    ASSIGN_OR_RETURN(SinkSetup sink, SetUpSink(entry.type, entry.options));
    sinks_.push_back(std::move(sink));
  }
  return absl::OkStatus();
}

absl::Status Daemon::OpenRecordFile() {
  if (options_.record_path.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(recording_, RecordWriter::Create(options_.record_path, source_->host()));
  return absl::OkStatus();
}

// Before there are threads: capabilities belong to each of them.
absl::Status Daemon::GiveUpPrivileges() {
  std::vector<std::string> written;
  if (options_.with_store) written.push_back(options_.config.store.path);
  for (const Config::SinkEntry& entry : options_.config.sinks) {
    const auto path = entry.options.find("path");
    if (path != entry.options.end()) written.push_back(path->second);
  }
  return DropPrivileges(written, options_.config.digests.executables);
}

absl::Status Daemon::OpenStore() {
  if (!options_.with_store) return absl::OkStatus();
  const Config::Store& wanted = options_.config.store;
  StoreOptions options;
  options.path = wanted.path;
  options.bytes_max = wanted.bytes_max == 0 ? ~uint64_t{0} : wanted.bytes_max;
  options.age_max =
      wanted.age_max == absl::ZeroDuration() ? absl::InfiniteDuration() : wanted.age_max;
  // There are no alerts before there is a pipeline, and by then there is a dispatcher.
  options.on_committed = [this](std::vector<Alert> alerts) {
    dispatcher_->OfferCommitted(std::move(alerts));
  };
  options.on_unstored = [this](std::vector<Alert> alerts) {
    dispatcher_->Offer(std::move(alerts));
  };
  options.hostname = source_->host().hostname;
  options.boot_id = source_->host().boot_id;
  options.users = source_->host().users;
  auto store = EventStore::Open(options);
  if (absl::IsDataLoss(store.status())) {
    LOG_ERROR("store: ", store.status().message());
    ASSIGN_OR_RETURN(const std::string aside, SetAsideDamaged(options.path, clock_.Now()));
    LOG_WARNING("the damaged store is now ", aside, "; a new one begins at ", options.path);
    store = EventStore::Open(options);
  }
  ASSIGN_OR_RETURN(store_, std::move(store));
  return absl::OkStatus();
}

// Each sink goes on where the last daemon's stopped.
absl::Status Daemon::StartDelivery() {
  const auto wants_backlog = [](const SinkSetup& sink) { return sink.wants_backlog; };
  const bool any = std::any_of(sinks_.begin(), sinks_.end(), wants_backlog);
  if (store_ != nullptr && any) {
    const std::string& store = options_.config.store.path;
    ASSIGN_OR_RETURN(delivery_log_, OpenDeliveryLog(store, clock_.Now()));
  }
  for (SinkSetup& sink : sinks_) {
    sink.hostname = source_->host().hostname;
    if (delivery_log_ == nullptr || !sink.wants_backlog) continue;
    ASSIGN_OR_RETURN(sink.backlog, OpenStoreBacklog({.store_path = options_.config.store.path,
                                                     .sink = sink.name,
                                                     .from_oldest = sink.from_oldest,
                                                     .log = delivery_log_.get(),
                                                     .clock = &clock_}));
  }
  dispatcher_ = std::make_unique<Dispatcher>(clock_, std::move(sinks_));
  return absl::OkStatus();
}

absl::Status Daemon::BuildPipeline() {
  output_ = std::make_unique<StoreOutput>(store_.get(), *dispatcher_);
  Pipeline::Options options;
  options.lookup = HostInfo::Lookup::kThisHost;
  if (store_ != nullptr) {
    options.prehistory = {
        .bytes_max = options_.config.store.prehistory_bytes,
        .events_max = static_cast<uint32_t>(options_.config.store.prehistory_events)};
  }
  if (const Config::Digests& wanted = options_.config.digests; wanted.executables) {
    digests_ = std::make_unique<DigestWorker>(DigestLimits{
        .file_bytes_max = wanted.bytes_max, .bytes_per_second = wanted.bytes_per_second});
    options.digests = digests_.get();
  }
  pipeline_ = std::make_unique<Pipeline>(source_->host(), *output_, options);
  reload_ = std::make_unique<RuleReload>(rule_inputs_);
  if (store_ != nullptr) pipeline_->Restore(TakeKnown(*store_));
  next_look_ = clock_.Now() + kLookInterval;
  RETURN_IF_ERROR(PutInForce(rules_, *source_, *pipeline_));
  if (enforcement_ == nullptr) return absl::OkStatus();
  pipeline_->SetDeciding(true);
  return enforcement_->SetProgram(rules_.program);
}

// What was decided comes behind what the sensor saw before: by then its processes are known.
absl::Status Daemon::WatchEnforcement() {
  if (enforcement_ == nullptr) return absl::OkStatus();
  if (!knows_itself_) {
    const Process* self = pipeline_->processes().FindPid(static_cast<uint32_t>(getpid()));
    if (self != nullptr) enforcement_->SetDaemon(self->exec_id);
    knows_itself_ = self != nullptr;
  }
  return enforcement_->Poll(*pipeline_,
                            [this](Alert alert) { output_->OnAlert(std::move(alert)); });
}

// The socket is a convenience: another daemon may have it. An address was asked for.
absl::Status Daemon::OpenStatus() {
  started_ = clock_.Now();
  std::vector<OwnedFd> listeners;
  absl::StatusOr<OwnedFd> socket = ListenOnPath(options_.config.status.socket);
  if (socket.ok()) {
    listeners.push_back(*std::move(socket));
  } else {
    LOG_INFO("`vedette status` will not work: ", socket.status().message());
  }
  if (!options_.config.status.listen.empty()) {
    ASSIGN_OR_RETURN(OwnedFd address, ListenOnAddress(options_.config.status.listen));
    listeners.push_back(std::move(address));
  }
  if (listeners.empty()) return absl::OkStatus();
  status_ = std::make_unique<StatusServer>(clock_, std::move(listeners));
  PublishStatus();
  return absl::OkStatus();
}

// Another daemon may have it: then this one cannot be asked, and watches all the same.
absl::Status Daemon::OpenControl() {
  auto socket = ControlSocket::Listen(options_.config.enforce.socket);
  if (socket.ok()) {
    control_.emplace(*std::move(socket));
  } else {
    LOG_WARNING("`vedette enforce` and changes of alerts will not reach this daemon: ",
                socket.status().message());
  }
  return absl::OkStatus();
}

std::string Daemon::Answer(const std::string& request, const ControlPeer& peer) {
  if (IsAlertRequest(request)) {
    return AnswerAlertRequest(request, peer,
                              {.store_path = options_.config.store.path,
                               .store = store_.get(),
                               .now = clock_.Now(),
                               .user_name = [this](uint32_t uid) {
                                 return std::string(pipeline_->host().UserName(uid));
                               }});
  }
  if (enforcement_ != nullptr) return enforcement_->Answer(request, peer);
  return "error: nothing is enforced: no rule denies or kills, or enforcement is not enabled\n";
}

void Daemon::PublishStatus() {
  if (status_ == nullptr) return;
  DaemonState state;
  state.counts.sensor = source_->Totals();
  state.counts.pipeline = pipeline_->counts();
  state.counts.with_store = options_.with_store;
  state.counts.store = store_ == nullptr ? earlier_stores_ : Sum(earlier_stores_, store_->Counts());
  state.counts.sinks = dispatcher_->Counts();
  state.now = clock_.Now();
  state.started = started_;
  state.hostname = source_->host().hostname;
  state.mode = std::string(SensorModeName(source_->mode()));
  state.store_path = store_ == nullptr ? "" : options_.config.store.path;
  state.rules = rules_.alerting;
  if (options_.with_store) {
    state.store_health =
        store_ == nullptr ? absl::UnavailableError("it could not be opened") : store_->Health();
  }
  state.hook_warnings = HookWarnings(source_->hooks());
  state.memory_bytes = ResidentBytes();
  status_->Publish(ReportOf(state));
}

// The first line says that it watches: whoever has started it waits for that.
void Daemon::AnnounceStart() {
  io_.PrintError(absl::StrCat("vedette is watching: ", rules_.alerting,
                              rules_.alerting == 1 ? " rule" : " rules", ", mode ",
                              SensorModeName(source_->mode()), ", store ",
                              store_ == nullptr ? "none" : options_.config.store.path, " (pid ",
                              getpid(), "). Press Ctrl-C to stop.\n"));
  for (const std::string& sentence : pipeline_->WarmUps(clock_.Now())) {
    io_.PrintError(absl::StrCat("vedette: note: ", sentence, "\n"));
  }
  for (const std::string& warning : HookWarnings(source_->hooks())) {
    io_.PrintError(absl::StrCat("vedette: warning: ", warning, "\n"));
  }
  if (enforcement_ == nullptr) return;
  io_.PrintError(absl::StrCat("vedette: note: ", enforcement_->Describe(), "\n"));
  for (const std::string& warning : enforcement_->Warnings()) {
    io_.PrintError(absl::StrCat("vedette: warning: ", warning, "\n"));
  }
}

ExitCode Daemon::Run() { return Stop(Loop()); }

absl::Status Daemon::Loop() {
  const absl::Time end = clock_.Now() + options_.duration;
  while (clock_.Now() < end && !io_.closed()) {
    ASSIGN_OR_RETURN(const size_t count,
                     source_->Poll(kPollTimeout, [this](auto record) { OnRecord(record); }));
    RETURN_IF_ERROR(WatchEnforcement());
    if (control_.has_value()) {
      control_->Serve([this](const std::string& request, const ControlPeer& peer) {
        return Answer(request, peer);
      });
    }
    if (count == 0) pipeline_->Flush();
    TakeDigests();
    pipeline_->AdvanceTo(static_cast<uint64_t>(absl::ToInt64Nanoseconds(clock_.SinceBoot())));
    while (const std::optional<int> signal = signals_->Next()) {
      if (*signal != SIGHUP) return absl::OkStatus();
      reload_wanted_ = true;
    }
    TakeReloadedRules();
    if (reload_wanted_ && reload_->Begin(rules_.tables.generation + 1)) {
      reload_wanted_ = false;
      LOG_INFO("reloading the rules");
    }
    if (clock_.Now() < next_look_) continue;
    next_look_ = clock_.Now() + kLookInterval;
    WatchStore();
    if (store_ != nullptr) dispatcher_->SetChainHead(store_->ChainHead());
    PublishStatus();
    if (recording_ != nullptr) KeepRecording(recording_->Flush());
  }
  return absl::OkStatus();
}

void Daemon::OnRecord(absl::Span<const std::byte> record) {
  if (recording_ != nullptr) {
    const absl::Status status = recording_->Write(record);
    if (!absl::IsInvalidArgument(status)) KeepRecording(status);
  }
  scopes_.OnRecord(record, *source_);
  pipeline_->OnRecord(record);
}

void Daemon::KeepRecording(const absl::Status& written) {
  if (written.ok()) return;
  LOG_ERROR("recording ends: ", written.message());
  recording_.reset();
}

void Daemon::TakeReloadedRules() {
  std::optional<RuleSetOrWhyNot> loaded = reload_->Take();
  if (!loaded.has_value()) return;
  io_.PrintError(loaded->diagnostics);
  absl::Status status = loaded->rules.status();
  if (status.ok()) status = CheckHooksFor(loaded->rules->tables.wanted, source_->hooks());
  if (status.ok()) {
    status = Enforcement::CheckLockout(options_.config.enforce, *loaded->rules->program);
  }
  if (status.ok() && enforcement_ == nullptr && DecidedKinds(*loaded->rules->program) != 0) {
    LOG_WARNING(
        "no rule denied anything at the start: to enforce the new ones, restart the daemon");
  }
  if (status.ok() && enforcement_ != nullptr) {
    status = enforcement_->SetProgram(loaded->rules->program);
  }
  if (status.ok()) status = PutInForce(*loaded->rules, *source_, *pipeline_);
  if (!status.ok()) {
    LOG_ERROR("the rules stay as they are: ", status.message());
    return;
  }
  std::swap(rules_, *loaded->rules);
  reload_->Retire(*std::move(loaded->rules), std::move(rules_.matcher));
  LOG_INFO("reloaded: ", rules_.alerting, " rules, generation ", rules_.tables.generation);
}

// A damaged file does not heal: it is set aside, and a new one goes on.
void Daemon::WatchStore() {
  if (store_ == nullptr) return;
  if (!absl::IsDataLoss(store_->Health())) return;
  store_->Close().IgnoreError();
  earlier_stores_ = Sum(earlier_stores_, store_->Counts());
  output_->SetStore(nullptr);
  store_.reset();
  const absl::Status status = OpenStore();
  if (!status.ok()) LOG_ERROR("going on without a store: ", status.message());
  output_->SetStore(store_.get());
  dispatcher_->StoreReplaced();
  pipeline_->SaveCombinations();
}

void Daemon::TakeDigests() {
  if (digests_ == nullptr) return;
  for (const DigestResult& made : digests_->Take()) pipeline_->OnDigest(made.file, made.digest);
}

// What is in the rings. The hooks are still attached, so on a busy host there is no end: bounded.
void Daemon::Drain() {
  const absl::Time end = clock_.Now() + kDrainTimeMax;
  source_->StopFolding();
  while (clock_.Now() < end) {
    const auto count =
        source_->Poll(absl::ZeroDuration(), [this](auto record) { OnRecord(record); });
    if (!count.ok() || *count == 0) break;
  }
  WatchEnforcement().IgnoreError();
  TakeDigests();
  pipeline_->Finish();
}

ExitCode Daemon::Stop(const absl::Status& why) {
  if (!why.ok()) LOG_ERROR("the sensor failed: ", why.message());
  Drain();
  DaemonCounts counts;
  counts.sensor = source_->Totals();
  counts.stopped_hooks = source_->StoppedHooks();
  status_.reset();
  source_.reset();  // Detaches: from here on nothing is seen.
  absl::Status closed = absl::OkStatus();
  if (store_ != nullptr) closed = store_->Close();
  dispatcher_->Close(kSinksCloseTimeout);
  if (recording_ != nullptr) {
    const absl::Status recorded = recording_->Close();
    if (!recorded.ok()) closed = recorded;
    io_.PrintError(absl::StrCat("vedette recorded ", recording_->records(), " records to ",
                                options_.record_path, "\n"));
  }
  counts.pipeline = pipeline_->counts();
  counts.with_store = options_.with_store;
  counts.store = store_ == nullptr ? earlier_stores_ : Sum(earlier_stores_, store_->Counts());
  counts.sinks = dispatcher_->Counts();
  io_.PrintError(absl::StrCat("vedette has stopped: ", SummaryOf(counts), "\n"));
  if (!closed.ok()) return io_.Fail(closed);
  return why.ok() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace vedette
