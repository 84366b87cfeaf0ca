// SPDX-License-Identifier: Apache-2.0
//
// Deterministic: one thread, no clock, no name service. Every rule is evaluated, whatever the
// kernel that recorded thought of it.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/alert_printer.h"
#include "cli/command.h"
#include "cli/rule_paths.h"
#include "cli/rule_set.h"
#include "cli/store_output.h"
#include "engine/match/stable_hash.h"
#include "engine/pipeline.h"
#include "sensor/decode/event_view.h"
#include "sensor/source/record_file.h"
#include "sensor/source/replay_source.h"
#include "storage/event_store.h"

namespace vedette::commands {
namespace {

// The store's thread must keep up: a file is read faster than it can be written.
constexpr uint64_t kStoreWaitingMax = 1024;
constexpr size_t kStoreQueueBytes = size_t{64} << 20;
constexpr absl::Duration kStorePatience = absl::Seconds(10);
constexpr size_t kBeginningMax = 65536;  // Records: one for each process of a host, and an event.
constexpr size_t kBeginningBytesMax = size_t{256} << 20;

struct Options {
  std::string file, output, store;
  std::vector<std::string> rules;
};

// An alert is shown when it is in the store, if there is one: on the store's thread.
class ReplayOutput : public PipelineOutput {
 public:
  ReplayOutput(bool json, Io& io) : json_(json), io_(io) {}
  void SetStore(EventStore* store) { store_ = store; }

  void Show(std::vector<Alert> alerts) const {
    for (Alert& alert : alerts) {
      alert.chain_head.clear();  // Of this store; the alerts of a recording are always the same.
      PrintAlert(alert, json_, io_);
    }
  }
  // Of the last event.
  std::optional<absl::Time> last() const { return last_; }
  // Why the store takes no more, if it has not for some time.
  const absl::Status& failure() const { return failure_; }

  void OnEvent(const Event& event, bool keep) override {
    last_ = event.time;
    if (keep) Store(event, event.number);
  }
  void OnAlert(Alert alert) override {
    if (store_ == nullptr) return PrintAlert(alert, json_, io_);
    WaitForStore();
    store_->OfferAlert(std::move(alert));
  }
  bool OnCombination(const KnownCombination& known) override {
    if (store_ == nullptr) return true;
    return store_->OfferSeen({known.rule, known.fields, known.combination, known.first_ns,
                              known.last_ns, known.expires_ns, known.forgotten});
  }
  void OnGap(const RecordGap& gap) override {
    if (store_ == nullptr) return;
    store_->OfferGap({gap.from, gap.to, std::string(gap.kind), std::string(gap.stage), gap.count});
  }
  void OnProcessSeen(const Event& event) override { Store(event, next_seen_++); }
  void OnProcessNote(const ProcessNote& note) override {
    if (store_ != nullptr) store_->OfferNote(ToStore(note));
  }

 private:
  void Store(const Event& event, uint64_t number) {
    if (store_ == nullptr) return;
    WaitForStore();
    store_->OfferEvent(event.view.bytes(), number, event.time);
  }

  // A file can be replayed again: nobody waits for a disk that stays full.
  void WaitForStore() {
    absl::Time give_up = absl::InfiniteFuture();
    while (failure_.ok()) {
      const absl::Status health = store_->Health();
      if (health.ok()) {
        give_up = absl::InfiniteFuture();
      } else if (give_up == absl::InfiniteFuture()) {
        give_up = absl::Now() + kStorePatience;
      } else if (absl::Now() > give_up) {
        failure_ = health;
      }
      const StoreCounts counts = store_->Counts();
      const uint64_t done = counts.events_written + counts.events_dropped + counts.alerts_written +
                            counts.alerts_dropped;
      if (counts.events_offered + counts.alerts_offered - done < kStoreWaitingMax) return;
      absl::SleepFor(absl::Milliseconds(2));
    }
  }

