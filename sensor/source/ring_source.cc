// SPDX-License-Identifier: Apache-2.0
// No unit test: it reads the kernel's rings; tests/kernel and tests/native run it.
#include "sensor/source/ring_source.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "sensor/bpf/sensor_object.skel.h"
#include "sensor/source/fold_reader.h"
#include "sensor/source/lanes.h"
#include "sensor/source/own_acts.h"
#include "sensor/source/self_watch.h"
#include "sensor/source/sensor_object.h"
#include "sensor/source/snapshot.h"

namespace vedette {
namespace {

// Repeats are handed out late by at most so much.
constexpr absl::Duration kFoldInterval = absl::Milliseconds(500);
// While records come the rings are read so often.
constexpr absl::Duration kBusyInterval = absl::Milliseconds(1);
// The bulk lane wakes nobody while it has something now and then: it is read at least so often,
// more often while it is busy. Where it has had nothing for that long its first record wakes, so
// that a host that does nothing costs nothing.
constexpr absl::Duration kBulkIntervalMin = absl::Milliseconds(1);
constexpr absl::Duration kBulkIntervalMax = absl::Milliseconds(20);

class KernelSource : public RingSource {
 public:
  KernelSource(std::unique_ptr<SensorObject> sensor, SensorMode mode,
               const RingSourceOptions& options)
      : sensor_(std::move(sensor)),
        mode_(mode),
        host_(ReadHostMetadata()),
        folds_(sensor_->folds(), static_cast<uint64_t>(absl::ToInt64Nanoseconds(options.fold))),
        next_folds_(absl::Now() + kFoldInterval) {}

  absl::Status Start(uint32_t self_pid, const RingSourceOptions& options) {
    const sensor_object& object = sensor_->object();
    ASSIGN_OR_RETURN(auto critical, RingReader::Open(bpf_map__fd(object.maps.ring_critical)));
    ASSIGN_OR_RETURN(auto bulk, RingReader::Open(bpf_map__fd(object.maps.ring_bulk)));
    lanes_ = std::make_unique<Lanes>(std::move(critical), std::move(bulk));
    ASSIGN_OR_RETURN(cgroups_, RingReader::Open(bpf_map__fd(object.maps.ring_cgroups)));
    auto processes = sensor_->ReadProcesses();
    SelfIdentity self = {.pid = self_pid};
    if (processes.ok()) {
      for (RecordBytes& record : CompleteSnapshot(*processes)) {
        const wire_header header = HeaderOf(record);
        if (header.pid == self_pid) self.exec_id = header.exec_id;
        pending_.push_back(std::move(record));
      }
    } else {
      LOG_WARNING("processes older than the daemon stay unknown: ", processes.status().message());
    }
    watch_ = std::make_unique<SelfWatch>(*sensor_, self, options);
    return absl::OkStatus();
  }

  const HostMetadata& host() const override { return host_; }
  SensorMode mode() const override { return mode_; }

  absl::Span<const Hook> hooks() const override {
    const auto totals = sensor_->Totals();
    for (Hook& hook : sensor_->hooks()) {
      hook.fired = hook.state == HookState::kAttached && totals[hook.kind->kind].counted.called > 0;
    }
    return sensor_->hooks();
  }

  absl::StatusOr<size_t> Poll(absl::Duration timeout, RecordCallback each) override {
    size_t count = 0;
    const auto counted = [&](absl::Span<const std::byte> record) {
      Count(record);
      each(record);
      ++count;
    };
    for (; !pending_.empty(); pending_.pop_front()) counted(pending_.front());
    if (!more_) Wait(timeout);
    const size_t before = count;
    const Lanes::Counts counts = lanes_->HandOut(counted);
    more_ = counts.more();
    busy_ = count > before;
    bulk_idle_ = counts.bulk == 0 && bulk_interval_ == kBulkIntervalMax;
    bulk_interval_ =
        counts.bulk > 0 ? kBulkIntervalMin : std::min(bulk_interval_ * 2, kBulkIntervalMax);
    HandOutRepeats(counted);
    watch_->Report(counted);
    return count;
  }

  void StopFolding() override {
    sensor_->StopFolding();
    folding_ = false;
  }

