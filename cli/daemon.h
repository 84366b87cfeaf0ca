// SPDX-License-Identifier: Apache-2.0
//
// The daemon: puts the stages together, runs them until a signal, and takes them apart again.
// Everything but the store's writer and the sinks runs on the thread that calls it.
#ifndef VEDETTE_CLI_DAEMON_H_
#define VEDETTE_CLI_DAEMON_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "cli/config/config.h"
#include "cli/container_lookup.h"
#include "cli/control_socket.h"
#include "cli/delivery.h"
#include "cli/enforcement.h"
#include "cli/exit_code.h"
#include "cli/file_watch.h"
#include "cli/io.h"
#include "cli/observed_cgroups.h"
#include "cli/rule_set.h"
#include "cli/service_manager.h"
#include "cli/stop_signals.h"
#include "cli/store_output.h"
#include "cli/summary.h"
#include "engine/digest/digest_worker.h"
#include "engine/pipeline.h"
#include "integrations/status/status_server.h"
#include "sensor/source/record_file.h"
#include "sensor/source/ring_source.h"
#include "storage/event_store.h"

namespace vedette {

struct DaemonOptions {
  Config config;
  std::vector<std::string> rules;  // --rules; empty: those of the configuration.
  bool with_store = true;
  std::string record_path;  // --record; empty: none.
  absl::Duration duration = absl::InfiniteDuration();
  // Reload when one of these, or of the rules, has changed; empty: only when told to.
  std::vector<std::string> watched;
  // Reads the configuration anew, for SIGHUP. Null: it stays as it is.
  std::function<absl::StatusOr<Config>()> read_config;
};

// Not thread-safe. Start(), and if that went well Run().
class Daemon {
 public:
  Daemon(DaemonOptions options, Io& io);
  ~Daemon();

  // Everything up to the first line. What fails has been said on standard error.
  ExitCode Start();
  // Until a signal says stop, the duration has passed, or the source fails; then stops in order.
  ExitCode Run();

 private:
  // The steps of Start(), in this order.
  absl::Status LoadFirstRules();
  absl::Status AttachSensor();
  absl::Status AttachEnforcement();
  absl::Status OpenOutputs();
  absl::Status GiveUpPrivileges();
  absl::Status OpenStore();
  absl::Status StartDelivery();
  absl::Status BuildPipeline();
  absl::Status OpenStatus();
  absl::Status OpenControl();
  void AnnounceStart();

  absl::Status Loop();
  void OnRecord(absl::Span<const std::byte> record);
  void KeepRecording(const absl::Status& written);  // No longer, after an error.
  absl::Status ChooseRules();
  void BeginReload();
  void SayReady() { manager_.Ready(absl::StrCat("watching, rules: ", rules_.alerting)); }
  void ReloadSinks();
  void TakeReloadedRules();
  absl::Status WatchEnforcement();
  void WatchStore();
  void TakeAnswers();
  void FillCounts(DaemonCounts& counts);
  void PublishStatus();
  std::string Answer(const std::string& request, const ControlPeer& peer);
  void Drain();
  ExitCode Stop(const absl::Status& why);

  const DaemonOptions options_;
  Config config_;  // In force: what SIGHUP can change may differ from that of the options.
  Io& io_;
  RealClock clock_;
  ServiceManager manager_{clock_};
  RuleInputs rule_inputs_;
  RuleSet rules_;
  std::optional<StopSignals> signals_;
  std::unique_ptr<RingSource> source_;
  std::unique_ptr<Enforcement> enforcement_;  // Null: nothing is denied.
  bool knows_itself_ = false;                 // It has been told which process the daemon is.
  ObservedCgroups cgroups_{HasCgroup2Alone()};
  std::unique_ptr<RecordWriter> recording_;
  LatencyMeter stored_latency_;
  // The store's writer thread uses the dispatcher, so it goes first: members end in the reverse
  // order.
  Delivery delivery_{clock_};
  std::unique_ptr<EventStore> store_;
  StoreCounts earlier_stores_;  // Of stores that were damaged and set aside.
  std::unique_ptr<StoreOutput> output_;
  std::unique_ptr<DigestWorker> digests_;  // The pipeline asks both.
  std::unique_ptr<ContainerLookup> containers_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<RuleReload> reload_;
  std::unique_ptr<StatusServer> status_;
  std::optional<ControlSocket> control_;
  absl::Time started_, published_;
  bool reload_wanted_ = false;
  std::optional<std::vector<Config::SinkEntry>> sinks_wanted_;  // While others are changing.
  bool kernel_cannot_ = false;                                  // Why Start() failed.
  absl::Time next_look_;
  std::optional<FileWatch> watch_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_DAEMON_H_