  const bool json_;
  Io& io_;
  EventStore* store_ = nullptr;
  std::optional<absl::Time> last_;
  absl::Status failure_;
  uint64_t next_seen_ = uint64_t{9'000'000'000'000};  // As the daemon numbers them.
};

// The first records of a file, up to its first event at least: what a recording is known by, even
// while it grows.
struct Beginning {
  std::vector<std::vector<std::byte>> records;
  StoredRecording recording;
  absl::Status end;  // Of the source.
};

Beginning ReadBeginning(ReplaySource& source) {
  Beginning beginning;
  const HostMetadata& host = source.host();
  StableHash name;
  name.AddText(FormatHostMetadata(host));
  bool found = false;
  size_t bytes = 0;
  const auto take = [&](absl::Span<const std::byte> record) {
    bytes += record.size();
    beginning.records.emplace_back(record.begin(), record.end());
    if (found) return;
    name.AddText({reinterpret_cast<const char*>(record.data()), record.size()});
    const std::optional<EventView> view = EventView::Parse(record);
    found = view.has_value() && (RuleKinds() & KindBit(view->kind())) != 0;
    if (!found) return;
    beginning.recording.begin = absl::FromUnixNanos(host.wall_minus_boot_ns) +
                                absl::Nanoseconds(static_cast<int64_t>(view->header().time_ns));
  };
  while (!found && beginning.end.ok() && beginning.records.size() < kBeginningMax &&
         bytes < kBeginningBytesMax) {
    beginning.end = source.Poll(absl::ZeroDuration(), take).status();
  }
  beginning.recording.name = absl::StrCat(absl::Hex(name.Finish(), absl::kZeroPad16));
  return beginning;
}

absl::StatusOr<std::unique_ptr<EventStore>> OpenStore(const Options& options,
                                                      const HostMetadata& host,
                                                      const StoredRecording& recording,
                                                      const ReplayOutput& output) {
  if (options.store.empty()) return nullptr;
  StoreOptions store;
  store.path = options.store;
  store.queue_bytes_max = kStoreQueueBytes;
  store.bytes_max = ~uint64_t{0};
  store.age_max = absl::InfiniteDuration();  // Records may be older than any retention.
  store.hostname = host.hostname;
  store.boot_id = host.boot_id;
  store.users = host.users;
  store.groups = host.groups;
  store.recording = recording;
  store.on_committed = [&output](std::vector<Alert> alerts) { output.Show(std::move(alerts)); };
  store.on_unstored = store.on_committed;
  return EventStore::Open(std::move(store));
}

absl::StatusOr<RuleSet> LoadRules(const Options& options, Io& io) {
  const Config config;
  RuleInputs inputs;
  ASSIGN_OR_RETURN(inputs.paths, ChooseRulePaths(options.rules, config, OwnExecutable()));
  if (options.rules.empty()) inputs.tags_off = config.rules_off;
  for (const auto& [name, condition] : config.recording) {
    if (!options.store.empty()) inputs.recording.push_back({name, condition});
  }
  RuleSetOrWhyNot loaded = LoadRuleSet(inputs, 1);
  io.PrintError(loaded.diagnostics);
  return std::move(loaded.rules);
}

absl::Status Replay(const Options& options, Io& io) {
  ASSIGN_OR_RETURN(const RuleSet rules, LoadRules(options, io));
  ASSIGN_OR_RETURN(const auto source, ReplaySource::Open(options.file));
  if (!source->host().missing.empty()) {
    io.PrintError(absl::StrCat("note: ", EscapeControl(source->host().missing), "\n"));
  }
  const Beginning beginning = ReadBeginning(*source);
  ReplayOutput output(options.output == "json", io);
  ASSIGN_OR_RETURN(const auto store,
                   OpenStore(options, source->host(), beginning.recording, output));
  output.SetStore(store.get());
  Pipeline pipeline(source->host(), output);
  if (store != nullptr) pipeline.Restore(TakeKnown(*store));
  // Not the set's matcher: that one trusts survivors of its generation, and the records carry those
  // of whatever rules the kernel had when it sent them.
  pipeline.SetProgram(rules.program);
  for (const auto& record : beginning.records) pipeline.OnRecord(record);
  absl::Status end = beginning.end;
  // A reader of the alerts who has gone is no reason to leave half a recording in the store.
  while (end.ok() && output.failure().ok() && (store != nullptr || !io.closed())) {
    end = source->Poll(absl::ZeroDuration(), [&](auto record) { pipeline.OnRecord(record); })
              .status();
  }
  pipeline.Finish();
  if (store != nullptr) {
    // Where in the file they were nobody knows any more: somewhere up to its end.
    if (output.last().has_value() && (source->malformed() > 0 || !source->damage().empty())) {
      store->OfferGap({.from = beginning.recording.begin,
                       .to = *output.last(),
                       .kind = "",
                       .stage = "malformed",
                       .count = source->malformed()});
    }
    const absl::Status closed = store->Close();
    RETURN_IF_ERROR(output.failure());
    RETURN_IF_ERROR(closed);
  }
  if (!end.ok() && !absl::IsOutOfRange(end)) return end;
  const PipelineCounts& counts = pipeline.counts();
  io.PrintError(absl::StrCat(
      "vedette has replayed: records ", counts.records_in, ", events ", counts.events,
      ", malformed ", counts.malformed + source->malformed(), ", alerts ", counts.alerts,
      counts.temporal.folded == 0 ? ""
                                  : absl::StrCat(" (", counts.temporal.folded, " repeats folded)"),
      counts.Balanced() ? "; balanced\n" : "; NOT balanced\n"));
  // What is behind the damage was not replayed.
  if (!source->damage().empty()) return absl::DataLossError(source->damage());
  return absl::OkStatus();
}

}  // namespace

void replay(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("file", options->file, "FILE", "What `vedette run --record` has written")
      ->required();
  command.Option("--rules", options->rules, "PATH",
                 "A rule file, or a folder of them; else those of `vedette run`; may be repeated");
  AddOutputFlag(command, options->output);
  command.Option("--store", options->store, "PATH",
                 "Also keep events and alerts in this store, for `vedette query`; a store takes "
                 "each recording once, and none of what its own daemon has seen");
  command.Examples({
      {"vedette replay out.vdt", "The alerts of a recording, the same each time"},
      {"vedette replay out.vdt --store out.db", "Then: vedette tree ALERT --store out.db"},
      {"vedette replay out.vdt --rules my.yaml --output json", "Try a rule on what has happened"},
  });
  command.Runs([options](Io& io) {
    const absl::Status status = Replay(*options, io);
    return status.ok() ? ExitCode::kDone : io.Fail(status);
  });
}

}  // namespace vedette::commands