  void Detach() override {
    StopFolding();
    watch_->End();
    sensor_->Detach();
  }

  absl::Status LoadClassifier(uint32_t generation, const ClassifierImage& image) override;
  void TakeCgroups(absl::FunctionRef<void(const CgroupChange&)> each) override;
  void SetScope(uint64_t cgroup_id, classify_scope scope) override;
  void ForgetScope(uint64_t cgroup_id) override;
  absl::Status TellCgroup(
      uint64_t cgroup_id, uint32_t number,
      absl::Span<const std::pair<classify_key, classify_vector>> values) override;
  void ForgetCgroup(uint64_t cgroup_id) override;
  CgroupMaps Cgroups() const;

  std::array<KindTotals, WIRE_KIND_LIMIT> Totals() override {
    auto totals = sensor_->Totals();
    for (size_t kind = 0; kind < WIRE_KIND_LIMIT; ++kind) {
      totals[kind].acts = delivered_[kind].acts;
      totals[kind].repeat_records = delivered_[kind].repeat_records;
      totals[kind].repeats = delivered_[kind].repeats;
    }
    return totals;
  }

  std::vector<std::string> StoppedHooks() const override { return watch_->StoppedHooks(); }

 private:
  static uint64_t BootNs() {
    return static_cast<uint64_t>(absl::ToInt64Nanoseconds(RealClock().SinceBoot()));
  }

  // While records come, for a while whatever comes: nobody has to wake us. Else until something
  // does. A record that is being put into its ring just when we fall asleep waits for `timeout`.
  void Wait(absl::Duration timeout) {
    if (busy_) {
      absl::SleepFor(std::min({timeout, kBusyInterval, bulk_interval_}));
      return;
    }
    if (!bulk_idle_) timeout = std::min(timeout, bulk_interval_);
    std::atomic_ref<uint32_t> sleeps(sensor_->state().reader_sleeps);
    std::atomic_ref<uint32_t> bulk_sleeps(sensor_->state().bulk_sleeps);
    sleeps.store(1, std::memory_order_seq_cst);
    if (bulk_idle_) bulk_sleeps.store(1, std::memory_order_seq_cst);
    // Level-triggered: returns at once if a ring is not empty.
    const auto& maps = sensor_->object().maps;
    pollfd rings[] = {// poll() passes over what is negative.
                      {bpf_map__fd(maps.ring_critical), POLLIN, 0},
                      {takes_cgroups_ ? bpf_map__fd(maps.ring_cgroups) : -1, POLLIN, 0},
                      {bulk_idle_ ? bpf_map__fd(maps.ring_bulk) : -1, POLLIN, 0}};
    poll(rings, 3,
         static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(timeout, absl::Milliseconds(1)))));
    sleeps.store(0, std::memory_order_relaxed);
    bulk_sleeps.store(0, std::memory_order_relaxed);
  }

  // Of a record that is too short to have one: zero.
  static wire_header HeaderOf(absl::Span<const std::byte> record) {
    wire_header header = {};
    if (record.size() >= sizeof(header)) std::memcpy(&header, record.data(), sizeof(header));
    return header;
  }

  void Count(absl::Span<const std::byte> record) {
    const wire_header header = HeaderOf(record);
    if (header.kind >= WIRE_KIND_LIMIT) return;
    KindTotals& delivered = delivered_[header.kind];
    if ((header.flags & WIRE_FLAG_REPEATS) == 0) {
      ++delivered.acts;
    } else {
      ++delivered.repeat_records;
      delivered.repeats += header.repeats;
    }
  }

  void HandOutRepeats(RecordCallback each) {
    if (!folding_) return folds_.HandOutAll(each);
    const absl::Time now = absl::Now();
    if (now < next_folds_) return;
    next_folds_ = now + kFoldInterval;
    folds_.HandOutOld(BootNs(), each);
  }

