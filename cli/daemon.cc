// SPDX-License-Identifier: Apache-2.0
// No unit test: it needs a kernel and root; tests/native and tests/kernel run it.
#include "cli/daemon.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/unix_socket.h"
#include "cli/alert_request.h"
#include "cli/config/config_files.h"
#include "cli/daemon_status.h"
#include "cli/privileges.h"
#include "cli/rule_paths.h"
#include "cli/self_protection.h"
#include "cli/sensor_options.h"
#include "cli/suppression_request.h"
#include "rules/classify/enforcement.h"

namespace vedette {
namespace {

constexpr absl::Duration kPollTimeout = absl::Milliseconds(100);
constexpr absl::Duration kWaitingPollTimeout = absl::Milliseconds(5);  // For a runtime.
constexpr absl::Duration kLookInterval = absl::Seconds(1);  // At the store and the recording.
constexpr absl::Duration kSinksCloseTimeout = absl::Seconds(5);
constexpr absl::Duration kDrainTimeMax = absl::Seconds(2), kSettleTime = absl::Milliseconds(10);

}  // namespace

Daemon::Daemon(DaemonOptions options, Io& io)
    : options_(std::move(options)), config_(options_.config), io_(io) {}

Daemon::~Daemon() {
  reload_.reset();
  store_.reset();
}

ExitCode Daemon::Start() {
  GiveBackBigBlocks();
  using Step = absl::Status (Daemon::*)();
  for (const Step step :
       {&Daemon::LoadFirstRules, &Daemon::AttachSensor, &Daemon::AttachEnforcement,
        &Daemon::OpenOutputs, &Daemon::GiveUpPrivileges, &Daemon::OpenStore, &Daemon::StartDelivery,
        &Daemon::BuildPipeline, &Daemon::OpenStatus, &Daemon::OpenControl}) {
    const absl::Status status = (this->*step)();
    if (status.ok()) continue;
    const ExitCode code = io_.Fail(status);
    return kernel_cannot_ ? ExitCode::kKernelCannot : code;
  }
  AnnounceStart();
  return ExitCode::kDone;
}

absl::Status Daemon::ChooseRules() {
  RuleInputs inputs;
  inputs.own_program = OwnExecutable();
  ASSIGN_OR_RETURN(inputs.paths, ChooseRulePaths(options_.rules, config_, inputs.own_program));
  for (const auto& [name, condition] : config_.recording) {
    if (options_.with_store) inputs.recording.push_back({"recording." + name, condition});
  }
  inputs.tags_off = config_.rules_off;
  inputs.self_protection = SelfProtectionRules(config_, OwnCgroup());
  rule_inputs_ = std::move(inputs);
  if (!options_.watched.empty()) {
    std::vector<std::string> watched = options_.watched;
    watched.insert(watched.end(), rule_inputs_.paths.begin(), rule_inputs_.paths.end());
    watch_.emplace(std::move(watched));
  }
  return absl::OkStatus();
}

absl::Status Daemon::LoadFirstRules() {
  RETURN_IF_ERROR(ChooseRules());
  RuleSetOrWhyNot loaded = LoadRuleSet(rule_inputs_, 1);
  io_.PrintError(loaded.diagnostics);
  ASSIGN_OR_RETURN(rules_, std::move(loaded.rules));
  return absl::OkStatus();
}

absl::Status Daemon::AttachSensor() {
  ASSIGN_OR_RETURN(StopSignals signals, StopSignals::Take());
  signals_.emplace(std::move(signals));
  auto source = OpenSensor(config_.sensor, rules_.tables.wanted | ProcessKinds());
  kernel_cannot_ = absl::IsFailedPrecondition(source.status());
  ASSIGN_OR_RETURN(source_, std::move(source));
  KillAloneIn(source_->mode(), rule_inputs_, rules_);
  return absl::OkStatus();
}

// Last of what attaches: programs that come later are asked first, so that those that observe see
// what was denied.
absl::Status Daemon::AttachEnforcement() {
  RETURN_IF_ERROR(Enforcement::CheckLockout(config_.enforce, *rules_.program));
  auto enforcement =
      Enforcement::Open(config_.enforce, source_->mode(), *rules_.program, {OwnExecutable()});
  if (absl::IsFailedPrecondition(enforcement.status())) {
    LOG_WARNING("rules that deny or kill only alert: ", enforcement.status().message());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(enforcement_, std::move(enforcement));
  return absl::OkStatus();
}

absl::Status Daemon::OpenOutputs() {
  RETURN_IF_ERROR(delivery_.SetUp(config_));
  if (options_.record_path.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(recording_, RecordWriter::Create(options_.record_path, source_->host()));
  return absl::OkStatus();
}

// Before there are threads: capabilities belong to each of them.
absl::Status Daemon::GiveUpPrivileges() {
  std::vector<std::string> written;
  if (options_.with_store) written.push_back(config_.store.path);
  for (const Config::SinkEntry& entry : config_.sinks) {
    const auto path = entry.options.find("path");
    if (path != entry.options.end()) written.push_back(path->second);
  }
  return DropPrivileges(written, config_.digests.executables);
}

absl::Status Daemon::OpenStore() {
  if (!options_.with_store) return absl::OkStatus();
  const Config::Store& wanted = config_.store;
  StoreOptions options;
  options.path = wanted.path;
  options.bytes_max = wanted.bytes_max == 0 ? ~uint64_t{0} : wanted.bytes_max;
  options.age_max =
      wanted.age_max == absl::ZeroDuration() ? absl::InfiniteDuration() : wanted.age_max;
  // There are no alerts before there is a pipeline, and by then there is a dispatcher.
  const int64_t wall_minus_boot_ns = source_->host().wall_minus_boot_ns;
  options.on_committed = [this, wall_minus_boot_ns](std::vector<Alert> alerts) {
    const absl::Time now = absl::FromUnixNanos(wall_minus_boot_ns) + clock_.SinceBoot();
    for (const Alert& alert : alerts) {
      if (alert.repeats == 0) stored_latency_.Add(now - alert.time);
    }
    delivery_.dispatcher().OfferCommitted(WithoutSuppressed(std::move(alerts)));
  };
  options.on_unstored = [this](std::vector<Alert> alerts) {
    delivery_.dispatcher().Offer(WithoutSuppressed(std::move(alerts)));
  };
  options.hostname = source_->host().hostname;
  options.boot_id = source_->host().boot_id;
  options.users = source_->host().users;
  options.groups = source_->host().groups;
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

absl::Status Daemon::StartDelivery() {
  return delivery_.Start(store_ == nullptr ? "" : config_.store.path, source_->host().hostname);
}

absl::Status Daemon::BuildPipeline() {
  output_ = std::make_unique<StoreOutput>(store_.get(), delivery_.dispatcher(), clock_,
                                          source_->host().wall_minus_boot_ns);
  Pipeline::Options options;
  options.lookup = HostInfo::Lookup::kThisHost;
  if (store_ != nullptr) {
    options.prehistory = {.bytes_max = config_.store.prehistory_bytes,
                          .events_max = static_cast<uint32_t>(config_.store.prehistory_events)};
  }
  containers_ = ContainerLookup::Make(config_.containers, options);
  if (const DigestSettings& wanted = config_.digests; wanted.executables) {
    digests_ = std::make_unique<DigestWorker>(DigestLimits{
        .file_bytes_max = wanted.bytes_max, .bytes_per_second = wanted.bytes_per_second});
    options.digests = digests_.get();
  }
  pipeline_ = std::make_unique<Pipeline>(source_->host(), *output_, options);
  reload_ = std::make_unique<RuleReload>();
  if (store_ != nullptr) {
    pipeline_->Restore(TakeKnown(*store_));
    output_->suppressor().Restore(store_->TakeSuppressions(), clock_.Now());
  }
  next_look_ = clock_.Now() + kLookInterval;
  RETURN_IF_ERROR(cgroups_.PutInForce(rules_, *source_, *pipeline_));
  if (enforcement_ == nullptr) return absl::OkStatus();
  pipeline_->SetDeciding(true);
  if (store_ != nullptr) enforcement_->Restore(*store_);
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
  return enforcement_->Poll(*pipeline_, store_.get(),
                            [this](Alert alert) { output_->OnAlert(std::move(alert)); });
}

// The socket is a convenience: another daemon may have it. An address was asked for.
absl::Status Daemon::OpenStatus() {
  started_ = published_ = clock_.Now();
  std::vector<OwnedFd> listeners;
  absl::StatusOr<OwnedFd> socket = ListenOnPath(config_.status.socket);
  if (socket.ok()) {
    listeners.push_back(*std::move(socket));
  } else {
    LOG_WARNING("not shown by `vedette status` (status.socket): ", socket.status().message());
  }
  if (!config_.status.listen.empty()) {
    ASSIGN_OR_RETURN(OwnedFd address, ListenOnAddress(config_.status.listen));
    listeners.push_back(std::move(address));
  }
  if (listeners.empty()) return absl::OkStatus();
  status_ = std::make_unique<StatusServer>(clock_, std::move(listeners));
  PublishStatus();
  return absl::OkStatus();
}

// Another daemon may have it: then this one cannot be asked, and watches all the same.
absl::Status Daemon::OpenControl() {
  auto socket = ControlSocket::Listen(config_.enforce.socket);
  if (socket.ok()) {
    control_.emplace(*std::move(socket));
  } else {
    LOG_WARNING("`vedette enforce` and changes of alerts will not reach this daemon: ",
                socket.status().message(), "; set enforce.socket to another path");
  }
  return absl::OkStatus();
}

std::string Daemon::Answer(const std::string& request, const ControlPeer& peer) {
  const StoreRequestContext context = {
      .store_path = config_.store.path,
      .store = store_.get(),
      .now = clock_.Now(),
      .user_name = [this](uint32_t uid) { return std::string(pipeline_->host().UserName(uid)); }};
  if (IsAlertRequest(request)) return AnswerAlertRequest(request, peer, context);
  if (IsSuppressionRequest(request)) {
    return AnswerSuppressionRequest(request, peer, context, output_->suppressor());
  }
  if (enforcement_ != nullptr) return enforcement_->Answer(request, peer);
  return "error: nothing is enforced: no rule denies or kills, or enforcement is not enabled\n";
}

// All but the sensor's.
void Daemon::FillCounts(DaemonCounts& counts) {
  counts.pipeline = pipeline_->counts();
  counts.suppressed = output_->suppressed();
  counts.with_store = options_.with_store;
  counts.store = store_ == nullptr ? earlier_stores_ : Sum(earlier_stores_, store_->Counts());
  counts.sinks = delivery_.dispatcher().Counts();
}

void Daemon::PublishStatus() {
  if (status_ == nullptr) return;
  DaemonState state;
  state.counts.sensor = source_->Totals();
  FillCounts(state.counts);
  state.now = clock_.Now();
  state.started = started_;
  state.hostname = source_->host().hostname;
  state.mode = std::string(SensorModeName(source_->mode()));
  state.store_path = store_ == nullptr ? "" : config_.store.path;
  state.rules = rules_.alerting;
  if (options_.with_store) {
    state.store_health =
        store_ == nullptr ? absl::UnavailableError("it could not be opened") : store_->Health();
  }
  state.hook_warnings = SilentRules(source_->hooks(), *rules_.program, config_.sensor);
  state.hooks = StatusOf(source_->hooks(), source_->StoppedHooks());
  state.latency_matched = output_->activity().latency();
  state.latency_stored = stored_latency_.Counts();
  state.rule_hits = output_->activity().rules();
  state.rule_costs = CostsOf(pipeline_->matcher());
  state.processes = output_->activity().TakeProcesses();
  state.processes_over = state.now - std::exchange(published_, state.now);
  if (containers_ != nullptr) state.container_sources = containers_->Counts();
  state.containers_known = pipeline_->processes().containers().size();
  state.memory_bytes = ResidentBytes();
  state.cpu = absl::Seconds(static_cast<double>(clock()) / CLOCKS_PER_SEC);
  status_->Publish(ReportOf(state));
}

// The first line says that it watches: whoever has started it waits for that.
void Daemon::AnnounceStart() {
  io_.PrintError(absl::StrCat("vedette is watching: ", rules_.alerting,
                              rules_.alerting == 1 ? " rule" : " rules", ", mode ",
                              SensorModeName(source_->mode()), ", store ",
                              store_ == nullptr ? "none" : config_.store.path, " (pid ", getpid(),
                              "). Press Ctrl-C to stop.\n"));
  for (const std::string& sentence : pipeline_->WarmUps(clock_.Now())) {
    io_.PrintError(absl::StrCat("vedette: note: ", sentence, "\n"));
  }
  for (const auto& warning : SilentRules(source_->hooks(), *rules_.program, config_.sensor)) {
    io_.PrintError(absl::StrCat("vedette: warning: ", warning, "\n"));
  }
  SayReady();
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
    const absl::Duration calm = pipeline_->is_waiting() ? kWaitingPollTimeout : kPollTimeout;
    const absl::Duration wait = enforcement_ == nullptr ? calm : enforcement_->PatienceOr(calm);
    ASSIGN_OR_RETURN(const size_t count,
                     source_->Poll(wait, [this](auto record) { OnRecord(record); }));
    cgroups_.Follow(*source_, pipeline_->processes(), enforcement_.get());
    RETURN_IF_ERROR(WatchEnforcement());
    if (control_.has_value()) {
      control_->Serve([this](auto& request, auto& peer) { return Answer(request, peer); });
    }
    if (count == 0) pipeline_->Flush();
    TakeAnswers();
    pipeline_->AdvanceTo(static_cast<uint64_t>(absl::ToInt64Nanoseconds(clock_.SinceBoot())));
    manager_.Alive();
    while (const std::optional<int> signal = signals_->Next()) {
      if (*signal != SIGHUP) return absl::OkStatus();
      BeginReload();
    }
    if (status_ != nullptr && status_->TakeReloadRequest()) BeginReload();
    ReloadSinks();
    TakeReloadedRules();
    if (reload_wanted_ && reload_->Begin(rule_inputs_, rules_.tables.generation + 1)) {
      reload_wanted_ = false;
      LOG_INFO("reloading the rules");
    }
    if (clock_.Now() < next_look_) continue;
    next_look_ = clock_.Now() + kLookInterval;
    WatchStore();
    if (watch_.has_value() && watch_->Changed()) BeginReload();
    if (store_ != nullptr) delivery_.dispatcher().SetChainHead(store_->ChainHead());
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
  cgroups_.OnRecord(record, *source_);
  if (enforcement_ != nullptr) enforcement_->OnRecord(record);
  pipeline_->OnRecord(record);
}

void Daemon::KeepRecording(const absl::Status& written) {
  if (written.ok()) return;
  LOG_ERROR("recording ends: ", written.message());
  recording_.reset();
}

// The configuration is read at once; the rules on a thread of their own, the sinks when those that
// go have ended.
void Daemon::BeginReload() {
  manager_.Reloading();
  reload_wanted_ = true;
  if (options_.read_config == nullptr) return;
  absl::StatusOr<Config> read = options_.read_config();
  if (!read.ok()) {
    io_.PrintError(absl::StrCat(read.status().message(), "\n"));
    LOG_ERROR("the configuration is wrong and stays as it is");
    return;
  }
  for (const std::string& key : DifferingOptions(config_, *read)) {
    if (!IsReloadable(key)) LOG_WARNING(key, " changes at the next start of the daemon");
  }
  config_.log_level = read->log_level;
  SetLogThreshold(config_.log_level);
  config_.rules = std::move(read->rules);
  config_.rules_off = std::move(read->rules_off);
  config_.recording = std::move(read->recording);
  const absl::Status chosen = ChooseRules();
  reload_wanted_ = chosen.ok();  // To load them in vain would say the same again.
  if (!chosen.ok()) LOG_ERROR("the rules stay as they are: ", chosen.message());
  if (!chosen.ok()) SayReady();
  if (config_.sinks != read->sinks) sinks_wanted_ = std::move(read->sinks);
}

void Daemon::ReloadSinks() {
  if (!sinks_wanted_.has_value()) return;
  const absl::StatusOr<bool> changed = delivery_.Change(*sinks_wanted_);
  if (changed.ok() && !*changed) return;  // Later.
  if (changed.ok()) {
    config_.sinks = *std::move(sinks_wanted_);
    LOG_INFO("reloaded: ", config_.sinks.size(), " sinks");
  } else {
    LOG_ERROR("the sinks stay as they are: ", changed.status().message());
  }
  sinks_wanted_.reset();
}

void Daemon::TakeReloadedRules() {
  std::optional<RuleSetOrWhyNot> loaded = reload_->Take();
  if (!loaded.has_value()) return;
  SayReady();
  io_.PrintError(loaded->diagnostics);
  absl::Status status = loaded->rules.status();
  if (status.ok()) status = CheckHooksFor(loaded->rules->tables.wanted, source_->hooks());
  if (status.ok()) status = Enforcement::CheckLockout(config_.enforce, *loaded->rules->program);
  if (status.ok() && enforcement_ == nullptr && DecidedKinds(*loaded->rules->program) != 0) {
    LOG_WARNING(
        "no rule denied anything at the start: to enforce the new ones, restart the daemon");
  }
  if (status.ok() && enforcement_ != nullptr) {
    status = enforcement_->SetProgram(loaded->rules->program);
  }
  if (status.ok()) status = cgroups_.PutInForce(*loaded->rules, *source_, *pipeline_);
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
  if (store_ == nullptr || !absl::IsDataLoss(store_->Health())) return;
  store_->Close().IgnoreError();
  earlier_stores_ = Sum(earlier_stores_, store_->Counts());
  output_->SetStore(nullptr);
  store_.reset();
  const absl::Status status = OpenStore();
  if (!status.ok()) LOG_ERROR("going on without a store: ", status.message());
  output_->SetStore(store_.get());
  delivery_.dispatcher().StoreReplaced();
  pipeline_->SaveCombinations();
}

void Daemon::TakeAnswers() {
  if (containers_ != nullptr) containers_->Give(*pipeline_, clock_);
  if (digests_ == nullptr) return;
  for (const DigestResult& made : digests_->Take()) pipeline_->OnDigest(made.file, made.digest);
}

// What is in the rings, when nothing new comes: only so do their counts agree with what was read.
void Daemon::Drain() {
  source_->Detach();
  const absl::Time settled = clock_.Now() + kSettleTime, end = clock_.Now() + kDrainTimeMax;
  while (clock_.Now() < end) {
    const auto count =
        source_->Poll(absl::ZeroDuration(), [this](auto record) { OnRecord(record); });
    if (!count.ok() || (*count == 0 && clock_.Now() >= settled)) break;
  }
  do {
    WatchEnforcement().IgnoreError();
  } while (enforcement_ != nullptr && enforcement_->has_more() && clock_.Now() < end);
  TakeAnswers();
  pipeline_->Finish();
}

ExitCode Daemon::Stop(const absl::Status& why) {
  if (!why.ok()) LOG_ERROR("the sensor failed: ", why.message());
  manager_.Stopping();
  Drain();
  DaemonCounts counts;
  counts.sensor = source_->Totals();
  counts.stopped_hooks = source_->StoppedHooks();
  status_.reset();
  source_.reset();  // Detaches: from here on nothing is seen.
  absl::Status closed = store_ == nullptr ? absl::OkStatus() : store_->Close();
  if (store_ != nullptr && enforcement_ != nullptr) enforcement_->TakeCommitted(*store_);
  delivery_.dispatcher().Close(kSinksCloseTimeout);
  if (recording_ != nullptr) {
    const absl::Status recorded = recording_->Close();
    if (!recorded.ok()) closed = recorded;
    io_.PrintError(absl::StrCat("vedette recorded ", recording_->records(), " records to ",
                                options_.record_path, "\n"));
  }
  FillCounts(counts);
  io_.PrintError(absl::StrCat("vedette has stopped: ", SummaryOf(counts), "\n"));
  if (!closed.ok()) return io_.Fail(closed);
  return why.ok() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace vedette
