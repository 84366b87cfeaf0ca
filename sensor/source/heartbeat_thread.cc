// SPDX-License-Identifier: Apache-2.0
// No unit test: heartbeat_test has what is decided, tests/kernel/heartbeat_test the kernel.
#include "sensor/source/heartbeat_thread.h"

#include <sched.h>
#include <unistd.h>

#include <iterator>
#include <utility>

#include "base/clock.h"
#include "sensor/source/own_acts.h"

namespace vedette {
namespace {

// More CPUs than any kernel of a distribution supports.
constexpr int kCpusMax = 8192;

class CpuSet {
 public:
  CpuSet() : set_(CPU_ALLOC(kCpusMax)) { CPU_ZERO_S(size(), set_); }
  ~CpuSet() { CPU_FREE(set_); }
  CpuSet(const CpuSet&) = delete;
  CpuSet& operator=(const CpuSet&) = delete;

  static size_t size() { return CPU_ALLOC_SIZE(kCpusMax); }
  cpu_set_t* get() { return set_; }

 private:
  cpu_set_t* set_;
};

class KernelSubject : public HeartbeatSubject {
 public:
  explicit KernelSubject(const SensorObject& sensor) : sensor_(sensor) {}

  std::vector<Part> Parts() const override { return sensor_.AttachedParts(); }
  bool IsAttached(size_t part) const override { return sensor_.IsAttached(part); }
  Calls CountCalls(KindSet kinds) const override { return sensor_.CountCalls(kinds); }

  // Those of the process's first thread: this one changes its own.
  std::vector<int> Cpus() const override {
    std::vector<int> cpus;
    CpuSet allowed;
    if (sched_getaffinity(getpid(), CpuSet::size(), allowed.get()) != 0) return cpus;
    for (int cpu = 0; cpu < kCpusMax; ++cpu) {
      if (CPU_ISSET_S(cpu, CpuSet::size(), allowed.get())) cpus.push_back(cpu);
    }
    return cpus;
  }

  bool DoCheapActsOn(int cpu) override {
    if (!GoTo(cpu)) return false;
    DoCheapActs();
    return IsOn(cpu);
  }
  bool RunProgramOn(int cpu) override { return GoTo(cpu) && RunProgram() && IsOn(cpu); }

  uint64_t NowNs() const override {
    return static_cast<uint64_t>(absl::ToInt64Nanoseconds(RealClock().SinceBoot()));
  }

 private:
  // The kernel refuses a CPU that is off-line, and takes us away from one that goes.
  static bool GoTo(int cpu) {
    CpuSet one;
    CPU_SET_S(cpu, CpuSet::size(), one.get());
    return sched_setaffinity(0, CpuSet::size(), one.get()) == 0 && IsOn(cpu);
  }
  static bool IsOn(int cpu) { return sched_getcpu() == cpu; }

  const SensorObject& sensor_;
};

}  // namespace

HeartbeatThread::HeartbeatThread(const SensorObject& sensor, absl::Duration interval)
    : interval_(interval),
      subject_(std::make_unique<KernelSubject>(sensor)),
      heartbeat_(*subject_),
      thread_([this] { Run(); }) {}

HeartbeatThread::~HeartbeatThread() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
  }
  thread_.join();
}

Heartbeat::Beat HeartbeatThread::Take() {
  absl::MutexLock lock(&mutex_);
  beats_ = 0;
  return std::exchange(found_, {});
}

void HeartbeatThread::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&stop_), interval_)) return;
      if (beats_ == kBeatsKept) continue;
    }
    Heartbeat::Beat beat = heartbeat_.Look();
    absl::MutexLock lock(&mutex_);
    ++beats_;
    std::move(beat.changes.begin(), beat.changes.end(), std::back_inserter(found_.changes));
    std::move(beat.holes.begin(), beat.holes.end(), std::back_inserter(found_.holes));
  }
}

}  // namespace vedette