  std::unique_ptr<SensorObject> sensor_;
  const SensorMode mode_;
  const HostMetadata host_;
  std::unique_ptr<Lanes> lanes_;  // Once started.
  std::unique_ptr<RingReader> cgroups_;
  bool takes_cgroups_ = false;       // Somebody has asked for them.
  std::deque<RecordBytes> pending_;  // The snapshot, until the first Poll.
  bool more_ = false;                // A ring was left with records in it: do not wait.
  bool busy_ = false;                // There were records the last time.
  absl::Duration bulk_interval_ = kBulkIntervalMin;
  bool bulk_idle_ = false;  // It had nothing for as long as the longest interval.
  std::array<KindTotals, WIRE_KIND_LIMIT> delivered_ = {};  // Their last three members.
  FoldReader folds_;
  absl::Time next_folds_;
  bool folding_ = true;
  std::unique_ptr<SelfWatch> watch_;  // Uses sensor_, so it goes first.
};

absl::Status KernelSource::LoadClassifier(uint32_t generation, const ClassifierImage& image) {
  const sensor_object& object = sensor_->object();
  const ClassifierMaps maps = {.kinds = bpf_map__fd(object.maps.classify_kinds),
                               .values = bpf_map__fd(object.maps.classify_values),
                               .names = bpf_map__fd(object.maps.classify_names),
                               .paths = bpf_map__fd(object.maps.classify_paths),
                               .traits = bpf_map__fd(object.maps.classify_traits),
                               .state = &sensor_->state()};
  RETURN_IF_ERROR(maps.Load(generation, image));
  sensor_->NoteGeneration(generation);
  return absl::OkStatus();
}

void KernelSource::TakeCgroups(absl::FunctionRef<void(const CgroupChange&)> each) {
  takes_cgroups_ = true;
  constexpr size_t kChangesMax = 4096;  // In one call: a storm does not hold up the records.
  cgroups_->Read(kChangesMax, [&](RingReader::Record record) {
    if (const auto change = ReadCgroupChange(record)) each(*change);
  });
  cgroups_->Release(cgroups_->position());
}

void KernelSource::SetScope(uint64_t cgroup_id, classify_scope scope) {
  SetCgroupScope(bpf_map__fd(sensor_->object().maps.classify_scopes), cgroup_id, scope);
}

void KernelSource::ForgetScope(uint64_t cgroup_id) {
  bpf_map_delete_elem(bpf_map__fd(sensor_->object().maps.classify_scopes), &cgroup_id);
}

CgroupMaps KernelSource::Cgroups() const {
  const auto& maps = sensor_->object().maps;
  return {.numbers = bpf_map__fd(maps.cgroup_numbers),
          .values = bpf_map__fd(maps.classify_values),
          .state = &sensor_->state()};
}

absl::Status KernelSource::TellCgroup(
    uint64_t cgroup_id, uint32_t number,
    absl::Span<const std::pair<classify_key, classify_vector>> values) {
  const absl::Status told = Cgroups().Tell(cgroup_id, number, values);
  // Behind the change: a vector that was folded with what was known before is folded anew.
  __atomic_fetch_add(&sensor_->state().cgroups_told, 1, __ATOMIC_SEQ_CST);
  return told;
}

void KernelSource::ForgetCgroup(uint64_t cgroup_id) {
  if (!Cgroups().Forget(cgroup_id)) return;
  __atomic_fetch_add(&sensor_->state().cgroups_told, 1, __ATOMIC_SEQ_CST);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RingSource>> RingSource::Open(const KernelSupport& support,
                                                             RingSourceOptions options) {
  if (geteuid() != 0) {
    return absl::PermissionDeniedError("loading programs into the kernel takes root: use sudo");
  }
  if (!options.mode.has_value()) options.mode = support.BestMode();
  if (!options.mode.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat("this kernel offers no way to watch it: ", support.tracepoint.why,
                     "; run: vedette doctor"));
  }
  const AttachSupport& mode = support.Of(*options.mode);
  if (!mode.works) {
    return absl::FailedPreconditionError(
        absl::StrCat("mode ", SensorModeName(*options.mode), " does not work here: ", mode.why));
  }
  ASSIGN_OR_RETURN(auto sensor, SensorObject::Attach(support, *options.mode, options));
  auto source = std::make_unique<KernelSource>(std::move(sensor), *options.mode, options);
  RETURN_IF_ERROR(source->Start(support.self_pid, options));
  // So that a hook that is never called is noticed at once: acts of kKindsDoneAtStart.
  DoCheapActs();
  RunProgram();
  return source;
}

}  // namespace vedette
